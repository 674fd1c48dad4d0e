"""Which terms Boston kept in 2011, found from when its requests were filed and due; writes the demo's target list."""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import holidays

from services.domain.calendar import Calendar
from services.domain.sla import Term, Unit
from tests.evaluate.data import ROOT, records

HOURS = (8 * 60 + 30, 17 * 60)
"""What was filed from 17:00 on was due as if filed at 8:30 on the next working day."""
CITY = Calendar(
    "America/New_York",
    (*((HOURS,) * 5), None, None),
    frozenset(holidays.country_holidays("US", "MA", years=[2011, 2012])),
)
_FEW = 5
"""Fewer rows of a service say nothing of its term."""
_SHARE = 0.25
"""Of its rows that a term has to explain; else none is kept."""
_LIST = ROOT / "resources" / "boston" / "targets.csv"


@dataclass(frozen=True, slots=True)
class Filed:
    """One request of the city's dump."""

    type: str
    opened: datetime
    due: datetime | None
    closed: datetime | None
    ontime: bool | None


def filed() -> Iterator[Filed]:
    """Every request of July to December 2011, in the order of the dump."""
    for row in records("boston/requests_2011h2.csv.gz"):
        opened = _moment(row["open_dt"])
        if opened is not None:
            flag = {"ONTIME": True, "OVERDUE": False}.get(row["ontime"])
            yield Filed(row["type"], opened, _moment(row["target_dt"]), _moment(row["closed_dt"]), flag)


def _moment(text: str) -> datetime | None:
    return CITY.moment(datetime.fromisoformat(text[:19])) if text else None


def terms(rows: Iterable[Filed]) -> dict[str, Term]:
    """By service: the term that explains most of its due times, to the minute where that is told apart."""
    by_type: dict[str, list[Filed]] = defaultdict(list)
    for row in rows:
        by_type[row.type].append(row)
    found = {}
    for name, its in by_type.items():
        promised = [row for row in its if row.due is not None]
        votes = Counter(term for row in promised for term in _implied(row))
        best = max(votes, key=lambda term: (votes[term], term.unit is Unit.WORKING_DAYS), default=None)
        if best and len(promised) >= _FEW and votes[best] >= _SHARE * len(its):
            found[name] = best
    return found


def _implied(row: Filed) -> Iterator[Term]:
    """The terms that would give this due time: a whole number of hours, or of working days by the day."""
    assert row.due is not None
    hours = (CITY.wall(row.due) - CITY.wall(row.opened)) / timedelta(hours=1)
    if hours >= 0.5 and abs(hours - round(hours)) * 60 <= 1:
        yield Term(round(hours))
    start = next((begins for begins, _ in CITY.working_days(CITY.wall(row.opened))), None)
    due = CITY.wall(row.due)
    if start is not None and due > start and due.year < 2014:
        days = sum(
            CITY.open_on(start.date() + timedelta(days=n)) is not None
            for n in range(1, (due.date() - start.date()).days + 1)
        )
        if days:
            yield Term(days, Unit.WORKING_DAYS)


def main() -> None:
    """Write the list the demo ships, from the whole half-year."""
    with _LIST.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["service", "resolve within", "unit"])
        for name, term in sorted(terms(filed()).items()):
            lines.writerow([name, f"{term.amount:g}", term.unit.label])
    sys.stdout.write(f"{_LIST.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    main()
