"""The queue pane: its title line, its order, the table, and what is said when no request is here."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from services.queue.snapshot import Ints, Snapshot
from services.queue.words import parse
from widgets import theme
from widgets.empty import EmptyState
from widgets.icons import icon
from widgets.plain import PlainLabel
from widgets.queue.arrivals import Arrivals
from widgets.queue.columns import BY_NAME, EDGE, PAD, SortKeys, way
from widgets.queue.header import HEADER
from widgets.queue.table import QueueTable
from widgets.selection import Selection

TITLE = 40
ORDERS = (
    ("due", False, "Due first"),
    ("risk", True, "Most at risk first"),
    ("age", False, "Newest first"),
    ("age", True, "Oldest first"),
    ("updated", True, "Changed last"),
    ("status", False, "By status"),
    ("service", False, "By service"),
    ("area", False, "By area"),
    ("address", False, "By address"),
    ("crew", False, "By crew"),
)


class QueuePane(QWidget):
    """Title line over the table; shows what it is given and says what the person asks for."""

    opened = Signal(int)
    sort_requested = Signal(object)
    """The sort keys wanted."""
    empty_action = Signal(str)
    """From the empty pane: "clear" the filter, "pull" now, or log a "call"."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._selection = selection
        self.has_upstream, self.is_shared = True, False
        """Whether an upstream is configured, and whether a team's worker pulls: what an empty queue says goes by it."""
        self.table = QueueTable(selection, self)
        self.table.opened.connect(self.opened)
        self.table.sort_requested.connect(self.sort_requested)
        self.absent: tuple[str, str, str] | None = None
        """Why there can be no request here now: a title, a sentence and a remedy."""
        self.empty = EmptyState()
        self.empty.acted.connect(self.empty_action)
        self._count = PlainLabel(muted=True)
        self._chosen = PlainLabel(muted=True)
        self.arrivals = Arrivals(self.table)
        self._order = self._order_button()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title_line())
        column.addWidget(self._stack, 1)
        selection.changed.connect(self._count_chosen)
        self.setFocusProxy(self.table)
        self.table.arranged.connect(self._fit_rows)
        self.table.horizontalScrollBar().rangeChanged.connect(self._fit_rows)
        self.show_order((("due", False),))
        self._recolour()

    def _title_line(self) -> QWidget:
        line = QWidget()
        line.setFixedHeight(theme.px(TITLE))
        row = QHBoxLayout(line)
        row.setContentsMargins(theme.px(EDGE + PAD), 0, theme.px(12), 0)
        row.setSpacing(8)
        row.addWidget(PlainLabel("Queue", pixels=theme.TITLE, weight=theme.SEMIBOLD))
        row.addWidget(self._count)
        row.addWidget(self._chosen)
        row.addWidget(self.arrivals)
        row.addStretch()
        row.addWidget(self._order)
        return line

    def _order_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("quiet")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setIconSize(QSize(14, 14))
        menu = QMenu(button)
        for column, descending, words in ORDERS:
            action = QAction(words, menu)
            action.triggered.connect(lambda _=False, c=column, d=descending: self.sort_requested.emit(((c, d),)))
            menu.addAction(action)
        button.setMenu(menu)
        return button

    def set_rows(self, snapshot: Snapshot, order: Ints, now_ms: int, *, query: str = "") -> None:
        """Show these rows of the snapshot (ms since 1970, UTC); `query` is the filter that chose them.

        The shared selection is not touched: what somebody reads does not vanish when a colleague changes it.
        """
        self.table.set_rows(snapshot, order, now_ms)
        open_now = int(snapshot.is_open.sum())
        shown = len(order)
        only_open = parse(query).only_open and shown <= open_now
        self._count.setText(f"{shown:,} of {open_now:,} open" if only_open else f"{shown:,} of {len(snapshot):,}")
        if not shown:
            self._say_why_empty(snapshot, query, open_now)
        had_keyboard = any(part.hasFocus() for part in (self.table, self.empty, self.empty.button))
        self._stack.setCurrentIndex(0 if shown else 1)
        if had_keyboard:
            (self.table if shown else self.empty.button).setFocus(Qt.FocusReason.OtherFocusReason)
        self._count_chosen()

    def say_reading(self, read: int, total: int) -> None:
        """Before there is anything to show: how many requests of how many have been read."""
        had_keyboard = self.table.hasFocus()
        self.empty.say(f"Reading {read:,} of {total:,} requests…", "The desk opens when all of them have been read.")
        self._stack.setCurrentIndex(1)
        if had_keyboard:
            self.empty.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_why_empty(self, snapshot: Snapshot, query: str, open_now: int) -> None:
        if not len(snapshot) and self.absent is not None:
            self.empty.say(*self.absent, ("call", "Log a call"))
            return
        if not len(snapshot) and self.is_shared:
            self.empty.say(
                "No request has come yet",
                "Requests that the team's worker pulls appear here, and those logged at any of its desks.",
                "If none comes, ask whoever looks after the worker whether it runs.",
                ("call", "Log a call"),
            )
            return
        if not len(snapshot) and not self.has_upstream:
            self.empty.say(
                "No request has been logged yet",
                "This desk has no upstream, so only what is logged here appears.",
                "Log a call, or name the city's Open311 server in config.toml.",
                ("call", "Log a call"),
            )
            return
        if not len(snapshot):
            self.empty.say(
                "No request has come yet",
                "Requests pulled from the upstream appear here, and those logged at this desk.",
                "The first pull may still be under way; the status bar says so.",
                ("pull", "Pull now"),
            )
            return
        self.empty.say(
            "No request matches",
            f"{len(snapshot):,} requests are here, {open_now:,} of them open; none fits “{query}”.",
            "Take a word out of the filter, or choose a view at the left.",
            ("clear", "Clear the filter"),
        )

    def set_now(self, now_ms: int) -> None:
        """Let the clocks stand at `now_ms` (ms since 1970, UTC)."""
        self.table.set_now(now_ms)

    def set_zone(self, zone: tzinfo) -> None:
        """Say dates in the city's time."""
        self.table.rows.zone = zone

    def show_order(self, keys: SortKeys) -> None:
        """Say by what the rows are ordered."""
        self.table.show_order(keys)
        said = ", then ".join([_order_words(*keys[0]), *(_then_words(*key) for key in keys[1:] if key[0] in BY_NAME)])
        self._order.setText(said)
        self._order.setAccessibleName(f"Order of the queue: {said}")

    def advance(self) -> None:
        """After an action: choose the next row; the list keeps the keyboard."""
        self.table.advance()

    def _count_chosen(self) -> None:
        chosen = len(self._selection.ids)
        hidden = chosen - np.count_nonzero(self.table.chosen)
        words = f"{chosen:,} selected" if chosen else ""
        if hidden:
            words += ", not in this list" if hidden == chosen else f", {hidden:,} not in this list"
        self._chosen.setText(words)

    def lists(self, request_id: int) -> bool:
        """Whether the filter lets this request through."""
        return self.table.rows.row_of(request_id) >= 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the table the height of whole rows; the rest stays empty below it."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        bar = self.table.horizontalScrollBar()
        taken = theme.px(TITLE) + theme.px(HEADER) + (bar.sizeHint().height() if bar.maximum() > 0 else 0)
        rest = (self.height() - taken) % self.table.verticalHeader().defaultSectionSize()
        self._column.setContentsMargins(0, 0, 0, rest)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_order"):
            self._recolour()

    def _recolour(self) -> None:
        self._order.setIcon(icon("down", theme.current().muted))


def _order_words(column: str, descending: bool) -> str:
    words = next((w for c, d, w in ORDERS if (c, d) == (column, descending)), "")
    return words or f"{BY_NAME[column].called}, {way(column, descending=descending)}"


def _then_words(column: str, descending: bool) -> str:
    called = BY_NAME[column].called.lower()
    return f"{called}, {way(column, descending=True)}" if descending else called
