"""The dialog with a crew for each of many requests: its reason, a tick, and why some have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from widgets import theme
from widgets.dialog import Dialog, button
from widgets.plain import PlainLabel, tip

WIDTH, HEIGHT = 1200, 640
HEADS = ("Request", "Service", "Place", "Crew", "Why")
WIDTHS = (104, 184, 224, 160)
_ID, _CREW = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Line(NamedTuple):
    """One request of a proposal."""

    id: int
    number: str
    service: str
    place: str
    crew_id: int
    """0 where nobody is proposed."""
    crew: str
    why: str


class ProposalDialog(Dialog):
    """Shows what is proposed; ticked lines are accepted. It assigns nothing itself."""

    accepted_some = Signal(object)
    """The crew's id by the request's, of the ticked lines."""
    again_wanted = Signal()

    def __init__(self, objective: str, parent: QWidget | None = None) -> None:
        super().__init__("Proposed crews", WIDTH, HEIGHT, parent)
        self.about.setText(objective)
        self.list, self.note = QTreeWidget(), PlainLabel("Being worked out…", wrap=True, muted=True)
        self.all, self.none = button("Tick all"), button("Tick none")
        self.again, self.leave, self.take = button("Propose anew"), button("Close"), button("Assign", primary=True)
        self._build()
        self.all.clicked.connect(lambda: self._tick(Qt.CheckState.Checked))
        self.none.clicked.connect(lambda: self._tick(Qt.CheckState.Unchecked))
        self.again.clicked.connect(self._again)
        self.leave.clicked.connect(self.reject)
        self.take.clicked.connect(self._take)
        self.list.itemChanged.connect(lambda *_: self._count())
        self._count()

    def _build(self) -> None:
        shown = self.list
        shown.setAccessibleName("Requests with the crews proposed")
        shown.setColumnCount(len(HEADS))
        shown.setHeaderLabels(HEADS)
        shown.setRootIsDecorated(False)
        shown.setUniformRowHeights(True)
        shown.setAlternatingRowColors(False)
        shown.setFrameShape(QTreeWidget.Shape.NoFrame)
        shown.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        shown.setTextElideMode(Qt.TextElideMode.ElideRight)
        for column, width in enumerate(WIDTHS):
            shown.setColumnWidth(column, theme.px(width))
        shown.header().setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.body.addWidget(shown, 1)
        self.body.addWidget(self.note)
        for part in (self.all, self.none):
            self.foot.addWidget(part)
        self.foot.addStretch(1)
        for part in (self.again, self.leave, self.take):
            self.foot.addWidget(part)

    def show_lines(self, lines: Sequence[Line], note: str) -> None:
        """Show a proposal: those with a crew ticked, in the order given. `note` says what is not among them."""
        self.list.blockSignals(True)
        self.list.clear()
        items = [_item(line) for line in lines]
        self.list.addTopLevelItems(items)
        self.list.blockSignals(False)
        if items:
            self.list.setCurrentItem(items[0])
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._said = note
        self._count()

    def waits(self) -> None:
        """Nothing can be assigned while something is under way."""
        self.take.setEnabled(False)

    _said = ""

    @property
    def ticked(self) -> Mapping[int, int]:
        """The crew's id by the request's, of the ticked lines."""
        items = filter(None, map(self.list.topLevelItem, range(self.list.topLevelItemCount())))
        return {int(i.data(0, _ID)): int(i.data(0, _CREW)) for i in items if _is_ticked(i)}

    def _tick(self, state: Qt.CheckState) -> None:
        self.list.blockSignals(True)
        for item in filter(None, map(self.list.topLevelItem, range(self.list.topLevelItemCount()))):
            if item.data(0, _CREW):
                item.setCheckState(0, state)
        self.list.blockSignals(False)
        self.list.viewport().update()
        self._count()

    def _count(self) -> None:
        count, total = len(self.ticked), self.list.topLevelItemCount()
        self.take.setText(f"Assign {count:,}" if count else "Assign")
        self.take.setEnabled(count > 0)
        if total or self._said:
            self.note.setText(" ".join(filter(None, (f"{count:,} of {total:,} ticked." if total else "", self._said))))

    def _take(self) -> None:
        chosen = self.ticked
        self.waits()
        self.accepted_some.emit(chosen)

    def _again(self) -> None:
        self.bar.clear()
        self.again_wanted.emit()


def _is_ticked(item: QTreeWidgetItem) -> bool:
    return bool(item.data(0, _CREW)) and item.checkState(0) is Qt.CheckState.Checked


def _item(line: Line) -> QTreeWidgetItem:
    item = QTreeWidgetItem([line.number, line.service, line.place, line.crew or "No crew", line.why])
    item.setData(0, _ID, line.id)
    item.setData(0, _CREW, line.crew_id)
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    if line.crew_id:
        item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked)
    else:
        item.setFlags(flags)
        for column in range(len(HEADS)):
            item.setForeground(column, theme.colour(theme.current().muted))
    for column in range(len(HEADS)):
        item.setToolTip(column, tip(item.text(column)))
    return item
