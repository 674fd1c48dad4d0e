"""What a person is told when something is wrong: in every place of the program a sentence, and what to do about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from services import errors

ROOT = Path(__file__).parents[1]
HERE = ("console", "services", "widgets")
SUPERVISED = (
    "services/dispatch", "services/supervise", "services/reports", "services/domain/alerts.py",
    "services/domain/routing.py", "services/domain/shifts.py", "services/domain/sla.py", "services/domain/termtext.py",
    "services/store/alerts.py", "services/store/crew_letters.py", "services/store/crews.py", "services/store/days.py",
    "services/store/promising.py", "services/store/routing.py", "services/store/slas.py",
    "services/intake/crew_file.py", "services/intake/targets.py", "widgets/",
)  # fmt: skip
"""What is for dispatchers and supervisors, and all dialogs: nobody there is left without a remedy."""
GOES_ON = ("services/gateway/", "console/settings", "services/intake/targets.py")
"""Where a sentence may begin with the name of a field, or stands behind the line that it is about."""
GAP = "\0"
"""Stands for what is only known when it is said."""


class Said(NamedTuple):
    """A place in which an error is made."""

    file: str
    line: int
    sentence: str
    remedy: str | None
    """None: none is given."""


def _kinds(kind: type[errors.Expected]) -> Iterator[str]:
    """Those of `services.errors`; what others are known depends on what has been imported."""
    if kind.__module__ == errors.__name__:
        yield kind.__name__
        for narrower in kind.__subclasses__():
            yield from _kinds(narrower)


def _text(node: ast.expr) -> str:
    """What is known of it without running anything."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return GAP


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@cache
def every() -> tuple[Said, ...]:
    """Each place in which an error that a person can meet is made."""
    kinds, found = set(_kinds(errors.Expected)), []
    for file in sorted(path for part in HERE for path in (ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in kinds and node.args:
                second = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "remedy")]
                starred = any(isinstance(part, ast.Starred) for part in node.args)
                remedy = _text(second[0]) if second else GAP if starred else None
                where = file.relative_to(ROOT).as_posix()
                found.append(Said(where, node.lineno, _text(node.args[0]), remedy))
    return tuple(found)


def odd(said: list[Said]) -> str:
    """Those that are not as they should be, a line each."""
    return "\n".join(f"{one.file}:{one.line}: {one.sentence!r} {one.remedy!r}" for one in said)


def is_closed(text: str) -> bool:
    """Whether it ends as a sentence does; what is only known later may end it."""
    return text.endswith((".", "?", GAP, f"{GAP})"))


def test_there_are_many_of_them() -> None:
    assert len(every()) > 300, "else they are looked for in the wrong place"


def test_each_ends_as_a_sentence_does() -> None:
    assert not odd([one for one in every() if not is_closed(one.sentence)])


def test_each_begins_as_a_sentence_does() -> None:
    wrong = [
        one
        for one in every()
        if not (one.sentence[:1].isupper() or one.sentence[:1] in {GAP, "“", "["} or one.sentence[:1].isdigit())
        and not one.file.startswith(GOES_ON)
        and not one.sentence.startswith(("config.toml", "--", "macOS"))
    ]
    assert not odd(wrong)


def test_a_remedy_is_a_sentence_too_or_ends_with_what_is_to_be_typed() -> None:
    def typed(remedy: str) -> bool:
        return ": " in remedy

    wrong = [one for one in every() if one.remedy and not is_closed(one.remedy) and not typed(one.remedy)]
    assert not odd(wrong)


def test_dispatchers_and_supervisors_always_hear_what_to_do() -> None:
    here = [one for one in every() if one.file.startswith(SUPERVISED)]
    assert len(here) > 50
    assert not odd([one for one in here if not one.remedy])


@pytest.mark.parametrize("word", ["please", "sorry", "invalid", "oops", "!", "illegal", "unable to", "exception"])
def test_none_begs_pardon_or_blames(word: str) -> None:
    both = [(one, f"{one.sentence} {one.remedy or ''}".casefold()) for one in every()]
    assert not odd([one for one, text in both if word in text])


def test_none_holds_a_line_break_or_two_spaces() -> None:
    assert not odd([one for one in every() if "\n" in one.sentence or "  " in one.sentence])
    assert not odd([one for one in every() if one.remedy and "  " in one.remedy])


def test_quotes_are_those_of_print() -> None:
    def straight(text: str) -> bool:
        return '"' in text.replace('"""', "")

    assert not odd([one for one in every() if straight(one.sentence)])


KINDS = sorted(_kinds(errors.Expected))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_its_sentence_then_its_remedy(kind: str) -> None:
    made = getattr(errors, kind)("It is so.", "Do that.")
    assert (str(made), made.sentence, made.remedy) == ("It is so. Do that.", "It is so.", "Do that.")
    assert str(getattr(errors, kind)("It is so.")) == "It is so."
    assert isinstance(made, errors.ConsoleError)
    assert kind in (errors.__doc__ or ""), "the map at the head of the module names it"
