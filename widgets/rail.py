"""The left rail: the views and team views with their counts, and the crews with how much they carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from services.domain.status import Status
from services.domain.values import Crew
from services.queue.views import View
from widgets import shapes, theme
from widgets.icons import paint_icon
from widgets.plain import tip
from widgets.queue.model import MIME, ids_in

WIDE, NARROW = 220, 56
ROW, CREW_ROW, HEAD, GAP, INSET, EDGE = 28, 40, 28, 12, 16, 3
FULL_SHARE = 0.9
_STATUSES = {s.value: s for s in Status}


def quoted(word: str) -> str:
    """A value as it stands in a query."""
    return '"' + word.replace('"', "") + '"'


class _Entry(QAbstractButton):
    """One row of the rail that can be pressed."""

    def __init__(self, query: str, title: str, narrow: bool) -> None:
        super().__init__()
        self.query, self.title, self.narrow = query, title, narrow
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def nextCheckState(self) -> None:
        """Only the rail says which entry is active."""

    def hitButton(self, _pos: object) -> bool:
        """The whole row can be pressed."""
        return True

    def _begin(self, painter: QPainter) -> None:
        """The ground: selection and accent edge when active, an outline when the keyboard is here."""
        p = theme.current()
        if self.isChecked():
            painter.fillRect(self.rect(), theme.colour(p.selection))
            painter.fillRect(0, 0, theme.px(EDGE), self.height(), theme.colour(p.accent))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.colour(p.track))
        if self.hasFocus():
            painter.setPen(theme.colour(p.accent))
            painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of this part; every other key goes on to the commands."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


class ViewEntry(_Entry):
    """A view: its shape or icon, its name, how many requests it holds."""

    def __init__(self, view: View, narrow: bool) -> None:
        super().__init__(view.query, view.title, narrow)
        self.view = view
        self.count: int | None = None
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """Show how many requests the view holds; None while that is not known."""
        if count == self.count and self.accessibleName():
            return
        self.count = count
        said = f"{self.title}, {count:,}" if count is not None else self.title
        keys = f"  G {self.view.letter.upper()}" if self.view.letter else ""
        self.setAccessibleName(said)
        self.setToolTip(tip(f"{said}{keys}\n{self.query}"))
        self.update()

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(44 if self.narrow else ROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        self._begin(painter)
        number = f"{self.count:,}" if self.count is not None else ""
        if self.narrow:
            self._mark(painter, (self.width() - 16) / 2, theme.px(6))
            painter.setPen(theme.colour(p.muted))
            painter.setFont(theme.font(theme.META))
            box = QRectF(0, theme.px(24), self.width(), theme.px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _short(self.count))
            return
        self._mark(painter, theme.px(INSET), (self.height() - 16) / 2)
        painter.setFont(theme.font())
        used = painter.fontMetrics().horizontalAdvance(number)
        _words(painter, self.rect(), number, p.muted, right=True)
        weight = theme.SEMIBOLD if self.isChecked() else theme.NORMAL
        _title(painter, self.title, weight, self.width() - theme.px(INSET) - used - theme.px(8), self.height())

    def _mark(self, painter: QPainter, x: float, y: float) -> None:
        p, name = theme.current(), self.view.icon
        if name in _STATUSES:
            shapes.paint_status(painter, QRectF(x + 2, y + 2, 12, 12), _STATUSES[name], p)
        elif name == "overdue":
            shapes.paint_overdue(painter, QRectF(x + 2, y + 2, 12, 12), p)
        else:
            paint_icon(painter, QRectF(x, y, 16, 16), name, p.muted)


class WholeEntry(ViewEntry):
    """Not a query: what stands in place of queue and map."""


SUPERVISE = View("supervise", "Supervise", "", "chart")


class CrewEntry(_Entry):
    """A crew: its name, its jobs of its capacity, and a bar; takes requests that are dropped on it."""

    dropped = Signal(int, object)
    """Crew id, request ids."""

    def __init__(self, crew: Crew, load: int, narrow: bool) -> None:
        super().__init__(f"crew:{quoted(crew.name)} status:open", crew.name, narrow)
        self.crew = crew
        self.load = -1
        self.setAcceptDrops(True)
        self.set_load(load)

    def set_load(self, load: int) -> None:
        """Show how many jobs the crew has today."""
        if load == self.load:
            return
        crew, self.load = self.crew, load
        self.share = load / crew.capacity if crew.capacity else 1.0
        self.words = full_said(load, crew.capacity)
        self.setAccessibleName(f"Crew {crew.name}, {self.words}")
        self.setToolTip(tip(f"{crew.name}: {self.words} jobs today\nDrop requests here to assign them."))
        self.update()

    def sizeHint(self) -> QSize:
        """The size of the design."""
        return QSize(0, theme.px(CREW_ROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        self._begin(painter)
        inset = theme.px(12 if self.narrow else INSET)
        line = QRectF(inset, theme.px(6), self.width() - 2 * inset, theme.px(20))
        if self.narrow:
            painter.setFont(theme.font(theme.META))
            painter.setPen(theme.colour(p.text))
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, _short_name(self.title))
        else:
            painter.setFont(theme.font(theme.META))
            used = painter.fontMetrics().horizontalAdvance(self.words)
            painter.setPen(theme.colour(p.muted))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.words)
            weight = theme.SEMIBOLD if self.isChecked() else theme.NORMAL
            _elided(painter, line.adjusted(0, 0, -used - theme.px(8), 0), self.title, theme.font(weight=weight))
        paint_bar(painter, QRectF(inset, theme.px(30), self.width() - 2 * inset, 4), self.share)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take requests, nothing else."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Requests were dropped here."""
        self.dropped.emit(self.crew.id, ids_in(event.mimeData()))
        event.acceptProposedAction()


def full_said(jobs: int, capacity: int) -> str:
    """ "6 of 8", and in words that it is full, or has more than it can do."""
    word = "over" if jobs > capacity else "full" if jobs == capacity else ""
    return " · ".join(filter(None, (word, f"{jobs:,} of {capacity:,}")))


def paint_bar(painter: QPainter, box: QRectF, share: float) -> None:
    """How full a crew is: muted, and in the text's colour once it has little room left."""
    p = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(p.track))
    painter.drawRoundedRect(box, 2, 2)
    painter.setBrush(theme.colour(p.text if share >= FULL_SHARE else p.muted))
    filled = box.width() * min(1.0, share)
    if filled > 0:
        painter.drawRoundedRect(QRectF(box.x(), box.y(), max(4.0, filled), box.height()), 2, 2)


class _Head(QWidget):
    """A section's head, with a remark at its right."""

    def __init__(self, title: str, remark: str = "") -> None:
        super().__init__()
        self._title, self._remark = title, remark
        self.setFixedHeight(theme.px(HEAD))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        muted, painter = theme.current().muted, QPainter(self)
        painter.setFont(theme.font(theme.META))
        _words(painter, self.rect(), self._remark, muted, right=True)
        painter.setFont(theme.font(theme.META, theme.SEMIBOLD))
        _words(painter, self.rect(), self._title, muted, right=False)


class Rail(QScrollArea):
    """Views, team views and crews; a press asks for their query."""

    view_chosen = Signal(str)
    """The query to filter by."""
    whole_chosen = Signal()
    """The supervise view is wanted."""
    dropped_on_crew = Signal(int, object)
    """Crew id, request ids dragged from the queue."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Views and crews")
        self._views: tuple[Sequence[View], Sequence[View]] = ((), ())
        self._counts: dict[str, int] = {}
        self._crews: list[tuple[Crew, int]] = []
        self._query = ""
        self._narrow = self._whole = False
        self.entries: list[_Entry] = []
        self.setFixedWidth(theme.px(WIDE))
        self._build()

    @property
    def narrow(self) -> bool:
        """True while only icons are shown."""
        return self._narrow

    def set_views(self, views: Sequence[View], team_views: Sequence[View]) -> None:
        """Show these views, in this order."""
        self._views = (tuple(views), tuple(team_views))
        self._build()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many requests each view holds, by its id."""
        self._counts = dict(counts)
        for entry in self.entries:
            if isinstance(entry, ViewEntry):
                entry.set_count(self._counts.get(entry.view.id))

    def set_crews(self, crews: Sequence[tuple[Crew, int]]) -> None:
        """Show these crews with how many jobs each has today."""
        same = [c for c, _ in crews] == [c for c, _ in self._crews]
        self._crews = list(crews)
        if not same:
            self._build()
            return
        shown = (e for e in self.entries if isinstance(e, CrewEntry))
        for entry, (_, load) in zip(shown, self._crews, strict=True):
            entry.set_load(load)

    def set_query(self, query: str) -> None:
        """Mark the entry that stands for this query, if one does."""
        self._query = query.strip()
        for entry in self.entries:
            is_whole = isinstance(entry, WholeEntry)
            entry.setChecked(is_whole == self._whole and (is_whole or entry.query == self._query))

    def set_whole(self, *, on: bool) -> None:
        """Mark that the supervise view stands in place of the queue, or no more."""
        self._whole = on
        self.set_query(self._query)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons and counts alone, or names too."""
        if narrow != self._narrow:
            self._narrow = narrow
            bars = Qt.ScrollBarPolicy
            self.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOff if narrow else bars.ScrollBarAsNeeded)
            self.setFixedWidth(theme.px(NARROW if narrow else WIDE))
            self._build()

    def _build(self) -> None:
        focused = next((e.query for e in self.entries if e.hasFocus()), None)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, theme.px(8), 0, theme.px(8))
        column.setSpacing(0)
        self.entries = []
        for title, views in zip(("Views", "Team views"), self._views, strict=True):
            whole = [self._whole_entry()] if views and views is self._views[1] else []
            self._section(column, title, "", [*(self._view_entry(v) for v in views), *whole])
        self._section(column, "Crews", "jobs today", [self._crew_entry(c, n) for c, n in self._crews])
        column.addStretch()
        self.setWidget(body)
        self.set_query(self._query)
        for entry in self.entries:
            if entry.query == focused:
                entry.setFocus()

    def _section(self, column: QVBoxLayout, title: str, remark: str, entries: Sequence[_Entry]) -> None:
        if not entries:
            return
        if self.entries:
            column.addSpacing(theme.px(GAP))
        if not self._narrow:
            column.addWidget(_Head(title, remark))
        for entry in entries:
            column.addWidget(entry)
            entry.installEventFilter(self)
            self.entries.append(entry)

    def _view_entry(self, view: View) -> ViewEntry:
        entry = ViewEntry(view, self._narrow)
        entry.set_count(self._counts.get(view.id))
        entry.clicked.connect(self._chooser(entry))
        return entry

    def _whole_entry(self) -> WholeEntry:
        entry = WholeEntry(SUPERVISE, self._narrow)
        entry.clicked.connect(self.whole_chosen)
        return entry

    def _crew_entry(self, crew: Crew, load: int) -> CrewEntry:
        entry = CrewEntry(crew, load, self._narrow)
        entry.clicked.connect(self._chooser(entry))
        entry.dropped.connect(self.dropped_on_crew)
        return entry

    def _chooser(self, entry: _Entry) -> Callable[[], None]:
        return lambda: self.view_chosen.emit(entry.query)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Up and Down go from entry to entry; the entry with the keyboard is kept in sight."""
        if isinstance(watched, _Entry):
            if event.type() is QEvent.Type.FocusIn:
                self.ensureWidgetVisible(watched, 0, theme.px(ROW))
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
                at = self.entries.index(watched) + by
                if by and 0 <= at < len(self.entries):
                    self.entries[at].setFocus(Qt.FocusReason.TabFocusReason)
                return bool(by)
        return False


def _words(painter: QPainter, rect: object, text: str, colour: str, *, right: bool) -> None:
    box = QRectF(rect)  # type: ignore[call-overload]
    inset = theme.px(INSET)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setPen(theme.colour(colour))
    painter.drawText(box.adjusted(inset, 0, -inset, 0), side | Qt.AlignmentFlag.AlignVCenter, text)


def _title(painter: QPainter, title: str, weight: QFont.Weight, right: int, height: int) -> None:
    left = theme.px(INSET + 16 + 8)
    _elided(painter, QRectF(left, 0, right - left, height), title, theme.font(weight=weight))


def _elided(painter: QPainter, box: QRectF, text: str, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(theme.colour(theme.current().text))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _short(count: int | None) -> str:
    """A count that fits under an icon."""
    if count is None:
        return ""
    return f"{count:,}" if count < 10_000 else f"{count // 1000} k"


def _short_name(name: str) -> str:
    """A crew's name where there is no room: "Tre 2" for Tree 2, so that Health 1 and Highway 1 stay apart."""
    words = [w for w in name.split() if w[0].isalnum()]
    number = next((w for w in words[1:] if w[0].isdecimal()), "")
    return f"{words[0][:3]} {number}".strip() if words else ""
