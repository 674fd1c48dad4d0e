"""The small dialog before a wall display starts: which pages, of which requests, for how many seconds."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from services.errors import Expected
from widgets import theme
from widgets.dialog import Dialog, button, head
from widgets.plain import PlainLabel
from widgets.wall.choice import LEAST, MOST, TITLES, Choice

WIDTH, HEIGHT = 480, 520


class WallDialog(Dialog):
    """Tick boxes, a filter and a number; Enter starts."""

    started = Signal(object)
    """The Choice; one that cannot be is said here and not told."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__("Wall display", WIDTH, HEIGHT, parent)
        self.about.setText("Full screen, on a second screen where there is one. Esc ends it.")
        self.body.addWidget(head("Pages"))
        self.boxes = {page: QCheckBox(title) for page, title in TITLES.items()}
        for page, box in self.boxes.items():
            box.setChecked(page in choice.pages)
            self.body.addWidget(box)
        self.seconds, self.query = QLineEdit(str(choice.seconds)), QLineEdit(choice.query)
        self.seconds.setValidator(QIntValidator(LEAST, MOST, self.seconds))
        self.seconds.setFixedWidth(theme.px(72))
        self.seconds.setAccessibleName("Seconds for each page")
        self.query.setPlaceholderText("Query words, such as area:Dorchester; empty: all")
        self.query.setAccessibleName("Only requests of this filter")
        line = QHBoxLayout()
        for part in (PlainLabel("Each for"), self.seconds, PlainLabel("seconds")):
            line.addWidget(part)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(head("Only requests of this filter"))
        self.body.addWidget(self.query)
        self.body.addStretch(1)
        self.start, leave = button("Start", primary=True), button("Close")
        self.start.clicked.connect(self._start)
        leave.clicked.connect(self.reject)
        self.foot.addStretch(1)
        self.foot.addWidget(leave)
        self.foot.addWidget(self.start)
        self.start.setFocus()

    def _start(self) -> None:
        pages = tuple(page for page, box in self.boxes.items() if box.isChecked())
        made = Choice(pages, int(self.seconds.text() or 0), self.query.text().strip())
        try:
            made.check()
        except Expected as problem:
            self.say_problem(problem)
            return
        self.started.emit(made)
        self.accept()
