"""The desk by keys and clicks: rows, panes, filter, views, palette, map, torn-off panes."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.app import Application
from services.domain.status import Status
from services.queue.views import TEAM_VIEWS, VIEWS
from tests.console import town
from tests.console.conftest import Sitting
from widgets import theme
from widgets.helpsheet import HelpSheet
from widgets.plain import PlainLabel
from widgets.selection import as_ids

STOPS = ("rail", "filter", "queue", "map", "detail")


def pane(desk: Sitting) -> str:
    """The pane that has the keyboard."""
    window, focus = desk.window, QApplication.focusWidget()
    panes: dict[str, QWidget] = {
        "rail": window.rail,
        "filter": window.top.filter,
        "queue": window.queue,
        "map": window.map_slot,
        "detail": window.detail,
        "call": window.call or window.rail,
    }
    assert focus is not None
    return next((n for n, p in panes.items() if p is focus or p.isAncestorOf(focus)), type(focus).__name__)


def stands_in(desk: Sitting, there: str) -> bool:
    """Whether the keyboard is in that pane."""
    return pane(desk) == there


def test_the_window_shows_the_towns_requests(desk: Sitting) -> None:
    assert len(desk.ids) == 30
    assert desk.window.windowTitle() == "Connect Console · Town"
    assert pane(desk) == "queue"


def test_keys_walk_the_rows_and_pick_them(desk: Sitting) -> None:
    ids = desk.ids
    desk.press("J")
    assert desk.chosen() == (ids[0],)
    desk.press("J", "J", "K")
    assert desk.chosen() == (ids[1],)
    desk.press("X", "J", "J", "X")
    assert desk.chosen() == (ids[1], ids[3])
    desk.until(lambda: desk.window.detail.several.isVisible())
    desk.press("Ctrl+A")
    assert set(desk.chosen()) == set(ids)
    desk.press("Ctrl+Shift+A")
    assert desk.chosen() == ()
    desk.until(lambda: desk.window.detail.nothing.isVisible())


@pytest.mark.parametrize("chosen", [False, True])
def test_f6_goes_round_all_panes_both_ways(desk: Sitting, chosen: bool) -> None:
    if chosen:
        desk.choose(desk.ids[0])
    seen = []
    for _ in STOPS:
        desk.press("F6")
        seen.append(pane(desk))
    assert seen == ["map", "detail", "rail", "filter", "queue"]
    for _ in STOPS:
        desk.press("Shift+F6")
        seen.append(pane(desk))
    assert seen[5:] == ["filter", "rail", "detail", "map", "queue"]


def test_f6_reaches_the_call_pane_where_the_detail_was(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    assert pane(desk) == "call"
    desk.press("F6")
    assert pane(desk) == "rail"
    desk.press("Shift+F6")
    assert pane(desk) == "call"


def test_f6_goes_into_the_windows_of_torn_off_panes(desk: Sitting) -> None:
    desk.press("Ctrl+Shift+M", "Ctrl+Shift+D")
    desk.come_back()
    desk.window.focus_queue()
    desk.until(lambda: pane(desk) == "queue")
    for there in ("map", "detail", "rail", "filter", "queue"):
        desk.press("F6")
        desk.until(partial(stands_in, desk, there))


def test_typing_filters_and_nothing_else_ever_resets_it(desk: Sitting) -> None:
    desk.press("Ctrl+Shift+K")
    assert pane(desk) == "filter"
    desk.press("Ctrl+A")
    desk.type("service:pothole ")
    desk.until(lambda: len(desk.ids) == 10)
    desk.press("Escape", "Escape")
    assert pane(desk) == "queue"
    desk.press("J", "A")
    desk.pick("tree 1")
    desk.until(lambda: "assigned" in desk.said())
    desk.press("Ctrl+Z", "F5")
    desk.until(lambda: desk.said().startswith("Undone"))
    assert desk.window.top.filter.text == "service:pothole "
    assert len(desk.ids) == 10


@pytest.mark.parametrize(("word", "said"), [("stattus:new", "status:"), ("status:bogus", "“bogus” is no status")])
def test_a_wrong_word_is_said_for_as_long_as_it_stands_and_chooses_nothing_else(
    desk: Sitting, word: str, said: str
) -> None:
    desk.window.show_query("service:pothole")
    desk.until(lambda: len(desk.ids) == 10)
    before = desk.ids
    desk.press("Ctrl+Shift+K", "Ctrl+A")
    desk.type(word)
    line = desk.window.unclear
    desk.until(line.isVisible)
    assert said in line.words.text()
    assert line.words.text().endswith("The list still shows service:pothole.")
    assert line.mapTo(desk.window, line.rect().bottomLeft()).y() < desk.window.queue.mapTo(desk.window, QPoint()).y()
    desk.press("Return", "Ctrl+A")
    desk.until(lambda: desk.window.detail.several.isVisible())
    assert line.isVisible(), "it is said while the list has the keyboard too"
    assert desk.ids == before
    assert set(desk.chosen()) == set(before)
    assert desk.window.queue._count.text().startswith("10 of ")
    desk.press("Ctrl+Shift+K", "Ctrl+A")
    desk.type("is:open ")
    desk.until(lambda: not line.isVisible())
    desk.until(lambda: len(desk.ids) == 30)
    assert desk.desk.shown == "is:open "


def test_a_word_that_is_being_completed_is_not_complained_of(desk: Sitting) -> None:
    desk.press("Ctrl+Shift+K", "Ctrl+A")
    desk.type("status:ne")
    found = desk.desk.last_found
    desk.until(lambda: desk.desk.last_found is not found and desk.desk.last_found and desk.desk.last_found.problem)
    assert not desk.window.unclear.isVisible()
    desk.press("Escape")
    assert desk.window.unclear.isVisible()
    assert "“ne” is no status" in desk.window.unclear.words.text()


def test_what_the_filter_hides_is_read_on_and_said_to_be_elsewhere(desk: Sitting) -> None:
    chosen = desk.ids[0]
    desk.choose(chosen)
    desk.until(lambda: desk.window.detail.ids == (chosen,))
    line = desk.window.detail.head.unlisted
    assert not line.isVisible()
    desk.window.show_query("nobody-says-this")
    desk.until(line.isVisible)
    assert line.text() == "Not in this list"
    assert desk.window.detail.ids == desk.chosen() == (chosen,)
    desk.window.show_query("status:open")
    desk.until(lambda: not line.isVisible())


def test_an_empty_queue_says_why_and_offers_the_way_out(desk: Sitting) -> None:
    desk.press("Ctrl+Shift+K", "Ctrl+A")
    desk.type("zzzzzz")
    desk.until(lambda: not desk.ids)
    desk.window.queue.empty_action.emit("clear")
    desk.until(lambda: len(desk.ids) == 30)


@pytest.mark.parametrize("view", VIEWS + TEAM_VIEWS, ids=lambda v: v.id)
def test_g_and_a_letter_go_to_a_view(desk: Sitting, view: object) -> None:
    known = next(v for v in VIEWS + TEAM_VIEWS if v is view)
    desk.press("J", f"G, {known.letter.upper()}")
    desk.until(lambda: desk.desk.query == known.query)
    assert desk.window.top.filter.text == known.query
    assert pane(desk) == "queue"


def test_a_click_in_the_rail_goes_to_a_view_and_to_a_crews_work(desk: Sitting) -> None:
    new = next(e for e in desk.window.rail.entries if e.title == "New")
    desk.click(new)
    desk.until(lambda: desk.desk.query == new.query)
    crew = next(e for e in desk.window.rail.entries if e.title == "Tree 2")
    desk.click(crew)
    desk.until(lambda: not desk.ids)
    assert desk.window.top.filter.text == 'crew:"Tree 2" status:open'


def test_rows_dropped_on_a_crew_are_assigned(desk: Sitting) -> None:
    first, second = desk.ids[:2]
    desk.choose(first, second)
    desk.window.rail.dropped_on_crew.emit(1, as_ids((first, second)))
    desk.until(lambda: desk.status(first) is Status.ASSIGNED and desk.status(second) is Status.ASSIGNED)
    assert desk.said() == "2 requests assigned to Tree 1"


def test_the_palette_assigns_in_words(desk: Sitting) -> None:
    first = desk.ids[0]
    desk.choose(first)
    desk.press("Ctrl+K")
    desk.pick("assign tree 2")
    desk.until(lambda: desk.status(first) is Status.ASSIGNED)
    crew = desk.stored(first).request.crew
    assert crew is not None
    assert crew.name == "Tree 2"


def test_the_palette_sets_a_status_and_runs_commands(desk: Sitting) -> None:
    first = desk.ids[0]
    desk.choose(first)
    desk.press("Ctrl+K")
    desk.pick("status acknowledged")
    desk.until(lambda: desk.status(first) is Status.ACKNOWLEDGED)
    desk.press("Ctrl+K")
    desk.pick("log a call")
    assert pane(desk) == "call"


def test_one_selection_among_queue_map_and_detail(desk: Sitting) -> None:
    target = desk.id_of("city-23")
    view = desk.window.map
    assert view is not None
    canvas = view.canvas
    desk.choose(target)
    assert desk.table.currentIndex().row() == desk.ids.index(target)
    assert canvas.shown.current == canvas.shown.snapshot.row_of(target)
    assert desk.window.detail.head.address.text() == "23 Main St"
    other = desk.id_of("city-0")
    view.settle()
    x, y = canvas.camera.to_screen(*canvas.shown.place(canvas.shown.snapshot.row_of(other)))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    desk.until(lambda: other in desk.chosen())
    assert desk.table.currentIndex().row() == desk.ids.index(desk.desk.selection.current)
    desk.until(lambda: desk.window.detail.ids == desk.chosen())


def test_the_map_stays_where_a_person_put_it(desk: Sitting) -> None:
    view = desk.window.map
    assert view is not None
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Plus)
    placed = view.canvas.camera
    desk.choose(desk.ids[0])
    desk.press("J", "A")
    desk.pick("tree 1")
    desk.until(lambda: "assigned" in desk.said())
    desk.window.resize(1500, 950)
    desk.press("G, N")
    desk.until(lambda: len(desk.ids) == 29)
    assert (view.canvas.camera.x, view.canvas.camera.y) == (placed.x, placed.y)
    assert view.canvas.camera.level == placed.level
    desk.press("J", "Ctrl+J")
    assert view.canvas.camera.level != placed.level


def test_map_and_detail_get_windows_of_their_own_and_come_back(desk: Sitting) -> None:
    window = desk.window
    desk.choose(desk.ids[0])
    for name, keys, part in (("map", "Ctrl+Shift+M", window.map_slot), ("detail", "Ctrl+Shift+D", window.detail)):
        desk.press(keys)
        assert window.panes.torn_off(name)
        assert part.window() is not window
        assert part.isVisible()
        desk.come_back()
        window.focus_queue()
        desk.press("J")
        desk.until(lambda: window.detail.ids == desk.chosen())
        part.window().close()
        assert not window.panes.torn_off(name)
        assert part.window() is window
        assert part.isVisible()
    desk.press("Ctrl+Shift+D", "Ctrl+Shift+D")
    assert window.detail.window() is window


def test_a_torn_off_detail_takes_keys_and_comes_back_when_wanted(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("Ctrl+Shift+D")
    desk.come_back()
    desk.window.focus_queue()
    desk.press("M")
    field = desk.window.detail.message.field
    desk.until(lambda: field.window().focusWidget() is field)
    assert field.window() is not desk.window


def test_light_and_dark_by_command(desk: Sitting) -> None:
    for scheme, palette in (("dark", theme.DARK), ("light", theme.LIGHT)):
        desk.window.run(desk.window.registry[f"theme.{scheme}"])
        assert theme.current() is palette
    desk.window.run(desk.window.registry["theme.system"])
    desk.window.run(desk.window.registry["theme.light"])


def test_the_sheet_of_keys_opens_and_closes(desk: Sitting) -> None:
    desk.press("?")
    sheet = desk.window.findChild(HelpSheet)
    assert sheet is not None
    assert sheet.isVisible()
    assert {"Enter", "Ctrl+A", "Ctrl+Enter", "Esc"} <= {label.text() for label in sheet.findChildren(PlainLabel)}
    said = [label.text() for label in sheet.findChildren(PlainLabel)]
    in_palette = {title for title, keys in pairwise(said) if keys == "in the palette"}
    assert {
        "Sort by…",
        "Then sort by…",
        "Columns…",
        "Two lines a request, or one",
        "Save the queue as…",
    } <= in_palette
    assert {"What waits to be posted", "Light, dark, or as the system"} <= in_palette
    assert said[said.index("Copy the selected requests") + 1] == "Ctrl+C"
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_no_empty_map_is_shown_before_it_is_known_what_there_is(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Application(town.build(folder, count=3, deaf=0), scheme="light", sync=False)
    window, opened = made.window, made.desk.open
    monkeypatch.setattr(made.desk, "open", lambda: None)
    try:
        made.show((1280, 800))
        qtbot.waitUntil(lambda: window.map is not None, timeout=20_000)
        assert window.map is not None
        assert not window.map.isVisible()
        assert window._waiting.isVisible()
        opened()
        qtbot.waitUntil(window.map.isVisible, timeout=20_000)
        assert not window._waiting.isVisible()
        assert not window.map.around.empty.isVisible()
        assert window.map_slot.focusProxy() is window.map
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_two_lines_a_request_and_one_again(desk: Sitting) -> None:
    for lines in (True, False):
        desk.window.run(desk.window.registry["list.lines"])
        assert desk.table.arrangement.two_lines is lines


def test_a_narrow_window_shows_the_rail_as_icons(desk: Sitting) -> None:
    desk.window.resize(1280, 800)
    desk.until(lambda: desk.window.rail.narrow)
    assert desk.window.rail.width() < 80
    desk.window.resize(1600, 1000)
    desk.until(lambda: not desk.window.rail.narrow)


def test_detail_is_laid_out_whole_at_once(desk: Sitting) -> None:
    desk.window.resize(1280, 700)
    desk.choose(desk.id_of("city-3"))
    area = desk.window.detail.area
    body = area.widget()
    assert body is not None
    assert body.width() == area.viewport().width()
    assert body.height() >= body.heightForWidth(body.width())
    lines = desk.window.detail.timeline.list
    last = lines.visualRect(lines.model().index(lines.model().rowCount() - 1, 0))
    assert last.bottom() <= lines.height()
