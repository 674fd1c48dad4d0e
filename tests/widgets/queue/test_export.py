"""Cells for a spreadsheet: no formula, no broken line, whatever stands in the store."""

from __future__ import annotations

import csv
import io
import unicodedata
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.queue.snapshot import build
from tests.widgets.rows import CREWS, HOUR, NOW, every_row, row, snapshot
from widgets.queue.columns import NAMES
from widgets.queue.export import CHUNK, cells, comma_separated, head, safe, tab_separated

BOSTON = ZoneInfo("America/New_York")


@given(st.text() | st.text("\u200b\ufeff\u2060\u200e \n=+a", max_size=6))
def test_no_cell_is_a_formula_or_breaks_its_line(text: str) -> None:
    made = safe(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    seen = "".join(c for c in made if unicodedata.category(c) != "Cf")
    assert seen.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert not set(made) & set("\t\r\n\x00\u2028")
    assert safe(made) == made


def test_what_looks_like_a_formula_stays_readable() -> None:
    assert safe("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert safe(" \t+1") == "'+1"
    assert safe("\u200b=1") == "'\u200b=1"
    assert safe("\ufeff \u200b@x") == "'\ufeff \u200b@x"
    assert safe("\u200bElm = Oak") == "\u200bElm = Oak"
    assert safe("12 Main St\nUnit 4") == "12 Main St Unit 4"
    assert safe("") == ""


def test_a_row_with_every_column() -> None:
    made = build(
        [row(1, due_ms=NOW - HOUR, handler="Ana", closed_ms=NOW, outcome="fixed", status="closed", claimed_by="Ben")],
        CREWS,
    )
    (lines,) = cells(made, every_row(made), NAMES, NOW, BOSTON)
    assert dict(zip(head(NAMES), lines[0], strict=True)) == {
        "Status": "Closed",
        "Service": "Tree Emergencies",
        "Address": "1 E Fifth St",
        "Area": "Ward 6, South Boston",
        "Age": "1 h",
        "Due": "2011-08-29 11:00",
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
    }


def test_what_is_missing_is_empty() -> None:
    nothing: dict[str, object] = {"crew_id": None, "due_ms": None, "lat": None, "lon": None, "address": ""}
    made = build([row(1, channel="unknown", requested_ms=-62_135_596_800_000, **nothing)], CREWS)
    (lines,) = cells(made, every_row(made), ("crew", "due", "address", "channel", "outcome", "requested"), NOW, BOSTON)
    assert lines == [("", "", "", "", "", "0001-01-01 00:00")]


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(addresses: list[str]) -> None:
    made = build([row(i, address=a) for i, a in enumerate(addresses, 1)], CREWS)
    (lines,) = cells(made, every_row(made), ("number", "address", "service"), NOW, BOSTON)
    read = list(csv.reader(io.StringIO(comma_separated(lines), newline="")))
    assert [tuple(r) for r in read] == lines
    assert [tuple(r.split("\t")) for r in tab_separated(lines).split("\n")[:-1]] == lines


def test_many_rows_come_a_chunk_at_a_time_in_the_order_asked_for() -> None:
    made = snapshot(2_500)
    parts = list(cells(made, np.arange(2_499, -1, -1), ("number",), NOW, BOSTON))
    assert [len(p) for p in parts] == [CHUNK, CHUNK, 500]
    assert parts[0][0] == ("101000002500",)
