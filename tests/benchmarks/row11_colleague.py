"""Row 11 on SQLite: a colleague's change, from his click until this desk has heard of it, and until it is painted."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer

from console.watching import Watch
from tests.benchmarks.city import city, copied
from tests.benchmarks.colleague import Colleague, working
from tests.benchmarks.desk import PATIENCE_MS, Sitting, sitting
from tests.benchmarks.harness import Bench, Figure, Line, NotTheSame, compared, quiet

NUMBER, TITLE = 11, "A colleague's change appears"
COMMIT, DESKS = "the colleague's own command, to saved", 50


class Hearer(QObject):
    """What every desk does to hear of changes: the product's watch on the file, and a look at data_version."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._base = sqlite3.connect(file)
        self._version = self._look()
        self.heard = 0.0
        self._watch = Watch(self)
        self._watch.stirred.connect(self._stirred)
        self._watch.start(file)

    def _look(self) -> int:
        return int(self._base.execute("PRAGMA data_version").fetchone()[0])

    def _stirred(self) -> None:
        version = self._look()
        if version != self._version:
            self._version, self.heard = version, time.perf_counter()

    def close(self) -> None:
        """Hear nothing more."""
        self._watch.stop()
        self._base.close()
        self.deleteLater()


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    folder = bench.scratch("colleague")
    copy = copied(made, folder)
    with closing(sqlite3.connect(copy.file)) as base:
        chosen = base.execute("SELECT id FROM request WHERE status = 'assigned' ORDER BY id LIMIT 1").fetchone()
    if chosen is None:
        raise NotTheSame("nothing is assigned")
    with working(folder) as colleague, sitting(copy.settings) as desk:
        painted, heard, commit = _one_desk(bench, desk, colleague, copy.file, chosen[0])
        crowd = _many_desks(bench, colleague, copy.file, chosen[0])
    shutil.rmtree(folder)
    every = Line(NUMBER, bench.n, f"heard by the last of {DESKS} desks, p99", crowd.p99, None, "", "≤ 50 ms", 50)
    return [
        compared(Line(NUMBER, bench.n, "from his click to heard here", None, None, "", "≤ 1.3×", 1.3), heard, commit),
        compared(Line(NUMBER, bench.n, "from his click to painted here", None, None, ""), painted, commit),
        replace(every, bare=True, note=f"median {crowd.median:.1f} ms after his click"),
    ]


def _one_desk(
    bench: Bench, desk: Sitting, colleague: Colleague, file: Path, request_id: int
) -> tuple[Figure, Figure, Figure]:
    painted, heard, commit = Figure("painted"), Figure("heard"), Figure(COMMIT)
    hearer = Hearer(file)
    with quiet():
        for turn in range(bench.repeats + 2):
            head, before = desk.snapshot.head, hearer.heard
            colleague.assign(request_id)
            _until(partial(_newer, desk, head))
            desk.queue_alone.now()
            shown = time.perf_counter()
            _until(partial(_all_heard, [hearer], before))
            begun, ended = colleague.times()
            if turn > 1:
                _note(painted, shown - begun)
                _note(heard, hearer.heard - begun)
                _note(commit, ended - begun)
            rest(40)
    hearer.close()
    return painted, heard, commit


def _many_desks(bench: Bench, colleague: Colleague, file: Path, request_id: int) -> Figure:
    """When the last of many has heard of it."""
    figure = Figure("all")
    hearers = [Hearer(file) for _ in range(DESKS)]
    with quiet():
        for _ in range(bench.repeats):
            rest(80)
            before = time.perf_counter()
            colleague.assign(request_id)
            _until(partial(_all_heard, hearers, before))
            begun, _ = colleague.times()
            _note(figure, max(h.heard for h in hearers) - begun)
    for hearer in hearers:
        hearer.close()
    return figure


def _newer(desk: Sitting, head: int) -> bool:
    return desk.snapshot.head > head


def _all_heard(hearers: list[Hearer], after: float) -> bool:
    return all(hearer.heard > after for hearer in hearers)


def _note(figure: Figure, seconds: float) -> None:
    figure.wall.append(seconds * 1000)
    figure.cpu.append(0.0)


def _until(happened: Callable[[], bool]) -> None:
    """Run the event loop until this is true, looking each time it did something."""
    loop, limit = QEventLoop(), time.monotonic() + PATIENCE_MS / 1000
    while not happened():
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > limit:
            raise NotTheSame("nobody heard of it")


def rest(ms: int) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
