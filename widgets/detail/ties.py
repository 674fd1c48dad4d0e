"""What a request was merged into, and what was merged into it: each a link, beside the one that takes them apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from services.domain.detail import Detail
from widgets.detail import parts

MOST = 5
"""So many that were merged into a request are named; of more it is said how many."""


class Ties(QWidget):
    """Hidden for a request that is not merged with any."""

    opened = Signal(str)
    """A request's number."""
    unmerge_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, tuple[str, ...], tuple[int, ...]] | None = None
        self._column = parts.column(self)
        self._column.setContentsMargins(0, 0, 0, 12)
        self._rows: list[QWidget] = []
        self.links: list[parts.Link] = []

    def show_detail(self, detail: Detail) -> None:
        """Show or hide, after what the request is merged with."""
        tied = (detail.merged_into, detail.merged, detail.merged_callers)
        self.setVisible(bool(detail.merged_into or detail.merged))
        if tied == self._shown:
            return
        self._shown = tied
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.links = [], []
        if detail.merged_into:
            self._add([self._open(f"Merged into #{detail.merged_into} ▸", detail.merged_into)])
        for number, callers in list(zip(detail.merged, detail.merged_callers, strict=True))[:MOST]:
            who = f"; {callers:,} caller{'' if callers == 1 else 's'}" if callers else ""
            self._add([self._open(f"#{number} ▸", number), parts.meta(f"was merged into this one{who}")])
        rest = len(detail.merged) - MOST
        if rest > 0:
            self._add([parts.meta(f"and {rest:,} more")])

    def _open(self, words: str, number: str) -> parts.Link:
        link = parts.Link(words, f"Open {number}")
        link.clicked.connect(partial(self._wanted, number))
        return link

    def _wanted(self, number: str, *_: object) -> None:
        self.opened.emit(number)

    def _add(self, found: Sequence[QWidget]) -> None:
        row = QWidget()
        line = parts.row(4)
        line.setContentsMargins(0, 0, 0, 0)
        row.setLayout(line)
        for part in (parts.Glyph("layers"), *found):
            line.addWidget(part)
        line.addStretch(1)
        self.links += [part for part in found if isinstance(part, parts.Link)]
        if not self._rows:
            apart = parts.Link("Unmerge", "Take the merged requests apart again")
            apart.clicked.connect(self.unmerge_wanted)
            line.addWidget(apart)
            self.links.append(apart)
        self._rows.append(row)
        self._column.addWidget(row)
