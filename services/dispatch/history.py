"""Who took such requests here before: each crew's share of a service, learnt from the desk's own history.

Counted are the last `LATEST` requests of a service that have a crew: in the whole city, by area from the widest to the
finest, and by the one sign that tells most for this service, if one does: the street, the channel, or an answer on its
form. What is known of the finer leans on the wider, as if that had been `LEAN` requests more. A sign tells where those
requests, each foreseen from the others, show that it is right more often than the area alone, and not by chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.domain.status import Channel
from services.queue.snapshot import CHANNELS, Ints, Mask, Snapshot

LEAN = 5.0
"""How many requests the wider counts for in the finer."""
SURE = 2.0
"""A sign tells that wins more often than it loses, by so many standard deviations of as many tosses of a coin."""
LATEST = 5_000
"""Requests of a service that are learned from, the newest."""
LAST, FEW = 50, 5
"""A reason counts so many of those before; of one street, channel or answer it needs so many."""
CITY, AREA = "in the city", "here"
STREET, CHANNEL = "street", "channel"
_SAID = {STREET: "on this street", CHANNEL: "by the same channel"}
_CHANNELS = ["" if channel is Channel.UNKNOWN else channel.value for channel in CHANNELS]
_HOUSE = re.compile(r"^\d\S*\s+")
Floats = npt.NDArray[np.float64]
Signs = Mapping[str, str]
"""What is known of a request when it is filed, beside service and area: street, channel, answers by question."""
Answers = Mapping[int, Signs]
"""What was answered on forms, by question, for each request (by id) that has answers."""


class Case(NamedTuple):
    """A request that a crew took."""

    area: str
    signs: Signs
    crew: int
    """By id."""


@dataclass(frozen=True, slots=True)
class Recent:
    """Of the last requests like one, how many each crew took, by id."""

    of: int
    where: str
    """What they have in common, in words: "here", "on this street", "in the city"."""
    taken: Mapping[int, int]


class _Table:
    """How many of the requests with each value each crew took; none for "" and for a value that never occurred."""

    def __init__(self, values: Sequence[str], crews: Ints, width: int) -> None:
        self._places = {"": 0}
        self.of = np.array([self._places.setdefault(value, len(self._places)) for value in values], np.int64)
        cells = np.bincount(self.of * width + crews, minlength=len(self._places) * width)
        self.counts = cells.reshape(-1, width).astype(np.float64)
        self.counts[0] = 0

    def place(self, value: str) -> int:
        """Its row of the counts."""
        return self._places.get(value, 0)

    def without(self, own: Floats) -> Floats:
        """For each request the counts of its value, the request itself left out."""
        return self.counts[self.of] - np.where(self.of[:, None] > 0, own, 0)


class Past:
    """The requests of one service that crews took. Made of at least one."""

    def __init__(self, cases: Sequence[Case]) -> None:
        """The cases come in order, the newest last."""
        cases = cases[-LATEST:]
        self._ids, crews = np.unique([case.crew for case in cases], return_inverse=True)
        width = len(self._ids)
        self._crews = crews.astype(np.int64)
        self._total = np.bincount(self._crews, minlength=width).astype(np.float64)
        nested = {area: list(areas(area))[1:] for area in {case.area for case in cases}}
        of = [nested[case.area] for case in cases]
        depth = max(map(len, of))
        self._levels = [_Table([a[n] if n < len(a) else "" for a in of], self._crews, width) for n in range(depth)]
        names = sorted({name for case in cases for name in case.signs})
        tables = {name: _Table([case.signs.get(name, "") for case in cases], self._crews, width) for name in names}
        self.sign = self._telling(tables)
        """What tells most who takes it, beside the area; "" where nothing does."""
        self._sign = tables.get(self.sign)

    def _telling(self, tables: Mapping[str, _Table]) -> str:
        if len(self._crews) < FEW or len(self._ids) == 1:
            return ""
        own = np.eye(len(self._ids))[self._crews]
        shares = (self._total - own) / (len(self._crews) - 1)
        for level in self._levels:
            shares = _leaning(level.without(own), shares)
        plain = shares.argmax(1) == self._crews
        telling, most = "", SURE
        for name, table in tables.items():
            right = _leaning(table.without(own), shares).argmax(1) == self._crews
            changed = int((right != plain).sum())
            gain = (int(right.sum()) - int(plain.sum())) / math.sqrt(max(changed, 1))
            if gain > most:
                telling, most = name, gain
        return telling

    def shares(self, area: str, signs: Signs) -> dict[int, float]:
        """Each crew's share (0 to 1) of such requests, by its id; of like ones the older crew first."""
        shares = self._total / self._total.sum()
        for level, here in zip(self._levels, list(areas(area))[1:], strict=False):
            shares = _leaning(level.counts[level.place(here)], shares)
        if self._sign is not None:
            shares = _leaning(self._sign.counts[self._sign.place(signs.get(self.sign, ""))], shares)
        return {crew: share for crew, share in zip(self._ids.tolist(), shares.tolist(), strict=True) if share}

    def recent(self, area: str, signs: Signs) -> Recent:
        """The last `LAST` with the sign that tells, if there are `FEW`; else in the finest area that has `LAST`."""
        if self._sign is not None and (at := self._sign.place(signs.get(self.sign, ""))):
            rows = np.flatnonzero(self._sign.of == at)
            if len(rows) >= FEW:
                return self._recent(rows, _SAID.get(self.sign, "answered so"))
        for level, here in reversed(list(zip(self._levels, list(areas(area))[1:], strict=False))):
            rows = np.flatnonzero(level.of == level.place(here))
            if level.place(here) and len(rows) >= LAST:
                return self._recent(rows, AREA)
        return self._recent(np.arange(len(self._crews)), CITY)

    def _recent(self, rows: Ints, where: str) -> Recent:
        last = self._ids[self._crews[rows[-LAST:]]].tolist()
        return Recent(len(last), where, Counter(last))


def _leaning(counts: Floats, wider: Floats) -> Floats:
    leant: Floats = (counts + LEAN * wider) / (counts.sum(-1, keepdims=True) + LEAN)
    return leant


@dataclass(frozen=True, slots=True)
class History:
    """What was learned of each service, by name."""

    pasts: Mapping[str, Past] = field(default_factory=dict)

    def shares(self, service: str, area: str, signs: Signs | None = None) -> dict[int, float]:
        """Each crew's share (0 to 1) of such requests, by its id; {} where nobody took any of this service."""
        past = self.pasts.get(service)
        return past.shares(area, signs or {}) if past else {}

    def ranked(self, service: str, area: str, signs: Signs | None = None) -> list[int]:
        """The crews that took such requests, the likeliest first; of like ones the older crew."""
        shares = self.shares(service, area, signs)
        return sorted(shares, key=lambda crew: (-shares[crew], crew))

    def recent(self, service: str, area: str, signs: Signs) -> Recent:
        """Who took the last of such requests."""
        past = self.pasts.get(service)
        return past.recent(area, signs) if past else Recent(0, CITY, {})


def areas(area: str) -> Iterator[str]:
    """Where it is, from the whole city ("") to the finest: "Ward 6, South Boston" lies in "South Boston"."""
    yield ""
    parts = area.split(", ") if area else []
    for wide in range(1, len(parts) + 1):
        yield ", ".join(parts[-wide:])


def street(address: str) -> str:
    """An address without its number: "39 Lorraine St" is on "lorraine st"."""
    return _HOUSE.sub("", address).casefold()


def learn(snapshot: Snapshot, services: Sequence[str] | None = None, answers: Answers | None = None) -> History:
    """Learn from who has or had the requests of this list, of all services or of some; what nobody has teaches nothing.

    Without the answers on their forms these tell nothing.
    """
    facets = snapshot.facets
    known = _of(snapshot, services)[facets.service_idx] & (facets.crew_idx >= 0) & (facets.count > 0)
    rows = np.flatnonzero(known[snapshot.facet])
    pasts = {}
    for service in np.unique(snapshot.service_idx[rows]).tolist():
        latest = rows[snapshot.service_idx[rows] == service][-LATEST:]
        pasts[snapshot.services[service]] = Past(_cases(snapshot, latest, answers or {}))
    return History(pasts)


def signs_of(snapshot: Snapshot, row: int, answers: Answers) -> Signs:
    """What is known of a request of this list (its row) beside service and area."""
    return _signs(snapshot.addresses[row], snapshot.channel[row], answers.get(int(snapshot.ids[row]), {}))


def _signs(address: str, channel: int, answers: Signs) -> Signs:
    return {**answers, STREET: street(address), CHANNEL: _CHANNELS[channel]}


def _cases(snapshot: Snapshot, rows: Ints, answers: Answers) -> list[Case]:
    columns = (snapshot.ids, snapshot.address_idx, snapshot.area_idx, snapshot.channel, snapshot.crew_idx)
    crews, used = [crew.id for crew in snapshot.crews], np.unique(snapshot.address_idx[rows])
    words = dict(zip(used.tolist(), snapshot.address_words.some(used), strict=True))
    return [
        Case(snapshot.areas[area], _signs(words[at], channel, answers.get(number, {})), crews[crew])
        for number, at, area, channel, crew in zip(*(column[rows].tolist() for column in columns), strict=True)
    ]


def _of(snapshot: Snapshot, services: Sequence[str] | None) -> Mask:
    """By number of a service, whether it is one of these."""
    return np.array([services is None or name in services for name in snapshot.services], np.bool_)
