"""The jobs of a day as a list: each way of moving them beside a plain model of it, and what is said of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from widgets import theme
from widgets.crews.stops import ROW, StopLine, Stops
from widgets.queue.model import mime_of

pytestmark = pytest.mark.usefixtures("look")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SELECT = QItemSelectionModel.SelectionFlag.Select


def line(number: int, status: Status = Status.ASSIGNED, **changed: object) -> StopLine:
    """A job with id `number`; further fields as given."""
    made: dict[str, object] = {
        "request_id": number, "number": f"26-{number:06}", "service": "Tree", "address": f"{number} Main St",
        "area": "Ward 3", "status": status, "state": "Assigned", "due": "2 h left", "late": False,
        "place": (42.3, -71.1),
    }  # fmt: skip
    return StopLine(**{**made, **changed})  # type: ignore[arg-type]


def shown(bot: QtBot, *ids: int) -> Stops:
    """A list of these jobs, as large as it is at a desk."""
    stops = Stops()
    bot.addWidget(stops)
    stops.resize(360, 600)
    stops.show_lines([line(i) for i in ids])
    return stops


def choose(stops: Stops, *ids: int) -> None:
    chosen = stops.selectionModel()
    chosen.clearSelection()
    for row, one in enumerate(stops.ids):
        if one in ids:
            chosen.select(stops.rows.index(row), SELECT)


def wanted(stops: Stops) -> list[list[int]]:
    """The orders that are asked for from now on."""
    asked: list[list[int]] = []
    stops.ordered.connect(asked.append)
    return asked


days = st.lists(st.integers(1, 30), unique=True, max_size=8)


@quick
@given(days, st.data(), st.sampled_from([-1, 1]))
def test_what_is_selected_moves_as_one_block_by_one_place(
    qtbot: QtBot, ids: list[int], data: st.DataObject, by: int
) -> None:
    stops = shown(qtbot, *ids)
    chosen = data.draw(st.sets(st.sampled_from(ids)) if ids else st.just(set[int]()))
    choose(stops, *chosen)
    asked = wanted(stops)
    stops.shift(by)
    block = [i for i in ids if i in chosen]
    rest = [i for i in ids if i not in chosen]
    for order in asked:
        assert sorted(order) == sorted(ids)
        assert [i for i in order if i not in chosen] == rest, "the others keep their order"
        start = order.index(block[0])
        assert order[start : start + len(block)] == block, "they stand together, in their order"
        assert order != ids
        assert start == min(max(ids.index(block[0]) + by, 0), len(rest))
    if not chosen or len(chosen) == len(ids):
        assert asked == []


@quick
@given(days, st.lists(st.integers(1, 40), unique=True, max_size=4), st.integers(0, 8))
def test_what_is_put_somewhere_stands_there_together_and_nothing_is_lost(
    qtbot: QtBot, ids: list[int], given_: list[int], before: int
) -> None:
    stops = shown(qtbot, *ids)
    asked = wanted(stops)
    before = min(before, len(ids))
    stops.put(given_, before)
    order = asked[0] if asked else ids
    assert sorted(order) == sorted({*ids, *given_})
    assert [i for i in order if i not in given_] == [i for i in ids if i not in given_]
    standing = [i for i in ids if i in given_]
    block = [*standing, *(i for i in given_ if i not in ids)]
    above = [i for i in ids[:before] if i not in given_]
    assert order[len(above) : len(above) + len(block)] == block
    assert order[: len(above)] == above


@quick
@given(days, st.data())
def test_what_is_put_where_it_is_changes_nothing(qtbot: QtBot, ids: list[int], data: st.DataObject) -> None:
    if not ids:
        return
    stops = shown(qtbot, *ids)
    asked = wanted(stops)
    at = data.draw(st.integers(0, len(ids) - 1))
    stops.put([ids[at]], at)
    stops.put([ids[at]], at + 1)
    assert asked == []


@quick
@given(days, days, st.data())
def test_what_was_selected_stays_so_wherever_it_stands_now(
    qtbot: QtBot, ids: list[int], later: list[int], data: st.DataObject
) -> None:
    stops = shown(qtbot, *ids)
    chosen = data.draw(st.sets(st.sampled_from(ids)) if ids else st.just(set[int]()))
    choose(stops, *chosen)
    stops.show_lines([line(i) for i in later])
    assert stops.chosen == [i for i in later if i in chosen]


def test_the_job_with_the_keyboard_keeps_it(qtbot: QtBot) -> None:
    stops = shown(qtbot, 1, 2, 3)
    stops.setCurrentIndex(stops.rows.index(1))
    stops.show_lines([line(i) for i in (3, 2, 1)])
    assert stops.currentIndex().row() == 1
    stops.show_lines([line(i) for i in (3, 1)])
    assert not stops.currentIndex().isValid(), "it is gone, and no other takes its place unasked"


def test_the_same_lines_again_reset_nothing(qtbot: QtBot) -> None:
    stops = shown(qtbot, 1, 2)
    resets: list[int] = []
    stops.rows.modelReset.connect(lambda: resets.append(1))
    stops.show_lines([line(1), line(2)])
    assert resets == []
    stops.show_lines([line(1), line(2, due="1 h left")])
    assert resets == []
    assert stops.rows.lines[1].due == "1 h left"
    stops.show_lines([line(2), line(1)])
    assert resets == [1]


def test_what_stays_selected_in_another_order_is_not_selected_anew(qtbot: QtBot) -> None:
    stops = shown(qtbot, 1, 2, 3)
    choose(stops, 2)
    told: list[int] = []
    stops.selectionModel().selectionChanged.connect(lambda *_: told.append(1))
    stops.show_lines([line(3), line(2), line(1, due="1 h left")])
    assert stops.chosen == [2]
    assert told == []


def dropped(stops: Stops, y: float, *ids: int) -> None:
    """Drop requests at a height of the list."""
    data: QMimeData = mime_of(np.array(ids, np.int64))
    at = QPointF(40, y)
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    stops.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, button, none))


@pytest.mark.parametrize(("rows_down", "order"), [(0.2, [9, 1, 2]), (0.8, [1, 9, 2]), (2.4, [1, 2, 9]), (9, [1, 2, 9])])
def test_what_is_dropped_stands_between_the_rows_it_was_dropped_at(
    qtbot: QtBot, rows_down: float, order: list[int]
) -> None:
    stops = shown(qtbot, 1, 2)
    asked = wanted(stops)
    dropped(stops, rows_down * theme.px(ROW), 9)
    assert asked == [order]


def test_a_job_dropped_on_its_own_list_moves(qtbot: QtBot) -> None:
    stops = shown(qtbot, 1, 2, 3)
    asked = wanted(stops)
    dropped(stops, 3 * theme.px(ROW), 1)
    dropped(stops, 0, 3)
    assert asked == [[2, 3, 1], [3, 1, 2]], "each by what is shown: the desk answers with the order that is kept"


def test_enter_looks_at_a_job_and_left_is_left_to_the_pane(qtbot: QtBot) -> None:
    stops = shown(qtbot, 4, 5)
    stops.setCurrentIndex(stops.rows.index(1))
    opened: list[int] = []
    stops.opened.connect(opened.append)
    QTest.keyClick(stops, Qt.Key.Key_Return)
    QTest.keyClick(stops, Qt.Key.Key_Left)
    assert opened == [5]
    empty = shown(qtbot)
    empty.opened.connect(opened.append)
    QTest.keyClick(empty, Qt.Key.Key_Return)
    assert opened == [5]


EVIL = '<img src="file:///etc/hostname">'


def test_each_line_is_a_sentence_and_its_tooltip_is_text(qtbot: QtBot) -> None:
    stops = shown(qtbot)
    stops.show_lines([line(7), line(8, service=EVIL, address="", state="", due="")])
    role = Qt.ItemDataRole.AccessibleTextRole
    assert stops.rows.index(0).data(role) == "1. Tree, 7 Main St, Assigned, 2 h left"
    assert stops.rows.index(1).data(role) == f"2. {EVIL}"
    assert "<img" not in stops.rows.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert stops.accessibleName()


@pytest.mark.parametrize(
    ("status", "right", "done"),
    [(Status.ASSIGNED, "2 h left", False), (Status.ON_HOLD, "2 h left", False), (Status.CLOSED, "Fixed", True)],
)
def test_what_is_done_says_how_it_ended(status: Status, right: str, done: bool) -> None:
    made = line(1, status, state="Fixed")
    assert (made.right, made.is_done) == (right, done)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_of_every_kind_are_painted_in_both_looks(qtbot: QtBot, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    stops = shown(qtbot, *range(1, 4))
    kinds = [line(i, status, late=bool(i % 2), place=None) for i, status in enumerate(Status, 1)]
    stops.show_lines([*kinds, line(90, service="x" * 900, address="y" * 900)])
    stops._hold(2)
    picture = stops.grab().toImage()
    gap = picture.pixelColor(180, 2 * theme.px(ROW)).name().upper()
    assert gap == theme.current().accent.upper()
    stops._hold(-1)
    assert stops.grab().toImage().pixelColor(180, 2 * theme.px(ROW)).name().upper() != theme.current().accent.upper()
