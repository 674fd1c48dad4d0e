"""The figure that an alert rule watches: now, and as it would have been in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from services.domain.alerts import Measure, Rule, Step, Watch, look, said
from services.errors import Invalid
from services.queue.query import Moment, Query, Search, count, parse, run
from services.queue.snapshot import CLOSED, NONE, Ints, Snapshot
from services.queue.words import HAPPENED, Term, seconds
from services.supervise.risks import foreseen

HOUR, DAY = 3_600_000, 86_400_000
DAYS = 28
"""Normal for an hour is the middle of so many days at this time of day."""
FEWEST = 10
"""Normal is never taken for less than so many arrivals an hour: three times nothing is nothing."""
EVERY_MS = 600_000
"""The past is looked at every ten minutes."""
MONTH = timedelta(days=30)
_HERE = ("mine", "visible", "outside")
"""What depends on who looks."""
_STANDS = (
    *("status", "is", "due", "age", "since", "outcome", "crew", "claimed"),
    *(*HAPPENED, "touched", "took", "overdue", "risk"),
)
"""What a request has for a time: arrivals are counted without such words."""
_IS_ALWAYS = {"noplace", "differs", "reopened", "undelivered", "callback"}
"""Words behind is: that are taken as they are now."""
Floats = npt.NDArray[np.float64]


def check(rule: Rule) -> Query:
    """The rule's query, where it makes sense for everybody and for what is counted. Raises Invalid."""
    query = parse(rule.query)
    query.check()
    if any(term.asks(word) for term in query.terms for word in _HERE):
        raise Invalid("A rule watches the same for everybody.", "Leave out is:mine, is:visible and is:outside.")
    if rule.measure is Measure.RATE and (odd := next((t for t in query.terms if t.key in _STANDS), None)):
        raise Invalid(f"Arrivals are counted whatever became of them, so “{odd.text}” makes no sense.", "Leave it out.")
    return query


def figure(rule: Rule, snapshot: Snapshot, moment: Moment, search: Search) -> float | None:
    """What the rule counts now; None where nothing can be said. Raises Invalid.

    Of a rule over risks the snapshot is to hold them.
    """
    query = check(rule).at(moment)
    query.check()
    if rule.measure is Measure.COUNT:
        return float(count(snapshot, query, moment, search))
    rows = run(snapshot, query, moment, search)
    if rule.measure is Measure.OLDEST:
        asked = snapshot.requested_ms[rows]
        return max(0.0, (moment.ms - int(asked.min())) / HOUR) if len(asked) else 0.0
    return float(_rates(np.sort(snapshot.requested_ms[rows]), [moment.now], moment)[0])


def _rates(arrived: Ints, times: Sequence[datetime], moment: Moment) -> Floats:
    """The arrivals of the hour before each time, as so many times what is normal; `arrived` ascending."""
    ends = np.array([[_ms(t.astimezone(moment.zone) - timedelta(days=d)) for d in range(DAYS + 1)] for t in times])
    counts = np.searchsorted(arrived, ends, "right") - np.searchsorted(arrived, ends - HOUR, "right")
    normal = np.maximum(np.median(counts[:, 1:], axis=1), FEWEST)
    made: Floats = counts[:, 0] / normal
    return made


def _ms(local: datetime) -> int:
    """A local time of day, a day ago by the clock on the wall, in ms."""
    return int(local.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would do."""

    now: float | None
    fired: int | None
    """Alerts it would have begun in the last month; None where that cannot be said."""
    matches: int
    of: int

    def sentence(self, rule: Rule) -> str:
        """ "14 requests now; it would have begun 3 alerts in the last month."."""
        parts = [f"Now: {'nothing can be said' if self.now is None else said(rule.measure, self.now)}."]
        if self.fired is None:
            parts.append("What it would have done before cannot be said of these words.")
        else:
            many = f"{self.fired:,}" if self.fired else "no"
            parts.append(f"It would have begun {many} alert{'' if self.fired == 1 else 's'} in the last month.")
        if not self.matches:
            parts.append("These words find nothing at all: look whether they say what you mean.")
        elif self.matches == self.of:
            parts.append("These words find every request: say which you mean.")
        return " ".join(parts)


def preview(rule: Rule, snapshot: Snapshot, moment: Moment, search: Search) -> Preview:
    """What the rule counts now, and what it would have done in the last month. Raises Invalid."""
    query = check(rule)
    if query.asks_risk:
        snapshot, moment = foreseen(snapshot, moment)
    now = figure(rule, snapshot, moment, search)
    past = replay(rule, snapshot, moment, search, moment.now - MONTH)
    matches = count(snapshot, Query(query.terms, query.words), moment, search)
    return Preview(now, None if past is None else len(past), matches, len(snapshot))


def replay(
    rule: Rule, snapshot: Snapshot, moment: Moment, search: Search, since: datetime, acknowledged: bool = False
) -> list[datetime] | None:
    """When the rule would have begun an alert since then, looked at every ten minutes; None where nobody can say.

    Crews and who claimed what are taken as they are now. `acknowledged`: somebody would have acknowledged each at once.
    """
    steps = max(1, int((moment.now - since).total_seconds() * 1000) // EVERY_MS)
    times = [since + timedelta(milliseconds=EVERY_MS * i) for i in range(steps + 1)]
    figures = _past(rule, check(rule), snapshot, moment, search, times)
    if figures is None:
        return None
    watch, peak, begun = Watch(_ms(since) - EVERY_MS), 0.0, list[datetime]()
    for time, reading in zip(times, figures.tolist(), strict=True):
        watch, step = look(watch, _ms(time), reading, rule.threshold, peak)
        peak = max(peak, reading) if watch.begun else 0.0
        if step is Step.BEGIN:
            begun.append(time)
            watch = Watch(watch.looked_ms, begun=True, seen=acknowledged)
    return begun


def _past(
    rule: Rule, query: Query, snapshot: Snapshot, moment: Moment, search: Search, times: Sequence[datetime]
) -> Floats | None:
    """The rule's figure at each time."""
    lasting = [t for t in query.terms if _lasts(t)]
    others = tuple(t for t in query.terms if not _lasts(t))
    rows = run(snapshot, Query(others, query.words), moment, search)
    asked = snapshot.requested_ms[rows]
    if rule.measure is Measure.RATE:
        return _rates(np.sort(asked), times, moment)
    begin, end = asked.copy(), np.full(len(rows), np.iinfo(np.int64).max)
    for term in lasting:
        span = _SPANS[term.key](snapshot, term, rows) if term.key in _SPANS else None
        if span is None:
            return None
        begin, end = np.maximum(begin, span[0]), np.minimum(end, span[1])
    kept = begin < end
    begin, end, asked = begin[kept], end[kept], asked[kept]
    at = np.array([_ms(t) for t in times])
    if rule.measure is Measure.COUNT:
        return (np.searchsorted(np.sort(begin), at, "right") - np.searchsorted(np.sort(end), at, "right")).astype(float)
    return oldest(asked, begin, end, at)


def _lasts(term: Term) -> bool:
    """Whether the word asks for what comes and goes with time, and not for what a request is."""
    if term.key in {*HAPPENED, "touched", "took", "risk"}:
        return True
    return term.key in _SPANS and not (term.key == "is" and {v.lower() for v in term.values} <= _IS_ALWAYS)


def oldest(asked: Ints, begin: Ints, end: Ints, at: Ints) -> Floats:
    """Hours since the oldest was filed of the rows that count at each moment (ascending): from `begin` until `end`.

    The oldest row first: each answers for those of its moments for which none before it did.
    """
    first, last = np.searchsorted(at, begin, "left"), np.searchsorted(at, end, "left")
    rows = np.flatnonzero(first < last)
    rows = rows[np.argsort(asked[rows], kind="stable")]
    made = np.zeros(len(at))
    left = list(range(len(at) + 1))  # by moment, a later one that may still want an answer; itself where it does

    def wanting(moment: int) -> int:
        while left[moment] != moment:
            left[moment] = moment = left[left[moment]]
        return moment

    for filed, moment, until in zip(*(column[rows].tolist() for column in (asked, first, last)), strict=True):
        while (moment := wanting(moment)) < until:
            made[moment] = (at[moment] - filed) / HOUR
            left[moment] = moment + 1
        if wanting(0) == len(at):
            break
    return made


Span = tuple[Ints, Ints]
"""From when on, and until when, each row is what a word asks for."""
_EVER = np.iinfo(np.int64).max


def _status(snapshot: Snapshot, term: Term, rows: Ints) -> Span | None:
    closed = np.where(snapshot.status[rows] == CLOSED, snapshot.closed_ms[rows], _EVER)
    asked, due = snapshot.requested_ms[rows], snapshot.due_ms[rows]
    values = {v.lower() for v in term.values}
    wants_open = values == {"closed"} if term.negated else values == {"open"}
    if wants_open:
        return asked, closed
    if values == ({"open"} if term.negated else {"closed"}):
        return np.maximum(asked, closed), np.full(len(rows), _EVER)
    if values == {"overdue"} and term.key == "is" and not term.negated:
        return np.where(due == NONE, _EVER, due + 1), closed
    return None


def _age(snapshot: Snapshot, term: Term, rows: Ints) -> Span | None:
    asked, ever = snapshot.requested_ms[rows], np.full(len(rows), _EVER)
    old = asked + int(max(seconds(v) or 0 for v in term.values) * 1000)
    younger = (term.op == "<") is not term.negated
    return (asked, old) if younger else (old, ever)


def _due(snapshot: Snapshot, term: Term, rows: Ints) -> Span | None:
    if term.op == ":" or term.negated:
        return None
    closed = np.where(snapshot.status[rows] == CLOSED, snapshot.closed_ms[rows], _EVER)
    due = snapshot.due_ms[rows]
    near, has = due - int(max(seconds(v) or 0 for v in term.values) * 1000), due != NONE
    if term.op == "<":
        return np.where(has, near, _EVER), closed
    return np.where(has, snapshot.requested_ms[rows], _EVER), np.minimum(near, closed)


def _overdue(snapshot: Snapshot, term: Term, rows: Ints) -> Span | None:
    if term.negated or len(term.values) != 1:
        return None
    closed = np.where(snapshot.status[rows] == CLOSED, snapshot.closed_ms[rows], _EVER)
    asked, due = snapshot.requested_ms[rows], snapshot.due_ms[rows]
    once, three = (np.where(due == NONE, _EVER, np.maximum(due, asked + times * (due - asked)) + 1) for times in (1, 3))
    return (three, closed) if term.values[0].lower() == "3x" else (once, np.minimum(three, closed))


def _since(snapshot: Snapshot, term: Term, rows: Ints) -> Span | None:
    if term.negated or len(term.values) != 1 or seconds(term.values[0]) is None:
        return None
    asked = snapshot.requested_ms[rows]
    return asked, asked + int((seconds(term.values[0]) or 0) * 1000)


_SPANS = {"status": _status, "is": _status, "age": _age, "due": _due, "overdue": _overdue, "since": _since}
