"""Turns loose centreline parts into whole streets: joined, named by vote, and classed by how much runs over them."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
METRES_LAT = 111_130.0
METRES_LON = METRES_LAT * math.cos(math.radians(42.32))
SHORT = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Boulevard": "Blvd", "Parkway": "Pkwy", "Highway": "Hwy",
    "Square": "Sq", "Place": "Pl", "Terrace": "Ter", "Court": "Ct", "Drive": "Dr", "Lane": "Ln", "Circle": "Cir",
    "East": "E", "West": "W", "North": "N", "South": "S",
}  # fmt: skip
DIRECTIONS = {"East", "West", "North", "South"}
MAX_TURN = 38.0
"""Degrees: two parts that meet at a sharper turn are not one street."""
MAX_BEND = 100.0
"""Degrees: where only two parts meet, a street may bend this far."""
NAME_REACH = 180.0
"""Metres along a street over which a vote for its name counts."""
MAJOR_SHARE = 0.19
"""Share of all street length that is drawn as major."""
SOURCES = 260
"""Points from which journeys over the network are counted."""


@dataclass(slots=True)
class Part:
    """One centreline part: its points (lon, lat), its ends as node numbers, and the votes for its name."""

    points: list[Point]
    start: int
    end: int
    name: str
    votes: float
    length: float
    load: float = 0.0


@dataclass(slots=True)
class Street:
    """One drawn line: its points, its name ("" unknown) and whether it is a major street."""

    points: list[Point]
    name: str
    major: bool


@dataclass(slots=True)
class Chain:
    """Parts that follow each other; `turned` says which run against their own direction."""

    parts: list[Part] = field(default_factory=list)
    turned: list[bool] = field(default_factory=list)


def distance(a: Point, b: Point) -> float:
    """Metres between two points, good to a few per mille within the city."""
    return math.hypot((a[0] - b[0]) * METRES_LON, (a[1] - b[1]) * METRES_LAT)


def short_name(name: str) -> str:
    """A street's name as signs and the city's own addresses write it: "East Broadway Street" → "E Broadway St"."""
    words = name.split()
    if len(words) < 2:
        return name
    last = SHORT.get(words[-1], words[-1]) if words[-1] not in DIRECTIONS else words[-1]
    first = SHORT[words[0]] if words[0] in DIRECTIONS and len(words) > 2 else words[0]
    return " ".join([first, *words[1:-1], last])


def read_parts(features: list[dict[str, Any]]) -> list[Part]:
    """The parts of a GeoJSON of lines, each once, with nodes numbered where ends coincide."""
    nodes: dict[Point, int] = {}
    seen: set[tuple[Point, ...]] = set()
    parts = []
    for feature in features:
        points = [(round(x, 6), round(y, 6)) for x, y in feature["geometry"]["coordinates"]]
        key = tuple(min(points, points[::-1]))
        length = sum(distance(a, b) for a, b in pairwise(points))
        if key in seen or length < 0.5:
            continue
        seen.add(key)
        start, end = (nodes.setdefault(p, len(nodes)) for p in (points[0], points[-1]))
        said = feature["properties"]
        votes = float(said.get("votes", 0)) * (0.3 if said.get("at_intersection") else 1.0)
        parts.append(Part(points, start, end, short_name(said.get("name") or ""), votes, length))
    return parts


def _heading(part: Part, node: int) -> float:
    """The direction in which a part leaves a node, in degrees, over its first 15 metres."""
    points = part.points if part.start == node else part.points[::-1]
    there = next((p for p in points[1:] if distance(points[0], p) >= 15), points[-1])
    origin = points[0]
    return math.degrees(math.atan2((there[1] - origin[1]) * METRES_LAT, (there[0] - origin[0]) * METRES_LON))


def _pairs(parts: list[Part], at_node: list[int], node: int) -> list[tuple[int, int]]:
    """Which parts that meet at a node continue each other: the straightest first, equal names preferred."""
    headings = {i: _heading(parts[i], node) for i in at_node}
    ranked = []
    for k, i in enumerate(at_node):
        for j in at_node[k + 1 :]:
            turn = 180 - abs((headings[i] - headings[j] + 180) % 360 - 180)
            if len(at_node) == 2 and turn < MAX_BEND:
                turn = min(turn, MAX_TURN / 2)
            a, b = parts[i].name, parts[j].name
            cost = turn + (20 if a and b and a != b else -15 if a and a == b else 0)
            if turn <= MAX_TURN:
                ranked.append((cost, i, j))
    taken: set[int] = set()
    pairs = []
    for _, i, j in sorted(ranked):
        if i not in taken and j not in taken:
            taken |= {i, j}
            pairs.append((i, j))
    return pairs


def chains(parts: list[Part]) -> list[Chain]:
    """Parts joined into lines as a driver would follow them; each part in exactly one chain."""
    meeting: dict[int, list[int]] = defaultdict(list)
    for i, part in enumerate(parts):
        if part.start != part.end:
            meeting[part.start].append(i)
            meeting[part.end].append(i)
    after: dict[tuple[int, int], int] = {}
    for node, at_node in meeting.items():
        for i, j in _pairs(parts, at_node, node):
            after[i, node], after[j, node] = j, i
    done: set[int] = set()
    made = []
    for i in range(len(parts)):
        if i not in done:
            made.append(_follow(parts, after, i, done))
    return made


def _follow(parts: list[Part], after: dict[tuple[int, int], int], seed: int, done: set[int]) -> Chain:
    """The whole chain that holds `seed`: back to its beginning, then forward."""
    here, node, visited = seed, parts[seed].start, {seed}
    while (before := after.get((here, node))) is not None and before not in visited:
        visited.add(before)
        node = parts[before].end if parts[before].start == node else parts[before].start
        here = before
    chain = Chain()
    while here not in done:
        done.add(here)
        chain.parts.append(parts[here])
        chain.turned.append(parts[here].start != node)
        node = parts[here].end if parts[here].start == node else parts[here].start
        onward = after.get((here, node))
        if onward is None:
            break
        here = onward
    return chain


def count_journeys(parts: list[Part]) -> None:
    """Set each part's `load`: how many shortest journeys from a seeded sample of places run over it."""
    around: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
    for i, part in enumerate(parts):
        around[part.start].append((part.end, part.length, i))
        around[part.end].append((part.start, part.length, i))
    places = sorted(around)
    for source in random.Random(311).sample(places, min(SOURCES, len(places))):  # noqa: S311 - a fixed sample
        _journeys_from(source, around, parts)


def _journeys_from(source: int, around: dict[int, list[tuple[int, float, int]]], parts: list[Part]) -> None:
    best, came, order = {source: 0.0}, {source: (-1, -1)}, []
    heap = [(0.0, source)]
    settled: set[int] = set()
    while heap:
        so_far, node = heapq.heappop(heap)
        if node in settled:
            continue
        settled.add(node)
        order.append(node)
        for other, length, part in around[node]:
            total = so_far + length
            if total < best.get(other, math.inf):
                best[other], came[other] = total, (node, part)
                heapq.heappush(heap, (total, other))
    below: Counter[int] = Counter()
    for node in reversed(order):
        back, part = came[node]
        below[node] += 1
        if part >= 0:
            parts[part].load += below[node]
            below[back] += below[node]


def _voted_names(chain: Chain) -> list[str]:
    """A name for every part of a chain: the winner of the votes within reach, so that gaps take their street's name."""
    middles, at = [], 0.0
    for part in chain.parts:
        middles.append(at + part.length / 2)
        at += part.length
    voters = [(m, p.name, p.votes) for m, p in zip(middles, chain.parts, strict=True) if p.name]
    names = []
    for middle in middles:
        tally: Counter[str] = Counter()
        for where, name, votes in voters:
            if abs(where - middle) < NAME_REACH:
                tally[name] += votes / (40 + abs(where - middle))  # type: ignore[assignment]
        names.append(tally.most_common(1)[0][0] if tally else "")
    return names


def _joined(parts: list[Part], turned: list[bool]) -> list[Point]:
    points: list[Point] = []
    for part, back in zip(parts, turned, strict=True):
        run = part.points[::-1] if back else part.points
        points.extend(run if not points else run[1:])
    return points


def _runs(chain: Chain, major: bool) -> list[Street]:
    """A chain cut where its name changes."""
    names = _voted_names(chain)
    made, first = [], 0
    for i in range(1, len(names) + 1):
        if i == len(names) or names[i] != names[first]:
            made.append(Street(_joined(chain.parts[first:i], chain.turned[first:i]), names[first], major))
            first = i
    return made


def streets(features: list[dict[str, Any]]) -> list[Street]:
    """All streets of a GeoJSON of centreline parts, minor before major, ready to draw."""
    parts = read_parts(features)
    count_journeys(parts)
    lines = chains(parts)
    weighed = []
    for chain in lines:
        length = sum(p.length for p in chain.parts)
        weighed.append((sum(p.load * p.length for p in chain.parts) / length, length, chain))
    weighed.sort(key=lambda w: -w[0])
    room = MAJOR_SHARE * sum(length for _, length, _ in weighed)
    made: list[Street] = []
    for _, length, chain in weighed:
        major = room > 0 and length > 350
        room -= length if major else 0
        made += _runs(chain, major)
    return sorted(made, key=lambda s: (s.major, s.name, s.points[0]))
