"""The audit view: who did what, when, from what to what; filtered, read as one scrolls, and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLineEdit, QTableView, QWidget

from services.domain.audit import WHAT, Entry
from widgets import theme
from widgets.combo import Combo
from widgets.dialog import PLAIN_HEADER, Dialog, button
from widgets.plain import PlainLabel, tip

WIDTH, HEIGHT, ROW = 1120, 720, 26
TYPING_MS = 300
"""How long a filter rests before it is asked for."""
_COLUMNS = (("When", 140), ("Who", 120), ("What", 170), ("Request", 104), ("From", 140), ("To", 160), ("Words", 200))
_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person filters by, as typed; empty for all."""

    person: str = ""
    kind: str = ""
    first: str = ""
    last: str = ""
    request: str = ""


class History(QAbstractTableModel):
    """The lines read so far; more are asked for as one scrolls."""

    more_wanted = Signal(int)
    """Those before the line with this id."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self.entries: list[Entry] = []
        self.is_whole = True
        self._asked = 0

    def show(self, entries: Sequence[Entry], *, whole: bool) -> None:
        """These, in place of those before."""
        self.beginResetModel()
        self.entries, self.is_whole, self._asked = list(entries), whole, 0
        self.endResetModel()

    def add(self, entries: Sequence[Entry], *, whole: bool) -> None:
        """Further ones below."""
        self.is_whole = whole
        if entries:
            count = len(self.entries)
            self.beginInsertRows(QModelIndex(), count, count + len(entries) - 1)
            self.entries.extend(entries)
            self.endInsertRows()

    def rowCount(self, parent: _Index = _TOP) -> int:
        """The lines."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = _TOP) -> int:
        """When, who, what, request, from, to, words."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell's text; whole in the tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(index.row())[index.column()]
        return tip(self.cells(index.row())[index.column()]) if role == Qt.ItemDataRole.ToolTipRole else None

    def cells(self, row: int) -> tuple[str, ...]:
        """The texts of a line."""
        one = self.entries[row]
        when = f"{one.at.astimezone(self._zone):%Y-%m-%d %H:%M}"
        return when, one.person, one.what, one.number, one.before, one.after, " ".join(one.text.split())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' titles."""
        across = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _COLUMNS[section][0] if across else None

    def canFetchMore(self, parent: _Index) -> bool:
        """Whether there may be more."""
        return not self.is_whole

    def fetchMore(self, parent: _Index) -> None:
        """Ask for them once."""
        last = self.entries[-1].id if self.entries else 0
        if last != self._asked:
            self._asked = last
            self.more_wanted.emit(last)


class AuditDialog(Dialog):
    """It reads and writes nothing itself."""

    wanted = Signal(object)
    """A `Wanted`: its newest lines are to be shown."""
    save_wanted = Signal(object)
    request_wanted = Signal(str)
    """The number of a request to look at."""

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__("Audit", WIDTH, HEIGHT, parent)
        self.about.setText("Who did what, the newest first. Enter opens the request.")
        self.person, self.request = _field("Who", "name"), _field("Request", "its number")
        self.first, self.last = _field("From", "year-month-day"), _field("To", "year-month-day")
        self.kind = Combo()
        self.kind.setAccessibleName("What")
        self.kind.addItem("Everything", "")
        for kind, words in WHAT.items():
            self.kind.addItem(words, kind.value)
        self.history = History(zone)
        self.table = _table(self.history)
        self.count = PlainLabel("", muted=True)
        self.keep, self.leave = button("Save as…"), button("Close")
        self._soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._build()
        self._soon.timeout.connect(self._ask)
        for field in self._fields:
            field.textChanged.connect(lambda _: self._soon.start())
            field.returnPressed.connect(self._ask)
        self.kind.currentIndexChanged.connect(lambda _: self._ask())
        self.table.activated.connect(lambda at: self.request_wanted.emit(self.history.entries[at.row()].number))
        self.keep.clicked.connect(lambda: self.save_wanted.emit(self.value))
        self.leave.clicked.connect(self.reject)

    @property
    def _fields(self) -> tuple[QLineEdit, ...]:
        return self.person, self.first, self.last, self.request

    def _build(self) -> None:
        asked = QHBoxLayout()
        asked.setSpacing(theme.px(8))
        for label, field in (
            *(("Who", self.person), ("What", self.kind), ("From", self.first), ("To", self.last)),
            ("Request", self.request),
        ):
            asked.addWidget(PlainLabel(label, muted=True))
            asked.addWidget(field, 1)
        self.body.addLayout(asked)
        self.body.addWidget(self.table, 1)
        self.foot.addWidget(self.count)
        self.foot.addStretch(1)
        self.foot.addWidget(self.keep)
        self.foot.addWidget(self.leave)
        self.person.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def value(self) -> Wanted:
        """What is filtered by."""
        texts = (field.text().strip() for field in (self.person, self.first, self.last, self.request))
        person, first, last, request = texts
        return Wanted(person, str(self.kind.currentData()), first, last, request)

    def _ask(self) -> None:
        self._soon.stop()
        self.wanted.emit(self.value)

    def show_entries(self, entries: Sequence[Entry], *, whole: bool, further: bool) -> None:
        """The newest lines, or further ones below those shown; `whole`: there are no more."""
        self.bar.clear()
        (self.history.add if further else self.history.show)(entries, whole=whole)
        count = len(self.history.entries)
        more = "" if whole else "; scroll for more"
        self.count.setText(f"{count:,} line{'' if count == 1 else 's'}{more}" if count else "Nothing of this kind.")
        self.keep.setEnabled(count > 0)

    def done(self, result: int) -> None:
        """Closing leaves nothing to be asked."""
        self._soon.stop()
        super().done(result)


def _field(name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made


def _table(model: History) -> QTableView:
    made = QTableView()
    made.setObjectName("plain")
    made.setModel(model)
    made.setAccessibleName("History")
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setShowGrid(False)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    made.setStyleSheet(PLAIN_HEADER)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.px(ROW))
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    for column, (_, width) in enumerate(_COLUMNS):
        made.setColumnWidth(column, theme.px(width))
    return made
