"""Services are found by the words of their names, keywords, groups and descriptions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.values import Service
from services.intake.naming import find

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


def test_each_suggestion_says_why() -> None:
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
