"""The order in which a crew drives: never longer than the one given, and no part of it better the other way round."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.travel import distance, length, suggest
from services.domain.values import LatLon

places = st.tuples(st.floats(42.2, 42.4), st.floats(-71.2, -71.0))
lists = st.lists(st.none() | places, max_size=12)
starts = st.none() | places
SLACK = 1e-3
"""Metres."""


def driven(given_places: list[LatLon | None], order: list[int], start: LatLon | None) -> float:
    return length([given_places[i] for i in order], start)


@given(lists, starts)
def test_every_job_is_in_it_once_and_it_is_never_longer(jobs: list[LatLon | None], start: LatLon | None) -> None:
    order = suggest(jobs, start)
    assert sorted(order) == list(range(len(jobs)))
    assert driven(jobs, order, start) <= length(jobs, start) + SLACK
    unknown = [i for i in order if jobs[i] is None]
    assert order[len(order) - len(unknown) :] == unknown == sorted(unknown)


@given(lists, starts)
def test_no_part_of_it_is_shorter_the_other_way_round(jobs: list[LatLon | None], start: LatLon | None) -> None:
    order = [i for i in suggest(jobs, start) if jobs[i] is not None]
    whole = driven(jobs, order, start)
    for first in range(len(order)):
        for last in range(first + 1, len(order)):
            turned = [*order[:first], *reversed(order[first : last + 1]), *order[last + 1 :]]
            assert whole <= driven(jobs, turned, start) + SLACK


@given(lists, starts)
def test_what_was_suggested_once_is_not_made_better_by_suggesting_again(
    jobs: list[LatLon | None], start: LatLon | None
) -> None:
    order = suggest(jobs, start)
    again = suggest([jobs[i] for i in order], start)
    assert driven([jobs[i] for i in order], again, start) == pytest.approx(driven(jobs, order, start), abs=SLACK)


@given(st.lists(places, min_size=1, max_size=6), places)
def test_of_few_jobs_it_is_not_much_longer_than_the_best_there_is(jobs: list[LatLon], start: LatLon) -> None:
    best = min(length([jobs[i] for i in order], start) for order in permutations(range(len(jobs))))
    assert length([jobs[i] for i in suggest(jobs, start)], start) <= 1.5 * best + SLACK


def test_along_a_street_it_goes_from_the_yard_to_the_end() -> None:
    street = [(42.30, -71.10 + n / 100) for n in (3, 1, 4, 0, 2)]
    assert suggest(street, (42.30, -71.11)) == [3, 1, 4, 0, 2]
    assert suggest([], (42.30, -71.11)) == []
    assert suggest([None, (42.3, -71.1), None]) == [1, 0, 2]


def test_a_degree_of_latitude_and_a_mile_across_boston() -> None:
    assert distance((42.0, -71.0), (43.0, -71.0)) == pytest.approx(111_195, rel=1e-3)
    assert distance((42.36, -71.06), (42.36, -71.04)) == pytest.approx(1_643, rel=1e-2)
    assert length([None], (42.0, -71.0)) == 0
