"""The help sheet (`?`): every key there is, from the commands themselves, and what has none, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from widgets import theme
from widgets.plain import PlainLabel

WIDTH, HEIGHT, COLUMNS = 760, 560, 2


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One command with its keys."""

    group: str
    title: str
    keys: str


class HelpSheet(QDialog):
    """Shows the keys over the window; Esc, or ? again, closes it. It does not stop the desk."""

    def __init__(self, lines: Sequence[KeyLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName("Keys of all commands")
        area.setWidget(_body(lines))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(16), theme.px(8), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(PlainLabel("Keys", pixels=theme.BIG, weight=theme.SEMIBOLD))
        column.addWidget(PlainLabel("Single letters work while a list has the keyboard.", muted=True))
        column.addWidget(area, 1)


def _body(lines: Sequence[KeyLine]) -> QWidget:
    body = QWidget()
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, theme.px(16), 0)
    row.setSpacing(theme.px(32))
    groups = [(name, list(found)) for name, found in groupby(lines, key=lambda x: x.group)]
    columns: list[list[tuple[str, list[KeyLine]]]] = [[] for _ in range(COLUMNS)]
    for group in groups:
        min(columns, key=lambda c: sum(len(g[1]) + 2 for g in c)).append(group)
    for found in columns:
        row.addLayout(_column(found), 1)
    return body


def _column(groups: Sequence[tuple[str, Sequence[KeyLine]]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(4))
    grid.setColumnStretch(0, 1)
    row = 0
    for name, lines in groups:
        if row:
            grid.setRowMinimumHeight(row, theme.px(12))
            row += 1
        grid.addWidget(PlainLabel(name, pixels=theme.META, weight=theme.SEMIBOLD, muted=True), row, 0, 1, 2)
        for line in lines:
            row += 1
            grid.addWidget(PlainLabel(line.title, wrap=True), row, 0)
            keys = PlainLabel(line.keys, pixels=theme.META, muted=True)
            grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
        row += 1
    grid.setRowStretch(row, 1)
    return grid
