"""What is in which column: one combo box for each thing a request has, with an example beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QWidget

from widgets import theme
from widgets.combo import Combo
from widgets.plain import Elided, PlainLabel

TITLES = {
    "id": "Id",
    "opened": "Opened",
    "closed": "Closed",
    "due": "Due",
    "service": "Service",
    "code": "Service code",
    "status": "Status",
    "address": "Address",
    "lat": "Latitude",
    "lon": "Longitude",
    "area": "Area",
    "zip": "ZIP code",
    "description": "Description",
    "channel": "Channel",
    "caller": "Caller",
    "phone": "Telephone",
    "email": "E-mail",
    "consent": "Consent",
}
"""What a request has, as a person reads it."""
NONE = "-"
ORDERS = (("", "Choose…"), ("dmy", "Day first: 31/12/2026"), ("mdy", "Month first: 12/31/2026"))
LABEL, COLUMN = 88, 168


class Columns(QScrollArea):
    """The columns as they were guessed, for a person to correct."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("What is in which column")
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, theme.px(8), 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(2, 1)
        self.boxes = {field: Combo() for field in TITLES}
        self.examples = {field: Elided() for field in TITLES}
        self.order, self.source = Combo(), QLineEdit()
        self._order_label = self._row(0, "Dates", self.order)
        for row, (field, title) in enumerate(TITLES.items(), 1):
            self._row(row, title, self.boxes[field])
            self._grid.addWidget(self.examples[field], row, 2)
            self.boxes[field].activated.connect(self.changed)
        self._row(len(TITLES) + 1, "Ids are of", self.source)
        self._grid.setRowStretch(len(TITLES) + 2, 1)
        for value, words in ORDERS:
            self.order.addItem(words, value)
        self.order.activated.connect(self.changed)
        self.source.setPlaceholderText("This city’s only system")
        self.source.setToolTip("A name for the system the ids are of, where files of several meet.")
        self.source.editingFinished.connect(self._source_left)
        self._said = ""
        self.ask_order(asked=False)
        self.setWidget(body)

    def _row(self, row: int, title: str, field: QWidget) -> PlainLabel:
        label = PlainLabel(title, muted=True)
        label.setFixedWidth(theme.px(LABEL))
        field.setFixedWidth(theme.px(COLUMN))
        field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        field.setAccessibleName(title)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)
        return label

    def offer(self, header: Sequence[str], columns: Mapping[str, str]) -> None:
        """Offer the columns of a file, with those that were guessed chosen."""
        for field, box in self.boxes.items():
            box.clear()
            box.addItem(NONE, "")
            for name in header:
                box.addItem(name, name)
            box.setCurrentIndex(max(0, box.findData(columns.get(field, ""))))
        self.order.setCurrentIndex(0)
        self.ask_order(asked=False)

    def show_examples(self, examples: Mapping[str, str]) -> None:
        """Say what the chosen columns hold."""
        for field, label in self.examples.items():
            label.setText(examples.get(field, ""))

    def ask_order(self, *, asked: bool) -> None:
        """Ask whether the day comes first, with the keyboard on it; a question once asked stays."""
        for part in (self._order_label, self.order):
            part.setVisible(asked)
        if asked and not self.order.currentData():
            self.order.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def chosen(self) -> dict[str, str]:
        """By what a request has: the column that holds it."""
        return {field: str(box.currentData()) for field, box in self.boxes.items() if box.currentData()}

    def _source_left(self) -> None:
        if self.source.text().strip() != self._said:
            self._said = self.source.text().strip()
            self.changed.emit()
