"""Ctrl+3 shows the figures; a click, or Enter, on any part of them opens exactly the requests that it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from services.domain.exchange import Receipt
from services.domain.status import Outcome, Status
from services.queue.query import count, parse
from services.store import commands, outbox
from services.supervise.measures import WEEK, Figures
from tests.console import town
from tests.console.conftest import Sitting
from widgets.rail import WholeEntry
from widgets.supervise.box import Cell, ChartBox
from widgets.supervise.table import FigureTable
from widgets.supervise.view import SuperviseView


@pytest.fixture
def seen(desk: Sitting) -> Sitting:
    """The desk with its figures of a week in sight, in which its requests came whatever the time of day."""
    desk.window.focus_queue()
    desk.press("Ctrl+3")
    desk.until(lambda: desk.window.supervising.figures is not None)
    view(desk).bar.choose_days(7)
    desk.until(lambda: _opened(desk) == 30)
    return desk


def _opened(desk: Sitting) -> int:
    return sum(part.count for part in figures(desk).charts["flow"].series[0].parts)


def view(desk: Sitting) -> SuperviseView:
    found = desk.window.supervising.view
    assert found is not None
    return found


def figures(desk: Sitting) -> Figures:
    found = desk.window.supervising.figures
    assert found is not None
    return found


def click(box: ChartBox, cell: Cell) -> None:
    """Click where only this cell is."""
    spots = [QPoint(int(cell.box.left() + cell.box.width() * x / 8), int(cell.box.center().y())) for x in range(1, 8)]
    spot = next(s for s in spots if box.cell_at(s) is cell)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=spot)


def opens(desk: Sitting, cell: Cell) -> None:
    """The queue shows the requests of a cell, and no others."""
    desk.until(lambda: desk.desk.shown == cell.part.query and not desk.window.supervising.is_seen)
    assert len(desk.ids) == cell.part.count, cell.part


def test_the_figures_come_and_go_by_key(seen: Sitting) -> None:
    entry = next(e for e in seen.window.rail.entries if isinstance(e, WholeEntry))
    assert seen.window.supervising.is_seen
    assert entry.isChecked()
    assert view(seen).flow.hasFocus()
    assert figures(seen).tiles[0].part.count == 30
    seen.press("Ctrl+1")
    assert seen.table.hasFocus()
    assert not entry.isChecked()
    seen.click(entry)
    assert seen.window.supervising.is_seen
    seen.press("Escape")
    assert not seen.window.supervising.is_seen


def happen(seen: Sitting) -> None:
    """Three are closed and opened again; of what is to be told of it one fails, and the rest arrives."""
    ids, desk = [seen.id_of(f"city-{i}") for i in range(3)], seen.desk
    seen.window.supervising._soon.setInterval(0)
    desk.act(lambda acting: commands.set_status(acting, ids, Status.CLOSED, Outcome.FIXED))
    seen.until(lambda: seen.stored(ids[-1]).request.status is Status.CLOSED)
    store = town.second(seen.settings)
    try:
        later = store.clock() + timedelta(hours=1)
        first, *rest = outbox.waiting(store, ["city"], later)
        assert len(rest) == 2
        for item in (first, *rest):
            assert outbox.claim(store, item.id, later)
        outbox.refused(store, first.id, "No.", store.clock())
        for item in rest:
            outbox.sent(store, item.id, Receipt(), store.clock())
    finally:
        store.close()
    desk.act(lambda acting: commands.set_status(acting, ids, Status.IN_PROGRESS))
    seen.until(lambda: happened(seen) == {"told": 2, "undelivered": 1, "reopened": 3})


def happened(seen: Sitting) -> dict[str, int]:
    """How many requests each of these charts counts in all."""
    wholes = {key: figures(seen).charts[key].series[0].whole for key in ("told", "undelivered", "reopened")}
    return {key: whole.count for key, whole in wholes.items() if whole is not None}


def test_what_was_opened_again_and_what_was_not_delivered_open_by_a_click(seen: Sitting) -> None:
    happen(seen)
    for box in (view(seen).reopened, view(seen).undelivered, view(seen).told):
        cell = max(box.cells, key=lambda c: c.part.count)
        assert cell.part.count
        click(box, cell)
        opens(seen, cell)
        seen.press("Ctrl+3")
        seen.until(lambda: seen.window.supervising.is_seen)


def test_every_cell_of_every_chart_opens_what_it_counts(seen: Sitting) -> None:
    happen(seen)
    view(seen).bar.choose("back", str(WEEK))
    seen.until(lambda: len(figures(seen).charts["reopened"].series) == 2)
    assert seen.desk.last_found is not None
    snapshot = seen.desk.last_found.snapshot
    side = seen.desk._side
    assert side is not None
    cells = 0
    for box in (*view(seen).charts.values(), view(seen).map):
        for cell in box.cells:
            found = count(snapshot, parse(cell.part.query), side.moment(), lambda words: pytest.fail(words))
            assert found == cell.part.count, cell.part
            cells += 1
    assert cells > 90


def test_a_click_and_enter_open_a_bar(seen: Sitting) -> None:
    flow = view(seen).flow
    cell = max((c for c in flow.cells if c.row == 0), key=lambda c: (c.part.count, c.column))
    assert cell.part.count
    click(flow, cell)
    opens(seen, cell)
    seen.press("Ctrl+3")
    seen.until(lambda: flow.hasFocus())
    seen.press("Left", "Return")
    here = flow.at
    assert here is not None
    assert here.column == cell.column - 1
    opens(seen, here)


def test_a_row_and_a_tile_open_theirs(seen: Sitting) -> None:
    targets = view(seen).targets
    cell = next(c for c in targets.cells if c.part.label == "Pothole" and c.column == 0)
    click(targets, cell)
    opens(seen, cell)
    seen.press("Ctrl+3")
    tile = view(seen).tiles.buttons[0]
    seen.click(tile)
    seen.until(lambda: seen.desk.shown == "is:open")
    assert len(seen.ids) == 30


def test_days_areas_and_services_filter_every_figure(seen: Sitting) -> None:
    shown = view(seen)
    shown.bar.choose("service", "Pothole")
    seen.until(lambda: figures(seen).tiles[0].part.count == 10)
    assert {p.label for s in figures(seen).charts["targets"].series for p in s.parts} == {"Pothole"}
    shown.bar.choose("area", "Ward 3")
    shown.bar.choose_days(365)
    seen.until(lambda: figures(seen).tiles[0].part.query == 'area:"Ward 3" service:"Pothole" is:open')
    assert figures(seen).charts["flow"].title == "Opened and closed, by week"
    shown.bar.choose("area", "")
    shown.bar.choose("service", "")
    seen.until(lambda: figures(seen).tiles[0].part.count == 30)


def test_what_changes_is_counted_while_it_is_seen(seen: Sitting) -> None:
    seen.window.supervising._soon.setInterval(0)
    seen.desk.act(lambda acting: commands.set_status(acting, seen.ids[:2], Status.CLOSED, Outcome.FIXED))
    seen.until(lambda: figures(seen).tiles[0].part.count == 28)
    assert seen.window.supervising.is_seen


def test_the_figures_as_a_table(seen: Sitting) -> None:
    view(seen).age.setFocus()
    seen.press("T")
    seen.until(lambda: view(seen).findChild(FigureTable) is not None)
    table = view(seen).findChild(FigureTable)
    assert table is not None
    assert [table.table.item(row, 0).text() for row in range(2)] == ["0", "30"]  # type: ignore[union-attr]
    table.table.setCurrentCell(1, 0)
    table.table.itemActivated.emit(table.table.item(1, 0))
    seen.until(lambda: seen.desk.shown == "is:open -age<1d age<3d")
    seen.until(lambda: len(seen.ids) == 30)


def test_typing_a_filter_goes_back_to_the_queue(seen: Sitting) -> None:
    seen.window.focus_filter()
    seen.type("pot")
    seen.until(lambda: not seen.window.supervising.is_seen)
