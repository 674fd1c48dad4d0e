"""Possible duplicates of the call, ranked, each with its reason: one key adds the caller to that request instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from services.domain.status import Status
from widgets import theme
from widgets.detail import parts
from widgets.detail.parts import Button
from widgets.detail.people import draw_elided
from widgets.plain import PlainLabel, tip, whole_words
from widgets.shapes import paint_status

MOST = 5
ROW = 44


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One request that the caller may mean."""

    request_id: int
    number: str
    title: str
    """Where it is."""
    status: Status
    reasons: str
    """Why it may be the same, in words."""
    place: tuple[float, float] | None = None
    """Latitude and longitude, for the map."""


class DuplicateRow(Button):
    """One of them: its rank in a ring, where it is, how it stands, why, and its key."""

    def __init__(self, rank: int) -> None:
        super().__init__("")
        self.rank, self.shown = rank, Duplicate(0, "", "", Status.NEW, "")
        self.key = f"Alt+{rank}"
        """What adds the caller to it, "" where nothing does but a click."""
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, ROW)

    def show_duplicate(self, found: Duplicate) -> None:
        """Show this one."""
        self.shown = found
        self.setAccessibleName(
            f"Possible duplicate {self.rank}: {found.title}, {found.status.label}, {found.number}. {found.reasons}. "
            f"{self.key or 'A click'} adds the caller to it"
        )
        self.setToolTip(tip(f"{found.title}: {found.status.label}, #{found.number}\n{found.reasons}"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both lines."""
        p, found = theme.current(), self.shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.ground(painter, None, 4)
        middle = self.height() / 2
        painter.setBrush(theme.colour(p.surf))
        painter.setPen(QPen(theme.colour(p.status(found.status)), 2.5))
        painter.drawEllipse(QRectF(parts.BLEED + 1, middle - 11, 22, 22))
        painter.setPen(theme.colour(p.text))
        bold, small = theme.font(theme.BODY, theme.SEMIBOLD), theme.font(theme.META)
        painter.setFont(bold)
        painter.drawText(QRectF(parts.BLEED, middle - 12, 24, 24), Qt.AlignmentFlag.AlignCenter, str(self.rank))
        left, right = parts.BLEED + 36, self.width() - 52
        metrics = QFontMetricsF(bold)
        standing = f"{found.status.label}  #{found.number}"
        room = right - left - 24 - QFontMetricsF(small).horizontalAdvance(standing)
        wide = min(metrics.horizontalAdvance(found.title) + 1, max(80.0, room))
        draw_elided(painter, QRectF(left, 3, wide, 20), found.title, bold, p.text)
        paint_status(painter, QRectF(left + wide + 8, 8, 10, 10), found.status, p)
        draw_elided(painter, QRectF(left + wide + 24, 3, right - left - wide - 24, 20), standing, small, p.muted)
        reasons = whole_words(found.reasons, QFontMetricsF(small), right - left)
        draw_elided(painter, QRectF(left, 23, right - left, 16), reasons, small, p.muted)
        draw_elided(painter, QRectF(right + 4, 0, 44, ROW), self.key, small, p.muted)
        painter.end()


class Band(QWidget):
    """All of them, on a ground of their own across the pane; hidden while there are none."""

    chosen = Signal(int)
    """The request to which the caller is to be added."""

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, inset=parts.INSET - parts.BLEED)
        column.setContentsMargins(parts.INSET - parts.BLEED, 8, parts.INSET - parts.BLEED, 8)
        line = parts.row()
        line.setContentsMargins(parts.BLEED, 0, parts.BLEED, 4)
        self.head = PlainLabel(weight=theme.SEMIBOLD)
        self.remark = parts.meta()
        line.addWidget(self.head)
        line.addWidget(self.remark, 1)
        column.addLayout(line)
        self.rows = [DuplicateRow(i + 1) for i in range(MOST)]
        for row in self.rows:
            row.clicked.connect(partial(self._take, row))
            column.addWidget(row)
        self._found: tuple[Duplicate, ...] = ()
        self._caller, self._most = "", MOST
        self._show()

    def set_keys(self, keys: Sequence[str]) -> None:
        """The keys of the ranks, the likeliest first; "" where there is none."""
        for row, key in zip(self.rows, keys, strict=True):
            row.key = key

    @property
    def found(self) -> list[Duplicate]:
        """Those that are shown, the likeliest first."""
        return [row.shown for row in self.rows if row.shown.request_id]

    def show_most(self, most: int) -> None:
        """Show no more than so many of what is found."""
        if most != self._most:
            self._most = most
            self._show()

    def show_found(self, found: Sequence[Duplicate], caller: str, who: str = "the caller") -> None:
        """Show these; `caller` is whom one key adds, `who` while nobody is named."""
        self._found, self._caller = tuple(found), caller or who
        self._show()

    def _show(self) -> None:
        found = self._found[: self._most]
        self.head.setText("1 possible duplicate" if len(found) == 1 else f"{len(found)} possible duplicates")
        self.remark.setText(f"one key adds {self._caller} to that request")
        for i, row in enumerate(self.rows):
            row.show_duplicate(found[i] if i < len(found) else Duplicate(0, "", "", Status.NEW, ""))
            row.setVisible(i < len(found))
        self.setVisible(bool(found))

    def choose(self, rank: int) -> bool:
        """Take the one of this rank (from 1), as Alt and its number do; False when there is none."""
        row = self.rows[rank - 1] if 0 < rank <= MOST else None
        if row is None or not row.shown.request_id:
            return False
        self._take(row)
        return True

    def _take(self, row: DuplicateRow) -> None:
        if row.shown.request_id:
            self.chosen.emit(row.shown.request_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.current().win))
        painter.end()
