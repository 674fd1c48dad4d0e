"""Possible duplicates equal what looking at every request by a plain rule finds, whatever has changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.geo.projection import NO_PLACE
from services.intake import duplicates, standing
from services.intake.duplicates import Nearby, Sought
from services.intake.habits import Habits
from services.intake.likeness import NEWCOMER, OFFERED, WEIGHTS
from services.queue.snapshot import apply, build
from tests.services.intake import calls
from tests.services.intake.calls import AT, HABITS, HOUR, LEAST, model, point, text_of, with_words
from tests.widgets.rows import NOW, row


def describe(ids: Sequence[int]) -> dict[int, str]:
    return {i: text_of(i) for i in ids}


def crowds_of(queue: list[QueueRow]) -> set[tuple[int, int]]:
    spots = [point(r.lat, r.lon) for r in queue if r.status != "closed" and r.lat is not None]
    return {spot for spot in spots if spots.count(spot) >= standing.CROWD and spot != (-(2**31), -(2**31))}


def check(nearby: Nearby, queue: list[QueueRow], crowds: set[tuple[int, int]], sought: Sought) -> None:
    quiet = replace(sought, words="")
    ranked = model(queue, crowds, quiet)
    found = nearby.candidates(quiet, describe, 1_000, least=LEAST)
    assert {c.request_id: pytest.approx(c.metres, abs=1e-6) for c in found} == {
        i: None if np.isnan(metres) else metres for i, metres, _ in ranked
    }
    sums = {i: s for i, _, s in ranked}
    told = [sums[c.request_id] for c in found]
    assert told == pytest.approx(sorted(told, reverse=True))
    offered = {i: s for i, _, s in ranked if abs(s) > 1e-9 and s > 0}
    assert {c.request_id for c in nearby.candidates(quiet, describe, 1_000)} >= set(offered)
    heard = with_words(model(queue, crowds, sought), sought)
    scored = {c.request_id: c.score for c in nearby.candidates(sought, describe, 1_000)}
    assert scored == pytest.approx(heard)


@given(st.data())
@settings(max_examples=150)
def test_candidates_are_what_looking_at_every_request_finds(data: st.DataObject) -> None:
    queue = [data.draw(calls.queue_rows(i)) for i in range(1, data.draw(st.integers(0, 14)) + 1)]
    nearby = Nearby(build(queue, ()), HABITS)
    for _ in range(3):
        check(nearby, queue, set(), data.draw(calls.calls()))


@given(st.data())
@settings(max_examples=100)
def test_they_stay_so_while_requests_come_move_and_close(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "_LEAST", data.draw(st.sampled_from([0, 3, 1_000])))
        patch.setattr(standing, "CROWD", data.draw(st.sampled_from([3, 50])))
        queue = {i: data.draw(calls.queue_rows(i)) for i in range(1, 8)}
        snapshot = build(list(queue.values()), ())
        nearby = Nearby(snapshot, HABITS)
        for _ in range(data.draw(st.integers(1, 6))):
            ids = data.draw(st.lists(st.integers(1, 14), max_size=5, unique=True))
            changed = [data.draw(calls.queue_rows(i)) for i in ids]
            queue |= {r.id: r for r in changed}
            snapshot = apply(snapshot, changed, (), snapshot.head + 1)
            if data.draw(st.integers(0, 5)) == 0:
                snapshot = build(list(queue.values()), (), snapshot.head)
            nearby.follow(snapshot)
            crowds = {divmod_point(p) for p in nearby.standing.crowds.tolist()}
            check(nearby, list(queue.values()), crowds, data.draw(calls.calls()))


def divmod_point(packed: int) -> tuple[int, int]:
    low = packed & 0xFFFFFFFF
    return packed >> 32, low - 2**32 if low >= 2**31 else low


@given(st.data())
def test_a_crowd_is_a_point_of_many_open_requests(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "CROWD", 3)
        queue = [data.draw(calls.queue_rows(i)) for i in range(1, data.draw(st.integers(0, 30)) + 1)]
        found = standing.Standing(build(queue, ())).crowds
        assert {divmod_point(p) for p in found.tolist()} == crowds_of(queue)


HERE = Sought(42.33, -71.04, "TREE", "Tree Emergencies", "city", "", "", AT)

OFTEN = Habits({"Tree Emergencies": 1.0, "Pothole": 1.0})


def near(number: int, /, **changed: object) -> QueueRow:
    return row(number, **({"requested_ms": NOW - 48 * HOUR, "address": ""} | changed))


def test_reasons_are_words_a_call_taker_can_read_out() -> None:
    queue = [near(1, lat=42.33034, status="new")]
    (found,) = Nearby(build(queue, ()), OFTEN).candidates(
        replace(HERE, words="there is a huge hole"), lambda _: {1: "huge hole\nby the bank"}, callers={1: 2}
    )
    assert found.reasons == "38 m away, same service, 2 days ago, 2 callers, “huge hole by the bank”"
    assert found.metres == pytest.approx(37.8, abs=0.2)
    assert OFFERED <= found.score <= 1


def test_without_a_service_what_is_there_is_named() -> None:
    queue = [near(1, service="Pothole", service_code="P", address="9 Main St", status="new")]
    anything = replace(HERE, service="", service_code="", address="9 Main St")
    (found,) = Nearby(build(queue, ()), OFTEN).candidates(anything, lambda _: {})
    assert found.reasons == "same address, Pothole, 2 days ago"


def test_at_a_crowded_point_only_the_same_address_counts() -> None:
    queue = [near(i, address=f"{i} Elm St", status="new") for i in range(1, standing.CROWD + 1)]
    nearby = Nearby(build(queue, ()), OFTEN)
    assert nearby.candidates(HERE, lambda _: {}) == []
    (found,) = nearby.candidates(replace(HERE, address="7 Elm St"), lambda _: {})
    assert (found.request_id, found.metres, found.reasons) == (7, None, "same address, same service, 2 days ago")
    elsewhere = replace(HERE, lat=42.3302, address="7 elm st")
    assert [c.request_id for c in nearby.candidates(elsewhere, lambda _: {})] == [7]


def test_common_words_bring_a_request_forward_that_place_alone_would_not() -> None:
    queue = [near(1, status="new", requested_ms=NOW - 560 * HOUR, lat=42.33034)]
    nearby = Nearby(build(queue, ()), OFTEN)
    texts = {1: "branch hanging over the wires"}
    assert not nearby.candidates(HERE, lambda _: texts)
    assert nearby.candidates(replace(HERE, words="hanging branch"), lambda _: texts)
    assert not nearby.candidates(replace(HERE, words="stump"), lambda _: texts)


def test_few_descriptions_are_asked_for() -> None:
    queue = [near(i, lat=42.33 + i / 1e6, lon=-71.04, status="new") for i in range(1, 300)]
    asked: list[int] = []

    def counting(ids: Sequence[int]) -> dict[int, str]:
        asked.append(len(ids))
        return {}

    nearby = Nearby(build(queue, ()), OFTEN)
    assert len(nearby.candidates(HERE, counting)) == 5
    nearby.candidates(replace(HERE, words="a loud crack"), counting)
    nearby.candidates(replace(HERE, lat=10.0), counting)
    assert asked == [5, 50]


def test_the_moment_of_the_call_counts() -> None:
    nearby = Nearby(build([near(1, status="new")], ()), OFTEN)
    (now,) = nearby.candidates(HERE, lambda _: {})
    (later,) = nearby.candidates(replace(HERE, at=AT + timedelta(days=9)), lambda _: {}, least=0.01)
    assert later.score < now.score
    assert "1 day ago" not in later.reasons
    assert "11 days ago" in later.reasons


@given(st.floats(-91, 91) | st.none() | st.just(0.0), st.floats(-181, 181) | st.none() | st.just(0.0))
def test_one_place_lies_where_many_do(lat: float | None, lon: float | None) -> None:
    x, y = duplicates.point(lat, lon)
    many = point(lat, lon)
    assert (x == NO_PLACE) == (many[0] == NO_PLACE)
    assert abs(x - many[0]) <= 1
    assert abs(y - many[1]) <= 1


def test_of_many_of_one_service_each_is_the_less_likely() -> None:
    queue = [near(i) for i in range(1, 6)]
    scores = [
        [c.score for c in Nearby(build(queue[:n], ()), OFTEN).candidates(HERE, lambda _: {}, least=0.01)]
        for n in range(1, 6)
    ]
    best = [some[0] for some in scores]
    assert best == sorted(best, reverse=True)
    assert len(set(best)) == 5
    other = replace(HERE, service="Pothole", service_code="HOLE")
    apart = [Nearby(build(queue[:n], ()), OFTEN).considered(other).evidence.rivals.max() for n in (1, 5)]
    assert apart == [0, 0]


def test_a_city_without_a_past_has_weights_of_its_own() -> None:
    assert Nearby(build([], ())).weights is NEWCOMER
    assert Nearby(build([], ()), OFTEN).weights is WEIGHTS
    queue = [near(1)]
    assert Nearby(build(queue, ())).candidates(HERE, lambda _: {}), "near, new and of the same service"
    far = replace(HERE, lat=42.3312)
    assert not Nearby(build(queue, ())).candidates(far, lambda _: {})
