"""One crew's day: the date, the jobs in order with what is left to drive, the map, and what can be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from services.domain.values import LatLon
from widgets import theme
from widgets.crews.route import Mark, RouteMap
from widgets.crews.stops import StopLine, Stops
from widgets.empty import EmptyState
from widgets.plain import Elided, PlainLabel, tip

INSET = 16
METHOD = "Order by nearest insertion and 2-opt over straight lines, from where the crew sets out."


@dataclass(frozen=True, slots=True)
class DayLines:
    """What is shown of a day."""

    crew: str
    about: str
    """The shift and the load, in words."""
    day: date
    today: date
    stops: tuple[StopLine, ...]
    start: LatLon | None
    metres: float
    """From where the crew sets out, over what is still to do, in straight lines."""
    letter: str
    """How far an e-mail to the crew has come, in words; "" for none."""
    letter_waits: bool
    """Whether it can be taken back."""
    waiting: int
    """Open requests of the crew that are neither in progress nor on a list of this day, of today or later."""


class DayPane(QWidget):
    """Asks for everything by its signals; holds no state but what is shown."""

    left = Signal()
    """Back to all crews."""
    day_wanted = Signal(object)
    """A date."""
    command_wanted = Signal(str)
    """The id of a command."""
    waiting_wanted = Signal()
    """Show in the list what the crew has on no list."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: DayLines | None = None
        self.back = QPushButton("‹ All crews")
        self.title = PlainLabel(pixels=theme.BIG, weight=theme.SEMIBOLD)
        self.about, self.way, self.letter = Elided(), Elided(), Elided()
        self.date = PlainLabel(pixels=theme.TITLE, weight=theme.SEMIBOLD)
        self.earlier, self.later, self.now = QPushButton("‹"), QPushButton("›"), QPushButton("Today")
        self.stops, self.map, self.empty = Stops(), RouteMap(), EmptyState()
        self.waiting = QPushButton()
        self.buttons = {
            "day.fill": QPushButton("Fill up"),
            "day.suggest": QPushButton("Suggest the order"),
            "day.sheet": QPushButton("Print…"),
            "day.pdf": QPushButton("PDF…"),
            "day.mail": QPushButton("E-mail to the crew"),
            "day.mail_back": QPushButton("Take the e-mail back"),
        }
        self._build()
        self._connect()

    def _build(self) -> None:
        for button in (self.back, self.earlier, self.later, self.now, self.waiting, *self.buttons.values()):
            button.setProperty("compact", True)
        self.earlier.setAccessibleName("The day before")
        self.later.setAccessibleName("The day after")
        self.buttons["day.suggest"].setToolTip(tip(METHOD))
        self.list = QStackedWidget()
        self.list.addWidget(self.stops)
        self.list.addWidget(self.empty)
        head, turn, foot = (QHBoxLayout() for _ in range(3))
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        for line in (head, turn, foot):
            line.setSpacing(theme.px(8))
        for part in (self.earlier, self.date, self.later, self.now):
            turn.addWidget(part)
        turn.addStretch(1)
        turn.addWidget(self.waiting)
        for button in self.buttons.values():
            foot.addWidget(button)
        foot.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(theme.px(INSET), theme.px(12), theme.px(INSET), theme.px(4))
        top.setSpacing(theme.px(4))
        top.addLayout(head)
        top.addWidget(self.about)
        top.addLayout(turn)
        top.addWidget(self.way)
        top.addWidget(self.letter)
        foot.setContentsMargins(theme.px(INSET), theme.px(8), theme.px(INSET), theme.px(12))
        both = QSplitter(Qt.Orientation.Vertical)
        both.setHandleWidth(1)
        both.addWidget(self.list)
        both.addWidget(self.map)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setChildrenCollapsible(False)
        both.setSizes([theme.px(420), theme.px(260)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(both, 1)
        column.addLayout(foot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        self.earlier.clicked.connect(lambda: self._turn(-1))
        self.later.clicked.connect(lambda: self._turn(1))
        self.now.clicked.connect(self._go_today)
        self.waiting.clicked.connect(self.waiting_wanted)
        self.empty.acted.connect(self.command_wanted)
        self.stops.selectionModel().selectionChanged.connect(lambda *_: self._mark())
        for command, button in self.buttons.items():
            button.clicked.connect(lambda _=False, command=command: self.command_wanted.emit(command))

    def _turn(self, by: int) -> None:
        if self.shown is not None:
            self.day_wanted.emit(self.shown.day + timedelta(days=by))

    def _go_today(self) -> None:
        if self.shown is not None:
            self.day_wanted.emit(self.shown.today)

    def _mark(self) -> None:
        """What is chosen in the list is marked on the map."""
        self.map.show_chosen(index.row() + 1 for index in self.stops.selectionModel().selectedRows())

    def _show_letter(self, lines: DayLines) -> None:
        """How far the e-mail has come; the keyboard goes from the one button to the other."""
        mail, back = self.buttons["day.mail"], self.buttons["day.mail_back"]
        held = mail.hasFocus() or back.hasFocus()
        self.letter.setText(lines.letter)
        self.letter.setVisible(bool(lines.letter))
        mail.setVisible(not lines.letter_waits)
        back.setVisible(lines.letter_waits)
        if held:
            (back if lines.letter_waits else mail).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_day(self, lines: DayLines) -> None:
        """Show this day."""
        self.shown = lines
        held = self.hasFocus() or self.list.isAncestorOf(self.focusWidget() or self)
        self.title.setText(lines.crew)
        self.about.setText(lines.about)
        self.date.setText(f"{lines.day:%a} {lines.day.day} {lines.day:%b %Y}")
        self.now.setVisible(lines.day != lines.today)
        self.stops.show_lines(lines.stops)
        self.list.setCurrentWidget(self.stops if lines.stops else self.empty)
        marks = [Mark(n, s.place, s.is_done) for n, s in enumerate(lines.stops, 1) if s.place is not None]
        self.map.show_way(lines.start, marks)
        self.way.setText(way_said(lines))
        self._mark()
        self._show_letter(lines)
        for command in ("day.suggest", "day.sheet", "day.pdf", "day.mail"):
            self.buttons[command].setEnabled(bool(lines.stops))
        self.waiting.setText(f"{lines.waiting:,} more wait{'s' if lines.waiting == 1 else ''}")
        self.waiting.setVisible(lines.waiting > 0)
        if not lines.stops:
            waits = "open request of this crew waits" if lines.waiting == 1 else "open requests of this crew wait"
            waiting = f"{lines.waiting:,} {waits}."
            self.empty.say(
                "No job is on this list yet.",
                waiting if lines.waiting else "Nothing waits for this crew.",
                "Drag requests here from the list, or select them there and press L.",
                ("day.fill", "Fill up with the most urgent") if lines.waiting else ("", ""),
            )

        if held:
            target = self.stops if lines.stops else self.empty.button if lines.waiting else self
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left goes back to all crews."""
        if event.key() == Qt.Key.Key_Left:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def way_said(lines: DayLines) -> str:
    """How much there is to do and to drive."""
    if not lines.stops:
        return ""
    done = sum(stop.is_done for stop in lines.stops)
    unknown = sum(stop.place is None and not stop.is_done for stop in lines.stops)
    start = "from its base" if lines.start else "from the first; its base is not known"
    parts = (
        f"{len(lines.stops):,} job{'' if len(lines.stops) == 1 else 's'}",
        f"{done:,} done" if done else "",
        f"{lines.metres / 1000:.1f} km in straight lines {start}",
        f"{unknown:,} without a place" if unknown else "",
    )
    return " · ".join(filter(None, parts))
