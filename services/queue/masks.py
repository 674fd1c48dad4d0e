"""One mask for each query word: which rows of a snapshot it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np

from services.queue.order import fold
from services.queue.snapshot import CHANNELS, DIFFERS, NONE, OUTCOMES, REOPENED, STATUSES, UNDELIVERED, Mask, Snapshot
from services.queue.words import Bounds, Moment, Term, seconds, since_start


def _status(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    found = np.isin(snapshot.status, [i for i, s in enumerate(STATUSES) if s.value in wanted])
    return found | snapshot.is_open if "open" in wanted else found


def _outcome(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    return np.isin(snapshot.outcome, [i for i, o in enumerate(OUTCOMES) if o.value in wanted])


def _channel(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = {v.lower().replace(" ", "_") for v in term.values}
    return np.isin(snapshot.channel, [i for i, c in enumerate(CHANNELS) if c.value in wanted])


def _named(words: Sequence[str], values: Sequence[str]) -> list[int]:
    """Which of the words a person means by the values: those equal to one, else those that hold its words."""
    folded = [fold(w) for w in words]
    found: set[int] = set()
    for value in map(fold, values):
        exact = {i for i, w in enumerate(folded) if value == w or value in w.split(", ")}
        found |= exact or {i for i, w in enumerate(folded) if _holds(w, value)}
    return sorted(found)


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
    return np.isin(snapshot.service_idx, sorted(wanted))


def _crew(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    wanted = _named([c.name for c in snapshot.crews], term.values)
    found = np.isin(snapshot.crew_idx, wanted)
    return found | (snapshot.crew_idx < 0) if "none" in term.values else found


def _area(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    return np.isin(snapshot.area_idx, _named(snapshot.areas, term.values))


def _upstream(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    return np.isin(snapshot.upstream_idx, _named(snapshot.upstreams, term.values))


def _number(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    del moment
    return number_ends(snapshot, term.values)


def number_ends(snapshot: Snapshot, endings: Sequence[str]) -> Mask:
    """Which rows have a number with one of these endings."""
    found = np.zeros(len(snapshot), dtype=np.bool_)
    for ending in endings:
        found |= np.strings.endswith(snapshot.number_codes, ending.encode("utf-8", "surrogatepass"))
    return found


def _due(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    has = (snapshot.due_ms != NONE) & snapshot.is_open
    if term.op != ":":
        at = moment.ms + int(max(map(seconds, term.values)) * 1000)
        compared: Mask = snapshot.due_ms < at if term.op == "<" else snapshot.due_ms > at
        compared &= has
        return compared
    found = np.zeros(len(snapshot), dtype=np.bool_)
    midnight = moment.now.astimezone(moment.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for value in term.values:
        if value.lower() == "none":
            found |= ~has & snapshot.is_open
            continue
        first = midnight + timedelta(days=1 if value.lower() == "tomorrow" else 0)
        start = max(int(first.timestamp() * 1000), moment.ms)
        end = int((first + timedelta(days=1)).timestamp() * 1000)
        found |= has & (snapshot.due_ms >= start) & (snapshot.due_ms < end)
    return found


def _age(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    at = moment.ms - int(max(map(seconds, term.values)) * 1000)
    return snapshot.requested_ms > at if term.op == "<" else snapshot.requested_ms < at


def _since_mask(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    starts = [s for s in (since_start(v, moment) for v in term.values) if s]
    at = int(min(starts).timestamp() * 1000) if starts else 0
    return snapshot.requested_ms >= at


def _is(snapshot: Snapshot, term: Term, moment: Moment) -> Mask:
    found = np.zeros(len(snapshot), dtype=np.bool_)
    for value in term.values:
        found |= _IS[value.lower()](snapshot, moment)
    return found


def _mine(snapshot: Snapshot, moment: Moment) -> Mask:
    handler = [i for i, h in enumerate(snapshot.handlers) if h and h == moment.actor]
    return snapshot.is_open & np.isin(snapshot.handler_idx, handler)


def _within(snapshot: Snapshot, bounds: Bounds | None) -> Mask:
    west, south, east, north = bounds or NOWHERE
    inside: Mask = (snapshot.x >= west) & (snapshot.x <= east) & (snapshot.y >= south) & (snapshot.y <= north)
    return inside & snapshot.has_place


NOWHERE = (0, 0, -1, -1)
_IS: dict[str, Callable[[Snapshot, Moment], Mask]] = {
    "open": lambda s, _: s.is_open,
    "closed": lambda s, _: ~s.is_open,
    "overdue": lambda s, m: s.overdue(m.ms),
    "unassigned": lambda s, _: s.is_open & (s.crew_idx < 0),
    "mine": _mine,
    "noplace": lambda s, _: ~s.has_place,
    "differs": lambda s, _: (s.flags & DIFFERS) != 0,
    "reopened": lambda s, _: (s.flags & REOPENED) != 0,
    "undelivered": lambda s, _: (s.flags & UNDELIVERED) != 0,
    "visible": lambda s, m: _within(s, m.bounds),
    "outside": lambda s, m: s.has_place & ~_within(s, m.city),
}
MASKS: dict[str, Callable[[Snapshot, Term, Moment], Mask]] = {
    "status": _status,
    "service": _service,
    "crew": _crew,
    "area": _area,
    "channel": _channel,
    "upstream": _upstream,
    "outcome": _outcome,
    "number": _number,
    "is": _is,
    "due": _due,
    "age": _age,
    "since": _since_mask,
}
