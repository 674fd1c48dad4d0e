"""What a person does with the list itself: its columns and order, copying it, saving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.looking import chosen
from console.commands.records import sees_contacts
from console.commands.registry import Command

if TYPE_CHECKING:
    from console.window import Window


def _some(window: Window) -> str:
    return "" if window.queue.table.rows.rowCount() else "The list is empty."


def _can_save(window: Window) -> str:
    return "A file is being saved; wait for it, or cancel it." if window.acts.taking.saving else _some(window)


def _can_save_callers(window: Window) -> str:
    return sees_contacts(window) or _can_save(window)


LISTING: tuple[Command, ...] = (
    Command("list.copy", "Copy the selected requests", "Rows with the columns shown, for a spreadsheet.", ("Ctrl+C",),
            lambda w: w.acts.taking.copy(), chosen),
    Command("list.save", "Save the queue as…", "The list with the columns shown, as CSV, Excel or GeoPackage.", (),
            lambda w: w.acts.taking.ask_where(), _can_save),
    Command("list.save_callers", "Save the queue with callers…", "The list, with who reported and how to reach them.",
            (),
            lambda w: w.acts.taking.ask_where(callers=True), _can_save_callers),
    Command("list.sort", "Sort by…", "Put the list in order by a column.", (),
            lambda w: w.acts.arranging.choose_order(further=False)),
    Command("list.then", "Then sort by…", "Put in order what is equal so far; Shift+click on a title too.", (),
            lambda w: w.acts.arranging.choose_order(further=True)),
    Command("list.columns", "Columns…", "Show, hide, move and widen the columns of the list.", (),
            lambda w: w.acts.arranging.choose_columns()),
    Command("list.lines", "Two lines a request, or one", "The second line says what no column shows.", (),
            lambda w: w.acts.arranging.turn_lines()),
)  # fmt: skip
