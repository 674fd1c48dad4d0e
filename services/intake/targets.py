"""A list of targets out of a table: which service is to be answered and done by when, and what is wrong in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.domain.sla import Target, Term
from services.domain.termtext import term
from services.domain.values import Service
from services.errors import Invalid
from services.intake.sheet import Line, Sheet

_NAMES = {
    "service": ("service", "servicename", "type", "requesttype", "name", "servicecode", "code", "problem"),
    "respond": ("respond", "respondwithin", "response", "responsetime", "firstresponse", "timetorespond"),
    "resolve": ("resolve", "resolvewithin", "resolution", "target", "sla", "timetoresolve", "closewithin", "duewithin"),
    "unit": ("unit", "units", "in"),
}
_UNITS = ("workingdays", "businessdays", "workinghours", "businesshours", "days", "hours")
"""What a heading may end in: "SLA (business days)"."""


@dataclass(slots=True)
class Targets:
    """What was read."""

    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """What was left out and why, with the line."""


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    unit: str
    """What its heading says the numbers are."""


def read_targets(sheet: Sheet, services: Sequence[Service]) -> Targets:
    """The targets of a table for these services, found by name or code. Raises Invalid where no column fits."""
    columns = _columns(sheet.header)
    known: dict[str, list[Service]] = {}
    for service in services:
        for word in {service.code.casefold(), service.name.casefold()}:
            known.setdefault(word, []).append(service)
    found, lines = Targets(), dict[tuple[str, str], int]()
    for broken in sheet.broken:
        found.problems.append(f"line {broken.number}: {broken.reason}")
    for line in sheet.lines:
        try:
            its, target = _row(line, columns, known)
        except Invalid as error:
            found.problems.append(f"line {line.number}: {error.sentence} {error.remedy}")
            continue
        for service in its:
            key = service.upstream, service.code
            if key in lines and found.targets[key] != target:
                found.problems.append(f"line {line.number}: “{service.name}” has another target on line {lines[key]}.")
                break
            found.targets[key], lines[key] = target, lines.get(key, line.number)
    return found


def _columns(header: Iterable[str]) -> dict[str, _Column]:
    found: dict[str, _Column] = {}
    for place, heading in enumerate(header):
        bare = "".join(c for c in heading.casefold() if c.isalnum())
        unit = next((u for u in _UNITS if bare.endswith(u) and bare != u), "")
        bare = bare.removesuffix(unit) if unit else bare
        for name, headings in _NAMES.items():
            if bare in headings and name not in found:
                found[name] = _Column(place, unit.replace("days", " days").replace("hours", " hours").strip())
    missing = "service" if "service" not in found else "resolve" if not {"resolve", "respond"} & found.keys() else ""
    if missing:
        raise Invalid(
            f"No column says which {missing}." if missing == "service" else "No column holds targets.",
            "Name the columns in the first line: service, respond within, resolve within, unit.",
        )
    return found


def _row(
    line: Line, columns: Mapping[str, _Column], known: Mapping[str, list[Service]]
) -> tuple[list[Service], Target]:
    said = line.cells[columns["service"].place]
    its = known.get(said.casefold())
    if its is None:
        nearest = difflib.get_close_matches(said.casefold(), known, 1, 0.6)
        hint = (
            f"Did you mean “{known[nearest[0]][0].name}”?"
            if nearest
            else "The services are listed by: connect-console sla show"
        )
        raise Invalid(f"there is no service “{said}”.", hint)
    unit = line.cells[columns["unit"].place] if "unit" in columns else ""
    respond, resolve = (_term(line, columns.get(name), unit) for name in ("respond", "resolve"))
    if respond is None and resolve is None:
        raise Invalid(f"“{said}” has no target.", "Leave the line out where there is none.")
    return its, Target(respond, resolve)


def _term(line: Line, column: _Column | None, unit: str) -> Term | None:
    return None if column is None else term(line.cells[column.place], unit or column.unit)
