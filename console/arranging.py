"""The queue's columns and order by keyboard: what the choosers offer, and what becomes of a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from widgets import theme
from widgets.chooser import Chooser
from widgets.picklist import Choice
from widgets.queue.columns import BY_NAME, COLUMNS, Arrangement, column_widths, way

if TYPE_CHECKING:
    from console.window import Window

WIDER = 24
"""By how much one step widens or narrows a column (pixels of the design)."""


class Arranging(QObject):
    """The two choosers. Owned by the window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.columns = Chooser(window, "Columns of the queue")
        self.orders = Chooser(window, "Sort the queue by")
        self._further = False
        self.columns.chosen.connect(self._arrange)
        self.orders.chosen.connect(self._sort)

    def choose_columns(self) -> None:
        """Offer every column to show, hide, move or widen."""
        self.columns.open_with(column_choices(self.window.queue.table.arrangement), "Columns", self.window.queue)

    def _arrange(self, key: str) -> None:
        """Do it, and stay open for the next one; Esc leaves."""
        table = self.window.queue.table
        what, _, name = key.partition(":")
        widths = column_widths(table.viewport().width(), table.arrangement)
        table.arrange(arranged(table.arrangement, what, name, widths))
        self.choose_columns()

    def turn_lines(self) -> None:
        """Two lines a request instead of one, or one again."""
        table = self.window.queue.table
        table.arrange(arranged(table.arrangement, "lines", "", {}))

    def choose_order(self, *, further: bool) -> None:
        """Offer every column both ways round; `further`: what is equal so far is put in order by it."""
        self._further = further and bool(self.window.queue.table.header.keys)
        by = " then ".join(BY_NAME[n].called.lower() for n, _ in self.window.queue.table.header.keys)
        self.orders.open_with(order_choices(), f"By {by}, then by" if self._further else "Sort by", self.window.queue)

    def _sort(self, key: str) -> None:
        name, descending = key.removeprefix("-"), key.startswith("-")
        before = self.window.queue.table.header.keys if self._further else ()
        self.window.sort((*(k for k in before if k[0] != name), (name, descending)))


def column_choices(now: Arrangement) -> list[Choice]:
    """What can be done with the columns: the plain ones at once, moving and widening when typed."""
    made = []
    for column in COLUMNS:
        shown = column.name in now.names
        alone = now.names == (column.name,)
        title = f"{'Hide' if shown else 'Show'} {column.called.lower()}"
        made.append(
            Choice(
                f"toggle:{column.name}",
                title,
                enabled=not alone,
                reason="One column always stays." if alone else "",
                icon="check" if shown else "plus",
            )
        )
    made.append(Choice("lines:", "One line a request" if now.two_lines else "Two lines a request", icon="menu"))
    made.append(Choice("usual:", "Usual columns and widths", icon="undo"))
    for name in now.names:
        called = BY_NAME[name].called.lower()
        for what, words in (
            ("left", f"Move {called} to the left"),
            ("right", f"Move {called} to the right"),
            ("wider", f"Make {called} wider"),
            ("narrower", f"Make {called} narrower"),
        ):
            made.append(Choice(f"{what}:{name}", words, only_typed=True))
    return made


def arranged(now: Arrangement, what: str, name: str, widths: dict[str, int]) -> Arrangement:
    """The arrangement after a choice; `widths` are those in sight (pixels)."""
    match what:
        case "toggle":
            return now.toggled(name)
        case "left" | "right":
            return now.moved(name, -1 if what == "left" else 1)
        case "wider" | "narrower":
            sized = {n: round(w * 1000 / theme.px(1000)) for n, w in widths.items()}
            step = WIDER if what == "wider" else -WIDER
            return now.resized(name, sized.get(name, BY_NAME[name].width) + step, sized.items())
        case "lines":
            return replace(now, two_lines=not now.two_lines)
    return Arrangement(two_lines=now.two_lines)


def order_choices() -> list[Choice]:
    """Every column that rows can be sorted by, both ways round."""
    made = []
    for column in COLUMNS:
        if column.sortable:
            for sign, descending in (("", False), ("-", True)):
                words = f"{column.called}, {way(column.name, descending=descending)}"
                made.append(Choice(f"{sign}{column.name}", words))
    return made
