"""Row 7: what is under the mouse, when it hovers and when it clicks."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, QPointF

from tests.benchmarks.city import SEED, city
from tests.benchmarks.desk import Sitting, sitting
from tests.benchmarks.harness import Bench, Contender, Figure, Line, NotTheSame, compared, once, quiet, race
from tests.benchmarks.maps import Floats, OurMap, Scatter, metres

T = TypeVar("T")
NUMBER, TITLE = 7, "Click or hover"
PEER = "ScatterPlotItem.pointsAt"
PLACES, TRIES = 40, 400


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    try:
        with sitting(made.settings) as desk:
            desk.show("")
            ours = OurMap(desk)
            return _race(bench, desk, ours)
    finally:
        made.close()


def _race(bench: Bench, desk: Sitting, ours: OurMap) -> list[Line]:
    found = desk.desk.last_found
    if found is None:
        raise NotTheSame("nothing is shown")
    placed = found.rows[found.snapshot.has_place[found.rows]]
    x, y = metres(found.snapshot.x[placed]), metres(found.snapshot.y[placed])
    peer = Scatter(x, y, ours.bounds)
    places = _places(ours, peer, x, y)
    spots = [peer.item.mapFromScene(QPointF(p)) for p in places]
    desk.show("status:open")
    desk.show("")
    first, peer_first = Figure("ours"), Figure(PEER)
    next_place, next_spot, next_hover = _turning(places), _turning(spots), _turning(places)
    ours.settle()
    finding = Contender("ours", lambda: ours.map.hit_at(next_place()))
    peers = Contender(PEER, lambda: peer.item.pointsAt(next_spot()))
    with quiet():
        once(finding, first)
        once(peers, peer_first)
    figures = race([finding, peers, Contender("card", lambda: ours.hover(next_hover()))], bench.repeats)
    peer.close()
    name = "what is under the mouse"
    return [
        compared(Line(NUMBER, bench.n, name, None, None, "", "≤ 1/1,000", 0.001), figures["ours"], figures[PEER]),
        compared(Line(NUMBER, bench.n, f"{name}, first time", None, None, "", "≤ 1/1,000", 0.001), first, peer_first),
        compared(
            Line(NUMBER, bench.n, "the mouse moves on to it, with its card of words", None, None, ""),
            figures["card"],
            figures[PEER],
        ),
    ]


def _places(ours: OurMap, peer: Scatter, x: Floats, y: Floats) -> list[QPoint]:
    """Pixels under which both have something: places of requests, where ours may have merged several in one mark."""
    camera = ours.map.canvas.camera
    chance = random.Random(SEED)
    made: list[QPoint] = []
    for _ in range(TRIES):
        i = chance.randrange(len(x))
        at = QPoint(*(round(v) for v in camera.to_screen(float(x[i]), float(y[i]))))
        uncovered = ours.ground.rect().contains(at) and ours.map.childAt(at) in (ours.map.canvas, ours.ground)
        if len(made) < PLACES and uncovered:
            ours.hover(at)
            if ours.map.card.isVisibleTo(ours.map):
                made.append(at)
    if not any(len(peer.item.pointsAt(peer.item.mapFromScene(QPointF(p)))) for p in made[:10]):
        raise NotTheSame("the peer finds nothing where ours finds something")
    return made


def _turning(values: list[T]) -> Callable[[], T]:
    turn = iter(values * 1_000)
    return lambda: next(turn)
