"""What of a request still waits to be told, or could not be: each with its state in words and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from services.domain.outbox import OutboxItem, OutboxState
from services.domain.story import outbox_line, seconds_held
from widgets import theme
from widgets.detail import parts
from widgets.plain import PlainLabel

MOST = 8
_DONE = frozenset({OutboxState.SENT, OutboxState.RETRACTED})


class ItemRow(QWidget):
    """One unfinished item."""

    def __init__(self, item: OutboxItem, outbox: Outbox) -> None:
        super().__init__()
        self.item = item
        failed = item.state in {OutboxState.REFUSED, OutboxState.UNKNOWN}
        column = parts.column(self)
        row = parts.row()
        glyph = parts.Glyph("alert" if failed else "clock", role="overdue" if failed else "muted")
        row.addWidget(glyph)
        self.words = PlainLabel(wrap=True, weight=theme.SEMIBOLD if failed else theme.NORMAL)
        row.addWidget(self.words, 1)
        self.links: list[parts.Link] = []
        self.undo = self._link("Undo", "Undo before it leaves", partial(outbox.undo_wanted.emit, item.operation))
        row.addWidget(self.undo)
        column.addLayout(row)
        self.problem = PlainLabel(wrap=True)
        self.problem.setContentsMargins(24, 0, 0, 0)
        column.addWidget(self.problem)
        if item.message:
            quoted = PlainLabel(item.message, muted=True, wrap=True)
            quoted.setContentsMargins(24, 0, 0, 0)
            column.addWidget(quoted)
        self.retry = self._link("Retry", "Send it again", partial(outbox.retry_wanted.emit, item.id))
        self.leave = self._link("Leave it", "Leave it unsent", partial(outbox.give_up_wanted.emit, item.id))
        buttons = parts.row(4)
        buttons.setContentsMargins(20, 0, 0, 0)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.retry.setVisible(failed)
        self.leave.setVisible(failed)

    def _link(self, word: str, name: str, act: partial[None]) -> parts.Link:
        made = parts.Link(word, f"{name}: {self.item.message[:80] or self.item.status_word}")
        made.clicked.connect(lambda: act())
        self.links.append(made)
        return made

    def show_clock(self, now: datetime) -> None:
        """Say what depends on the time; Undo is offered until it may leave."""
        head, problem = outbox_line(self.item, now)
        self.words.setText(head)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        held = seconds_held(self.item, now) > 0
        self.undo.setVisible(held and bool(self.item.operation))


class Outbox(QWidget):
    """The unfinished items of a request, the oldest first; hidden when there are none."""

    undo_wanted = Signal(str)
    retry_wanted = Signal(str)
    give_up_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[OutboxItem, ...] = ()
        self._column = parts.column(self, 4, parts.INSET)
        self._column.setContentsMargins(parts.INSET, 12, parts.INSET, 0)
        self.head = parts.head("To be sent")
        self._column.addWidget(self.head)
        self.rows: list[ItemRow] = []
        self.more = parts.meta()
        self._column.addWidget(self.more)
        self.hide()

    def show_items(self, items: Sequence[OutboxItem], now: datetime) -> None:
        """Show those of these items that are not finished."""
        unfinished = tuple(item for item in items if item.state not in _DONE)
        if unfinished != self._shown:
            self._shown = unfinished
            self._build(unfinished)
        self.setVisible(bool(unfinished))
        self.show_clock(now)

    def show_clock(self, now: datetime) -> None:
        """Count down."""
        for row in self.rows:
            row.show_clock(now)

    def _build(self, items: tuple[OutboxItem, ...]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ItemRow(item, self) for item in items[:MOST]]
        for i, row in enumerate(self.rows):
            self._column.insertWidget(1 + i, row)
            row.show()
        rest = len(items) - MOST
        self.more.setText(f"and {rest} more behind these")
        self.more.setVisible(rest > 0)
