"""The dialog of what a city promises: targets of each service, the hours of each day, days off; and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services.domain.calendar import PAUSABLE, Calendar
from services.domain.sla import Sla, Target, Term
from services.domain.termtext import DAYS, days_off, days_off_text, hours, hours_text, term
from services.domain.values import Service
from services.errors import Expected, Invalid
from widgets import theme
from widgets.dialog import PLAIN_HEADER, Dialog, button, head
from widgets.plain import PlainLabel

WIDTH, HEIGHT, RIGHT = 1040, 700, 336
TYPING_MS = 300
"""How long the fields rest before it is counted what they change."""
LONGER = 4
"""So many days stand in the first column."""
_RESPOND, _RESOLVE = 1, 2
_COLUMNS = ("Service", "Respond within", "Resolve within", "Its upstream says")


class PromisesDialog(Dialog):
    """Counts what would change; saves when that is known. It reads and writes nothing itself."""

    preview_wanted = Signal(object)
    """An `Sla`, to be counted."""
    save_wanted = Signal(object)
    import_wanted = Signal()
    holidays_wanted = Signal(str)
    earlier_wanted = Signal()

    def __init__(self, promised: Sla, services: Sequence[Service], year: int, parent: QWidget | None = None) -> None:
        super().__init__("Targets and hours", WIDTH, HEIGHT, parent)
        self.about.setText("By when each service is answered and done: 48 hours, 4 working hours, 2 working days.")
        self.services = tuple(services)
        self._shown, self._year = promised, year
        self._earlier = 0
        """So many days off are those of years before."""
        self.notes = ""
        """What is to be known of a list that was filled in."""
        self._cells: dict[tuple[int, int], QTableWidgetItem] = {}
        self.table = QTableWidget(len(services), len(_COLUMNS))
        self.zone, self.place = QLineEdit(), QLineEdit()
        self.days = [QLineEdit() for _ in DAYS]
        self.pausing = {status: QCheckBox(f"{status.label} stops the clock") for status in PAUSABLE}
        self.off = QPlainTextEdit()
        self.effect, self.odd = PlainLabel(weight=theme.SEMIBOLD, wrap=True), PlainLabel(muted=True, wrap=True)
        self.add = button("Add")
        self.list, self.earlier = button("Import a list…"), button("As before")
        self.cancel, self.save = button("Cancel"), button("Save", primary=True)
        self._soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._soon.timeout.connect(self._count)
        self._build()
        self.show_promised(promised)
        self._connect()

    def _build(self) -> None:
        self._build_table()
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(theme.px(8))
        left.addWidget(head("Targets"))
        left.addWidget(self.table, 1)
        form = self._hours()
        self.off.setAccessibleName("Days off, a date and a name a line")
        self.off.setPlaceholderText("2026-07-04 Independence Day")
        self.off.setTabChangesFocus(True)
        self.place.setPlaceholderText("US-MS")
        self.place.setAccessibleName("Country, or country and state")
        more = QHBoxLayout()
        more.addWidget(PlainLabel("Public holidays of"))
        more.addWidget(self.place, 1)
        more.addWidget(self.add)
        right.addWidget(head("The city works"))
        right.addLayout(form)
        for box in self.pausing.values():
            right.addWidget(box)
        right.addSpacing(theme.px(8))
        right.addWidget(head("Days off"))
        right.addWidget(self.off, 1)
        right.addLayout(more)
        beside = QWidget()
        beside.setFixedWidth(theme.px(RIGHT))
        beside.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(theme.px(24))
        row.addLayout(left, 1)
        row.addWidget(beside)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.effect)
        self.body.addWidget(self.odd)
        for pressed in (self.list, self.earlier):
            self.foot.addWidget(pressed)
        self.foot.addStretch(1)
        for pressed in (self.cancel, self.save):
            self.foot.addWidget(pressed)

    def _hours(self) -> QGridLayout:
        """The week in two columns, and the time zone below it."""
        form = QGridLayout()
        form.setVerticalSpacing(theme.px(4))
        form.setHorizontalSpacing(theme.px(8))
        self.zone.setPlaceholderText("America/Chicago")
        self.zone.setAccessibleName("Time zone")
        for at, (words, field) in enumerate(zip(DAYS, self.days, strict=True)):
            field.setAccessibleName(words)
            field.setPlaceholderText("closed")
            row, column = at % LONGER, at // LONGER * 2
            form.addWidget(PlainLabel(words[:3]), row, column)
            form.addWidget(field, row, column + 1)
        form.addWidget(PlainLabel("Zone"), LONGER, 0)
        form.addWidget(self.zone, LONGER, 1, 1, 3)
        return form

    def _build_table(self) -> None:
        self.table.setAccessibleName("Targets of each service")
        self.table.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setStyleSheet(PLAIN_HEADER)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_COLUMNS)):
            self.table.setColumnWidth(column, theme.px(132))
        twice = {s.name for s in self.services if sum(o.name == s.name for o in self.services) > 1}
        for row, service in enumerate(self.services):
            where = f" ({service.upstream or 'here'})" if service.name in twice else ""
            says = str(Term(service.sla_hours)) if service.sla_hours else ""
            for column, words in ((0, service.name + where), (_RESPOND, ""), (_RESOLVE, ""), (3, says)):
                item = QTableWidgetItem(words)
                if column not in (_RESPOND, _RESOLVE):
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.table.setItem(row, column, item)
                self._cells[row, column] = item
        self.table.setCurrentCell(0, _RESOLVE)

    def _connect(self) -> None:
        self.table.itemChanged.connect(self._changed)
        for field in (*self.days, self.zone):
            field.textChanged.connect(self._changed)
        for box in self.pausing.values():
            box.toggled.connect(self._changed)
        self.off.textChanged.connect(self._changed)
        self.add.clicked.connect(lambda: self.holidays_wanted.emit(self.place.text()))
        self.list.clicked.connect(self.import_wanted)
        self.earlier.clicked.connect(self.earlier_wanted)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.value()))

    def show_promised(self, promised: Sla) -> None:
        """Fill every field; nothing is saved by that."""
        self._shown = promised
        calendar = promised.calendar
        for row, service in enumerate(self.services):
            target = promised.targets.get((service.upstream, service.code), Target())
            for column, its in ((_RESPOND, target.respond), (_RESOLVE, target.resolve)):
                self._cells[row, column].setText(str(its) if its else "")
        for field, its_hours in zip(self.days, calendar.hours, strict=True):
            field.setText(hours_text(its_hours))
        self.zone.setText(calendar.zone)
        for status, box in self.pausing.items():
            box.setChecked(status in calendar.pausing)
        self.show_days_off(promised.named)
        self.earlier.setEnabled(promised.version > 1)

    def show_days_off(self, named: Mapping[date, str]) -> None:
        """Fill in the days off; this year's are seen first, those before it above."""
        self.off.setPlainText(days_off_text(dict(named)))
        self._earlier = sum(day.year < self._year for day in named)
        self._see_year()

    def _see_year(self) -> None:
        first = self.off.document().findBlockByNumber(min(self._earlier, self.off.blockCount() - 1))
        self.off.verticalScrollBar().setValue(first.firstLineNumber())

    def showEvent(self, event: QShowEvent) -> None:
        """Only now it is known into how many lines a long name goes."""
        super().showEvent(event)
        self._see_year()

    def value(self) -> Sla:
        """What the fields say. Raises Invalid."""
        targets = dict(self._shown.targets)
        for row, service in enumerate(self.services):
            respond, resolve = (self._term(row, column) for column in (_RESPOND, _RESOLVE))
            targets.pop((service.upstream, service.code), None)
            if respond or resolve:
                targets[service.upstream, service.code] = Target(respond, resolve)
        named = days_off(self.off.toPlainText())
        try:
            zone = Calendar(self.zone.text().strip()).zone
        except (KeyError, ValueError, OSError):
            raise Invalid(f"There is no time zone “{self.zone.text()}”.", "Write e.g. America/Chicago.") from None
        stops = frozenset(status for status, box in self.pausing.items() if box.isChecked())
        week = tuple(hours(field.text()) for field in self.days)
        return replace(
            self._shown, calendar=Calendar(zone, week, frozenset(named), stops), targets=targets, named=named
        )

    def _term(self, row: int, column: int) -> Term | None:
        try:
            return term(self._cells[row, column].text())
        except Invalid as error:
            raise Invalid(f"{self.services[row].name}: {error.sentence}", error.remedy) from None

    @property
    def version(self) -> int:
        """Which version was filled in; 0: none was saved yet."""
        return self._shown.version

    def recount(self) -> None:
        """Ask at once what the fields change."""
        self._soon.stop()
        self._count()

    def take_targets(self, targets: Mapping[tuple[str, str], Target], problems: Sequence[str]) -> None:
        """Fill in targets of a list; what was left out of it is said."""
        for row, service in enumerate(self.services):
            target = targets.get((service.upstream, service.code))
            for column, its in ((_RESPOND, target.respond), (_RESOLVE, target.resolve)) if target else ():
                self._cells[row, column].setText(str(its) if its else "")
        said = f"{len(targets):,} target{'' if len(targets) == 1 else 's'} filled in"
        if problems:
            more = f" and {len(problems) - 1:,} more" if len(problems) > 1 else ""
            self.notes = f"{said}; left out: {problems[0]}{more}"
        else:
            self.notes = f"{said}."
        self.bar.say(self.notes, problem=bool(problems))

    def _changed(self) -> None:
        """Nothing can be saved of which it is not known what it does."""
        self.save.setEnabled(False)
        self.effect.setText("Counting…")
        self._soon.start()

    def _count(self) -> None:
        self.save.setEnabled(False)
        try:
            made = self.value()
        except Invalid as error:
            self.say_problem(error)
            return
        self.bar.say(self.notes, problem=False) if self.notes else self.bar.clear()
        self.preview_wanted.emit(made)

    def show_effect(self, counted: Sla, effect: str, odd: Sequence[str]) -> None:
        """What the fields would change, and what is odd about them; an answer to earlier fields is passed over."""
        try:
            if counted != self.value():
                return
        except Invalid:
            return
        self.effect.setText(effect)
        self.odd.setText(" ".join(odd))
        self.save.setEnabled(True)

    def say_problem(self, problem: Expected, remedy: str = "") -> None:
        """What is wrong stands in the bar, and in the place of what would change nothing."""
        self.effect.setText("")
        self.odd.setText("")
        super().say_problem(problem, remedy)

    def done(self, result: int) -> None:
        """Closing leaves nothing counting."""
        self._soon.stop()
        super().done(result)
