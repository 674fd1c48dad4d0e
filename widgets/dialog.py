"""What the desk's dialogs share: a title, a line below it, a bar for problems, the body, and a foot with buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services.errors import Expected
from widgets import theme
from widgets.messagebar import MessageBar
from widgets.plain import Elided, PlainLabel

INSET, GAP = 24, 16
PLAIN_HEADER = (
    "QHeaderView { background: palette(base); border: none; } QHeaderView::section { background: palette(base);"
    " border: none; border-bottom: 1px solid palette(mid); padding: 0 7px; }"
)
"""How the head of a small table looks: its words stand over those of the cells, 7 pixels from their edge."""


class Dialog(QDialog):
    """A sheet over the window that does not stop the desk; Esc closes it, then it is gone. Open it with `open`."""

    def __init__(self, title: str, width: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.finished.connect(self.deleteLater)
        self.resize(theme.px(width), theme.px(height))
        self.about = Elided()
        self.bar = MessageBar(closable=False)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(8))
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.px(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(n) for n in (INSET, GAP, INSET, GAP)))
        column.setSpacing(theme.px(8))
        column.addWidget(PlainLabel(title, pixels=theme.BIG, weight=theme.SEMIBOLD))
        column.addWidget(self.about)
        column.addWidget(self.bar)
        column.addLayout(self.body, 1)
        column.addSpacing(theme.px(8))
        column.addLayout(self.foot)

    def say_problem(self, problem: Expected, remedy: str = "") -> None:
        """Say beside its cause what is wrong; `remedy` takes the place of its own."""
        self.bar.say(problem.sentence, remedy or problem.remedy)


def button(words: str, *, primary: bool = False) -> QPushButton:
    """A button of a dialog's foot; Enter presses the primary one, wherever the keyboard is."""
    made = QPushButton(words)
    made.setProperty("primary", primary)
    made.setAutoDefault(False)
    made.setDefault(primary)
    return made


def labelled(form: QFormLayout, words: str, field: QWidget) -> None:
    """A row of a form, the words at the height of the field's own."""
    label = PlainLabel(words, muted=True)
    label.setFixedHeight(field.sizeHint().height())
    form.addRow(label, field)


def head(words: str) -> PlainLabel:
    """The head of a part of a dialog."""
    return PlainLabel(words, pixels=theme.META, weight=theme.SEMIBOLD, muted=True)
