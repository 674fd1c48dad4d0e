"""A screen of the benchmark's own, Xvfb with its pixels in a file, and when a program's rows are seen on it."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.harness import Figure
from tests.benchmarks.outside import NotDriven, last_words, program

Pixels = NDArray[np.uint32]
SIZE = (1920, 1200)
GLANCE = 0.001
"""Seconds between two looks at the screen."""
STILL = 4.0
"""Seconds without any change after which a program shows what it stays with."""
PATIENCE = 120.0
"""Seconds that rows are waited for."""
SELDOM = 50
"""Every so many looks it is asked whether anything changes still."""
SAMPLE = 2_000
"""Pixels of ink, and as many of the ground, that are looked at."""
ENOUGH = 0.95
"""Of the pixels of the rows as they stay; the rest may be a selection."""
MOST_LOOKS = 8
LEAST_INK = 0.005
"""Of the pixels, where there are rows of words."""
_HEAD = struct.Struct(">25I")
_COLOUR = 12
_RGB = np.uint32(0xFFFFFF)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the screen: its left, top, right and bottom pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def of(self, pixels: Pixels) -> Pixels:
        """Its pixels, now and later."""
        return pixels[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True)
class Screen:
    """A running Xvfb."""

    display: str
    pixels: Pixels
    """What is on it now, a line a row."""
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """For a program that is to appear on it, with settings of its own there."""
        own = {name: str(self.folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        shown = {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", "OPENBLAS_NUM_THREADS": "1"}
        return {**os.environ, **own, **shown}


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen without a pointer, on a display that was free, until the block ends. Raises NotDriven."""
    wide, high = SIZE
    xvfb = program("Xvfb")
    says, told = os.pipe()
    argv = [xvfb, "-displayfd", str(told), "-screen", "0", f"{wide}x{high}x24", "-fbdir", str(folder)]
    argv += ["-br", "-nocursor", "-noreset", "-nolisten", "tcp"]
    with subprocess.Popen(argv, pass_fds=[told], stderr=subprocess.DEVNULL) as server:
        os.close(told)
        try:
            with os.fdopen(says) as lines:
                number = lines.readline().strip()
            if not number:
                raise NotDriven("Xvfb did not start")
            yield Screen(f":{number}", mapped(folder / "Xvfb_screen0"), folder)
        finally:
            server.terminate()


def mapped(file: Path) -> Pixels:
    """The pixels in a file of the form of xwd that is written on all the while: a line a row, 32 bits each."""
    with file.open("rb") as opened:
        held = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    head = _HEAD.unpack(held[: _HEAD.size])
    wide, high, stride, colours = head[4], head[5], head[12], head[19]
    begin = head[0] + _COLOUR * colours
    lines = np.frombuffer(held, np.uint32, high * stride // 4, begin).reshape(high, stride // 4)
    return lines[:, :wide]


@dataclass(frozen=True, slots=True)
class Look:
    """How rows of words look: some pixels of their ink and as many of their ground."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    colours: Pixels

    @classmethod
    def of(cls, box: Pixels) -> Look:
        """The ground has the commonest colour, ink is all else. Raises NotDriven where there is hardly any ink."""
        colours, counts = np.unique(box, return_counts=True)
        ink = box.ravel() != colours[counts.argmax()]
        if ink.mean() < LEAST_INK:
            raise NotDriven(f"no rows are seen: {ink.sum()} of {ink.size} pixels have ink")
        both = np.flatnonzero(ink), np.flatnonzero(~ink)
        few = min(SAMPLE, *map(len, both))
        chosen = [some[np.linspace(0, len(some) - 1, few).astype(np.intp)] for some in both]
        rows, columns = np.divmod(np.concatenate(chosen), box.shape[1])
        return cls(rows, columns, box[rows, columns])

    def seen(self, box: Pixels) -> bool:
        """Whether the box looks so now."""
        return float((box[self.rows, self.columns] & _RGB == self.colours).mean()) >= ENOUGH


@dataclass
class Watched:
    """A program that is started again and again, and ended as soon as its rows are on the screen."""

    name: str
    screen: Screen
    argv: Sequence[str]
    box: Box
    """Where its rows appear."""
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    """How its rows were seen to stay; DB Browser makes its columns now so wide, now so."""

    def run(self) -> None:
        """One timed start: from the command until its rows are seen as they stay. Raises NotDriven.

        Where they look as never before, that is kept, and it is started once more.
        """
        while len(self.looks) < MOST_LOOKS:
            spent, began = _spent_by_children(), time.monotonic()
            with self._running() as child:
                took = self._watch(child, began)
            if took is not None:
                self.wall.append(took * 1000)
                self.cpu.append((_spent_by_children() - spent) * 1000)
                return
        raise NotDriven(f"{self.name} looks different at every start")

    def _watch(self, child: subprocess.Popen[bytes], began: float) -> float | None:
        """Seconds until the rows are seen; None where they are seen to look in a new way."""
        view, before, since = self.box.of(self.screen.pixels), np.empty(0, np.uint32), began
        for glance in count():
            now = time.monotonic()
            if any(look.seen(view) for look in self.looks):
                return now - began
            if child.poll() is not None:
                said = last_words(self._said.read_text("utf-8", "replace"))
                raise NotDriven(f"{self.name} ended before its rows were seen: {said}")
            if now > began + PATIENCE:
                raise NotDriven(f"{self.name} showed no rows in {PATIENCE:.0f} s")
            if glance % SELDOM == 0:
                box = view & _RGB
                if not box.any() or not np.array_equal(box, before):
                    before, since = box, now
                elif now > since + STILL:
                    self.looks.append(Look.of(box))
                    return None
            time.sleep(GLANCE)
        return None

    @property
    def figure(self) -> Figure:
        """All timed starts but the first, which warmed the disk's cache."""
        return Figure(self.name, self.wall[1:] or self.wall, self.cpu[1:] or self.cpu)

    @contextmanager
    def _running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The program; at the end it is gone from the screen too."""
        with self._said.open("wb") as said:
            child = subprocess.Popen(self.argv, stdout=said, stderr=said, env=self.screen.environment)
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            ended = time.monotonic()
            view = self.box.of(self.screen.pixels)
            while (view & _RGB).any() and time.monotonic() < ended + PATIENCE:
                time.sleep(GLANCE)

    @property
    def _said(self) -> Path:
        return self.screen.folder / "said.txt"


def _spent_by_children() -> float:
    """Seconds of processor time of all processes that were started here and have ended."""
    import resource  # Windows has none, nor has it Xvfb

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
