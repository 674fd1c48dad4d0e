"""Crews out of a file: whatever its headers are called, and every fault by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.domain.shifts import Hours
from services.domain.values import Crew
from services.errors import Invalid
from services.intake.crew_file import CrewFile, read
from services.intake.sheet import read as sheet


def told(folder: Path, text: str, known: tuple[Crew, ...] = ()) -> CrewFile:
    file = folder / "crews.csv"
    file.write_text(text, encoding="utf-8")
    return read(sheet(file), known)


def test_headers_are_taken_as_cities_write_them(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        "Crew Name,Services,Jobs per day,Wards,Working hours,Days off,E-mail,Latitude,Longitude\n"
        'Tree 1,tree; stump,6,Ward 3|Ward 4,"Mon-Fri 7:00-15:30",2026-11-26 off,tree1@example.org,42.3,-71.1\n'
        "Odd jobs,,,,,,,,\n",
    )
    assert found.faults == []
    tree, odd = found.crews
    assert (tree.name, tree.skills, tree.capacity, tree.areas) == ("Tree 1", ("tree", "stump"), 6, ("Ward 3", "Ward 4"))
    assert (tree.shifts.week[4], tree.shifts.week[5]) == (Hours(420, 930), None)
    assert [(day.isoformat(), hours) for day, hours in tree.shifts.days] == [("2026-11-26", None)]
    assert (tree.email, tree.base) == ("tree1@example.org", (42.3, -71.1))
    assert (odd.capacity, odd.base, bool(odd.shifts)) == (8, None, False)
    assert found.without_skills == ["Odd jobs"]


def test_what_a_file_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    known = Crew(7, "Tree 1", ("tree",), 6, areas=("Ward 3",), email="a@example.org")
    found = told(tmp_path, "name;capacity\nTREE 1;4\n", (known,))
    assert [(c.id, c.name, c.skills, c.capacity, c.areas, c.email) for c in found.crews] == [
        (7, "Tree 1", ("tree",), 4, ("Ward 3",), "a@example.org")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",tree,3,,,,,", "has no name"),
        ("A,,many,,,,,", "“many” is no number of jobs a day. Write a whole number"),
        ("A,,0,,,,,", "“0” is no number"),
        ("A,,3,noon to dusk,,,,", "“noon” is not a day of the week"),
        ("A,,3,Mon 7-8,whenever,,,", "“whenever” is not a day"),
        ("A,,3,,,nobody,,", "no e-mail address"),
        ("A,,3,,,,north,", "is no place"),
        ("A,,3,,,,,,perhaps", "neither yes nor no"),
    ],
)
def test_a_fault_names_its_line_and_a_remedy(tmp_path: Path, row: str, said: str) -> None:
    header = "name,skills,capacity,hours,days,email,lat,lon,active"
    found = told(tmp_path, f"{header}\nTree 1,tree,3,,,,,,\n{row}{',' * (8 - row.count(','))}\n")
    assert len(found.faults) == 1
    assert found.faults[0].startswith("Line 3: ")
    assert said in found.faults[0]
    assert [c.name for c in found.crews] == ["Tree 1"]


def test_a_crew_that_stands_there_twice_and_a_file_of_none(tmp_path: Path) -> None:
    assert "stands there twice" in told(tmp_path, "name\nTree 1\ntree 1\n").faults[0]
    with pytest.raises(Invalid, match="No column names the crews"):
        told(tmp_path, "colour,size\nred,3\n")
