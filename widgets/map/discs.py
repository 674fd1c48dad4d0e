"""Requests merged where their marks would overlap: shapes where they stand free, numbered discs where several are."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPixmap

from services.queue.snapshot import STATUSES
from widgets.map.camera import Camera, metres_a_pixel
from widgets.map.ink import Ink, paint_leader
from widgets.map.layer import Floats, Hit, Layer
from widgets.map.layout import Layout, lay_out, laying_out, parted
from widgets.map.shown import Region, Shown, region_of, view_of

OUT = 32
"""Pixels beyond the view within which a mark still reaches into it."""
AHEAD = 96
"""The marks of the next region are made before the view comes this near to the edge of this one."""

SLICE = 0.008
"""Seconds of drawing pictures before the event loop gets its turn."""
STEP = 20
EVERY = slice(None)


class Discs(Layer):
    """One region of marks at a time, made between paints and larger than the view."""

    def __init__(self, shown: Shown, ink: Ink) -> None:
        super().__init__(shown)
        self._ink = ink
        self._made: tuple[int, Layout] | None = None
        self._laying: tuple[int, Region, Generator[None, None, Layout]] | None = None
        self._next: tuple[int, Layout] | None = None
        self._drawn = 0
        """The layout that is being made, and how many of its pictures are drawn."""
        self._apart: tuple[Layout, int, Layout] | None = None
        self._sprites: tuple[Layout, float, list[tuple[QPixmap | None, float]]] | None = None

    def restyle(self) -> None:
        """Forget pictures in the old colours."""
        self._sprites = None

    def work(self, camera: Camera, density: float) -> bool:
        """Lay out the marks around the view, when they are missing or soon will be; then draw their pictures."""
        view = view_of(camera, AHEAD)
        if self._in_force(view) is not None:
            return False
        until = perf_counter() + SLICE
        if self._next is None or self._next[0] != self.shown.news or not self._next[1].region.holds(view):
            self._lay_on(region_of(camera), until)
            return True
        layout = self._next[1]
        while self._drawn < len(layout.count):
            self._pictures(layout, density, slice(self._drawn, self._drawn + STEP))
            self._drawn += STEP
            if perf_counter() > until:
                return True
        self._made, self._next = self._next, None
        self.made += 1
        return True

    def _lay_on(self, region: Region, until: float) -> None:
        """Begin to lay out the marks of a region, or go on with that until then."""
        if self._laying is None or self._laying[:2] != (self.shown.news, region):
            self._laying = (self.shown.news, region, laying_out(self.shown, region))
        try:
            while perf_counter() < until:
                next(self._laying[2])
        except StopIteration as end:
            self._next, self._drawn, self._laying = (self.shown.news, end.value), 0, None

    def layout(self, camera: Camera) -> Layout:
        """The marks in force at a view, the selected request apart."""
        return self._with_current(self._in_force(view_of(camera, OUT)) or self._make(camera))

    def _in_force(self, view: Region) -> Layout | None:
        if self._made is None:
            return None
        news, layout = self._made
        return layout if news == self.shown.news and layout.region.holds(view) else None

    def _make(self, camera: Camera) -> Layout:
        layout = lay_out(self.shown, region_of(camera))
        self._made = (self.shown.news, layout)
        self.made += 1
        return layout

    def _with_current(self, layout: Layout) -> Layout:
        if self._apart is None or self._apart[0] is not layout or self._apart[1] != self.shown.current:
            self._apart = (layout, self.shown.current, parted(self.shown, layout))
        return self._apart[2]

    def draw(self, painter: QPainter, camera: Camera, density: float) -> None:
        """Draw the marks, clusters below single ones; until they are made anew, the old ones at their places."""
        if self._made is None:
            return
        news, layout = self._made
        if news == self.shown.news:
            layout = self._with_current(layout)
        elif self._apart is not None and self._apart[0] is layout:
            layout = self._apart[2]
        if self._sprites is None or self._sprites[:2] != (layout, density):
            self._sprites = (layout, density, self._pictures(layout, density, fresh=news == self.shown.news))
        pictures = self._sprites[2]
        ratio = metres_a_pixel(layout.region.level) / camera.scale
        x, y = layout.x * ratio - camera.left, layout.y * ratio - camera.top
        within = (x > -OUT) & (y > -OUT) & (x < camera.width + OUT) & (y < camera.height + OUT) & (layout.count > 0)
        seen = np.flatnonzero(within)
        order = seen[np.argsort(layout.count[seen] == 1, kind="stable")]
        if ratio == 1.0:
            for i in order[layout.moved[order]].tolist():
                self._lead(painter, layout, i, camera)
        for i, at_x, at_y in zip(order.tolist(), x[order].tolist(), y[order].tolist(), strict=True):
            picture, half = pictures[i]
            if picture is not None:
                painter.drawPixmap(round(at_x - half), round(at_y - half), picture)

    def _pictures(
        self, layout: Layout, density: float, part: slice = EVERY, *, fresh: bool = True
    ) -> list[tuple[QPixmap | None, float]]:
        """Each mark's picture and half its side; of old news single marks get none, as their rows may be others."""
        made: list[tuple[QPixmap | None, float]] = []
        columns = (layout.count, layout.late, layout.row, layout.chosen, layout.radius)
        for count, late, row, chosen, radius in zip(*(column[part].tolist() for column in columns), strict=True):
            if count > 1:
                picture = self._ink.cluster(count, late, radius, chosen, density)
            elif count == 1 and fresh:
                status = STATUSES[int(self.shown.snapshot.status[row])]
                picture = self._ink.point(status, bool(late), chosen, density)
            else:
                made.append((None, 0.0))
                continue
            made.append((picture, picture.width() / density / 2))
        return made

    def _lead(self, painter: QPainter, layout: Layout, i: int, camera: Camera) -> None:
        """Draw the line from a mark that has made way to its place."""
        mark = QPointF(float(layout.x[i]) - camera.left, float(layout.y[i]) - camera.top)
        home = QPointF(float(layout.home_x[i]) - camera.left, float(layout.home_y[i]) - camera.top)
        paint_leader(painter, mark, home)

    def at(self, camera: Camera, px: float, py: float) -> Hit | None:
        """The mark under a pixel."""
        layout = self.layout(camera)
        mark = layout.near(camera, px, py)
        if mark < 0:
            return None
        return Hit(
            (id(layout), mark), int(layout.count[mark]), lambda: int(layout.late[mark]),
            lambda: layout.members(self.shown, mark),
        )  # fmt: skip

    def discs(self, camera: Camera) -> Floats:
        """The marks in view."""
        layout = self.layout(camera)
        seen = layout.seen(camera)
        x, y = layout.x[seen] - camera.left, layout.y[seen] - camera.top
        return np.stack([x, y, layout.radius[seen]], axis=1)
