"""The queue's columns and order from the palette, by keys alone."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from console.arranging import arranged, column_choices, order_choices
from services.queue.order import Order
from tests.console.conftest import Sitting
from widgets.queue.columns import USUAL, Arrangement


def test_columns_are_shown_moved_widened_and_put_back_by_typing(desk: Sitting) -> None:
    table = desk.table
    desk.press("Ctrl+K")
    desk.pick("columns")
    desk.pick("show number")
    assert table.arrangement.names == (*USUAL, "number")
    desk.pick("move number to the left")
    assert table.arrangement.names[-2:] == ("number", "crew")
    desk.pick("make number wider")
    assert dict(table.arrangement.widths)["number"] == 148
    desk.pick("two lines")
    assert table.arrangement.two_lines
    desk.pick("hide area")
    assert "area" not in table.shown
    desk.pick("usual")
    assert table.arrangement == Arrangement(two_lines=True)
    desk.pick("one line")
    desk.press("Escape")
    assert QApplication.activePopupWidget() is None
    assert table.arrangement == Arrangement()


def test_the_order_is_chosen_and_then_by_another_column(desk: Sitting) -> None:
    desk.press("Ctrl+K")
    desk.pick("sort by")
    desk.pick("service, a to z")
    desk.press("Ctrl+K")
    desk.pick("then sort by")
    desk.pick("address, z")
    assert desk.window.order == (("service", False), ("address", True))
    desk.until(lambda: desk.desk.order == Order("service", descending=False, then=(("address", True),)))
    words = [desk.table.rows.words(row) for row in range(3)]
    desk.until(lambda: [w.service for w in words] == sorted(w.service for w in words))
    assert desk.window.queue._order.text() == "By service, then address, Z to A"


def test_every_choice_of_a_column_does_something() -> None:
    now = Arrangement()
    for choice in column_choices(now):
        what, _, name = choice.key.partition(":")
        made = arranged(now, what, name, {})
        assert made != now or choice.key in {"usual:", "left:status", "right:crew"}
    assert [c.reason for c in column_choices(Arrangement(("due",))) if not c.enabled] == ["One column always stays."]


def test_every_order_that_is_offered_is_one_the_queue_knows(desk: Sitting) -> None:
    for choice in order_choices():
        desk.window.sort(((choice.key.removeprefix("-"), choice.key.startswith("-")),))
        desk.window.desk.refresh()
    desk.until(lambda: desk.desk.order == Order("closed", descending=True))
    assert not desk.warned
