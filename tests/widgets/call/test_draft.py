"""Points are read as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.call.draft import PhoneReportDraft, read_point, write_point


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_survives_being_written(lat: float, lon: float) -> None:
    read = read_point(write_point(lat, lon))
    assert read is not None
    assert read == pytest.approx((lat, lon), abs=0.00001)


@pytest.mark.parametrize("text", ["", "42", "42.3 x", "91, 0", "0, 181", "nan, 0", "1 2 3", "inf 0"])
def test_what_is_not_a_point_is_none(text: str) -> None:
    assert read_point(text) is None


def test_points_are_read_as_people_write_them() -> None:
    assert read_point("42.3341,-71.0361") == read_point(" 42.3341 ;  -71.0361 ") == (42.3341, -71.0361)


def test_an_empty_draft_knows_it() -> None:
    assert PhoneReportDraft().is_empty
    assert not PhoneReportDraft(name="Ana").is_empty
