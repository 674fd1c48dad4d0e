"""Crews out of a file: whatever its headers are called, and every fault by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    with pytest.raises(Invalid, match=r"no table of crews: .* none tells of crews"):
        told(tmp_path, "colour,size\nred,3\n")
    with pytest.raises(Invalid, match=r"\(Name, Acres, a, b, c, d and 1 more\) nothing but “Name” tells of crews"):
        told(tmp_path, "Name,Acres,a,b,c,d,e\nRoslindale,3,,,,,\n")
    assert told(tmp_path, "name,capacity,colour\nTree 1,3,red\n").unread == "colour"


@pytest.mark.parametrize(
    "line",
    [
        "A,8,nan,nan", "A,8,inf,0", "A,8,142.3,-71.1", "A,8,42.3,", "A,501,,", "A,99999999999999999999,,", "A,-1,,",
        "A,8.5,,", "\x00,8,,", " ,8,,",
    ],
)  # fmt: skip
def test_what_no_store_could_keep_is_a_fault_of_its_line(tmp_path: Path, line: str) -> None:
    found = told(tmp_path, f"name,capacity,lat,lon\nTree 1,6,42.3,-71.1\n{line}\nTree 2,6,,\n")
    assert [c.name for c in found.crews] == ["Tree 1", "Tree 2"]
    assert [fault.partition(":")[0] for fault in found.faults] == ["Line 3"]
    assert found.faults[0].endswith(".")


cell = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n\x00'), max_size=12) | st.sampled_from(
    ["Tree", "tree;stump", "8", "Mon-Fri 7-15", "off", "2026-11-26 off", "a@example.org", "42.3", "-71.1", "yes"]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[cell] * 9), max_size=5))
def test_whatever_stands_in_a_table_each_line_is_a_crew_or_a_fault(
    tmp_path: Path, lines: list[tuple[str, ...]]
) -> None:
    header = "name,skills,capacity,hours,days,email,lat,lon,active"
    found = told(tmp_path, "\n".join([header, *(",".join(f'"{text}"' for text in line) for line in lines)]))
    written = [line for line in lines if any(text.strip() for text in line)]
    assert len(found.crews) + len(found.faults) == len(written)
    for crew in found.crews:
        assert crew.name == crew.name.strip() != ""
        assert 1 <= crew.capacity <= 500
        assert crew.base is None or (abs(crew.base[0]) <= 90 and abs(crew.base[1]) <= 180)
    names = [crew.name.casefold() for crew in found.crews]
    assert len(names) == len(set(names))
    assert set(found.without_skills) == {crew.name for crew in found.crews if not crew.skills}
