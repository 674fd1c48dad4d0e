"""A colleague's call and an upstream's report are announced at the desk; one's own call is not."""

from __future__ import annotations

from datetime import UTC, datetime

from services.domain.exchange import Page
from services.store import ingest, queries
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting


def pulled(desk: Sitting, *numbers: int) -> None:
    """Reports that an upstream has sent since."""
    store = town.second(desk.settings)
    try:
        policy = policies(desk.settings.upstreams, queries.upstream_states(store))["city"]
        rows = tuple(town.request("city", number, datetime.now(UTC), "") for number in numbers)
        ingest.apply_page(store, policy, Page(rows, (), "2"), lambda points: ["Ward 3" for _ in points])
    finally:
        store.close()


def test_what_comes_is_announced_and_a_key_goes_there(desk: Sitting) -> None:
    desk.window.resize(1280, 500)
    desk.window.focus_queue()
    desk.press("End")
    reads = desk.desk.selection.current
    where = desk.table.rowViewportPosition(desk.table.rows.row_of(reads))
    pulled(desk, 70, 71)
    desk.until(lambda: desk.table.rows.rowCount() == 32)
    assert desk.desk.selection.current == reads
    moved = desk.table.rowViewportPosition(desk.table.rows.row_of(reads)) - where
    assert abs(moved) < desk.table.rowHeight(0), "only the end of the list stands on half a row"
    assert desk.window.queue.arrivals.text() == "2 new below"
    desk.press("G", "G")
    desk.until(lambda: desk.desk.selection.current in {desk.id_of("city-70"), desk.id_of("city-71")})
    assert desk.table.hasFocus()


def test_nothing_to_go_to_is_said(desk: Sitting) -> None:
    assert desk.window.registry["queue.arrivals"].disabled(desk.window) == "Nothing has come that you have not seen."
