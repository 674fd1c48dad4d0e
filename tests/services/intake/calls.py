"""Queues and calls drawn at random, and which requests may be meant, said plainly and looked for one by one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import exp, hypot, inf, isnan, log, log1p, nan

import numpy as np
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.geo.projection import NO_PLACE, UNIT, stretch, units
from services.intake import wordmatch
from services.intake.duplicates import Sought
from services.intake.habits import Habits
from services.intake.likeness import REACH, RIVALS, WEIGHTS
from tests.widgets.rows import NOW, row

HOUR = 3_600_000
SERVICES = (("TREE", "Tree Emergencies"), ("HOLE", "Pothole"), ("LAMP", "Street Light Outages"), ("LAMP", "Lamps"))
ADDRESSES = ("", " ", "9 Main St", "9 MAIN ST,", "10 Main St", "Álamo Way 7")
TEXTS = ("", "huge hole by the bank", "a hole near the bank, growing", "tree down across the road", "pothole")
HABITS = Habits({"Pothole": 0.9, "Tree Emergencies": -0.7}, {("Lamps", "Pothole"): 3, ("Pothole", "Lamps"): 3})
AT = datetime.fromtimestamp(NOW / 1000, UTC)

_lats = st.sampled_from([42.33, 42.3301, 42.3305, 42.331, 42.3319, 89.0, 0.0]) | st.floats(42.328, 42.332)
_lons = st.sampled_from([-71.04, -71.0401, -71.0395, 0.0]) | st.floats(-71.042, -71.038)
places = st.none() | st.tuples(_lats, _lons)


@st.composite
def queue_rows(draw: st.DrawFn, request_id: int) -> QueueRow:
    """An open or closed request of a small neighbourhood, or nowhere."""
    code, service = draw(st.sampled_from(SERVICES))
    place = draw(places)
    return row(
        request_id,
        status=draw(st.sampled_from(["new", "assigned", "closed"])),
        upstream=draw(st.sampled_from(["city", "county"])),
        service_code=code,
        service=service,
        address=draw(st.sampled_from(ADDRESSES)),
        lat=place and place[0],
        lon=place and place[1],
        requested_ms=NOW - draw(st.integers(-2, 2_000)) * HOUR // 2,
    )


@st.composite
def calls(draw: st.DrawFn) -> Sought:
    """Whatever is known of a call."""
    code, service = draw(st.sampled_from([*SERVICES, ("", "")]))
    place = draw(places)
    return Sought(
        lat=place and place[0],
        lon=place and place[1],
        service_code=code,
        service=service,
        upstream=draw(st.sampled_from(["city", "county"])),
        words=draw(st.sampled_from(TEXTS)),
        address=draw(st.sampled_from(ADDRESSES)),
        at=AT,
    )


def text_of(request_id: int) -> str:
    """What was said of a request."""
    return TEXTS[request_id % len(TEXTS)]


def point(lat: float | None, lon: float | None) -> tuple[int, int]:
    """World units of degrees."""
    x, y = units(nan if lat is None else lat, nan if lon is None else lon)
    return int(x), int(y)


def _address(text: str) -> str:
    small = "".join(c.lower() if c.isascii() else c for c in text)
    return " ".join(re.findall(r"[a-z0-9\u0080-\U0010ffff]+", small))


def _straight(value: float, knots: tuple[tuple[float, float], ...]) -> float:
    return float(np.interp(value, [k for k, _ in knots], [w for _, w in knots]))


def model(queue: list[QueueRow], crowds: set[tuple[int, int]], sought: Sought) -> list[tuple[int, float, float]]:
    """(id, metres or nan, sum without words) of every request that may be meant, in the order in which they rank."""
    found = []
    here = point(sought.lat, sought.lon)
    known = here[0] != NO_PLACE and here not in crowds
    for r in queue:
        there = point(r.lat, r.lon)
        placed = there[0] != NO_PLACE and there not in crowds
        same_address = bool(_address(r.address)) and _address(r.address) == _address(sought.address)
        if r.status == "closed":
            continue
        if known and placed:
            metres = hypot(here[0] - there[0], here[1] - there[1]) * UNIT / stretch(here[1] * UNIT)
            if metres > REACH:
                continue
        elif same_address:
            metres = nan
        else:
            continue
        found.append((r.id, metres, _sum(r, sought, metres, same_address), r.requested_ms, _same(r, sought)))
    others = min(sum(f[4] for f in found) - 1, RIVALS) if sought.service or sought.service_code else 0
    found = [(i, m, s + WEIGHTS.rivals * log1p(others * same), at, same) for i, m, s, at, same in found]
    found.sort(key=lambda f: (-f[2], inf if isnan(f[1]) else f[1], -f[3], f[0]))
    return [f[:3] for f in found]


def _same(r: QueueRow, sought: Sought) -> bool:
    same = not sought.service or r.service == sought.service
    return same or (r.service_code == sought.service_code and r.upstream == sought.upstream)


def _sum(r: QueueRow, sought: Sought, metres: float, same_address: bool) -> float:
    w = WEIGHTS
    same = _same(r, sought)
    hours = max(0.0, (NOW - r.requested_ms) / HOUR)
    place = w.address_alone if isnan(metres) else _straight(metres, w.metres) + w.same_address * same_address
    age = _straight(log1p(hours), tuple((log1p(at), worth) for at, worth in w.hours))
    joined = 0 if same else HABITS.together.get((sought.service, r.service), 0)
    service = w.same_service * same + w.together * log1p(joined) + w.often * HABITS.often.get(r.service, 0.0)
    return w.base + place + age + service


def with_words(ranked: list[tuple[int, float, float]], sought: Sought) -> dict[int, float]:
    """The scores of those offered, when words count too."""
    of_service = wordmatch.words(sought.service)
    said = wordmatch.words(sought.words, of_service)
    best = [r for r in ranked if r[2] >= -WEIGHTS.most_by_words] if said else ranked
    shares = wordmatch.shares(said, [wordmatch.words(text_of(i), of_service) for i, _, _ in best])
    sums = {
        i: s + (0 if isnan(share) else WEIGHTS.words * share) for (i, _, s), share in zip(best, shares, strict=True)
    }
    return {i: 1 / (1 + exp(-s)) for i, s in sums.items() if s >= 0}


LEAST = 1 / (1 + exp(20.0))
"""A score that everything reaches."""
assert log(LEAST / (1 - LEAST)) < -19
