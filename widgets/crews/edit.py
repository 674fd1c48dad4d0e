"""The dialog in which crews are edited: all at the left, one at the right. It reads and writes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services.domain.crewtext import jobs, place, words
from services.domain.shifts import Shifts, days_said, parse_days, parse_week, week_said
from services.domain.values import Crew, LatLon
from services.errors import Expected
from widgets import theme
from widgets.dialog import Dialog, button
from widgets.plain import PlainLabel, tip

WIDTH, HEIGHT, LIST, LABEL = 860, 600, 220, 112
ONLY = "Only a supervisor edits crews; where a crew is now, a dispatcher may say too."


class CrewsDialog(Dialog):
    """Saves one crew at a time."""

    save_wanted = Signal(object)
    """A Crew; its id is 0 for a new one."""
    place_wanted = Signal(int, object)
    """A crew's id and where it is now, None: nobody knows."""
    import_wanted = Signal()

    def __init__(self, *, may_edit: bool, parent: QWidget | None = None) -> None:
        super().__init__("Crews", WIDTH, HEIGHT, parent)
        self.about.setText(
            "A change holds for every desk at once." if may_edit else ONLY,
        )
        self.crews: list[Crew] = []
        self.list, self.fresh, self.bring = QListWidget(), button("New crew"), button("Import a list…")
        self.name, self.skills, self.areas, self.capacity = (QLineEdit() for _ in range(4))
        self.hours, self.days, self.email, self.base, self.place = (QLineEdit() for _ in range(5))
        self.active = QCheckBox("In service")
        self.save, self.leave = button("Save", primary=True), button("Close")
        self.hint = PlainLabel(pixels=theme.META, muted=True, wrap=True)
        self._may_edit = may_edit
        self._build()
        self.list.currentRowChanged.connect(self._show)
        self.fresh.clicked.connect(self._begin)
        self.bring.clicked.connect(self.import_wanted)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self.skills.textChanged.connect(self._say_hint)
        self._show(-1)

    def _build(self) -> None:
        self.list.setFixedWidth(theme.px(LIST))
        self.list.setAccessibleName("Crews")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setObjectName("rows")
        left, form, both = QVBoxLayout(), QGridLayout(), QHBoxLayout()
        left.addWidget(self.list, 1)
        under = QHBoxLayout()
        under.setSpacing(theme.px(8))
        for one in (self.fresh, self.bring):
            under.addWidget(one)
        left.addLayout(under)
        form.setColumnMinimumWidth(0, theme.px(LABEL))
        form.setVerticalSpacing(theme.px(8))
        for row, (title, field, hint) in enumerate(
            (
                ("Name", self.name, "Forestry 2"),
                ("Takes", self.skills, "Words of services: tree; stump. Empty: anything"),
                ("Areas", self.areas, "Ward 18; Roslindale. Empty: anywhere"),
                ("Jobs a day", self.capacity, "8"),
                ("Hours", self.hours, "Mon-Fri 7:00-15:30; Sat 8:00-12:00. Empty: always"),
                ("Days that differ", self.days, "2026-11-26 off; 2026-11-27 8:00-12:00"),
                ("E-mail", self.email, "Where the day’s list is sent"),
                ("Base", self.base, "Latitude, longitude: 42.28069, -71.17868"),
                ("Is now at", self.place, "Latitude, longitude, where that is known"),
            )
        ):
            label = PlainLabel(title, muted=True)
            label.setBuddy(field)
            field.setPlaceholderText(hint)
            field.setAccessibleName(title)
            field.setReadOnly(not self._may_edit and field is not self.place)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        form.addWidget(self.active, form.rowCount(), 1)
        form.addWidget(self.hint, form.rowCount(), 1)
        form.setRowStretch(form.rowCount(), 1)
        both.setSpacing(theme.px(24))
        both.addLayout(left)
        both.addLayout(form, 1)
        self.body.addLayout(both)
        self.active.setEnabled(self._may_edit)
        self.fresh.setEnabled(self._may_edit)
        self.bring.setEnabled(self._may_edit)
        self.foot.addStretch(1)
        self.foot.addWidget(self.leave)
        self.foot.addWidget(self.save)

    def show_crews(self, crews: Sequence[Crew], name: str = "") -> None:
        """All crews, by name, those out of service included; with the one of this name chosen."""
        if not self.crews:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        wanted = name or (self.shown.name if self.shown else "")
        self.list.blockSignals(True)
        self.list.clear()
        self.crews = list(crews)
        for crew in crews:
            item = QListWidgetItem(crew.name if crew.active else f"{crew.name} (out of service)", self.list)
            item.setToolTip(tip(item.text()))
        self.list.blockSignals(False)
        at = next((n for n, crew in enumerate(crews) if crew.name == wanted), 0 if crews else -1)
        self.list.setCurrentRow(at)
        self._show(at)

    @property
    def shown(self) -> Crew | None:
        """The crew that is edited; None for a new one."""
        row = self.list.currentRow()
        return self.crews[row] if 0 <= row < len(self.crews) else None

    def _begin(self) -> None:
        self.list.setCurrentRow(-1)
        self._show(-1)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, row: int) -> None:
        self.bar.clear()
        crew = self.crews[row] if 0 <= row < len(self.crews) else Crew(0, "")
        self.name.setText(crew.name)
        self.skills.setText("; ".join(crew.skills))
        self.areas.setText("; ".join(crew.areas))
        self.capacity.setText(str(crew.capacity))
        self.hours.setText(week_said(crew.shifts.week))
        self.days.setText(days_said(crew.shifts.days))
        self.email.setText(crew.email)
        self.base.setText(_said(crew.base))
        self.place.setText(_said(crew.place))
        self.active.setChecked(crew.active)
        for field in (self.name, self.skills, self.areas):
            field.setCursorPosition(0)
        self._say_hint()

    def _say_hint(self) -> None:
        hint = "" if self.skills.text().strip() else "Without skills it is offered for anything, after those that fit."
        self.hint.setText(hint)

    def crew(self) -> Crew:
        """As the form has it. Raises Invalid."""
        return replace(
            self.shown or Crew(0, ""),
            name=self.name.text().strip(),
            skills=words(self.skills.text()),
            areas=words(self.areas.text()),
            capacity=jobs(self.capacity.text()),
            shifts=Shifts(parse_week(self.hours.text()), parse_days(self.days.text())),
            email=self.email.text().strip(),
            base=_point(self.base.text()),
            active=self.active.isChecked(),
        )

    def _save(self) -> None:
        self.bar.clear()
        try:
            made, at = self.crew(), _point(self.place.text())
        except Expected as problem:
            self.say_problem(problem)
            return
        known = self.shown
        if known is not None and at != known.place:
            self.place_wanted.emit(known.id, at)
        if self._may_edit and (known is None or made != known):
            self.save_wanted.emit(made)


def _said(at: LatLon | None) -> str:
    return "" if at is None else f"{at[0]:.5f}, {at[1]:.5f}"


def _point(text: str) -> LatLon | None:
    lat, _, lon = text.partition(",")
    return place(lat, lon)
