"""Services are found by words, points are read as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.values import Service
from widgets.call.draft import PhoneReportDraft, read_point, write_point
from widgets.call.find import find

TREE = Service("T", "Tree Emergencies", "city", "Trees", "Fallen limbs", ("limb", "car"))
PLANT = Service("M", "Tree Maintenance", "city", "Trees")
CAR = Service("A", "Abandoned Vehicles", "city", "Street", keywords=("car",))
HOLE = Service("P", "Pothole Repair", "city", "Highway", "A hole in the road")
ALL = (PLANT, TREE, CAR, HOLE)


@pytest.mark.parametrize(
    ("typed", "best"),
    [("hole road", HOLE), ("tree car", TREE), ("ABAND", CAR), ("vehic", CAR), ("fallen", TREE), ("tree main", PLANT)],
)
def test_words_find_the_service(typed: str, best: Service) -> None:
    assert find(ALL, typed)[0].service is best


def test_each_hit_says_why() -> None:
    assert find(ALL, "tree car")[0].reason == "“tree”, “car”; Trees"
    assert [hit.service for hit in find(ALL, "")] == list(ALL)
    assert find(ALL, "", 2)[1].reason == "Trees"
    assert find(ALL, "zebra") == []
    assert find((Service("X", "Other", "", "Other"),), "oth")[0].reason == "“oth”"


@given(st.text(max_size=40), st.integers(1, 5))
def test_any_text_can_be_typed(typed: str, most: int) -> None:
    hits = find(ALL, typed, most)
    assert len(hits) <= most
    assert len({hit.service.code for hit in hits}) == len(hits)


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
