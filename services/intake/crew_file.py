"""Crews out of a table as cities keep them: forgiving of headers, and exact about what is wrong in which line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.contact import email
from services.domain.crewtext import jobs, place, words
from services.domain.shifts import Shifts, parse_days, parse_week
from services.domain.values import Crew
from services.errors import Expected, Invalid
from services.intake.sheet import Line, Sheet

_NAMES = {
    "name": ("name", "crew", "crewname", "team", "unit"),
    "skills": ("skills", "skill", "services", "service", "takes", "work", "trade", "trades"),
    "capacity": ("capacity", "jobs", "jobsaday", "jobsperday", "perday", "maxjobs"),
    "areas": ("areas", "area", "wards", "ward", "districts", "district", "neighborhoods", "neighbourhoods", "zones"),
    "hours": ("hours", "shift", "shifts", "week", "workinghours", "schedule"),
    "days": ("days", "exceptions", "daysoff", "holidays", "leave"),
    "email": ("email", "mail", "emailaddress"),
    "lat": ("lat", "latitude", "baselat", "y"),
    "lon": ("lon", "lng", "long", "longitude", "baselon", "x"),
    "active": ("active", "inservice", "enabled"),
}
_NAMED = 6
_YES, _NO = {"", "yes", "y", "true", "1", "active"}, {"no", "n", "false", "0", "inactive", "retired"}


@dataclass(slots=True)
class CrewFile:
    """What was read: the crews to save, and a sentence for each line that cannot be."""

    crews: list[Crew] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    without_skills: list[str] = field(default_factory=list)
    """Names of crews that will be offered for anything."""
    unread: str = ""
    """Columns that tell nothing of crews."""


def read(sheet: Sheet, known: Sequence[Crew]) -> CrewFile:
    """Crews of a sheet; what it has no column for stays as it is with the crews there are. Raises Invalid.

    A crew is known by its name, in any case.
    """
    columns = _columns(sheet.header)
    unread = [title for place, title in enumerate(sheet.header) if place not in columns.values()]
    if "name" not in columns or (len(columns) == 1 and unread):
        lacks = "none" if "name" not in columns else f"nothing but “{sheet.header[columns['name']]}”"
        raise Invalid(
            f"This is no table of crews: of its columns ({_some(sheet.header)}) {lacks} tells of crews.",
            "Its first line names them: name, and what there is of skills, capacity, areas, hours, days, email.",
        )
    made, by_name = CrewFile(unread=_some(unread)), {crew.name.casefold(): crew for crew in known}
    made.faults += [f"Line {line.number}: {line.reason}" for line in sheet.broken]
    seen: set[str] = set()
    for line in sheet.lines:
        try:
            crew = _crew(line, columns, by_name)
            if crew.name.casefold() in seen:
                raise Invalid(f"“{crew.name}” stands there twice.", "Leave one of them out.")
            seen.add(crew.name.casefold())
        except Expected as problem:
            made.faults.append(f"Line {line.number}: {problem.sentence} {problem.remedy}".strip())
            continue
        made.crews.append(crew)
        if not crew.skills:
            made.without_skills.append(crew.name)
    return made


def _some(titles: Sequence[str]) -> str:
    """Columns by name, the first of many."""
    more = len(titles) - _NAMED
    return ", ".join(titles[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, title in enumerate(header):
        plain = re.sub(r"[^a-z]", "", title.casefold())
        for what, names in _NAMES.items():
            if plain in names and what not in found:
                found[what] = column
    return found


def _crew(line: Line, columns: Mapping[str, int], known: Mapping[str, Crew]) -> Crew:
    cells = {what: line.cells[column].strip() for what, column in columns.items()}
    name = cells["name"]
    if not name:
        raise Invalid("The crew has no name.", "Give it one.")
    crew = known.get(name.casefold(), Crew(0, name))
    readers: dict[str, Callable[[str], dict[str, object]]] = {
        "skills": lambda text: {"skills": words(text)},
        "areas": lambda text: {"areas": words(text)},
        "capacity": lambda text: {"capacity": jobs(text)} if text else {},
        "email": lambda text: {"email": email(text)},
        "active": lambda text: {"active": _active(text)},
    }
    given: dict[str, object] = {}
    for what, text in cells.items():
        if what in readers:
            given |= readers[what](text)
    week, days = crew.shifts.week, crew.shifts.days
    given["shifts"] = Shifts(
        parse_week(cells["hours"]) if "hours" in cells else week, parse_days(cells["days"]) if "days" in cells else days
    )
    if "lat" in cells and "lon" in cells:
        given["base"] = place(cells["lat"], cells["lon"])
    return replace(crew, **given)  # type: ignore[arg-type]


def _active(text: str) -> bool:
    if text.casefold() not in _YES | _NO:
        raise Invalid(f"“{text}” is neither yes nor no.", "Write yes or no.")
    return text.casefold() in _YES
