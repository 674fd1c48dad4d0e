"""`crews` lists, adds and imports: it prints what was meant, and a file with a fault anywhere changes nothing."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.cli.crews import crew_called, known_crew, summary
from console.opening import apart
from console.settings import load
from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.values import Crew
from services.errors import NotFound
from services.store import days, queries
from services.store.crews import save_crews
from services.store.store import Store
from tests.console.cli.conftest import Run
from tests.widgets.crews.test_paper import pages
from widgets.crews import paper

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
        with pytest.raises(NotFound, match=r"There is no crew “Tree 1”\."):
            known_crew(queries.crews(store), "Tree 1")
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


DAY = date(2020, 4, 20)


@pytest.fixture
def listed(run: Run, home: Path, tmp_path: Path) -> list[str]:
    """The numbers of two requests on Tree 1's list of `DAY`, in its order; the second is closed since."""
    run("crews", "import", table(tmp_path, TREE, "Lights 1,,,,,,,,,"))
    file = tmp_path / "old.csv"
    file.write_text(
        "id,opened,type,address,status,description,caller name,caller phone\n"
        "A-1,2020-04-13 10:00,Pothole,1 Main St,Open,Deep,,\n"
        "A-2,2020-04-14 10:00,Tree,2 Main St,Open,Fell <b>over</b>,Ana Lima,617 555 0142\n",
        encoding="utf-8",
    )
    assert run("import", str(file)).code == 0
    with apart(load(home, "zoe")) as acting:
        tree = next(crew for crew in queries.crews(acting.store) if crew.name == "Tree 1")
        rows = sorted(queries.every(acting.store), key=lambda row: row.requested_ms, reverse=True)
        days.plan(acting, tree.id, DAY, [row.id for row in rows], [])
    numbers = [row.number for row in rows]
    assert run("do", "status", numbers[1], "closed/fixed").code == 0
    return numbers


def written(run: Run, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[str, list[str], str, str]:
    """What `crews print` says, the text of each page that it writes, its title and its country."""
    told: list[tuple[list[str], str, str]] = []

    def write(file: Path, made: list[paper.Page], title: str, country: str) -> None:
        told.append(([page(4000) for page in made], title, country))
        real(file, made, title, country)

    real = paper.write_pdf
    with monkeypatch.context() as patch:
        patch.setenv("QT_QPA_PLATFORM", "offscreen")  # as it was, afterwards
        patch.setattr(paper, "write_pdf", write)
        said = run("crews", "print", *words)
    assert said.code == 0, said.err
    return said.out, *told[0]


def test_a_crews_day_is_printed_in_its_order(
    run: Run, home: Path, listed: list[str], tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.joinpath("config.toml").write_text('[city]\nname = "Town"\ncountry = "DE"\n', encoding="utf-8")
    file = tmp_path / "day.pdf"
    said, (sheet,), title, country = written(run, monkeypatch, "tree 1", str(file), "--day", DAY.isoformat())
    assert said == "Tree 1, 2020-04-20: 2 jobs, 1 page in “day.pdf”.\n"
    assert (pages(file), title, country) == (1, "Tree 1 2020-04-20", "DE")
    assert "Tree 1: Monday 20 April 2020" in sheet
    assert "2 jobs, 1 to do" in sheet
    assert "7:00-15:30" in sheet
    assert "Town" in sheet
    assert 0 < sheet.index(listed[0]) < sheet.index(listed[1])


def test_its_work_orders_are_those_that_are_left(
    run: Run, home: Path, listed: list[str], tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("Tree 1", str(tmp_path / "day.pdf"), "--day", DAY.isoformat(), "--orders")
    said, (_, order), *_ = written(run, monkeypatch, *words)
    assert said == "Tree 1, 2020-04-20: 2 jobs, 2 pages in “day.pdf”.\n"
    assert pages(tmp_path / "day.pdf") == 2
    for part in (f"Work order {listed[0]}", "Fell &lt;b&gt;over", "Tree 1", "Ana Lima", "617 555 0142"):
        assert part in order
    home.joinpath("config.toml").write_text('[rights]\nsee_contacts = ["supervisor"]\n', encoding="utf-8")
    _, (_, order), *_ = written(run, monkeypatch, *words)
    assert "0142" in order, "a supervisor may"
    home.joinpath("config.toml").write_text(
        '[desk]\nrole = "dispatcher"\n[rights]\nsee_contacts = ["supervisor"]\n', encoding="utf-8"
    )
    _, (_, order), *_ = written(run, monkeypatch, *words)
    assert "contact details are not printed here" in order
    assert "555" not in order
    assert "Ana" not in order


def test_without_a_day_it_is_todays_and_an_empty_one_says_so(
    run: Run, home: Path, listed: list[str], tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ZoneInfo("Pacific/Kiritimati")  # it is tomorrow there for most of the day
    home.joinpath("config.toml").write_text(f'[desk]\ntimezone = "{there.key}"\n', encoding="utf-8")
    before = datetime.now(there).date()
    said, (sheet,), *_ = written(run, monkeypatch, "Lights 1", str(tmp_path / "day.pdf"), "--orders")
    crew, day = said.partition(":")[0].split(", ")
    assert crew == "Lights 1"
    assert before <= date.fromisoformat(day) <= datetime.now(there).date()
    assert "0 jobs, 0 to do" in sheet


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("Tree 2", "day.pdf"), 1, "There is no crew “Tree 2”; the nearest is “Tree 1”."),
        (("Tree 1", "day.txt"), 1, "End its name in .pdf."),
        (("Tree 1", "nowhere/day.pdf"), 1, "day.pdf cannot be written"),
        (("Tree 1", "day.pdf", "--day", "today"), 2, "“today” is no day; write it as 2011-08-28"),
        (("Tree 1",), 2, "FILE"),
    ],
)
def test_what_cannot_be_printed_is_said(
    run: Run,
    tmp_path: Path,
    qapp: object,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.chdir(tmp_path)
    run("crews", "import", table(tmp_path, TREE))
    tried = run("crews", "print", *words)
    assert (tried.code, tried.out, list(tmp_path.glob("day*"))) == (code, "", [])
    assert said in tried.err
