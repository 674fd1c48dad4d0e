"""The queue saved in each format equals the queue: its rows, in its order, with its words, dates and places."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.snapshot import NONE, build, risks, with_risks
from services.reports import csv_file, saving
from services.reports.fields import FIELDS, local
from services.reports.queue import CHUNK, table
from services.reports.text import clean
from tests.services.queue.rows import queue_rows
from tests.services.reports.reading import GDAL, read_csv, read_gdal, read_xlsx
from tests.widgets.rows import CREWS, HOUR, NOW, every_row, row, snapshot
from widgets.queue.columns import COLUMNS

BOSTON = ZoneInfo("America/New_York")
NAMES = tuple(FIELDS)


def test_every_column_of_the_list_can_be_saved() -> None:
    assert {column.name for column in COLUMNS} | {"latitude", "longitude"} == set(FIELDS)


def test_a_row_with_every_column() -> None:
    made = build(
        [row(1, due_ms=NOW - HOUR, handler="Ana", closed_ms=NOW, outcome="fixed", status="closed", claimed_by="Ben")],
        CREWS,
    )
    head, lines = csv_file.lines_of(table(made, every_row(made), NAMES, NOW, BOSTON))
    assert dict(zip(head[0], lines[0], strict=True)) == {
        "Status": "Closed",
        "Service": "Tree Emergencies",
        "Address": "1 E Fifth St",
        "Area": "Ward 6, South Boston",
        "Age": "1 h",
        "Due": "2011-08-29 11:00",
        "Risk": "",
        "Channel": "phone",
        "Crew": "Tree 1",
        "Number": "101000000001",
        "Opened": "2011-08-29 11:00",
        "Changed": "2011-08-29 11:00",
        "Outcome": "Fixed",
        "Upstream": "city",
        "Handled by": "Ana",
        "Claimed by": "Ben",
        "Closed": "2011-08-29 12:00",
        "Latitude": "42.33",
        "Longitude": "-71.04",
    }


def test_what_is_missing_is_empty() -> None:
    nothing: dict[str, object] = {"crew_id": None, "due_ms": None, "lat": None, "lon": None, "address": ""}
    made = build([row(1, channel="unknown", requested_ms=-62_135_596_800_000, **nothing)], CREWS)
    names = ("crew", "due", "address", "channel", "outcome", "requested", "latitude")
    _, lines = csv_file.lines_of(table(made, every_row(made), names, NOW, BOSTON))
    assert lines == [("", "", "", "", "", "0001-01-01 00:00", "")]


def test_many_rows_come_a_chunk_at_a_time_in_the_order_asked_for() -> None:
    made = snapshot(2_500)
    parts = list(table(made, np.arange(2_499, -1, -1), ("number",), NOW, BOSTON).parts)
    assert [len(p) for p in parts] == [CHUNK, CHUNK, 500]
    assert parts[0][0] == ("101000002500",)


rows = st.integers(1, 6).flatmap(lambda n: st.tuples(*(queue_rows(i) for i in range(1, n + 1))))


@pytest.mark.skipif(GDAL is None, reason="GDAL is not installed (Debian: gdal-bin)")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.randoms(use_true_random=False))
def test_csv_openpyxl_and_gdal_read_the_same_queue(tmp_path: Path, drawn: tuple[QueueRow, ...], any_order: Any) -> None:
    made = build(drawn, CREWS)
    order = list(range(len(made)))
    any_order.shuffle(order)
    made = with_risks(made, made.ids, (made.ids % 4 * 33).astype(np.int8))
    for ending in ("csv", "xlsx", "gpkg"):
        asked = table(made, np.array(order), NAMES, NOW, BOSTON)
        assert saving.save(tmp_path / f"queue.{ending}", asked)
    sheet, cells = read_csv(tmp_path / "queue.csv"), read_xlsx(tmp_path / "queue.xlsx")
    features = read_gdal(tmp_path / "queue.gpkg")
    assert sheet[0] == cells[0] == [field.title for field in FIELDS.values()]
    assert len(sheet) - 1 == len(cells) - 1 == len(features) == len(made)
    for at, i in enumerate(order):
        said = dict(zip(NAMES, sheet[at + 1], strict=True))
        cell = dict(zip(NAMES, cells[at + 1], strict=True))
        feature = features[at]
        for name in ("status", "service", "address", "area", "channel", "crew", "number", "outcome", "claimed"):
            assert (cell[name] or "") == feature[name] == said[name].removeprefix("'")
        assert feature["number"] == clean(made.numbers[i])
        point = made.point(i)
        assert (feature["lonlat"] is None) == (point is None) == (cell["latitude"] is None)
        if point is not None:
            assert feature["lonlat"] == pytest.approx(point[::-1], abs=1e-6)
            assert (cell["latitude"], cell["longitude"]) == pytest.approx(point, abs=1e-6)
        risk = int(risks(made, slice(i, i + 1), NOW)[0])
        assert said["risk"] == ("" if risk < 0 else f"{risk}%")
        assert cell["risk"] == feature["risk"] == (None if risk < 0 else pytest.approx(risk / 100))
        due = int(made.due_ms[i])
        want = "" if due == NONE else local(due, BOSTON).isoformat(" ", "minutes")[:16]
        assert said["due"] == want
        assert (feature["due"] is None) == (due == NONE)
        shown = cell["due"] or ""
        assert (shown if isinstance(shown, str) else shown.isoformat(" ")[:16]) == want
