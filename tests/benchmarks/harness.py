"""Times contenders fairly: in turn, warmed up, garbage collection off; medians, and ratios within one run only."""

from __future__ import annotations

import gc
import math
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

REPEATS = 30
SLOW = 1_000.0
"""Milliseconds beyond which a contender is repeated less often."""
SLOW_BUDGET = 4_000.0
"""Milliseconds that the repetitions of a slow contender may take together."""
RESTLESS = 3.0
"""A floor whose p99 is this many times its median makes the race be run once more."""


def nothing() -> None:
    """No set-up."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work. `before` prepares a repetition and is not timed."""

    name: str
    work: Callable[[], object]
    before: Callable[[], object] = nothing


@dataclass(slots=True)
class Figure:
    """What one contender took, a number a repetition, in milliseconds."""

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Wall median."""
        return statistics.median(self.wall)

    @property
    def p99(self) -> float:
        """Wall time that 99 of 100 repetitions keep within; with few repetitions the worst."""
        return percentile(self.wall, 99)

    @property
    def cpu_median(self) -> float:
        """Median of this process's CPU time, all its threads together."""
        return statistics.median(self.cpu)

    @property
    def restless(self) -> bool:
        """True where something else disturbed the run."""
        return self.p99 > RESTLESS * self.median


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@contextmanager
def quiet() -> Iterator[None]:
    """Garbage collection off, after one last round; that only in the main thread, for Qt's objects belong to it."""
    was = gc.isenabled()
    if threading.current_thread() is threading.main_thread():
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def once(contender: Contender, figure: Figure) -> None:
    """One timed repetition."""
    contender.before()
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    contender.work()
    took = time.perf_counter_ns() - wall
    figure.cpu.append((time.process_time_ns() - cpu) / 1e6)
    figure.wall.append(took / 1e6)


def race(contenders: Sequence[Contender], repeats: int = REPEATS, *, floor: str = "") -> dict[str, Figure]:
    """Every contender's figure by name. With a restless `floor` the race is run once more and the calmer run kept."""
    if len({c.name for c in contenders}) != len(contenders):
        raise ValueError("two contenders have one name")
    figures = _race(contenders, repeats)
    if floor and figures[floor].restless:
        again = _race(contenders, repeats)
        calmer = again[floor].p99 / again[floor].median < figures[floor].p99 / figures[floor].median
        figures = again if calmer else figures
    return figures


def _race(contenders: Sequence[Contender], repeats: int) -> dict[str, Figure]:
    figures = {c.name: Figure(c.name) for c in contenders}
    with quiet():
        wanted = {c.name: _warm_up(c, repeats, figures[c.name]) for c in contenders}
        for turn in range(max(wanted.values())):
            for contender in contenders:
                if turn < wanted[contender.name]:
                    once(contender, figures[contender.name])
    return figures


def _warm_up(contender: Contender, repeats: int, figure: Figure) -> int:
    """Run it unheeded; gives how often it is to be timed. What fills the budget by itself is timed this one time."""
    first = Figure(contender.name)
    once(contender, first)
    took = first.wall[0]
    if took > SLOW_BUDGET:
        figure.wall, figure.cpu = first.wall, first.cpu
        return 0
    if took > SLOW:
        return min(repeats, max(2, int(SLOW_BUDGET / took)))
    once(contender, first)
    return repeats


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. Figures are of one unit; ours ÷ peer is at most `most`, or ours itself where `bare`."""

    row: int
    n: int
    name: str
    ours: float | None
    peer: float | None
    peer_name: str
    goal: str = ""
    most: float | None = None
    bare: bool = False
    """The goal bounds ours by itself, not the ratio."""
    unit: str = "ms"
    note: str = ""
    """What stands beside it: how it was measured, why a peer did not run, what stands in the way."""
    ours_p99: float | None = None
    ours_cpu: float | None = None
    peer_p99: float | None = None
    peer_cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours ÷ peer, of the medians of one run."""
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none, or nothing to compare with."""
        value = self.ours if self.bare else self.ratio
        return None if self.most is None or value is None else value <= self.most

    def plain(self) -> dict[str, object]:
        """As bench.json holds it."""
        first = ("row", "n", "name", "ours", "peer", "peer_name")
        every = asdict(self)
        made: dict[str, object] = {key: every.pop(key) for key in first}
        made |= {"ratio": self.ratio, "goal": every.pop("goal"), "met": self.met}
        return made | every


def line_of(plain: dict[str, object]) -> Line:
    """A line as bench.json holds it."""
    kept = {key: value for key, value in plain.items() if key not in {"ratio", "met"}}
    return Line(**kept)  # type: ignore[arg-type]


def compared(line: Line, ours: Figure, peer: Figure | None) -> Line:
    """The line with the medians of two contenders of one race."""
    made = replace(line, ours=ours.median, ours_p99=ours.p99, ours_cpu=ours.cpu_median)
    if peer is None:
        return made
    return replace(made, peer=peer.median, peer_p99=peer.p99, peer_cpu=peer.cpu_median, peer_name=peer.name)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a row is given: how many requests, how often, and a folder for the stores that are made once."""

    n: int
    repeats: int
    folder: Path

    def scratch(self, name: str) -> Path:
        """A folder of its own for a row's files, empty."""
        import shutil

        made = self.folder / f"scratch-{name}-{self.n}"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        return made


class NotTheSame(AssertionError):
    """Two contenders did not do the same work, so that comparing them would say nothing."""


def same(what: str, ours: object, theirs: object) -> None:
    """Refuse to time contenders whose results differ. Raises NotTheSame."""
    if ours != theirs:
        raise NotTheSame(f"{what}: {str(ours)[:200]} is not {str(theirs)[:200]}")
