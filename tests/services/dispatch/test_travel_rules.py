"""The order in which a crew drives beside plain ways to find one: no longer than nearest insertion, wherever it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dispatch.travel import distance, length, suggest
from services.domain.values import LatLon

points = st.tuples(st.integers(42_200, 42_400), st.integers(-71_200, -71_000)).map(
    lambda pair: (pair[0] / 1000, pair[1] / 1000)
)
lists = st.lists(points, max_size=9)
SLACK = 1e-3
"""Metres."""


def inserted(jobs: list[LatLon], start: LatLon) -> list[LatLon]:
    """Nearest insertion, by walking every way there is to do it."""
    way: list[LatLon] = []
    left = list(jobs)
    while left:
        nearest = min(left, key=lambda p: min(distance(q, p) for q in (*way, start)))
        left.remove(nearest)
        ways = [[*way[:at], nearest, *way[at:]] for at in range(len(way) + 1)]
        way = min(ways, key=lambda made: length(made, start))
    return way


def driven(jobs: list[LatLon], start: LatLon | None) -> float:
    return length([jobs[i] for i in suggest(jobs, start)], start)


@settings(max_examples=60, deadline=None)
@given(lists, points)
def test_it_is_no_longer_than_nearest_insertion(jobs: list[LatLon], start: LatLon) -> None:
    distinct = list(dict.fromkeys(jobs))
    assert driven(distinct, start) <= length(inserted(distinct, start), start) + SLACK


@settings(max_examples=60, deadline=None)
@given(lists, points)
def test_it_is_no_shorter_than_the_way_to_the_farthest(jobs: list[LatLon], start: LatLon) -> None:
    assert driven(jobs, start) >= max((distance(start, job) for job in jobs), default=0.0) - SLACK


@settings(max_examples=60, deadline=None)
@given(lists, points, st.integers(-80, 80))
def test_farther_east_it_is_the_same_order(jobs: list[LatLon], start: LatLon, east: int) -> None:
    def moved(place: LatLon) -> LatLon:
        return place[0], place[1] + east

    there = length([moved(jobs[i]) for i in suggest([moved(job) for job in jobs], moved(start))], moved(start))
    assert there == pytest.approx(driven(jobs, start), rel=0.02, abs=1)


@given(points, points, points)
def test_distance_is_one(a: LatLon, b: LatLon, c: LatLon) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 0.5, "flat enough over a city"


@given(lists, st.none() | points)
def test_a_way_is_the_sum_of_its_legs_and_what_is_nowhere_is_passed_over(
    jobs: list[LatLon], start: LatLon | None
) -> None:
    stops = ([start] if start else []) + jobs
    legs = sum(distance(a, b) for a, b in pairwise(stops))
    assert length(jobs, start) == pytest.approx(legs)
    with_gaps: list[LatLon | None] = [None, *(place for job in jobs for place in (job, None))]
    assert length(with_gaps, start) == pytest.approx(legs)
