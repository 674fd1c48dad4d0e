"""The words of the command line: help, version, usage errors, and what is not imported for them."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import __version__
from console.cli import kinds, parser
from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from tests.console.cli.conftest import Run

COMMANDS = [
    "list",
    "show",
    "place",
    "statuses",
    "do",
    "crews",
    "outbox",
    "sync",
    "worker",
    "gateway",
    "demo",
    "wall",
    "screenshot",
]
COMMANDS += ["call", "config", "doctor", "backup", "restore"]


def test_help_names_every_command(run: Run) -> None:
    told = run("--help")
    assert told.code == 0
    for name in COMMANDS:
        assert f"\n    {name}" in told.out


@pytest.mark.parametrize("name", [*COMMANDS, "do status", "do log", "do undo", "gateway key", "gateway services"])
def test_every_command_has_help_that_says_what_it_is_for(run: Run, name: str) -> None:
    told = run(*name.split(), "--help")
    assert told.code == 0
    assert "--home DIR" in told.out
    assert told.out.count(".\n") >= 1


def test_version(run: Run) -> None:
    assert run("--version").out == f"connect-console {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        "lst",
        "show",
        "do",
        "do fly",
        "do assign 1",
        "do assign 1 --crew A --none",
        "do status 1 sleeping",
        "do status 1 closed --outcome eaten",
        "do log --service x",
        "do log --service x --description y",
        "do log --service x --description y --lat 1",
        "do log --service x --description y --lat 91 --long 1",
        "do log --service x --description y --address z --language tlh",
        "list --limit 0",
        "list --lim 1",
        "sync",
        "call",
        "outbox --retry a --give-up b",
        "gateway --port 70000",
        "screenshot x.png --size big",
        "screenshot x.png --theme blue",
    ],
)
def test_a_usage_error_is_two(run: Run, words: str) -> None:
    told = run(*words.split())
    assert told.code == 2
    assert "usage: connect-console" in told.err


def test_home_and_as_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    made = parser.build()
    before = made.parse_args(["--home", "a", "--as", "b", "list"])
    after = made.parse_args(["list", "--home", "a", "--as", "b"])
    assert (before.home, before.acting_as) == (after.home, after.acting_as) == ("a", "b")
    neither = made.parse_args([])
    assert (neither.home, neither.acting_as, neither.command) == (None, "", "desk")


def test_words_of_a_query_may_begin_with_a_minus(run: Run, city: str) -> None:
    assert run("sync", "--once").code == 0
    for words, found in (
        (["status:new"], 1),
        (["-status:new"], 0),
        (["--limit", "5", "-status:closed", "-is:overdue"], 1),
        (["is:open", "-due<1d", "-crew:Lights 1"], 1),
        (["-is:open", "status:new"], 0),
    ):
        told = run("list", *words, "--json")
        assert (told.code, len(told.rows)) == (0, found), words
    assert "usage: connect-console list" in run("list", "-h").out
    for words in (["list", "--lim", "1"], ["list", "-j"], ["list", "--limit", "-x"], ["show", "-status:new"]):
        assert run(*words).code == 2


def test_no_command_imports_more_than_it_needs(tmp_path: Path) -> None:
    code = (
        "import sys; from console.cli import main; assert main(['--home', sys.argv[1], 'config']) == 0;"
        "print([m for m in ('PySide6', 'sqlalchemy', 'requests', 'numpy', 'uvicorn', 'keyring') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("spell", [str, str.upper, lambda s: s.replace("_", " ").capitalize()])
def test_a_status_may_be_spelt_as_people_do(status: Status, spell: Callable[[str], str]) -> None:
    assert kinds.state(spell(status.value)) == (status, None)


@pytest.mark.parametrize("outcome", CHOSEN_OUTCOMES)
def test_an_outcome_may_follow_a_stroke(outcome: Outcome) -> None:
    assert kinds.state(f"closed/{outcome.value}") == (Status.CLOSED, outcome)


@given(st.text(max_size=20), st.sampled_from([kinds.count, kinds.port, kinds.latitude, kinds.longitude, kinds.size]))
def test_whatever_is_typed_is_read_or_refused(text: str, kind: Callable[[str], object]) -> None:
    found: object = None
    with suppress(ArgumentTypeError):
        found = kind(text)
    assert found is None or isinstance(found, int | float | tuple)


def test_the_unknown_outcome_is_never_chosen() -> None:
    with pytest.raises(ArgumentTypeError, match="nearest"):
        kinds.state("closed/unknown")


def test_options_of_a_query_stand_where_they_are_typed() -> None:
    for words in ("--callers a.csv -is:late x", "a.csv --callers -is:late x", "a.csv -is:late --callers x"):
        args = parser.build().parse_args(["export", *words.split()])
        assert (args.callers, args.file, [w.strip() for w in args.query]) == (True, Path("a.csv"), ["-is:late", "x"])
    assert parser.build().parse_args(["export", "a.csv"]).query == []
    with pytest.raises(SystemExit):
        parser.build().parse_args(["export", "a.csv", "--everybody"])
