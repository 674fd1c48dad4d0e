"""What each query word means: which combinations of a snapshot's facets, or which of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

import numpy as np

from services.queue.dates import span
from services.queue.kept import Ints, Rows
from services.queue.moments import FIELDS
from services.queue.natural import fold
from services.queue.snapshot import (
    CALLBACK,
    CHANNELS,
    CLOSED,
    DIFFERS,
    NO_PLACE,
    NONE,
    OUTCOMES,
    REOPENED,
    STATUSES,
    UNDELIVERED,
    Mask,
    Small,
    Snapshot,
    risks,
)
from services.queue.words import ONLY_OPEN, Bounds, Moment, Term, percent, seconds, since_start


def _among(numbers: Small, wanted: Iterable[int]) -> Mask:
    """Which of the numbers (−1 or more) are wanted."""
    table = np.zeros(int(numbers.max(initial=0)) + 2, dtype=np.bool_)
    table[[i for i in wanted if i < len(table) - 1]] = True
    return table.take(numbers)


def _status(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    found = _among(snapshot.facets.status, [i for i, s in enumerate(STATUSES) if s.value in wanted])
    return found | snapshot.facets.is_open if "open" in wanted else found


def _outcome(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    return _among(snapshot.facets.outcome, [i for i, o in enumerate(OUTCOMES) if o.value in wanted])


def _channel(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    return _among(snapshot.facets.channel, [i for i, c in enumerate(CHANNELS) if c.value in wanted])


def _named(words: Sequence[str], values: Sequence[str], *, parts: bool = False) -> list[int]:
    """Which of the words a person means by the values: those equal to one, else those that hold its words.

    `parts`: equal, too, is what has it between two commas.
    """
    folded, exact = _folded(tuple(words), parts)
    found: set[int] = set()
    for value in map(spoken, values):
        found.update(exact.get(value) or (i for i, w in enumerate(folded) if _holds(w, value)))
    return sorted(found)


def spoken(name: str) -> str:
    """A name as a query can ask for it: folded, without quotation marks and needless spaces."""
    return " ".join(fold(name).replace('"', " ").split())


@lru_cache(maxsize=16)
def _folded(words: tuple[str, ...], parts: bool) -> tuple[list[str], dict[str, list[int]]]:
    """The words as they are asked for, and by each of them, or each part of them, where it stands."""
    folded = [spoken(w) for w in words]
    exact: dict[str, list[int]] = {}
    for i, word in enumerate(folded):
        for part in {word, *(word.split(", ") if parts else ())}:
            exact.setdefault(part, []).append(i)
    return folded, exact


def _holds(name: str, value: str) -> bool:
    """True when the value's words stand in the name; the last may be the beginning of one, but 1 is not 10."""
    have, want = re.findall(r"\w+", name), re.findall(r"\w+", value)
    if not want:
        return False
    *whole, last = want
    begins = any(w == last if last.isdecimal() else w.startswith(last) for w in have)
    return begins and all(w in have for w in whole)


def _service(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    codes = {fold(v) for v in term.values}
    wanted = {*_named(snapshot.services, term.values)}
    wanted |= {i for i, code in enumerate(snapshot.service_codes) if fold(code) in codes}
    wanted |= _nameless(snapshot.services, term)
    return _among(snapshot.facets.service_idx, sorted(wanted))


def _crew(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = _named([c.name for c in snapshot.crews], term.values)
    found = _among(snapshot.facets.crew_idx, wanted)
    return found | (snapshot.facets.crew_idx < 0) if "none" in term.values else found


def _area(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {*_named(snapshot.areas, term.values, parts=True), *_nameless(snapshot.areas, term)}
    return _among(snapshot.facets.area_idx, wanted)


def _nameless(words: Sequence[str], term: Term) -> set[int]:
    """Which of the words are empty, where the term asks for none."""
    return {i for i, word in enumerate(words) if not spoken(word)} if "none" in map(str.lower, term.values) else set()


def _upstream(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    return _among(snapshot.facets.upstream_idx, _named(snapshot.upstreams, term.values))


def _claimed(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = [i for i in _named(snapshot.handlers, term.values) if snapshot.handlers[i]]
    found = _among(snapshot.facets.claimed_idx, wanted)
    return found | ~_held(snapshot) if "none" in term.values else found


def _held(snapshot: Snapshot) -> Mask:
    """Which combinations somebody has claimed."""
    return ~_among(snapshot.facets.claimed_idx, [i for i, name in enumerate(snapshot.handlers) if not name])


def _mine(snapshot: Snapshot, moment: Moment) -> Mask:
    """What I have claimed, and what I acted on last and nobody has."""
    me = [i for i, h in enumerate(snapshot.handlers) if h and h == moment.actor]
    facets = snapshot.facets
    mine = np.where(_held(snapshot), _among(facets.claimed_idx, me), _among(facets.handler_idx, me))
    return facets.is_open & mine


_IS: dict[str, Callable[[Snapshot, Moment], Mask]] = {
    "open": lambda s, _: s.facets.is_open,
    "closed": lambda s, _: ~s.facets.is_open,
    "unassigned": lambda s, _: s.facets.is_open & (s.facets.crew_idx < 0),
    "mine": _mine,
    "noplace": lambda s, _: ~s.facets.has_place,
    "differs": lambda s, _: (s.facets.flags & DIFFERS) != 0,
    "reopened": lambda s, _: (s.facets.flags & REOPENED) != 0,
    "undelivered": lambda s, _: (s.facets.flags & UNDELIVERED) != 0,
    "callback": lambda s, _: (s.facets.flags & CALLBACK) != 0,
}


def _is(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    found = np.zeros(len(snapshot.facets), dtype=np.bool_)
    for value in map(str.lower, term.values):
        if value in _IS:
            found |= _IS[value](snapshot, moment)
    return found


def _number(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    del moment
    return number_ends(snapshot, term.values, rows)


def number_ends(snapshot: Snapshot, endings: Sequence[str], rows: Rows) -> Mask:
    """Which of the rows have a number with one of these endings."""
    column = snapshot.number_codes[rows]
    found = np.zeros(len(column), dtype=np.bool_)
    for ending in endings:
        found |= np.strings.endswith(column, ending.encode("utf-8", "surrogatepass"))
    return found


def _longest(term: Term) -> int:
    """The longest of the term's spans, in ms."""
    return int(max(seconds(v) or 0 for v in term.values) * 1000)


def _due(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    due, is_open = snapshot.due_ms[rows], snapshot.status[rows] != CLOSED
    has: Mask = (due != NONE) & is_open
    if term.op != ":":
        at = moment.ms + _longest(term)
        has &= due < at if term.op == "<" else due > at
        return has
    found = np.zeros(len(due), dtype=np.bool_)
    midnight = moment.now.astimezone(moment.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for value in term.values:
        if value.lower() == "none":
            found |= ~has & is_open
            continue
        first = midnight + timedelta(days=1 if value.lower() == "tomorrow" else 0)
        start = max(int(first.timestamp() * 1000), moment.ms)
        end = int((first + timedelta(days=1)).timestamp() * 1000)
        found |= has & (due >= start) & (due < end)
    return found


def _age(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    at = moment.ms - _longest(term)
    requested: Ints = snapshot.requested_ms[rows]
    return requested > at if term.op == "<" else requested < at


def _since_mask(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    starts = [s for s in (since_start(v, moment) for v in term.values) if s]
    at = int(min(starts).timestamp() * 1000) if starts else 0
    requested: Ints = snapshot.requested_ms[rows]
    return requested >= at


def _opened(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    return _during(snapshot.requested_ms[rows], term, moment)


def _closed(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    return _during(snapshot.closed_ms[rows], term, moment)


def _happened(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    """To which rows it happened then, be it the first time or not."""
    times = snapshot.happened[term.key]
    found = np.zeros(len(snapshot), dtype=np.bool_)
    found[times.rows[_during(times.at, term, moment)]] = True
    return found[rows]


def _during(at: Ints, term: Term, moment: Moment) -> Mask:
    """Which moments lie in one of the term's days."""
    found = np.zeros(len(at), dtype=np.bool_)
    for value in term.values:
        today = moment.now.astimezone(moment.zone).date().isoformat()
        within = span(today if value.lower() == "today" else value, moment.zone)
        if within is not None:
            found |= (at >= within[0]) & (at < within[1]) & (at != NONE)
    return found


def _took(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    del moment
    closed = snapshot.closed_ms[rows]
    has: Mask = closed != NONE
    return ~has if term.op == ":" else has & _beyond(closed - snapshot.requested_ms[rows], term)


def _touched(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    del moment
    return _seconds(snapshot.touched_s[rows], term)


def _call(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    del moment
    return _seconds(snapshot.call_s[rows], term)


def _seconds(seconds_till: Small, term: Term) -> Mask:
    """Which lengths of time (seconds, −1 for none) the term means."""
    has: Mask = seconds_till >= 0
    return ~has if term.op == ":" else has & _beyond(seconds_till * np.int64(1000), term)


def _beyond(lengths: Ints, term: Term) -> Mask:
    """Which lengths of time (ms) are shorter, or longer, than the term's."""
    return lengths < _longest(term) if term.op == "<" else lengths > _longest(term)


def _within_target(snapshot: Snapshot, rows: Rows, *, kept: bool) -> Mask:
    """What was closed and had been promised by some time: by then, or later."""
    due, closed = snapshot.due_ms[rows], snapshot.closed_ms[rows]
    promised: Mask = (due != NONE) & (closed != NONE)
    return promised & (closed <= due if kept else closed > due)


def _overdue(snapshot: Snapshot, moment: Moment, rows: Rows) -> Mask:
    due = snapshot.due_ms[rows]
    late: Mask = (due != NONE) & (due < moment.ms) & (snapshot.status[rows] != CLOSED)
    return late


def _times_over(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    """Late, but not three times what was allowed (1x), or so late (3x): as `services.domain.sla.times_over` says."""
    due, asked = snapshot.due_ms[rows], snapshot.requested_ms[rows]
    late = _overdue(snapshot, moment, rows)
    three = late & (moment.ms - asked > 3 * (due - asked))
    found = np.zeros(len(due), dtype=np.bool_)
    for value in map(str.lower, term.values):
        found |= three if value == "3x" else late & ~three
    return found


def _risk(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    """As it stands in the column; none: open, its due time is still to come, and nothing can be said."""
    risk = risks(snapshot, rows, moment.ms)
    if term.op == ":":
        ahead: Mask = (snapshot.due_ms[rows] >= moment.ms) & (snapshot.status[rows] != CLOSED)
        return ahead & (risk < 0)
    limit = max(percent(v) or 0 for v in term.values)
    found: Mask = (risk >= 0) & (risk < limit if term.op == "<" else risk > limit)
    return found


def _within(snapshot: Snapshot, bounds: Bounds | None, rows: Rows) -> Mask:
    west, south, east, north = bounds or _NOWHERE
    x, y = snapshot.x[rows], snapshot.y[rows]
    inside: Mask = (x >= west) & (x <= east) & (y >= south) & (y <= north) & (x != NO_PLACE)
    return inside


_NOWHERE = (0, 0, -1, -1)
_IS_ROWS: dict[str, Callable[[Snapshot, Moment, Rows], Mask]] = {
    "overdue": _overdue,
    "kept": lambda s, _, rows: _within_target(s, rows, kept=True),
    "missed": lambda s, _, rows: _within_target(s, rows, kept=False),
    "visible": lambda s, m, rows: _within(s, m.bounds, rows),
    "outside": lambda s, m, rows: (s.x[rows] != NO_PLACE) & ~_within(s, m.city, rows),
}


def _is_rows(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    found = _is(snapshot, term, moment).take(snapshot.facet[rows])
    for value in map(str.lower, term.values):
        if value in _IS_ROWS:
            found |= _IS_ROWS[value](snapshot, moment, rows)
    return found


_FACETS: dict[str, Callable[[Snapshot, Term, Moment], Mask]] = {
    "status": _status,
    "service": _service,
    "crew": _crew,
    "claimed": _claimed,
    "area": _area,
    "channel": _channel,
    "upstream": _upstream,
    "outcome": _outcome,
    "is": _is,
}
_ROWS: dict[str, Callable[[Snapshot, Term, Moment, Rows], Mask]] = {
    "number": _number,
    "is": _is_rows,
    "due": _due,
    "age": _age,
    "since": _since_mask,
    "opened": _opened,
    "closed": _closed,
    "took": _took,
    "touched": _touched,
    **dict.fromkeys(FIELDS, _happened),
    "call": _call,
    "overdue": _times_over,
    "risk": _risk,
}


def is_by_row(term: Term) -> bool:
    """Whether the term asks for what rows do not share: a moment, the place, the number."""
    return not _IS_ROWS.keys().isdisjoint(map(str.lower, term.values)) if term.key == "is" else term.key in _ROWS


def facets(snapshot: Snapshot, terms: Sequence[Term], moment: Moment) -> Mask:
    """The combinations that can hold what the terms mean; of those by row, only that some mean open requests."""
    found = np.ones(len(snapshot.facets), dtype=np.bool_)
    for term in terms:
        if not is_by_row(term):
            mask = _FACETS[term.key](snapshot, term, moment)
            found &= ~mask if term.negated else mask
        elif not term.negated and (term.key in ONLY_OPEN or [v.lower() for v in term.values] == ["overdue"]):
            found &= snapshot.facets.is_open
    return found


def by_row(snapshot: Snapshot, term: Term, moment: Moment, rows: Rows) -> Mask:
    """Which of the rows a term by row means."""
    mask = _ROWS[term.key](snapshot, term, moment, rows)
    return ~mask if term.negated else mask
