"""Possible duplicates of what a caller reports: open requests near by, ranked by a score and with reasons in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import atanh, inf, isnan, log, radians, sin
from typing import NamedTuple

import numpy as np

from services.geo.projection import MAX_LAT, NO_PLACE, RADIUS, UNIT, stretch
from services.intake import reasons, wordmatch
from services.intake.address_keys import NO_ADDRESS, key
from services.intake.habits import Habits, learn
from services.intake.kinds import Kinds
from services.intake.likeness import (
    NEWCOMER,
    OFFERED,
    REACH,
    RIVALS,
    WEIGHTS,
    Evidence,
    Floats,
    Mask,
    Weights,
    scores,
    sums,
)
from services.intake.standing import Circle, Spots, Standing
from services.queue.snapshot import Ints, Snapshot

Describe = Callable[[Sequence[int]], Mapping[int, str]]
"""Gives the descriptions of some requests, by id."""
LOOKED_INTO = 50
"""So many candidates at most have their words compared: the best by everything else."""
_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a call so far. No service, no place, no words: what is missing is not held against anything."""

    lat: float | None
    lon: float | None
    service_code: str
    service: str
    upstream: str
    words: str
    address: str
    at: datetime
    """The moment of the call."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open request that may be what the caller reports."""

    request_id: int
    score: float
    """0 to 1; from OFFERED on it is worth showing."""
    metres: float | None
    """None where one of the two has no place that tells anything."""
    reasons: str
    """In words: "38 m away, same service, 2 days ago, “huge hole by the bank”"."""


def point(lat: float | None, lon: float | None) -> tuple[int, int]:
    """World units of one place, as `projection.units` has those of many; NO_PLACE in both where there is none."""
    if lat is None or lon is None or not (abs(lat) <= MAX_LAT and abs(lon) <= 180) or lat == lon == 0:
        return NO_PLACE, NO_PLACE
    east, north = radians(lon) * RADIUS, atanh(sin(radians(lat))) * RADIUS
    x, y = (min(max(round(metres / UNIT), NO_PLACE + 1), -NO_PLACE - 1) for metres in (east, north))
    return x, y


class Considered(NamedTuple):
    """All that could be meant, before it is ranked: rows of the snapshot, and the evidence for each."""

    rows: Ints
    evidence: Evidence


class Nearby:
    """Finds possible duplicates among the open requests of a snapshot. For one thread at a time."""

    def __init__(self, snapshot: Snapshot, habits: Habits | None = None, weights: Weights | None = None) -> None:
        """`habits`: what the city's past tells; learned from the snapshot where they are not given.

        `weights`: by default those that fit a city with such a past.
        """
        habits = learn(snapshot) if habits is None else habits
        self.snapshot, self.weights = snapshot, weights or (WEIGHTS if habits.often else NEWCOMER)
        self.standing = Standing(snapshot)
        self._kinds = Kinds(snapshot.services, snapshot.service_codes, habits, self.weights)

    def follow(self, snapshot: Snapshot) -> None:
        """Look at this snapshot from now on; quick where little has changed since the last."""
        self.snapshot = snapshot
        self.standing.follow(snapshot)
        if not self._kinds.fits(snapshot.services, snapshot.service_codes):
            self._kinds = Kinds(snapshot.services, snapshot.service_codes, self._kinds.habits, self.weights)

    def candidates(
        self,
        sought: Sought,
        describe: Describe,
        most: int = 5,
        *,
        least: float = OFFERED,
        callers: Mapping[int, int] | None = None,
    ) -> list[Candidate]:
        """At most so many open requests that may be meant, the likeliest first, with a score of at least `least`.

        `callers`: how many reported each, for those that are known.
        """
        of_service = wordmatch.words(sought.service) if sought.words else frozenset()
        said = wordmatch.words(sought.words, of_service)
        bar = log(least / (1 - least)) if least > 0 else -inf
        low = bar - self.weights.most_by_words if said else bar
        found, made = self._best(self.considered(sought, low), low, LOOKED_INTO if said else most)
        ids = self.snapshot.ids[found.rows].tolist()
        texts = describe(ids) if ids else {}
        if said:
            shares = wordmatch.shares(said, [wordmatch.words(texts.get(i, ""), of_service) for i in ids])
            found, made = self._best(Considered(found.rows, found.evidence.with_words(np.array(shares))), bar, most)
        return self._told(found, made, bool(sought.service or sought.service_code), texts, callers or {})

    def considered(self, sought: Sought, bar: float = -inf) -> Considered:
        """Every open request within reach, and those with the same address where one of the two has no place.

        Some whose sum cannot reach `bar` without words are left out.
        """
        snapshot = self.snapshot
        kind = self._kinds.kind(sought.service, sought.service_code)
        spots, metres, address = self._spots(sought, kind.worth >= bar - self.weights.most_besides)
        rows, service = spots.rows.astype(np.int64), spots.service
        same = kind.by_name[service]
        if kind.by_code.any():
            upstream = np.array([name == sought.upstream for name in snapshot.upstreams], np.bool_)
            same |= kind.by_code[service] & upstream[snapshot.upstream_idx[rows]]
        named = bool(sought.service or sought.service_code)
        now = round(sought.at.timestamp() * 1000)
        return Considered(
            rows,
            Evidence(
                metres=metres,
                same_address=(spots.keys == address) & (address != NO_ADDRESS),
                same_service=same,
                together=np.where(same, 0.0, kind.together[service]),
                often=self._kinds.often[service],
                hours=(now - snapshot.requested_ms[rows]) / _HOUR,
                rivals=np.where(same & named, min(same.sum() - 1, RIVALS), 0.0),
                words=np.full(len(rows), np.nan),
            ),
        )

    def _spots(self, sought: Sought, likely: Mask) -> tuple[Spots, Floats, int]:
        """What lies near by, then what shares the address but no usable place; metres; the key of the address."""
        address = key(sought.address)
        far = self.standing.at_address(address)
        x, y = point(sought.lat, sought.lon)
        if x == NO_PLACE or self.standing.is_crowd(x, y):
            return far, np.full(len(far.rows), np.nan), address
        unit = UNIT / stretch(y * UNIT)
        near = self.standing.within(Circle(x, y, REACH / unit), likely)
        metres = np.sqrt(near.squares(x, y)) * unit
        if len(far.rows):
            far = far.where(~self.standing.has_place(far))
            near, metres = near.joined(far), np.concatenate([metres, np.full(len(far.rows), np.nan)])
        return near, metres, address

    def _best(self, found: Considered, bar: float, most: int) -> tuple[Considered, Floats]:
        """The `most` best of those whose sum reaches a bar, the best first, and their sums."""
        made = sums(found.evidence, self.weights)
        kept = np.flatnonzero(made >= bar)
        evidence = found.evidence
        far = np.where(np.isnan(evidence.metres[kept]), inf, evidence.metres[kept])
        order = kept[np.lexsort((found.rows[kept], evidence.hours[kept], far, -made[kept]))][:most]
        return Considered(found.rows[order], evidence.where(order)), made[order]

    def _told(
        self, found: Considered, made: Floats, named: bool, texts: Mapping[int, str], callers: Mapping[int, int]
    ) -> list[Candidate]:
        """`named`: whether a service was sought at all."""
        snapshot, evidence = self.snapshot, found.evidence
        told = []
        for i, score in enumerate(scores(made).tolist()):
            row = int(found.rows[i])
            request_id, metres = int(snapshot.ids[row]), float(evidence.metres[i])
            why = reasons.told(
                metres,
                "same service"
                if named and evidence.same_service[i]
                else snapshot.services[int(snapshot.service_idx[row])],
                float(evidence.hours[i]),
                texts.get(request_id, ""),
                same_address=bool(evidence.same_address[i]),
                callers=callers.get(request_id, 0),
            )
            told.append(Candidate(request_id, score, None if isnan(metres) else metres, why))
        return told
