"""What routing rules would have done: a dry run over the requests of the last month, before anything is saved."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

import numpy as np

from services.domain.routing import Rule, first
from services.queue.snapshot import Snapshot

MONTH = timedelta(days=30)
UNKNOWN = 3
"""Of so many names that no request has, it is said."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one rule would have taken."""

    taken: int
    had_crew: int
    """Of those, how many a crew took since."""
    agreed: int
    """Of those, how many the rule's own crew took."""

    def said(self, total: int) -> str:
        """In words; a rule that takes nothing or everything says so."""
        if not self.taken:
            return "takes nothing"
        share = "takes everything" if self.taken == total else f"takes {self.taken:,} of {total:,}"
        return share + (f"; its crew had {self.agreed:,} of {self.had_crew:,}" if self.had_crew else "")


@dataclass(frozen=True, slots=True)
class DryRun:
    """What all of them would have done, in their order."""

    total: int
    """Requests that came in the last month."""
    rules: tuple[Ran, ...]
    unknown: tuple[str, ...] = ()
    """A sentence for each service or area of a rule that no request has ever had."""

    @property
    def left(self) -> int:
        """How many no rule would have taken."""
        return self.total - sum(one.taken for one in self.rules)

    def __str__(self) -> str:
        if not self.total:
            return "No request came in the last 30 days, so nothing can be tried."
        asked = f"{self.total:,} request{'' if self.total == 1 else 's'} of the last 30 days"
        said = f"No rule would have taken {'any' if self.left == self.total else f'{self.left:,}'} of {asked}."
        if not self.left:
            said = f"The rules would have taken all of {asked}."
        return " ".join((said, *self.unknown))


def dry_run(snapshot: Snapshot, rules: Sequence[Rule], now: datetime, zone: tzinfo) -> DryRun:
    """Try rules, in their order, on the requests that came in the 30 days before `now`."""
    since, until = (round(at.timestamp() * 1000) for at in (now - MONTH, now))
    rows = np.flatnonzero((snapshot.requested_ms >= since) & (snapshot.requested_ms <= until))
    counts = [[0, 0, 0] for _ in rules]
    number = {id(rule): i for i, rule in enumerate(rules)}
    columns = (snapshot.service_idx, snapshot.area_idx, snapshot.crew_idx, snapshot.requested_ms)
    able: dict[tuple[int, int], list[Rule]] = {}
    for service, area, crew, ms in zip(*(column[rows].tolist() for column in columns), strict=True):
        kind = service, area
        names = snapshot.services[service], snapshot.areas[area]
        if kind not in able:
            able[kind] = [rule for rule in rules if rule.active and rule.takes(*names)]
        rule = first(able[kind], *names, datetime.fromtimestamp(ms / 1000, UTC), zone) if able[kind] else None
        if rule is not None:
            its = counts[number[id(rule)]]
            its[0] += 1
            its[1] += crew >= 0
            its[2] += crew >= 0 and snapshot.crews[crew].id == rule.crew_id
    return DryRun(len(rows), tuple(Ran(*its) for its in counts), tuple(islice(_unknown(snapshot, rules), UNKNOWN)))


def _unknown(snapshot: Snapshot, rules: Sequence[Rule]) -> Iterator[str]:
    areas = {part for area in snapshot.areas for part in area.split(", ")}
    for what, of_rules, of_requests in (
        ("service", (name for rule in rules for name in rule.services), snapshot.services),
        ("area", (name for rule in rules for name in rule.areas), areas),
    ):
        known = {name.casefold(): name for name in of_requests if name}
        for name in dict.fromkeys(of_rules):
            if name.casefold() not in known:
                near = difflib.get_close_matches(name.casefold(), known, 1, 0.0)
                nearest = f"; the nearest is “{known[near[0]]}”" if near else ""
                yield f"No request has the {what} “{name}”{nearest}."
