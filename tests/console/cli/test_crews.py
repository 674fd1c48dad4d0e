"""`crews` lists, adds and imports: it prints what was meant, and a file with a fault anywhere changes nothing."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from console.cli.crews import crew_called, summary
from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.values import Crew
from services.errors import NotFound
from services.store.crews import save_crews
from services.store.store import Store
from tests.console.cli.conftest import Run

HEADER = "name,skills,capacity,areas,hours,days,email,lat,lon,active"
TREE = 'Tree 1,tree;stump,6,Ward 3,"Mon-Fri 7:00-15:30",2026-11-26 off,tree@example.org,42.3,-71.1,yes'


def table(folder: Path, *lines: str) -> str:
    file = folder / "crews.csv"
    file.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    return str(file)


def test_what_is_imported_is_listed_again_whole(run: Run, tmp_path: Path) -> None:
    said = run("crews", "import", table(tmp_path, TREE, "Odd jobs,,,,,,,,,"))
    assert said.out.splitlines() == [
        "Odd jobs has no skills: it is offered for any request, after those that name its service.",
        "2 crews saved.",
    ]
    odd, tree = run("crews", "--json").rows
    assert tree == {
        "name": "Tree 1", "skills": ["tree", "stump"], "capacity": 6, "areas": ["Ward 3"],
        "hours": "Mon-Fri 7:00-15:30", "days": "2026-11-26 off", "email": "tree@example.org", "base": [42.3, -71.1],
        "active": True,
    }  # fmt: skip
    assert (odd["capacity"], odd["hours"], odd["base"]) == (8, "", None)
    first, *rows = run("crews").out.splitlines()
    assert first.split() == ["CREW", "JOBS", "A", "DAY", "HOURS", "AREAS", "TAKES"]
    assert [row.split("  ")[0] for row in rows] == ["Odd jobs", "Tree 1"]
    assert "always" in rows[0]
    assert "anywhere" in rows[0]
    assert "anything" in rows[0]


def test_what_is_listed_can_be_imported_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("crews", "import", table(tmp_path, TREE))
    before = run("crews", "--json").out
    assert run("crews", "import", table(tmp_path, TREE)).code == 0
    assert run("crews", "--json").out == before


BAD = {
    "no name": (",tree,,,,,,,,", "The crew has no name"),
    "no number": ("A,,many,,,,,,,", "“many” is no number of jobs a day"),
    "too many": ("A,,501,,,,,,,", "“501” is no number of jobs a day"),
    "no hours": ("A,,,,Mon 8,,,,,", "is not hours"),
    "no day": ("A,,,,,tomorrow off,,,,", "“tomorrow” is not a day"),
    "no address": ("A,,,,,,nobody,,,", "no e-mail address"),
    "half a place": ("A,,,,,,,42.3,,", "“42.3” is no place"),
    "beyond the globe": ("A,,,,,,,142.3,-71.1,", "is no place"),
    "perhaps": ("A,,,,,,,,,perhaps", "neither yes nor no"),
    "twice": ("tree 1,,,,,,,,,", "“tree 1” stands there twice"),
    "a cell too few": ("A,,,,,,,,", "9 cells where the header has 10"),
}


@pytest.mark.parametrize(("line", "said"), BAD.values(), ids=BAD)
def test_a_file_with_a_fault_anywhere_changes_nothing(run: Run, tmp_path: Path, line: str, said: str) -> None:
    tried = run("crews", "import", table(tmp_path, TREE, line))
    assert tried.code != 0
    assert tried.out.startswith("Line 3: ")
    assert said in tried.out
    assert tried.err.startswith("connect-console: Nothing was saved.")
    assert "There are no crews" in run("crews").out


def test_every_fault_is_said_at_once(run: Run, tmp_path: Path) -> None:
    tried = run("crews", "import", table(tmp_path, *(line for line, _ in BAD.values())))
    assert len(tried.out.splitlines()) == len(BAD) - 1, "without the first “Tree 1” there is no second"


def test_trying_says_what_would_be_saved_and_saves_nothing(run: Run, tmp_path: Path) -> None:
    assert run("crews", "import", table(tmp_path, TREE), "--dry-run").out == "1 would be saved.\n"
    assert "There are no crews" in run("crews").out
    assert run("crews", "import", table(tmp_path)).out == "There is no crew in it.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--add", "A", "--capacity", "0"), "no whole number from 1"),
        (("--add", "A", "--capacity", "many"), "no whole number"),
        (("--add", "A", "--capacity", "501"), "takes 501 jobs a day. Give 1 to 500"),
        (("--add", "two\nlines"), "a name on one line"),
        (("import", "nowhere.csv"), "“nowhere.csv” cannot be read"),
        (("import",), "FILE"),
    ],
)
def test_what_cannot_be_is_said_and_adds_nobody(run: Run, words: tuple[str, ...], said: str) -> None:
    tried = run("crews", *words)
    assert tried.code != 0
    assert said in tried.err
    assert "There are no crews" in run("crews").out


def test_a_crew_is_known_by_its_name_in_any_case_and_the_first_is_made(tmp_path: Path) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path / 'desk.db'}")) as store:
        made = crew_called(store, " Tree 1 ")
        assert (made.name, made.id > 0) == ("Tree 1", True)
        assert crew_called(store, "TREE 1") == made
        save_crews(store, [Crew(0, "Lights 1")])
        with pytest.raises(NotFound, match="There is no crew “Light 1”; the nearest is “Lights 1”") as told:
            crew_called(store, "Light 1")
    assert 'crews --add "NAME"' in told.value.remedy


def test_a_summary_is_plain_json() -> None:
    crew = Crew(1, "Tree 1", ("tree",), 6, shifts=Shifts(weekdays(Hours(420, 930))), base=(42.3, -71.1), active=False)
    made = json.loads(json.dumps(summary(crew)))
    assert (made["hours"], made["base"], made["active"]) == ("Mon-Fri 7:00-15:30", [42.3, -71.1], False)
