"""Row 1: from the command to the first painted window with real rows, each start in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.benchmarks import outside_browser
from tests.benchmarks.city import City, city, copied
from tests.benchmarks.harness import Bench, Figure, Line, NotTheSame, compared
from tests.benchmarks.outside import NotDriven, not_run, program
from tests.benchmarks.screen import Screen, Watched, screen

NUMBER, TITLE = 1, "Start"
HERE = Path(__file__).parent
EAGER = "import pyqtgraph, sqlalchemy, requests\n"
FLOOR, ALL_AT_ONCE = "an empty PySide6 window", "an empty window, pyqtgraph + SQLAlchemy + requests first"
FIRST, USABLE = "first window with real rows", "the desk itself painted, usable"
WINDOW = (1600, 1000)
SCREEN = f"offscreen:configfile={HERE / 'screen.json'}"
"""A screen on which that window has room; without it offscreen has 800×800 and the desk makes itself small."""


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    folder = bench.scratch("start")
    home = copied(made, folder / "home")
    eager = folder / "eager.py"
    empty = (HERE / "start_empty.py").read_text("utf-8")
    eager.write_text(empty.replace("import os\n", f"import os\n{EAGER}", 1), encoding="utf-8")
    size = "x".join(map(str, WINDOW))
    left = Start([str(HERE / "start_ours.py"), "{started}", str(home.settings.home), "leave"], rows=True)
    left.run()
    starts = {
        "ours": Start([str(HERE / "start_ours.py"), "{started}", str(home.settings.home), "paint"], rows=True),
        FLOOR: Start([str(HERE / "start_empty.py"), "{started}", size]),
        ALL_AT_ONCE: Start([str(eager), "{started}", size]),
        "usable": Start([str(HERE / "start_ours.py"), "{started}", str(home.settings.home), "usable"], rows=True),
    }
    for turn in range(bench.repeats + 1):
        for name, start in starts.items():
            if turn <= (bench.repeats if name in {"ours", FLOOR} else bench.repeats // 5):
                start.run()
    figures = {name: start.figure(name) for name, start in starts.items()}
    outside = _outside(bench, home, folder, figures["ours"])
    shutil.rmtree(folder)
    return [*_lines(bench.n, figures), *outside]


def _outside(bench: Bench, home: City, folder: Path, offscreen: Figure) -> list[Line]:
    """DB Browser for SQLite; beside it the desk is started on a real screen too, and until it can be used."""
    first = Line(NUMBER, bench.n, f"{FIRST}, wall", None, None, outside_browser.NAME, "≤ 1.0×", 1.0)
    usable = replace(first, name=USABLE, goal="", most=None, note="on the same screen, ours told by itself")
    try:
        program("sqlitebrowser")
        with screen(folder) as shown:
            ours, theirs, desk = _on_screen(home, shown)
            for turn in range(bench.repeats + 1):
                ours.run()
                theirs.run()
                if turn <= bench.repeats // 5:
                    desk.run()
    except NotDriven as why:
        return [not_run(first, offscreen, why)]
    return [
        compared(replace(first, note=outside_browser.NOTE), ours.figure, theirs.figure),
        compared(usable, desk.figure(USABLE), theirs.figure),
    ]


def _on_screen(home: City, shown: Screen) -> tuple[Watched, Watched, Start]:
    """The desk and DB Browser, seen from outside, and the desk that tells when it can be used. Raises NotDriven."""
    left, desk = (
        Start(
            [str(HERE / "start_ours.py"), "{started}", str(home.settings.home), moment],
            rows=True,
            environment=shown.environment,
        )
        for moment in ("leave", "usable")
    )
    try:
        left.run()
    except NotTheSame as why:
        raise NotDriven(f"the desk on Xvfb: {why}") from why
    return *outside_browser.contenders(home, shown), desk


@dataclass
class Start:
    """One way to start; it prints its processor time and its wall time in milliseconds, and how many rows it shows."""

    argv: list[str]
    rows: bool = False
    environment: dict[str, str] = field(default_factory=lambda: {**os.environ, "QT_QPA_PLATFORM": SCREEN})
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Start once. Raises NotTheSame where the window shows no rows."""
        environment = {**self.environment, "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        argv = [sys.executable, *(part.format(started=time.monotonic()) for part in self.argv)]
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=240, env=environment, check=False)
        said = answer.stdout.split()
        if len(said) < 2:
            raise NotTheSame(f"it did not start: {answer.stderr.strip()[-300:]}")
        if self.rows and not int(said[2]):
            raise NotTheSame("the first window shows no rows")
        self.cpu.append(float(said[0]))
        self.wall.append(float(said[1]))

    def figure(self, name: str) -> Figure:
        """All starts but the first, which warmed the disk's cache."""
        return Figure(name, self.wall[1:] or self.wall, self.cpu[1:] or self.cpu)


def _lines(n: int, figures: dict[str, Figure]) -> list[Line]:
    ours = figures["ours"]
    by_cpu = Figure("ours", ours.cpu, ours.cpu)
    floor = Figure(f"{FLOOR}, CPU", figures[FLOOR].cpu, figures[FLOOR].cpu)
    return [
        compared(Line(NUMBER, n, f"{FIRST}, CPU", None, None, "", "≤ 1.2×", 1.2), by_cpu, floor),
        compared(Line(NUMBER, n, f"{FIRST}, wall", None, None, "", "≤ 1.2×", 1.2), ours, figures[FLOOR]),
        compared(Line(NUMBER, n, f"{FIRST}, wall", None, None, ""), ours, figures[ALL_AT_ONCE]),
        compared(Line(NUMBER, n, USABLE, None, None, ""), figures["usable"], figures[FLOOR]),
    ]
