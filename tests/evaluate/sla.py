"""The SLA clock beside the city's own word on half a year of closed requests: kept its time, or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from services.domain.sla import Term, within
from tests.evaluate.rows import Row
from tests.evaluate.terms import CITY, Filed, filed, terms

ABOUT = """Boston's requests of July to December 2011 that are closed and that the city itself counted as on time or
overdue (`ontime`). The desk's clock (`services/domain/sla.py`) is given only when each was filed and closed,
the city's hours (Monday to Friday, 8:30 to 17:00, which its due times show) with the holidays of
Massachusetts, and one term for each service, found from the due times of July to September
(`tests/evaluate/terms.py`): the whole number of hours, or of working days, that explains most of them. The
baseline counts the median of the same due times round the clock. `sla-agrees`: of the requests for which the
city set a due time, how many both call on time or both late; `sla-agrees-later` only those filed from October
on, of which nothing was learned; `sla-agrees-all` all of them, also those without a due time of the city's,
which it counts as on time however long they took. The note says what the rest is: where the city's due time
is days from ours, somebody moved it or the request changed its service; where it is on another time of the
day, the city counts what is filed before opening or at a weekend from that time of the day, we from opening.

Not shown: time on hold (the dump has no history of statuses) and the respond targets (it has none)."""
_OCTOBER = CITY.moment(datetime(2011, 10, 1))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of comparing."""

    n: int
    share: float
    why: Counter[str]
    """The reasons of the rest."""


def rows() -> list[Row]:
    """The shares in which both say the same."""
    every = list(filed())
    learned = [row for row in every if row.opened < _OCTOBER]
    ours, plain = terms(learned), medians(learned)
    closed = [row for row in every if row.closed is not None and row.ontime is not None]
    promised = [row for row in closed if row.due is not None]
    later = [row for row in promised if row.opened >= _OCTOBER]
    parts = (("sla-agrees", promised), ("sla-agrees-later", later), ("sla-agrees-all", closed))
    return [_row(name, its, ours, plain) for name, its in parts]


def _row(name: str, its: Sequence[Filed], ours: dict[str, Term], plain: dict[str, Term]) -> Row:
    clock, baseline = agreement(its, ours), agreement(its, plain)
    note = "the rest: " + ", ".join(f"{count:,} {why}" for why, count in clock.why.most_common())
    return Row(name, clock.share, baseline.share, "median hours", clock.n, clock.share > baseline.share, note)


def medians(rows: Sequence[Filed]) -> dict[str, Term]:
    """By service: the median time it was given, in hours round the clock."""
    given: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.due is not None and row.due > row.opened:
            given[row.type].append((row.due - row.opened) / timedelta(hours=1))
    return {name: Term(median(hours)) for name, hours in given.items()}


def agreement(rows: Sequence[Filed], terms: dict[str, Term]) -> Agreement:
    """How often the clock with these terms says of closed requests what the city says."""
    why: Counter[str] = Counter()
    for row in rows:
        term = terms.get(row.type)
        due = within(CITY, row.opened, term) if term else None
        if row.closed is not None and (due is None or row.closed <= due) is not row.ontime:
            why[_reason(row, due)] += 1
    return Agreement(len(rows), 1 - why.total() / len(rows), why)


def _reason(row: Filed, due: datetime | None) -> str:
    if row.due is None:
        return "without a due time of the city's"
    if due is None:
        return "of a service without a term"
    return "due days apart" if abs(due - row.due) >= _DAY else "due at another time of the day"
