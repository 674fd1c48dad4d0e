"""A dispatcher at the desk: requests onto crews and onto a crew's day, by keys and by dragging, each one undo."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QListView, QWidget
from sqlalchemy import select

from console import crewlines, opening
from console.cli import main
from console.dispatching import Dispatching
from services.domain.status import Outcome, Status
from services.domain.values import Crew, EventKind
from services.store import commands, days, queries
from services.store.crews import save_crews
from services.store.tables import event, operation, outbox
from tests.console import town
from tests.console.conftest import Sitting
from widgets.crews.board import Board
from widgets.crews.day import DayPane
from widgets.queue.model import mime_of
from widgets.rail import CrewEntry


def side(desk: Sitting) -> Dispatching:
    return desk.window.crews


def board(desk: Sitting) -> Board:
    pane = side(desk).pane
    assert pane is not None
    return pane.board


def day(desk: Sitting) -> DayPane:
    pane = side(desk).pane
    assert pane is not None
    return pane.day


def listed(desk: Sitting, crew: str) -> list[int]:
    """The list of today as it stands in the store."""
    store = town.second(desk.settings)
    try:
        crew_id = next(c.id for c in queries.crews(store) if c.name == crew)
        return list(days.stops(store, side(desk).shown_day).get(crew_id, ()))
    finally:
        store.close()


def loads(desk: Sitting) -> dict[str, str]:
    return {line.crew.name: line.load for line in board(desk).list.rows.lines}


def open_board(desk: Sitting) -> None:
    desk.window.focus_queue()
    desk.press("Ctrl+2")
    desk.until(lambda: side(desk).pane is not None and len(board(desk).list.rows.lines) == 2)


def open_day(desk: Sitting, crew: str = "Tree 1") -> None:
    open_board(desk)
    desk.until(lambda: board(desk).list.hasFocus())
    row = list(loads(desk)).index(crew)
    for _ in range(row):
        desk.press("Down")
    desk.press("Return")
    desk.until(lambda: day(desk).shown is not None and day(desk).title.text() == crew)


def drop(view: QWidget, mime: QMimeData, at: QPointF) -> None:
    """Let go of requests over a list or a crew."""
    flags = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    view.dropEvent(QDropEvent(at, *flags))


def middle(view: QListView, row: int) -> QPointF:
    index = view.model().index(row, 0)
    return QPointF(view.visualRect(index).center())


def test_the_board_stands_beside_the_list_and_says_how_much_each_crew_has(desk: Sitting) -> None:
    open_board(desk)
    assert loads(desk) == {"Tree 1": "0 of 8", "Tree 2": "0 of 4"}
    assert board(desk).pending.text() == "30 without a crew"
    board(desk).pending.click()
    desk.until(lambda: desk.desk.shown == "is:unassigned")
    open_board(desk)
    desk.press("Ctrl+2")
    desk.until(lambda: desk.window.panes.right.currentWidget() is desk.window.detail)


def test_requests_dropped_on_a_crew_are_assigned_by_the_one_command(desk: Sitting) -> None:
    ids = [desk.id_of("city-0"), desk.id_of("city-3")]
    open_board(desk)
    drop(board(desk).list, mime_of(np.array(ids, np.int64)), middle(board(desk).list, 1))
    desk.until(lambda: "2 requests assigned to Tree 2" in desk.said())
    assert {getattr(desk.stored(i).request.crew, "name", "") for i in ids} == {"Tree 2"}
    desk.press("Ctrl+Z")
    desk.until(lambda: "Undone" in desk.said())
    assert [desk.stored(i).request.crew for i in ids] == [None, None]


def test_however_a_crew_is_given_it_is_one_command_with_the_same_rows(
    desk: Sitting, capsys: pytest.CaptureFixture[str]
) -> None:
    """By key, in words, dropped on the board and on the rail, and from the command line."""
    ids = [desk.id_of(f"city-{i}") for i in range(5)]
    by_key, by_words, onto_board, onto_rail, typed = ids
    desk.choose(by_key)
    desk.press("A")
    desk.pick("tree 2")
    desk.turns(by_key, Status.ASSIGNED)
    desk.choose(by_words)
    desk.press("Ctrl+K")
    desk.pick("assign tree 2")
    desk.turns(by_words, Status.ASSIGNED)
    open_board(desk)
    drop(board(desk).list, mime_of(np.array([onto_board], np.int64)), middle(board(desk).list, 1))
    desk.turns(onto_board, Status.ASSIGNED)
    crew = next(crew for crew in desk.window.rail.findChildren(CrewEntry) if "Tree 2" in crew.accessibleName())
    drop(crew, mime_of(np.array([onto_rail], np.int64)), QPointF(5, 5))
    desk.turns(onto_rail, Status.ASSIGNED)
    number = desk.stored(typed).request.number
    assert main(["--home", str(desk.settings.home), "do", "assign", number, "--crew", "Tree 2"]) == 0
    desk.until(lambda: all(rows_of(desk, i)[0] for i in ids))
    first, *others = (rows_of(desk, i) for i in ids)
    assert [kind for kind, *_ in first[0]] == [EventKind.ASSIGNED]
    assert first[1] == [("1 request assigned to Tree 2", "done")]
    assert all(one == first for one in others)


def rows_of(desk: Sitting, request_id: int) -> tuple[list[Any], list[Any], list[Any]]:
    """What commands wrote of a request: its history's lines, their operations, what leaves; no times, no ids."""
    with closing(town.second(desk.settings)) as store, store.read() as connection:
        its = (event.c.request_id == request_id) & (event.c.operation != "")
        lines = select(event.c.kind, event.c.actor, event.c.data, event.c.text_id).where(its).order_by(event.c.id)
        done = select(operation.c.sentence, operation.c.state).where(
            operation.c.id.in_(select(event.c.operation).where(its))
        )
        left = select(outbox.c.kind, outbox.c.upstream, outbox.c.status_word, outbox.c.told_state, outbox.c.text_id)
        found = (lines, done, left.where(outbox.c.request_id == request_id).order_by(outbox.c.seq))
        its_lines, its_operations, its_outbox = ([tuple(row) for row in connection.execute(asked)] for asked in found)
    return its_lines, its_operations, its_outbox


def test_a_crew_that_is_full_or_over_says_so_in_words(desk: Sitting) -> None:
    ids = [desk.id_of(f"city-{i}") for i in range(5)]
    open_day(desk, "Tree 2")
    desk.desk.selection.set(tuple(ids[:4]))
    desk.press("L")
    desk.until(lambda: len(listed(desk, "Tree 2")) == 4)
    desk.until(lambda: "full · 4 of 4" in day(desk).about.text())
    desk.desk.selection.set((ids[4],))
    desk.press("L")
    desk.until(lambda: "over · 5 of 4" in day(desk).about.text())
    day(desk).back.click()
    desk.until(lambda: loads(desk)["Tree 2"] == "over · 5 of 4")
    assert "1 full" in board(desk).about.text()


def test_a_day_is_made_ordered_and_taken_back_by_keys(desk: Sitting) -> None:
    first, second, third = (desk.id_of(f"city-{i}") for i in range(3))
    open_day(desk)
    assert day(desk).list.currentWidget() is day(desk).empty
    desk.desk.selection.set((first, second, third))
    desk.press("L")
    desk.until(lambda: day(desk).stops.ids == [first, second, third] == listed(desk, "Tree 1"))
    assert desk.stored(first).request.crew is not None
    stops = day(desk).stops
    stops.setFocus()
    stops.setCurrentIndex(stops.rows.index(2))
    desk.press("Alt+Up")
    desk.until(lambda: listed(desk, "Tree 1") == [first, third, second])
    desk.until(lambda: stops.ids == [first, third, second])
    assert stops.chosen == [third]
    assert desk.chosen() == (third,)
    desk.press("Alt+Down")
    desk.until(lambda: listed(desk, "Tree 1") == [first, second, third])
    desk.press("Delete")
    desk.until(lambda: listed(desk, "Tree 1") == [first, second])
    desk.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    desk.until(lambda: listed(desk, "Tree 1") == [])
    desk.until(lambda: desk.stored(first).request.crew is None)


def test_jobs_are_dragged_within_the_list_and_onto_it(desk: Sitting) -> None:
    first, second, third = (desk.id_of(f"city-{i}") for i in range(3))
    open_day(desk)
    stops = day(desk).stops
    drop(stops, mime_of(np.array([first, second], np.int64)), QPointF(5, 5))
    desk.until(lambda: stops.ids == [first, second])
    drop(stops, mime_of(np.array([second], np.int64)), QPointF(5, 1))
    desk.until(lambda: listed(desk, "Tree 1") == [second, first])
    desk.until(lambda: stops.ids == [second, first])
    drop(stops, mime_of(np.array([third], np.int64)), middle(stops, 1))
    desk.until(lambda: set(listed(desk, "Tree 1")) == {first, second, third})


def test_after_midnight_the_list_of_the_new_day_is_read_before_it_is_changed(desk: Sitting) -> None:
    open_day(desk)
    side(desk)._read_for = side(desk).shown_day - timedelta(days=1)
    desk.desk.selection.set((desk.id_of("city-0"),))
    desk.press("L")
    desk.until(lambda: "is being read" in desk.warned and side(desk)._read_for == side(desk).shown_day)
    assert listed(desk, "Tree 1") == []
    desk.press("L")
    desk.until(lambda: listed(desk, "Tree 1") == [desk.id_of("city-0")])


def test_more_than_anybody_does_in_a_day_is_refused_before_it_is_shown(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MOST", 2)
    ids = [desk.id_of(f"city-{i}") for i in range(3)]
    open_day(desk)
    shown: list[int] = []
    day(desk).stops.rows.modelReset.connect(lambda: shown.append(len(day(desk).stops.ids)))
    desk.desk.selection.set(tuple(ids))
    desk.press("L")
    desk.until(lambda: "takes 2 jobs at most" in desk.warned)
    assert not any(shown)
    assert listed(desk, "Tree 1") == []


def test_the_order_is_suggested_beside_the_window_and_put_on_the_list_it_was_made_for(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [desk.id_of(f"city-{i}") for i in (9, 0, 6, 3)]
    open_day(desk)
    side(desk).plan(lambda _: ids[:3])
    desk.until(lambda: listed(desk, "Tree 1") == ids[:3] == day(desk).stops.ids)
    may_end, threads = threading.Event(), list[str]()

    def suggested(_: object, given: Sequence[int], __: object) -> list[int]:
        threads.append(threading.current_thread().name)
        may_end.wait(town.FRESH_SECONDS)
        return list(reversed(given))

    monkeypatch.setattr(crewlines, "suggested", suggested)
    side(desk).suggest()
    side(desk).plan(lambda now: [*now, ids[3]])
    desk.until(lambda: listed(desk, "Tree 1") == ids == day(desk).stops.ids)
    may_end.set()
    desk.until(lambda: not desk.desk.tasks.under_way("order of the day"))
    assert listed(desk, "Tree 1") == ids
    side(desk).suggest()
    desk.until(lambda: listed(desk, "Tree 1") == list(reversed(ids)))
    assert all(name.startswith("forecast") for name in threads)


def test_the_order_is_suggested_and_never_longer(desk: Sitting) -> None:
    ids = [desk.id_of(f"city-{i}") for i in (9, 0, 6, 3)]
    open_day(desk)
    side(desk).plan(lambda _: ids)
    desk.until(lambda: day(desk).stops.ids == ids)
    shown = day(desk).shown
    assert shown is not None
    before = shown.metres
    day(desk).buttons["day.suggest"].click()
    desk.until(lambda: "in another order" in desk.said() or "so already" in desk.warned)
    desk.until(lambda: (now := day(desk).shown) is not None and now.metres <= before)
    assert sorted(listed(desk, "Tree 1")) == sorted(ids)


def test_a_day_is_filled_up_to_what_the_crew_can_do(desk: Sitting) -> None:
    ids = [desk.id_of(f"city-{i}") for i in range(6)]
    desk.choose(*ids)
    desk.press("A")
    desk.pick("tree 2")
    desk.until(lambda: "6 requests assigned to Tree 2" in desk.said())
    open_day(desk, "Tree 2")
    desk.until(lambda: day(desk).waiting.text() == "6 more wait")
    day(desk).empty.button.click()
    desk.until(lambda: len(listed(desk, "Tree 2")) == 4)
    desk.until(lambda: day(desk).waiting.text() == "2 more wait")
    day(desk).buttons["day.fill"].click()
    desk.until(lambda: "so already" in desk.warned)


def test_another_days_list_leaves_what_today_has_and_enter_presses_its_button(desk: Sitting) -> None:
    ids = [desk.id_of(f"city-{i}") for i in range(5)]
    desk.choose(*ids)
    desk.press("A")
    desk.pick("tree 2")
    desk.until(lambda: "5 requests assigned to Tree 2" in desk.said())
    open_board(desk)
    desk.until(lambda: [line.waiting for line in board(desk).list.rows.lines] == ["", "5 more wait"])
    open_day(desk, "Tree 2")
    desk.until(lambda: QApplication.focusWidget() is day(desk).empty.button)
    desk.press("Return")
    desk.until(lambda: len(listed(desk, "Tree 2")) == 4)
    today = listed(desk, "Tree 2")
    desk.until(lambda: day(desk).waiting.text() == "1 more waits")
    day(desk).later.click()
    desk.until(lambda: day(desk).stops.ids == [] and day(desk).waiting.text() == "1 more waits")
    day(desk).buttons["day.fill"].click()
    left = [i for i in ids if i not in today]
    desk.until(lambda: day(desk).stops.ids == left == listed(desk, "Tree 2"))
    day(desk).now.click()
    desk.until(lambda: day(desk).stops.ids == today == listed(desk, "Tree 2"))


def test_a_list_that_is_read_anew_does_not_take_the_selection(desk: Sitting) -> None:
    first, second, other = (desk.id_of(f"city-{i}") for i in range(3))
    open_day(desk)
    side(desk).plan(lambda _: [first, second])
    desk.until(lambda: day(desk).stops.ids == [first, second])
    day(desk).stops.setFocus()
    day(desk).stops.setCurrentIndex(day(desk).stops.rows.index(1))
    desk.until(lambda: desk.chosen() == (second,))
    desk.desk.selection.set((other,))
    side(desk).plan(lambda _: [second, first])
    desk.until(lambda: listed(desk, "Tree 1") == [second, first] == day(desk).stops.ids)
    assert desk.chosen() == (other,)
    assert day(desk).stops.chosen == [second]


def test_what_is_done_stays_and_another_day_is_another_list(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    open_day(desk)
    desk.desk.selection.set((first,))
    desk.press("L")
    desk.until(lambda: listed(desk, "Tree 1") == [first])
    store = town.second(desk.settings)
    try:
        commands.set_status(opening.acting(store, desk.settings), [first], Status.CLOSED, Outcome.FIXED, "Done")
    finally:
        store.close()
    desk.desk.refresh()
    desk.until(lambda: day(desk).stops.rows.lines[0].is_done)
    assert "1 done" in day(desk).way.text()
    today = side(desk).shown_day
    day(desk).later.click()
    desk.until(lambda: day(desk).stops.ids == [])
    assert side(desk).shown_day == date.fromordinal(today.toordinal() + 1)
    day(desk).now.click()
    desk.until(lambda: day(desk).stops.ids == [first])


def test_a_colleagues_order_is_seen_and_not_written_over(desk: Sitting) -> None:
    first, second = desk.id_of("city-0"), desk.id_of("city-1")
    open_day(desk)
    side(desk).plan(lambda _: [first, second])
    desk.until(lambda: listed(desk, "Tree 1") == [first, second])
    store = town.second(desk.settings)
    try:
        acting = opening.acting(store, desk.settings)
        days.plan(acting, side(desk).crew_id, side(desk).shown_day, [second, first], [first, second])
    finally:
        store.close()
    side(desk).plan(lambda ids: ids[:1])
    desk.until(lambda: "list was changed meanwhile" in desk.warned)
    desk.until(lambda: day(desk).stops.ids == [second, first])


def test_enter_looks_at_the_job_and_left_goes_back(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    open_day(desk)
    side(desk).plan(lambda _: [first])
    desk.until(lambda: day(desk).stops.ids == [first])
    day(desk).stops.setFocus()
    day(desk).stops.setCurrentIndex(day(desk).stops.rows.index(0))
    desk.press("Left")
    desk.until(lambda: side(desk).crew is None and board(desk).list.hasFocus())
    desk.press("Return")
    desk.until(lambda: day(desk).stops.hasFocus())
    desk.press("Return")
    desk.until(lambda: desk.window.panes.right.currentWidget() is desk.window.detail)
    assert desk.chosen() == (first,)


def test_without_crews_the_board_says_what_to_do(desk: Sitting) -> None:
    store = town.second(desk.settings)
    try:
        save_crews(store, [Crew(0, name, active=False) for name in ("Tree 1", "Tree 2")])
    finally:
        store.close()
    desk.desk.refresh()
    desk.until(lambda: desk.desk.last_state is not None and not any(c.active for c in desk.desk.last_state.crews))
    desk.press("Ctrl+2")
    desk.until(lambda: side(desk).pane is not None and board(desk).stack.currentWidget() is board(desk).empty)
    assert "There are no crews" in board(desk).empty.title.text()
    assert QApplication.focusWidget() is not None
