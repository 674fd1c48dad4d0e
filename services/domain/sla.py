"""When a request is due: the upstream's own promise first, then the service's target; sooner where it is needed so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from services.domain.calendar import Calendar, Span, without
from services.domain.spans import due as due_in_words
from services.domain.status import Status

_MILLISECOND = timedelta(milliseconds=1)
_LAST = datetime.max.replace(year=9999, month=1, day=1)
PLAIN = Calendar()
"""For who has none: Monday to Friday, 8 to 17, no holidays, on hold stops the clock."""
MOST = 100_000
"""No term is longer, in hours, whatever its unit."""


class Unit(StrEnum):
    """In what a term is counted."""

    HOURS = "hours"
    """Round the clock."""
    WORKING_HOURS = "working_hours"
    """While somebody works."""
    WORKING_DAYS = "working_days"
    """Days on which somebody works: due at the same time of day; what is filed while nobody works, from opening on."""

    @property
    def label(self) -> str:
        """The word shown to people, e.g. "working days"."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take."""

    amount: float
    """More than 0."""
    unit: Unit = Unit.HOURS

    @property
    def is_one(self) -> bool:
        """Whether it can be reckoned with: above nothing, and not beyond `MOST` hours."""
        hours = self.amount * (24 if self.unit is Unit.WORKING_DAYS else 1)
        return math.isfinite(hours) and 0 < hours <= MOST

    def __str__(self) -> str:
        """ "2 working days", "48 hours"; from three on, whole days of 24 hours are days."""
        if self.unit is Unit.HOURS and self.amount >= 72 and self.amount % 24 == 0:
            return f"{self.amount / 24:g} days"
        label = self.unit.label if self.amount != 1 else self.unit.label.removesuffix("s")
        return f"{self.amount:g} {label}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a service promises: when somebody first looks at a request, and when it is done; None: nothing."""

    respond: Term | None = None
    resolve: Term | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """When the clock of a request stood."""

    spans: tuple[Span, ...] = ()
    since: datetime | None = None
    """From when on it stands now; None: it runs."""


NEVER = Stood()


@dataclass(frozen=True, slots=True)
class Sla:
    """What a city has promised: by when each service is done, and by which hours that is reckoned."""

    calendar: Calendar = PLAIN
    targets: Mapping[tuple[str, str], Target] = field(default_factory=dict)
    """By upstream ("" for what lives at this desk only) and service code."""
    named: Mapping[date, str] = field(default_factory=dict)
    """What the days off are called."""
    version: int = 0
    """Which of its versions this is; 0: none was saved yet."""

    def term(self, upstream: str, code: str, hours: float | None) -> Term | None:
        """By when a service is to be done: the city's own target, else the `hours` that its upstream names."""
        target = self.targets.get((upstream, code))
        return target.resolve if target and target.resolve else Term(hours) if hours else None

    def due(
        self,
        service: tuple[str, str],
        hours: float | None,
        filed: datetime,
        expected: datetime | None,
        needed: datetime | None = None,
        stood: Stood = NEVER,
    ) -> datetime | None:
        """When a request of a service (its upstream, its code; `hours` as its upstream says) is due."""
        return due_at(filed, expected, self.term(*service, hours), needed, self.calendar, stood)

    def respond_by(self, upstream: str, code: str, filed: datetime) -> datetime | None:
        """By when somebody is to have looked at a request; None where that is not promised."""
        target = self.targets.get((upstream, code))
        return within(self.calendar, filed, target.respond) if target and target.respond else None


def due_at(
    requested_at: datetime,
    expected_at: datetime | None,
    target: Term | float | None,
    needed_at: datetime | None = None,
    calendar: Calendar = PLAIN,
    stood: Stood = NEVER,
) -> datetime | None:
    """The moment a request is due, or None when nobody promised anything; what is needed sooner is due sooner.

    `target` in hours round the clock where it is a number. An `expected_at` before `requested_at` is a slip seen in
    real servers; the service's target is used instead. While the clock stands nothing is due by our own target, but
    what was late when it stopped; what an upstream promised, or a caller needs, stays as it is.
    """
    promised = expected_at if expected_at is not None and expected_at >= requested_at else None
    if promised is None and target is not None:
        term = target if isinstance(target, Term) else Term(target)
        promised = within(calendar, requested_at, term, stood.spans)
        if promised is not None and stood.since is not None and promised > stood.since:
            promised = None
    return min((moment for moment in (promised, needed_at) if moment is not None), default=None)


def within(calendar: Calendar, filed: datetime, term: Term, pauses: Sequence[Span] = ()) -> datetime | None:
    """The last moment of a term that begins when it was filed (aware), pauses left out; None beyond the calendar.

    A term of 0 or less is none: None.
    """
    if not term.is_one:
        return None
    if term.unit is Unit.HOURS and not pauses:
        return after(filed, term.amount)
    if term.unit is Unit.HOURS:
        return _spent([(filed, datetime.max.replace(tzinfo=UTC))], term, pauses)
    wall = calendar.wall(filed)
    running = calendar.office_hours(wall) if term.unit is Unit.WORKING_HOURS else calendar.working_days(wall)
    ends = _spent(running, term, [(calendar.wall(begins), calendar.wall(ends)) for begins, ends in pauses])
    return None if ends is None else calendar.moment(ends)


def _spent(running: Iterable[Span], term: Term, pauses: Sequence[Span]) -> datetime | None:
    left = timedelta(**{"days" if term.unit is Unit.WORKING_DAYS else "hours": term.amount})
    for begins, ends in without(running, pauses):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return None


def after(moment: datetime, hours: float) -> datetime | None:
    """So many hours later; None beyond the calendar."""
    if moment.replace(tzinfo=None) > _LAST - timedelta(hours=hours):
        return None
    return moment + timedelta(hours=hours)


def stood(story: Iterable[tuple[datetime, Status]], pausing: frozenset[Status]) -> Stood:
    """When the clock stood, from the moments at which a request came to each status, in the order of its history."""
    spans: list[Span] = []
    since: datetime | None = None
    for at, status in story:
        if since is not None and status not in pausing:
            spans.append((since, at))
            since = None
        elif since is None and status in pausing:
            since = at
    return Stood(tuple(spans), since)


def times_over(requested_at: datetime, due: datetime | None, now: datetime) -> int:
    """How far a request is past its time: 0 not late, 1 late, 3 when three times what was allowed has gone by."""
    if due is None or now <= due:
        return 0
    return 3 if now - requested_at > 3 * (due - requested_at) else 1


def time_left(due: datetime | None, now: datetime) -> str:
    """The due clock in words: "2 h 10 m left", "23 h left", "11 d left", "2 d late", or "" when nothing is due."""
    if due is None:
        return ""
    return due_in_words((due - now) // _MILLISECOND)[0]
