"""`sla` sets and shows targets, hours and days off, says what they change, and puts earlier ones back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.console.cli.conftest import Run


@pytest.fixture
def office(run: Run, city: str) -> Run:
    """A desk that has pulled one report of a light."""
    assert run("sync", "--once").code == 0
    return run


def table(folder: Path, *lines: str) -> str:
    file = folder / "targets.csv"
    file.write_text("\n".join(("service,respond,resolve", *lines)), encoding="utf-8")
    return str(file)


def test_nothing_is_set_at_first(run: Run) -> None:
    assert run("sla", "history").out == "Nobody has set any targets here.\n"
    said = run("sla", "show").out
    assert "The city works Monday to Friday 8:00-17:00" in said
    assert "Days off:\nnone" in said


def test_targets_are_read_tried_and_set(office: Run, tmp_path: Path) -> None:
    file = table(tmp_path, "street-light,4 h,2 working days", "Gargoyle,1,1")
    tried = office("sla", "import", file, "--dry-run")
    assert tried.code == 0
    assert "Left out: line 3: there is no service “Gargoyle”" in tried.out
    assert "No holidays are listed for" in tried.out
    assert tried.out.endswith("Nothing was changed.\n")
    assert office("sla", "history", "--json").rows == []
    assert "Nothing was changed" not in office("sla", "import", file).out
    (version,) = office("sla", "history", "--json").rows
    assert version["number"] == 1
    targets = {row["service"]: row for row in office("sla", "show", "--json").json["targets"]}
    assert [row for row in targets.values() if row["respond"]] == [
        {"service": row["service"], "upstream": "city", "respond": "4 hours", "resolve": "2 working days"}
        for row in targets.values()
        if row["respond"]
    ]
    assert sum(bool(row["respond"]) for row in targets.values()) == 1


def test_a_list_with_nothing_in_it_is_refused(office: Run, tmp_path: Path) -> None:
    ran = office("sla", "import", table(tmp_path, "street-light,,0"))
    assert (ran.code, "No line names a service" in ran.err) == (1, True)
    assert "line 2: A target of 0 cannot be kept." in ran.out
    empty = office("sla", "import", table(tmp_path))
    assert (empty.code, "Write a line for each service below the heads." in empty.err) == (1, True)


def test_hours_and_what_stops_the_clock(run: Run) -> None:
    ran = run("sla", "hours", "mon-thu 8:30-17:00", "fri 8-12", "--zone", "America/Chicago", "--pausing", "scheduled")
    assert ran.code == 0
    shown = run("sla", "show", "--json").json
    assert shown["hours"] == "Monday to Thursday 8:30-17:00; Friday 8:00-12:00"
    assert (shown["zone"], shown["pausing"]) == ("America/Chicago", ["scheduled"])
    assert run("sla", "hours", "--pausing", "none").code == 0
    assert run("sla", "show", "--json").json["pausing"] == []
    for bad in (("--pausing", "closed"), ("--zone", "Middle/Earth"), ("mon 17-8",), ("someday 8-17",)):
        ran = run("sla", "hours", *bad)
        assert ran.code == 1
        assert ran.err.strip()


def test_days_off_of_a_state_and_the_citys_own(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("2026-12-24 Christmas Eve\n", encoding="utf-8")
    words = ("US-MS", "--years", "2026", "--file", str(own), "--without", "2026-04-27")
    assert run("sla", "holidays", *words).code == 0
    days = run("sla", "show", "--json").json["days_off"]
    assert days["2026-12-24"] == "Christmas Eve"
    assert days["2026-09-07"] == "Labor Day"
    assert "2026-04-27" not in days
    assert run("sla", "holidays", "--without", "2026-09-07").code == 0
    assert len(run("sla", "show", "--json").json["days_off"]) == len(days) - 1
    assert run("sla", "holidays", "--without", "soon").code == 2
    for bad in (("XX",), ("--file", str(tmp_path / "none"))):
        assert run("sla", "holidays", *bad).code == 1


def test_an_earlier_version_is_put_back(run: Run) -> None:
    for closes in ("16:00", "17:00"):
        assert run("sla", "hours", f"mon-fri 8-{closes}").code == 0
    assert run("sla", "restore", "1").code == 0
    assert run("sla", "show", "--json").json["hours"] == "Monday to Friday 8:00-16:00"
    assert [v["number"] for v in run("sla", "history", "--json").rows] == [3, 2, 1]
    assert "no version 9" in run("sla", "restore", "9").err


def test_only_a_supervisor_sets_them(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text('[desk]\nrole = "dispatcher"\n', encoding="utf-8")
    ran = run("sla", "hours", "sat 9-12")
    assert (ran.code, ran.err) == (1, ran.err)
    assert "may not set targets" in ran.err
    assert json.loads(run("sla", "show", "--json").out)["version"] == 0
