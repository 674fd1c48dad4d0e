"""The two pictures of docs/benchmarks.md: the desk and its map with every request of the largest size."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import run

from console import screenshot
from tests.benchmarks.city import city
from tests.benchmarks.desk import settle, sitting
from tests.benchmarks.harness import Bench
from tests.benchmarks.run import FOLDER
from widgets.map.layer import Mode

SIZE = (1600, 1000)


def take(n: int) -> None:
    """Write both, in a process of its own that has no screen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run([sys.executable, "-m", "tests.benchmarks.pictures", str(n), "docs"], check=True, env=environment)


def main(n: int, folder: Path) -> None:
    """The whole desk with all requests, then the map in a window of its own."""
    with sitting(city(Bench(n, 1, FOLDER)).settings, SIZE) as desk:
        desk.window.show_query("")
        desk.show("")
        desk.map.set_mode(Mode.POINTS)
        desk.map.fit()
        settle(desk.window)
        screenshot.take(desk.made, desk.window, folder / "queue-million.png")
        desk.window.tear_off("map")
        desk.map.window().resize(*SIZE)
        settle(desk.map)
        desk.map.fit()
        settle(desk.map)
        screenshot.take(desk.made, desk.map, folder / "map-million.png")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
