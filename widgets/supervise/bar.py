"""Which days, areas and services the figures are of, and what they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QPoint, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QToolButton, QWidget

from services.supervise.periods import LONGEST, WEEK, YEAR
from widgets import theme
from widgets.picker import Picker
from widgets.picklist import Choice
from widgets.plain import Elided, ElidedButton, PlainLabel, tip
from widgets.rail import quoted

PERIODS = ((1, "Today"), (2, "2 days"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "Year"))
CUSTOM = 0
COMPARED = ((0, "Not compared"), (WEEK, "With the weeks before"), (YEAR, "With the year before"))
HEIGHT, DAY = 40, 100
LEAST, MOST = 72, 200
"""Pixels of a name that was chosen."""
_ALL = "@all"


class FilterBar(QWidget):
    """Periods as buttons, areas and services by a chooser. Whoever listens reads what is chosen here."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.days = PERIODS[1][0]
        """Today and the days before it; CUSTOM: from `first` to `last`."""
        self.back = 0
        self.area = self.service = ""
        self._choices: dict[str, Sequence[str]] = {}
        self.setFixedHeight(theme.px(HEIGHT))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), 0, theme.px(24), 1)
        row.setSpacing(theme.px(4))
        self.periods = {days: _choice(words, self._chooser(days)) for days, words in PERIODS}
        self.periods[CUSTOM] = _choice("Custom", self._chooser(CUSTOM))
        for made in self.periods.values():
            row.addWidget(made)
        self.first, self.last = _day("First day", self._dates), _day("Last day", self._dates)
        self._to = PlainLabel("to", muted=True)
        for part in (self.first, self._to, self.last):
            row.addWidget(part)
        row.addSpacing(theme.px(12))
        self.areas = _button("Areas", lambda: self._open("area", self.areas))
        self.services = _button("Services", lambda: self._open("service", self.services))
        self.compared = _button("Comparison", lambda: self._open("back", self.compared))
        for button in (self.areas, self.services, self.compared):
            row.addWidget(button, 1000)
        self.as_of = Elided()
        row.addStretch(1)
        row.addWidget(self.as_of)
        self._say()

    @property
    def within(self) -> str:
        """The query words for the area and the service chosen; "" for all."""
        words = [f"{key}:{quoted(name)}" for key, name in (("area", self.area), ("service", self.service)) if name]
        return " ".join(words)

    @property
    def custom(self) -> tuple[date, date]:
        """The days of a period of one's own, the earlier first; at most so many as can be shown."""
        days = sorted((_plain(self.first.date()), _plain(self.last.date())))
        earliest = date.fromordinal(max(1, days[1].toordinal() - LONGEST))
        return max(days[0], earliest), days[1]

    def set_choices(self, areas: Sequence[str], services: Sequence[str]) -> None:
        """Which areas and services there are to choose from."""
        self._choices = {"area": areas, "service": services}

    def set_today(self, today: date) -> None:
        """The city's day: where a period of one's own begins, until it is chosen."""
        for field in (self.first, self.last):
            if field.property("untouched"):
                field.blockSignals(True)
                field.setDate(QDate(today.year, today.month, today.day))
                field.blockSignals(False)

    def _chooser(self, days: int) -> Callable[[], None]:
        return lambda: self.choose_days(days)

    def choose_days(self, days: int) -> None:
        """Show so many days up to today, or those of the fields."""
        self.days = days
        self._say()
        self.changed.emit()

    def _dates(self) -> None:
        for field in (self.first, self.last):
            field.setProperty("untouched", False)
        self.changed.emit()

    def choose(self, key: str, value: str) -> None:
        """Choose an area, a service or a comparison; "" for all."""
        if key == "back":
            self.back = int(value or 0)
        else:
            setattr(self, key, value)
        self._say()
        self.changed.emit()

    def _open(self, key: str, button: QToolButton) -> None:
        picker = Picker(self, button.accessibleName(), "Type to find one", 320)
        if key == "back":
            choices = [Choice(str(back), words) for back, words in COMPARED]
        else:
            everything = "All areas" if key == "area" else "All services"
            choices = [Choice(_ALL, everything), *(Choice(name, name) for name in self._choices.get(key, ()))]
        picker.chosen.connect(lambda picked: self.choose(key, "" if picked == _ALL else picked))
        picker.offer(choices)
        picker.open_at(button.mapToGlobal(QPoint(0, button.height())))

    def _say(self) -> None:
        for days, made in self.periods.items():
            made.setChecked(days == self.days)
        for part in (self.first, self._to, self.last):
            part.setVisible(self.days == CUSTOM)
        self.areas.setText(self.area or "All areas")
        self.services.setText(self.service or "All services")
        self.compared.setText(dict(COMPARED)[self.back])
        self.restyle()
        for button in (self.areas, self.services, self.compared):
            button.fit()
            button.setMaximumWidth(min(button.maximumWidth(), theme.px(MOST)))
            button.setToolTip(tip(button.text()))

    def restyle(self) -> None:
        """Take the colours in force."""
        p = theme.current()
        sheet = (
            f"QToolButton {{ border: 2px solid transparent; border-radius: 4px; padding: 0 {theme.px(6)}px;"
            f" min-height: {theme.px(20)}px; color: {p.text}; background: transparent; }}"
            f"QToolButton:hover {{ background: {p.win}; }} QToolButton:focus {{ border-color: {p.accent}; }}"
            f"QToolButton:checked {{ background: {p.selection}; font-weight: 600; }}"
        )
        for made in self.periods.values():
            made.setStyleSheet(sheet)
        for button in (self.areas, self.services, self.compared):
            button.setStyleSheet(sheet.replace(f" min-height: {theme.px(20)}px;", ""))

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours in force."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "compared"):
            self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline below."""
        del event
        line = QRect(0, self.height() - 1, self.width(), 1)
        QPainter(self).fillRect(line, theme.colour(theme.current().hair))


def _choice(words: str, then: Callable[[], None]) -> QToolButton:
    made = QToolButton()
    made.setText(words)
    made.setCheckable(True)
    made.clicked.connect(lambda _=False: then())
    return made


def _button(name: str, then: Callable[[], None]) -> ElidedButton:
    made = ElidedButton(theme.px(LEAST))
    made.setAccessibleName(name)
    made.clicked.connect(lambda _=False: then())
    return made


def _day(name: str, then: Callable[[], None]) -> QDateEdit:
    made = QDateEdit()
    made.setAccessibleName(name)
    made.setDisplayFormat("d MMM yyyy")
    made.setMinimumHeight(theme.px(26))
    made.setFixedWidth(theme.px(DAY))
    made.lineEdit().setTextMargins(theme.px(4), 0, 0, 0)
    made.setProperty("untouched", True)
    made.dateChanged.connect(lambda _: then())
    return made


def _plain(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
