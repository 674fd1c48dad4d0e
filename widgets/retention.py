"""The dialog for how long callers are kept: the months, how many are older by year, and erasing them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLineEdit, QListWidget, QWidget

from widgets import theme
from widgets.confirm import Confirm
from widgets.dialog import Dialog, button, head
from widgets.plain import PlainLabel

WIDTH, HEIGHT, MOST = 560, 480, 1200
TYPING_MS = 300
"""How long a number rests before it is counted anew."""


class RetentionDialog(Dialog):
    """Counts first; erases when the word is typed. It reads and writes nothing itself."""

    count_wanted = Signal(int)
    """Months."""
    erase_wanted = Signal(int)

    def __init__(self, months: int, parent: QWidget | None = None) -> None:
        """`months`: what the settings say, 0 for ever."""
        super().__init__("Retention", WIDTH, HEIGHT, parent)
        kept = f"for {months:,} months" if months else "for ever"
        self.about.setText(f"The settings keep callers {kept} after their request was closed.")
        self.months, self.years = QLineEdit(), QListWidget()
        self.confirm, self.leave = Confirm(), button("Close")
        self._soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._soon.timeout.connect(lambda: self.count_wanted.emit(self.value))
        self.months.setText(str(months or 12))
        self.months.setValidator(QIntValidator(1, MOST, self.months))
        self.months.setFixedWidth(theme.px(72))
        self.months.setAccessibleName("Months since the request was closed")
        self.months.textChanged.connect(self._changed)
        self.confirm.confirmed.connect(lambda: self.erase_wanted.emit(self.value))
        self.leave.clicked.connect(self.reject)
        self._build()
        self._changed()

    def _build(self) -> None:
        asked = QHBoxLayout()
        asked.setSpacing(theme.px(8))
        for part in (PlainLabel("Closed more than"), self.months, PlainLabel("months ago")):
            asked.addWidget(part)
        asked.addStretch(1)
        self.years.setAccessibleName("Callers by the year in which their request was closed")
        self.years.setFrameShape(QFrame.Shape.NoFrame)
        self.years.setSpacing(theme.px(4))
        self.years.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.body.addLayout(asked)
        self.body.addWidget(head("Callers who would be erased"))
        self.body.addWidget(self.years, 1)
        self.body.addWidget(self.confirm)
        self.foot.addStretch(1)
        self.foot.addWidget(self.leave)
        self.months.setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self) -> None:
        """Nothing can be erased that was not counted."""
        self._soon.stop()
        self.confirm.ask("Counting…" if self.value else f"Months are 1 to {MOST:,}.", "Erase", possible=False)
        if self.value:
            self._soon.start()

    @property
    def value(self) -> int:
        """The months; 0 while what is typed are none."""
        return int(self.months.text()) if self.months.hasAcceptableInput() else 0

    def show_counts(self, months: int, counts: Mapping[int, int]) -> None:
        """How many callers are older than so many months, by the year in which their request was closed."""
        if months != self.value:
            return
        total = sum(counts.values())
        self.years.clear()
        self.years.addItems([f"Closed in {year}: {count:,}" for year, count in counts.items()] or ["Nobody."])
        kept = "Kept are the requests and their history, and whoever is still to hear something."
        action = f"Erase {total:,} caller{'' if total == 1 else 's'}" if total else "Erase"
        self.confirm.ask(kept, action, possible=total > 0)

    def say_erased(self, total: int) -> None:
        """So many were erased; what is left is counted anew."""
        self.bar.say(f"{total:,} caller{' is' if total == 1 else 's are'} erased.", problem=False)
        self._changed()

    def done(self, result: int) -> None:
        """Closing leaves nothing counting."""
        self._soon.stop()
        super().done(result)
