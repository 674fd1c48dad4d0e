"""What a person makes of the columns: it is always something that can be shown, and comes back as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from widgets.queue.columns import (
    BY_NAME,
    COLUMNS,
    LEAST,
    MOST,
    NAMES,
    USUAL,
    Arrangement,
    SortKeys,
    column_widths,
    pressed,
    read_keys,
    write_keys,
)

names = st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple)
widths = st.dictionaries(st.sampled_from(NAMES), st.integers(LEAST, MOST)).map(lambda d: tuple(d.items()))
arrangements = st.builds(Arrangement, names, widths, st.booleans())
sort_keys = st.dictionaries(st.sampled_from([c.name for c in COLUMNS if c.sortable]), st.booleans()).map(
    lambda d: tuple(d.items())
)


@given(arrangements)
def test_an_arrangement_comes_back_as_it_was_written(made: Arrangement) -> None:
    assert Arrangement.read(*made.write()) == made


@given(st.text(), st.text())
def test_whatever_stands_in_the_file_can_be_shown(first: str, second: str) -> None:
    made = Arrangement.read(first, second)
    assert made.names
    assert set(made.names) <= set(NAMES)
    assert all(LEAST <= w <= MOST for _, w in made.widths)
    assert all(w > 0 for w in column_widths(900, made).values())


@pytest.mark.parametrize(
    ("first", "second", "made"),
    [
        ("", "", Arrangement()),
        ("status,due,status nobody", "due:20 due:99999 area:x :7", Arrangement(("status", "due"), (("due", MOST),))),
        ("two-lines", "area:1", Arrangement(USUAL, (("area", LEAST),), two_lines=True)),
    ],
)
def test_what_cannot_be_is_left_out(first: str, second: str, made: Arrangement) -> None:
    assert Arrangement.read(first, second) == made


@given(sort_keys)
def test_sort_keys_come_back_as_they_were_written(keys: SortKeys) -> None:
    assert read_keys(write_keys(keys)) == keys


@given(st.text())
def test_any_text_is_read_as_some_order(text: str) -> None:
    found = read_keys(text)
    assert len({name for name, _ in found}) == len(found)
    assert read_keys("due -due nobody -area") == (("due", False), ("area", True))


@given(arrangements, st.sampled_from(NAMES), st.integers(-20, 20))
def test_columns_come_go_and_move_and_none_is_lost(made: Arrangement, name: str, by: int) -> None:
    other = made.toggled(name)
    assert other.names
    assert other.toggled(name).names == made.names or set(other.toggled(name).names) == set(made.names)
    if name in made.names:
        assert sorted(made.moved(name, by).names) == sorted(made.names)
        at = made.names.index(name)
        assert made.moved(name, by).names.index(name) == max(0, min(len(made.names) - 1, at + by))


def test_a_column_comes_back_where_it_belongs() -> None:
    assert Arrangement().toggled("area").toggled("area") == Arrangement()
    assert Arrangement().toggled("number").names == (*USUAL, "number")
    assert Arrangement(("due",)).toggled("due").names == ("due",)
    assert Arrangement(("due", "status")).toggled("service").names == ("due", "status", "service")


def test_the_first_width_by_hand_keeps_the_others_where_they_are() -> None:
    made = Arrangement(("status", "due")).resized("due", 5_000, [("status", 130), ("due", 90)])
    assert made.widths == (("status", 130), ("due", MOST))
    again = made.resized("status", 3, [("status", 1), ("due", 1)])
    assert dict(again.widths) == {"status": LEAST, "due": MOST}


def test_titles_pressed_one_after_the_other() -> None:
    keys: SortKeys = (("due", False),)
    keys = pressed(keys, "due", further=False)
    assert keys == (("due", True),)
    keys = pressed(keys, "area", further=True)
    assert keys == (("due", True), ("area", False))
    keys = pressed(keys, "due", further=True)
    assert keys == (("due", False), ("area", False))
    assert pressed(keys, "area", further=False) == (("area", False),)
    assert pressed((), "area", further=True) == (("area", False),)


@given(arrangements, st.integers(200, 3_000))
def test_every_column_that_was_chosen_is_shown(made: Arrangement, width: int) -> None:
    shown = column_widths(width, made)
    if made.widths or set(made.names) != set(USUAL):
        assert tuple(shown) == made.names
    else:
        assert set(shown) <= set(made.names)


def test_twelve_columns_take_all_the_room_there_is_and_scroll_where_there_is_less(look: QApplication) -> None:
    twelve = Arrangement((*USUAL, "number", "requested", "updated", "upstream"))
    assert sum(column_widths(1_600, twelve).values()) + 12 == 1_600
    assert sum(column_widths(900, twelve).values()) > 900
    without = Arrangement(("status", "due"))
    assert column_widths(900, without) == {"status": 124, "due": 124}
    assert column_widths(900, Arrangement(("service", "due")))["service"] == 208


def test_every_column_can_be_named() -> None:
    assert all(c.called for c in COLUMNS)
    assert BY_NAME["channel"].called == "Channel"
