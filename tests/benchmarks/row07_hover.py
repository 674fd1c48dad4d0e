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
    first, peer_first = Figure("hover"), Figure(PEER)
    next_place, next_spot = _turning(places), _turning(spots)
    with quiet():
        once(Contender("hover", lambda: ours.hover(next_place())), first)
        once(Contender(PEER, lambda: peer.item.pointsAt(next_spot())), peer_first)
    figures = race(
        [
            Contender("hover", lambda: ours.hover(next_place())),
            Contender(PEER, lambda: peer.item.pointsAt(next_spot())),
        ],
        bench.repeats,
    )
    peer.close()
    note = "ours: the mouse event with its card of words; the peer: only which points"
    line = Line(NUMBER, bench.n, "what is under the mouse", None, None, PEER, "≤ 1/1,000", 0.001, note=note)
    begun = Line(NUMBER, bench.n, "what is under the mouse, the first time", None, None, PEER, "≤ 1/1,000", 0.001)
    return [compared(line, figures["hover"], figures[PEER]), compared(begun, first, peer_first)]


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
