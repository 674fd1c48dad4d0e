"""The dialog of an import: columns at the left, the first rows and the report at the right, progress below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme
from widgets.dialog import PLAIN_HEADER, Dialog, button, head
from widgets.importing.mapping import TITLES, Columns
from widgets.plain import Elided, tip

WIDTH, HEIGHT, LEFT, ROW = 1040, 680, 432, 24
PREVIEWED = 8
"""Rows of the file that are shown."""
LONGEST = 400
"""Characters of a cell, or of a line of the report, that are shown: a cell may hold a whole book."""


class ImportDialog(Dialog):
    """Shows what an import would bring, and asks for it. It reads and writes nothing itself."""

    changed = Signal()
    """Another column, order or source was chosen."""
    import_wanted = Signal()
    refused_wanted = Signal()
    another_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Import a backlog", WIDTH, HEIGHT, parent)
        self._writing = False
        self.columns = Columns()
        self.preview, self.report = _table(), _list()
        self.progress, self.summary = QProgressBar(), Elided(pixels=theme.BODY, muted=False)
        self.another, self.save = button("Another file…"), button("Save refused rows…")
        self.cancel, self.take = button("Cancel"), button("Import", primary=True)
        self._build()
        self.columns.changed.connect(self.changed)
        self.take.clicked.connect(self.import_wanted)
        self.save.clicked.connect(self.refused_wanted)
        self.another.clicked.connect(self.another_wanted)
        self.cancel.clicked.connect(self.reject)
        self.show_waiting("")

    def _build(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, parts in (
            (left, (head("What is in which column"), self.columns)),
            (right, (head("First rows"), self.preview, head("What it brings, and what is wrong with it"), self.report)),
        ):
            side.setSpacing(theme.px(8))
            for part in parts:
                side.addWidget(part)
        self.columns.setFixedWidth(theme.px(LEFT))
        self.preview.setFixedHeight(theme.px(ROW) * (PREVIEWED + 1) + theme.px(12))
        row = QHBoxLayout()
        row.setSpacing(theme.px(24))
        row.addLayout(left)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(theme.px(4))
        self.progress.setAccessibleName("How far the import has come")
        self.body.addWidget(self.progress)
        self.foot.addWidget(self.summary, 1)
        for pressed in (self.another, self.save, self.cancel, self.take):
            self.foot.addWidget(pressed)

    def show_waiting(self, sentence: str) -> None:
        """Something is being read: nothing can be imported meanwhile."""
        self.summary.setText(sentence)
        self._allow(rows=0, refused=0)
        self.progress.setRange(0, 0 if sentence else 1)
        self.progress.setVisible(bool(sentence))

    def show_file(self, about: str, header: Sequence[str], columns: Mapping[str, str]) -> None:
        """A file has been read: what it is, its columns, and which of them hold what."""
        self.about.setText(about)
        self.columns.offer(header, columns)
        self.columns.boxes["opened"].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The first rows, each by what it has."""
        fields = [field for field in TITLES if rows and field in rows[0]]
        self.columns.show_examples({f: _short(next((row[f] for row in rows if row[f]), "")) for f in fields})
        self.preview.setColumnCount(len(fields))
        self.preview.setHorizontalHeaderLabels([TITLES[field] for field in fields])
        self.preview.setRowCount(min(PREVIEWED, len(rows)))
        for i, row in enumerate(rows[:PREVIEWED]):
            for j, field in enumerate(fields):
                said = _short(row[field])
                item = QTableWidgetItem(" ".join(said.split()))
                item.setToolTip(tip(said))
                self.preview.setItem(i, j, item)

    def show_report(self, lines: Sequence[str], rows: int, refused: int) -> None:
        """What is wrong, a line each; how many rows would be imported, and how many are refused."""
        self._stop_waiting()
        self.bar.clear()
        self._list(lines)
        self.summary.setText(f"{rows:,} to import" + (f", {refused:,} refused" if refused else ""))
        self._allow(rows, refused)

    def show_nothing(self) -> None:
        """It cannot be told yet what would come: the bar says why."""
        self._stop_waiting()
        self._list([])
        self.summary.setText("")
        self._allow(rows=0, refused=0)

    def show_writing(self, done: int, count: int) -> None:
        """The rows are being written; Cancel stops that."""
        self._writing = True
        self._allow(rows=0, refused=0)
        self.another.setEnabled(False)
        self.columns.setEnabled(False)
        self.progress.show()
        self.progress.setRange(0, max(1, count))
        self.progress.setValue(done)
        self.summary.setText(f"Importing {done:,} of {count:,}…")
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """Esc and Cancel: stop what is being written, else close."""
        if self._writing:
            self.stop_wanted.emit()
        else:
            super().reject()

    def _stop_waiting(self) -> None:
        self._writing = False
        self.progress.hide()
        self.columns.setEnabled(True)
        self.another.setEnabled(True)

    def _allow(self, rows: int, refused: int) -> None:
        self.take.setEnabled(rows > 0)
        self.take.setText(f"Import {rows:,} request{'' if rows == 1 else 's'}" if rows else "Import")
        self.save.setEnabled(refused > 0)

    def _list(self, lines: Sequence[str]) -> None:
        self.report.clear()
        for line in map(_short, lines):
            item = QListWidgetItem(line)
            item.setToolTip(tip(line))
            self.report.addItem(item)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _table() -> QTableWidget:
    made = QTableWidget()
    made.setAccessibleName("First rows")
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setShowGrid(False)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setStyleSheet(PLAIN_HEADER)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.px(ROW))
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setDefaultSectionSize(theme.px(136))
    header.setFixedHeight(theme.px(ROW))
    return made


def _list() -> QListWidget:
    made = QListWidget()
    made.setAccessibleName("What it brings, and what is wrong with it")
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setWordWrap(True)
    made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    made.setSpacing(theme.px(4))
    return made
