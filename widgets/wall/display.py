"""The window on the wall: full screen, no controls; pages follow one another, and Esc is the only way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from widgets import shapes, theme
from widgets.map.view import MapView
from widgets.selection import Selection
from widgets.wall.choice import MAP, TITLES, Choice
from widgets.wall.content import Content
from widgets.wall.lay import COLUMN, MARGIN, SMALLEST, Fill, Line, Mark, Page, Text, Triangle, laid

NOTHING = "Nothing to show here now."
READING = "Reading the requests…"


class WallMap(MapView):
    """The map without anything to press, its words as large as all others on the wall."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Selection(parent), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for part in (self, self.canvas):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def stop(self) -> None:
        """Do nothing more: it is about to be gone."""
        self.hide()
        self._settled.stop()

    def _arrange(self) -> None:
        """Nothing lies over the map."""
        over = self.around
        for part in (over.tools, over.modes, over.legend, over.unplaced, over.outside, over.empty, over.card):
            part.hide()
        self.canvas.covers = []


class WallDisplay(QWidget):
    """Shows what it is given, a page at a time."""

    turned = Signal(str)
    """The page that is shown now."""
    left = Signal()
    """It has been closed."""

    def __init__(self, city: str, choice: Choice) -> None:
        super().__init__()
        self.choice, self._city = choice, city
        self._at, self._contents = 0, dict[str, Content]()
        self._clock = self._as_of = self._wrong = ""
        self.setWindowTitle("Wall display")
        self.setAccessibleName("Wall display")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.map: WallMap | None = WallMap(self) if MAP in choice.pages else None
        self.timer = QTimer(self, interval=choice.seconds * 1000)
        self.timer.timeout.connect(self._turn)
        self.timer.start()

    @property
    def has_contents(self) -> bool:
        """Whether there are figures to show."""
        return bool(self._contents)

    @property
    def page(self) -> str:
        """Which page is shown."""
        return self.choice.pages[self._at]

    def _turn(self) -> None:
        self._at = (self._at + 1) % len(self.choice.pages)
        self._place()
        self.turned.emit(self.page)

    def show_contents(self, contents: Mapping[str, Content], as_of: str) -> None:
        """Show these in place of those before; without any the figures are gone."""
        self._contents, self._as_of = dict(contents), as_of
        self._place()

    def show_time(self, now: datetime, wrong: str) -> None:
        """The city's time, and what is wrong ("": nothing); paints only what is news."""
        clock = f"{now:%H:%M}"
        if (clock, wrong) != (self._clock, self._wrong):
            self._clock, self._wrong = clock, wrong
            self._place()

    def _place(self) -> None:
        if self.map is not None:
            page = Page(self.width(), self.height())
            self.map.canvas.magnified = max(1.0, page.least / theme.META)
            body = page.body.adjusted(page.px(COLUMN) + page.px(MARGIN), 0, page.px(MARGIN), 0).toRect()
            if self._wrong:
                body.setBottom(body.bottom() - page.px(0.1))
            if body != self.map.geometry():
                self.map.setGeometry(body)
            self.map.setVisible(self.page == MAP and MAP in self._contents)
        content = self._contents.get(self.page)
        numbers = [f"{big.title} {big.number}" for big in content.bigs] if content else []
        numbers += [f"{one.rule}: {one.said}" for one in content.standing or ()] if content else []
        self.setAccessibleDescription(", ".join((self._wrong, TITLES[self.page], *numbers)).strip(", "))
        self.update()

    def laid(self) -> Page:
        """What is painted now."""
        page, content = Page(self.width(), self.height()), self._contents.get(self.page)
        page.is_warned = bool(self._wrong)
        if content is None:
            page.head(Content(TITLES[self.page]), self._clock)
            page.nothing(READING if not self._wrong else "")
        else:
            page.head(content, self._clock)
            if content.bigs or content.rows or content.standing is not None:
                laid(page, content)
            else:
                page.nothing(NOTHING)
        if self._wrong:
            page.band(self._wrong)
        said = " · ".join(filter(None, (f"as of {self._as_of}" if self._as_of else "", self._city, self.choice.query)))
        page.foot(said, self._at, len(self.choice.pages))
        return page

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.current().surf))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self.laid().marks:
            _paint(painter, mark)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves, F11 goes to a window and back; no other key does anything."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_F11:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, and tell."""
        self.timer.stop()
        if self.map is not None:
            self.map.stop()
        super().closeEvent(event)
        self.left.emit()


def _paint(painter: QPainter, mark: Mark) -> None:
    p = theme.current()
    match mark:
        case Text():
            painter.setFont(theme.exact_font(mark.pixels, theme.SEMIBOLD if mark.bold else theme.NORMAL))
            painter.setPen(theme.colour(getattr(p, mark.ink)))
            side = Qt.AlignmentFlag.AlignRight if mark.right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(mark.box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, mark.text)
        case Fill():
            painter.fillRect(mark.box, theme.mix(getattr(p, mark.ink), p.surf, mark.share))
            if mark.hatched:
                _hatch(painter, mark.box.toRect(), p)
        case Triangle():
            shapes.paint_overdue(painter, mark.box, p)
        case Line():
            painter.setPen(QPen(theme.colour(getattr(p, mark.ink)), mark.width))
            painter.drawPolyline(QPolygonF(mark.points))


def _hatch(painter: QPainter, box: QRect, p: theme.Palette) -> None:
    """Slanting lines: what is overdue is not told by colour alone."""
    step = max(6, round(box.height() * SMALLEST * 8))
    painter.save()
    painter.setClipRect(box)
    painter.setPen(QPen(theme.colour(p.surf), max(1, step // 6)))
    for x in range(box.left() - box.height(), box.right() + 1, step):
        painter.drawLine(x, box.bottom(), x + box.height(), box.top())
    painter.restore()
