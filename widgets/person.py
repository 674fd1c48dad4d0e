"""The dialog for one person's data: who that is, what they asked for, giving it to them, and erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme
from widgets.confirm import Confirm
from widgets.dialog import Dialog, button, head
from widgets.plain import Elided, PlainLabel, tip

WIDTH, HEIGHT, LEFT = 840, 600, 360
LISTED = 500
"""So many people, and so many requests of one, are shown: nobody reads more, and the window would stand still."""
ASKED = 12
"""Where more share a number (such as one that stands for "unknown"), whoever was chosen is erased, and no other."""
KEPT = (
    "Erased are name, number and address, what they said and the descriptions they gave. The requests and their"
    " history stay, without the person. Copies at an upstream and in backups stay, and have to be erased there."
)
"""What is said before a person is erased."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person as the list shows them."""

    name: str
    note: str
    """How they are reached, and how not."""
    requests: tuple[str, ...]
    sharing: Sequence[int] = ()
    """Places in the list of those with the same number or address; its own may be among them."""

    @property
    def title(self) -> str:
        """The name, or that there is none."""
        return " ".join(self.name.split()) or "No name given"


class PersonDialog(Dialog):
    """Asks for a person and shows who was found; what is done with them is for others."""

    find_wanted = Signal(str)
    export_wanted = Signal(int)
    """The place in the list of whom it is about."""
    erase_wanted = Signal(object)
    """Places in the list of those who are to be erased: a list."""

    def __init__(self, refusal: str, parent: QWidget | None = None) -> None:
        """`refusal` says why this person may neither give out nor erase; "" where they may."""
        super().__init__("Find a person", WIDTH, HEIGHT, parent)
        self.about.setText("By telephone number, e-mail address, or words of the name.")
        self._lines: list[PersonLine] = []
        self._refusal = refusal
        self.field, self.look = QLineEdit(), button("Find")
        self.people, self.requests = _list("People found"), _list("Their requests")
        self.summary = Elided(pixels=theme.BODY, muted=False)
        self.export, self.erase, self.leave = button("Save as JSON…"), button("Erase…"), button("Close")
        self.erasing = QWidget()
        self.boxes: list[QCheckBox] = []
        self.whom = QVBoxLayout()
        self.confirm = Confirm()
        self._build()
        self._connect()
        self.show_people([])
        self.summary.setText("")

    def _build(self) -> None:
        self.field.setAccessibleName("Number, address or name")
        self.field.setPlaceholderText("617 555 0142, ana@example.org, or Ana Ruiz")
        asked, lists = QHBoxLayout(), QHBoxLayout()
        asked.addWidget(self.field, 1)
        asked.addWidget(self.look)
        self.people.setFixedWidth(theme.px(LEFT))
        for layout in (asked, lists):
            layout.setSpacing(theme.px(8))
        lists.addWidget(self.people)
        lists.addWidget(self.requests, 1)
        column = QVBoxLayout(self.erasing)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(head("Whom to erase"))
        column.addLayout(self.whom)
        column.addWidget(PlainLabel(KEPT, wrap=True, muted=True))
        column.addWidget(self.confirm)
        self.body.addLayout(asked)
        self.body.addLayout(lists, 1)
        self.body.addWidget(self.erasing)
        self.foot.addWidget(self.summary, 1)
        for part in (self.export, self.erase, self.leave):
            self.foot.addWidget(part)

    def _connect(self) -> None:
        self.field.returnPressed.connect(self._find)
        self.look.clicked.connect(self._find)
        self.people.currentRowChanged.connect(self._show_requests)
        self.export.clicked.connect(lambda: self.export_wanted.emit(self.people.currentRow()))
        self.erase.clicked.connect(self._ask)
        self.leave.clicked.connect(self.reject)
        self.confirm.confirmed.connect(lambda: self.erase_wanted.emit(self.chosen))

    def show_people(self, lines: Sequence[PersonLine]) -> None:
        """Those who were found; the first is looked at, and has the keyboard."""
        self.people.clear()  # while the lines that it shows are still there
        self._lines = list(lines)
        for line in lines[:LISTED]:
            item = QListWidgetItem(f"{line.title}\n{line.note}" if line.note else line.title)
            item.setToolTip(tip(f"{line.title}\n{line.note}"))
            self.people.addItem(item)
        more = f"; the first {LISTED:,} are shown" if len(lines) > LISTED else ""
        self.summary.setText(f"{len(lines):,} found{more}" if lines else "Nobody is known by that.")
        self.people.setCurrentRow(0 if lines else -1)
        self._show_requests(self.people.currentRow())
        if lines:
            self.people.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def chosen(self) -> list[int]:
        """Places in the list of those who are ticked to be erased."""
        return [int(box.property("place")) for box in self.boxes if box.isChecked()]

    def sharing(self, places: Sequence[int]) -> list[int]:
        """Places of those who share a number or an address with one of these, and are none of them."""
        return sorted({other for place in places for other in self._lines[place].sharing} - set(places))

    def _find(self) -> None:
        if self.field.text().strip():
            self.bar.clear()
            self.find_wanted.emit(self.field.text())

    def _show_requests(self, place: int) -> None:
        self.erasing.hide()
        self.requests.clear()
        found = self._lines[place].requests if place >= 0 else ()
        more = [f"and {len(found) - LISTED:,} more"] if len(found) > LISTED else []
        for words in [*found[:LISTED], *more]:
            item = QListWidgetItem(words)
            item.setToolTip(tip(words))
            self.requests.addItem(item)
        for pressed in (self.export, self.erase):
            pressed.setEnabled(place >= 0 and not self._refusal)
            pressed.setToolTip(tip(self._refusal))

    def _ask(self) -> None:
        """Show who is on the number, and ask which of them is meant."""
        place = self.people.currentRow()
        for box in self.boxes:
            self.whom.removeWidget(box)
            box.hide()
            box.deleteLater()
        everybody = self._on_the_number
        self.boxes = [self._box(other) for other in (everybody if len(everybody) <= ASKED else [place])]
        for box in self.boxes:
            box.setChecked(box.property("place") == place)
            box.toggled.connect(self._say_whom)
            self.whom.addWidget(box)
        self._say_whom()
        self.erasing.show()
        self.confirm.take_keyboard()

    def _box(self, place: int) -> QCheckBox:
        line = self._lines[place]
        count = len(line.requests)
        made = QCheckBox(f"{line.title}, {count:,} request{'' if count == 1 else 's'}".replace("&", "&&"))
        made.setProperty("place", place)
        return made

    @property
    def _on_the_number(self) -> list[int]:
        """Places of whoever has the number or address of the one who is looked at."""
        place = self.people.currentRow()
        return sorted({place, *self._lines[place].sharing})

    def _say_whom(self) -> None:
        chosen = set(self.chosen)
        stay = [self._lines[place].title for place in self._on_the_number if place not in chosen]
        whom = ", ".join(stay) if len(stay) <= ASKED else f"{len(stay):,} others"
        said = f"On the same number or address, and not erased: {whom}." if stay else ""
        self.confirm.ask(said, "Erase", possible=bool(chosen))


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setSpacing(theme.px(4))
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    return made
