"""Row 6: pan and zoom the map with every request of the filter in sight, and at street level."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import cycle

from tests.benchmarks import outside_qgis
from tests.benchmarks.city import city
from tests.benchmarks.desk import Sitting, sitting
from tests.benchmarks.harness import Bench, Contender, Figure, Line, NotTheSame, compared, race, same
from tests.benchmarks.maps import Floats, OurMap, Scatter, metres
from tests.benchmarks.outside import NotDriven, not_run

NUMBER, TITLE = 6, "Pan and zoom the map"
FILTERED = "channel:phone,app,web"
PEER = "ScatterPlotItem"


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    try:
        with sitting(made.settings) as desk:
            desk.show("")
            ours = OurMap(desk)
            whole = _frames(bench, ours, *_points(desk))
            outside = _outside(bench, ours, whole["pan"], *_points(desk))
            streets = _streets(bench, ours, *_points(desk))
            desk.show(FILTERED)
            ours.map.fit()
            ours.settle()
            filtered = _frames(bench, ours, *_points(desk))
    finally:
        made.close()
    return [*_lines(bench.n, whole, filtered, streets), outside]


def _points(desk: Sitting) -> tuple[Floats, Floats]:
    """Web-mercator metres of all requests shown that have a place."""
    found = desk.desk.last_found
    if found is None:
        raise NotTheSame("nothing is shown")
    rows = found.rows[found.snapshot.has_place[found.rows]]
    return metres(found.snapshot.x[rows]), metres(found.snapshot.y[rows])


def _frames(bench: Bench, ours: OurMap, x: Floats, y: Floats) -> dict[str, Figure]:
    """Frames of panning and zooming, all points in sight."""
    west, south, east, north = ours.bounds
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    same("requests in sight", int(inside.sum()) >= 0.99 * len(x), True)
    peer = Scatter(x, y, ours.bounds)
    ways, factors = cycle((-1, 1)), cycle((1.3, 1 / 1.3))
    ours.grab()
    try:
        panned = race([Contender("pan", ours.drag, ours.settle), Contender(f"{PEER} pan", peer.pan)], bench.repeats)
        ours.drop()
        zoomed = race(
            [
                Contender("zoom", lambda: ours.wheel(next(ways)), ours.settle),
                Contender(f"{PEER} zoom", lambda: peer.zoom(next(factors))),
            ],
            bench.repeats,
        )
    finally:
        peer.close()
    return panned | zoomed


def _outside(bench: Bench, ours: OurMap, pan: Figure, x: Floats, y: Floats) -> Line:
    """QGIS with the same points in the same extent."""
    line = Line(NUMBER, bench.n, "panning, all in sight", None, None, outside_qgis.NAME, "≤ 1/200", 1 / 200)
    folder = bench.scratch("qgis")
    try:
        theirs = outside_qgis.panned(x, y, ours.bounds, folder, bench.repeats)
    except NotDriven as why:
        return not_run(line, pan, why)
    finally:
        shutil.rmtree(folder)
    return compared(replace(line, note=theirs.note), pan, theirs.figure)


def _streets(bench: Bench, ours: OurMap, x: Floats, y: Floats) -> dict[str, Figure]:
    ours.to_streets()
    peer = Scatter(x, y, ours.bounds)
    ours.grab()
    try:
        return race([Contender("pan", ours.drag, ours.settle), Contender(f"{PEER} pan", peer.pan)], bench.repeats)
    finally:
        ours.drop()
        peer.close()


def _lines(n: int, whole: dict[str, Figure], filtered: dict[str, Figure], streets: dict[str, Figure]) -> list[Line]:
    def line(name: str, figures: dict[str, Figure], move: str, goal: str = "", most: float | None = None) -> Line:
        return compared(Line(NUMBER, n, name, None, None, PEER, goal, most), figures[move], figures[f"{PEER} {move}"])

    alone = Line(NUMBER, n, "a frame of panning, all in sight, by itself", None, None, "", "≤ 8 ms", 8, bare=True)
    return [
        line("a frame of panning, all in sight", whole, "pan"),
        compared(alone, whole["pan"], None),
        line("a notch of zooming, all in sight", whole, "zoom"),
        line("a frame of panning, filtered", filtered, "pan", "≤ 1/15", 1 / 15),
        line("a notch of zooming, filtered", filtered, "zoom"),
        line("a frame of panning, street level", streets, "pan", "≤ 1/100", 0.01),
    ]
