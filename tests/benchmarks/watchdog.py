"""How long the UI thread does not answer while the desk pulls, sorts, filters, assigns thousands and pans the map."""

from __future__ import annotations

import faulthandler
import random
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from console import settings as settings_files
from services.domain.status import Status
from services.queue.snapshot import STATUSES
from services.store import commands
from tests.benchmarks import qt
from tests.benchmarks.city import City, city, write_config
from tests.benchmarks.desk import Sitting, sitting, waited
from tests.benchmarks.harness import Bench, Line, NotTheSame, percentile, quiet
from tests.benchmarks.maps import OurMap
from tests.benchmarks.serve import serving

NUMBER, TITLE = 0, "The event loop answers"
BEAT_MS = 1
LONGEST = 150.0
"""Seconds after which the watch ends, however much was pulled by then; the table says how much."""
PULLED, ASSIGNED = 100_000, 10_000
LATE = 0.030
"""Seconds without a beat after which it is looked at where the UI thread is."""
MOST_MS, MOST_P99_MS = 100.0, 33.0
ROOT = Path(__file__).parents[2]
FRAME = re.compile(r'File "([^"]+)", line \d+ in (\S+)')


@dataclass
class Watched:
    """What a watch saw."""

    gaps: list[tuple[str, float]] = field(default_factory=list)
    """What was going on, and the milliseconds between two beats."""
    blamed: Counter[str] = field(default_factory=Counter)
    """Where the UI thread was when it was late, by how often it was seen there."""

    @property
    def most(self) -> float:
        """The longest silence."""
        return max(ms for _, ms in self.gaps)

    @property
    def p99(self) -> float:
        """What 99 of 100 silences keep within."""
        return percentile([ms for _, ms in self.gaps], 99)

    def by_action(self) -> dict[str, tuple[float, float]]:
        """The longest silence and the p99 of each kind of thing that was going on."""
        found: dict[str, list[float]] = {}
        for doing, ms in self.gaps:
            found.setdefault(doing, []).append(ms)
        return {doing: (max(each), percentile(each, 99)) for doing, each in found.items()}

    def said(self) -> str:
        """For people."""
        parts = [f"{doing} {most:.0f} (p99 {p99:.0f})" for doing, (most, p99) in self.by_action().items()]
        where = "; ".join(f"{place} ×{count}" for place, count in self.blamed.most_common(8))
        return f"longest {self.most:.0f} ms, p99 {self.p99:.1f} ms: {', '.join(parts)}. Late in: {where or 'nothing'}"


class Probe(QObject):
    """A heart that beats in the UI thread every millisecond, and somebody who listens from another thread."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = Watched()
        self.doing = "waiting"
        self._last = time.perf_counter()
        self._over = threading.Event()
        self._ui = threading.get_ident()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._listener = threading.Thread(target=self._listen, name="listener")

    def _beat(self) -> None:
        now = time.perf_counter()
        self.seen.gaps.append((self.doing, (now - self._last) * 1000))
        self._last = now

    def _listen(self) -> None:
        while not self._over.wait(LATE / 3):
            if time.perf_counter() - self._last > LATE:
                self.seen.blamed[f"{self.doing}: {_ours(_stack(self._ui))}"] += 1

    @contextmanager
    def watching(self) -> Iterator[Watched]:
        """Beat, and listen."""
        self._last = time.perf_counter()
        self._timer.start()
        self._listener.start()
        try:
            yield self.seen
        finally:
            self._timer.stop()
            self._over.set()
            self._listener.join()


def _stack(thread: int) -> list[tuple[str, str]]:
    """File and function of each frame of a thread, innermost first; no frame is held, for that would keep painters."""
    with TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        blocks = file.read().split("\n\n")
    mine = next((block for block in blocks if f"0x{thread:016x}" in block.partition("\n")[0]), "")
    return [(m[1], m[2]) for m in FRAME.finditer(mine)]


def _ours(stack: list[tuple[str, str]]) -> str:
    """The innermost of our own functions on a stack; the loop where none is: then another thread held it up."""
    for name, function in stack:
        if name.startswith(str(ROOT)) and "/tests/" not in name and "site-packages" not in name:
            return f"{Path(name).relative_to(ROOT)}:{function}"
    return "the event loop itself"


@dataclass
class Work:
    """What was done while watched, to be looked at afterwards."""

    pulled: int = 0
    assigned: int = 0
    sorted: int = 0
    filtered: int = 0
    panned: int = 0


def watch(of: City, home: Path, pulled: int, assigned: int) -> tuple[Watched, Work]:
    """A desk on a copy of this city, with everything going on at once."""
    shutil.copytree(of.settings.home, home, dirs_exist_ok=True)
    with serving(pulled, of.n + 1) as url:
        write_config(home, url)
        with sitting(settings_files.load(home), (1600, 1000)) as desk, quiet():
            desk.indexed()
            probe = Probe()
            with probe.watching() as seen:
                work = _everything(desk, probe, of.n, pulled, assigned)
    return seen, work


def _everything(desk: Sitting, probe: Probe, n: int, pulled: int, assigned: int) -> Work:
    work = Work()
    probe.doing = "filter"
    desk.found(lambda: desk.desk.set_query(""))
    _begin_to_pull(desk)
    turns = [partial(_sort, desk, probe), partial(_filter, desk, probe), partial(_pan, desk, probe)]
    _assign(desk, probe, work, assigned)
    deadline = time.monotonic() + LONGEST
    while len(desk.snapshot) < n + pulled or not work.panned:
        for turn in turns:
            turn(work)
        if time.monotonic() > deadline:
            break
    work.pulled = len(desk.snapshot) - n
    return work


def _begin_to_pull(desk: Sitting) -> None:
    """As the desk does by itself where it is not told to stay silent."""
    desk.desk.background.sync_wanted = True
    desk.desk.wake()


def _sort(desk: Sitting, probe: Probe, work: Work) -> None:
    probe.doing = "sort"
    for column in ("updated", "service", "address", "due"):
        desk.found(partial(desk.window.sort, ((column, work.sorted % 2 == 0),)))
        work.sorted += 1


def _filter(desk: Sitting, probe: Probe, work: Work) -> None:
    probe.doing = "filter"
    for query in ("status:open", "status:open channel:phone age<100d", "street", ""):
        desk.found(partial(desk.desk.set_query, query))
        work.filtered += 1


def _pan(desk: Sitting, probe: Probe, work: Work) -> None:
    probe.doing = "pan"
    ground, chance = desk.map.canvas.viewport(), random.Random(work.panned)
    for _ in range(20):
        OurMap.nudge(ground, chance.randrange(-40, 40), chance.randrange(-40, 40))
        work.panned += 1
        rest(8)


def _assign(desk: Sitting, probe: Probe, work: Work, count: int) -> None:
    """All open ones are chosen at once; then many of them are assigned."""
    probe.doing = "filter"
    desk.found(lambda: desk.desk.set_query("status:open"))
    probe.doing = "select all"
    desk.table.selectAll()
    rest(50)
    found = desk.desk.last_found
    if found is None:
        raise NotTheSame("nothing is shown")
    snapshot = found.snapshot
    open_rows = found.rows[snapshot.status[found.rows] != STATUSES.index(Status.CLOSED)]
    usable = open_rows[snapshot.crew_idx[open_rows] != 0]
    ids = snapshot.ids[usable][:count].tolist()
    crew = snapshot.crews[0].id
    probe.doing = "bulk assign"
    waited(desk.desk.acted, lambda: desk.desk.act(lambda acting: commands.assign(acting, ids, crew)))
    work.assigned = len(ids)


def rest(ms: int) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def rows(bench: Bench) -> list[Line]:
    """The lines of the watchdog."""
    made = city(bench)
    made.close()
    folder = bench.scratch("watchdog")
    qt.application()
    many = min(bench.n, PULLED)
    seen, work = watch(made, folder, many, min(bench.n // 100, ASSIGNED))
    shutil.rmtree(folder)
    doing = f"pulling {work.pulled:,} of {many:,}, assigning {work.assigned:,}"
    done = f"{work.sorted} sorts, {work.filtered} filters, {work.panned} pans: {seen.said()}"
    most = Line(NUMBER, bench.n, f"longest silence of the UI thread: {doing}", seen.most, None, "", "≤ 100 ms", MOST_MS)
    usual = Line(NUMBER, bench.n, "p99 of its silences", seen.p99, None, "", "≤ 33 ms", MOST_P99_MS, bare=True)
    return [replace(most, bare=True, note=done), usual]
