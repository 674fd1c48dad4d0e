"""What holds of every proposal, whatever the day: the same again is the same, and more room is never worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dispatch.history import Case, History, Past
from services.dispatch.proposing import (
    FARTHEST,
    LEFT,
    LOAD,
    OFF,
    SOON,
    UNKNOWN_WAY,
    USUAL,
    City,
    Job,
    left_cost,
    load_cost,
    pair_costs,
    propose,
    total,
)
from services.domain.values import Crew
from tests.services.dispatch.test_proposing import NIGHT, NOW, SERVICES, cities, city, numbers

AT = (42.30, -71.10)
TREE = Crew(1, "Tree 1", ("tree",), 2, base=AT)


def cost(jobs: Sequence[Job], here: City) -> float:
    """The objective of what is proposed."""
    active = [crew for crew in here.crews if crew.active]
    costs = pair_costs(jobs, active, here)
    return total(jobs, numbers(propose(jobs, here), active), costs, active, here)


@settings(deadline=None, max_examples=20)
@given(cities())
def test_the_same_day_has_the_same_proposal(given_: tuple[list[Job], City]) -> None:
    jobs, here = given_
    assert propose(jobs, here) == propose(jobs, here)


@settings(deadline=None, max_examples=20)
@given(cities(), st.randoms(use_true_random=False))
def test_in_whatever_order_requests_and_crews_are_given_it_is_as_good(
    given_: tuple[list[Job], City], chance: Random
) -> None:
    jobs, here = given_
    mixed, crews = list(jobs), list(here.crews)
    chance.shuffle(mixed)
    chance.shuffle(crews)
    assert cost(mixed, replace(here, crews=crews)) == pytest.approx(cost(jobs, here), abs=1e-6)


@settings(deadline=None, max_examples=20)
@given(cities(), st.integers(0, 3))
def test_with_one_more_free_place_no_fewer_requests_are_placed(given_: tuple[list[Job], City], which: int) -> None:
    jobs, here = given_
    if not here.crews:
        return
    grown = here.crews[which % len(here.crews)]
    wider = [replace(crew, capacity=crew.capacity + 1) if crew is grown else crew for crew in here.crews]
    before, after = (sum(one.crew is not None for one in propose(jobs, c)) for c in (here, replace(here, crews=wider)))
    assert after >= before


@settings(deadline=None, max_examples=20)
@given(cities())
def test_a_request_that_is_taken_off_the_table_makes_no_other_worse_off_in_all(
    given_: tuple[list[Job], City],
) -> None:
    jobs, here = given_
    if jobs:
        assert cost(jobs[1:], here) <= cost(jobs, here) + 1e-6


@settings(deadline=None, max_examples=20)
@given(cities())
def test_the_count_that_is_said_goes_up_one_by_one_to_what_the_crew_has_then(given_: tuple[list[Job], City]) -> None:
    jobs, here = given_
    said: dict[int, list[int]] = {}
    for one in propose(jobs, here):
        if one.crew is not None:
            number = next(part for part in one.why.split(" · ") if part.startswith("job "))
            assert number.endswith(f" of {one.crew.capacity}")
            said.setdefault(one.crew.id, []).append(int(number.split()[1]))
    for crew_id, counted in said.items():
        first = here.loads.get(crew_id, 0) + 1
        assert counted == [*range(first, first + len(counted))]


@settings(deadline=None, max_examples=20)
@given(cities())
def test_where_not_all_can_be_placed_the_more_urgent_of_two_alike_is(given_: tuple[list[Job], City]) -> None:
    jobs, here = given_
    alike = [replace(job, service=SERVICES[0], area="", place=AT) for job in jobs]
    made = propose(alike, here)
    placed = [left_cost(one.job, NOW) for one in made if one.crew]
    left = [left_cost(one.job, NOW) for one in made if one.crew is None]
    if placed and left:
        assert max(left) <= min(placed) + 1e-6


@settings(deadline=None, max_examples=20)
@given(cities())
def test_nobody_is_given_more_than_there_is_room_for_though_it_has_too_much_already(
    given_: tuple[list[Job], City],
) -> None:
    jobs, here = given_
    over = replace(here, loads={crew.id: crew.capacity + 3 for crew in here.crews})
    assert all(one.crew is None for one in propose(jobs, over))
    counts = Counter(one.crew.id for one in propose(jobs, replace(here, loads={})) if one.crew)
    assert all(counts[crew.id] <= crew.capacity for crew in here.crews)


@given(st.none() | st.integers(-1000, 1000))
def test_leaving_over_counts_for_more_the_nearer_the_due_time(hours: int | None) -> None:
    due = None if hours is None else NOW + timedelta(hours=hours)
    made = left_cost(Job(1, "Tree", due=due), NOW)
    assert LEFT <= made <= 2 * LEFT
    if hours is None or hours >= SOON:
        assert made == LEFT
    elif hours <= 0:
        assert made == 2 * LEFT
    else:
        assert made == pytest.approx(LEFT * (2 - hours / SOON))


def test_no_way_no_load_and_no_habit_together_count_for_as_much_as_leaving_one_over() -> None:
    """So nothing is left over for the sake of a shorter way: what is possible is done."""
    assert FARTHEST + LOAD + USUAL + OFF < LEFT


@pytest.mark.parametrize(
    ("crew", "job", "costs"),
    [
        (TREE, Job(1, "Tree", place=AT), 0.0),
        (TREE, Job(1, "Tree", place=(42.31, -71.10)), 1.112),
        (TREE, Job(1, "Tree"), UNKNOWN_WAY),
        (replace(TREE, base=None), Job(1, "Tree", place=AT), UNKNOWN_WAY),
        (replace(TREE, shifts=NIGHT), Job(1, "Tree", place=AT), OFF),
        (TREE, Job(1, "Tree", place=(47.0, -71.10)), FARTHEST),
        (TREE, Job(1, "Rats", place=AT), float("inf")),
        (replace(TREE, areas=("North",)), Job(1, "Tree", "South", AT), float("inf")),
        (replace(TREE, areas=("North",)), Job(1, "Tree", "", AT), 0.0),
    ],
)
def test_what_one_pair_counts_for(crew: Crew, job: Job, costs: float) -> None:
    assert pair_costs([job], [crew], city(crew))[0, 0] == pytest.approx(costs, abs=0.01)


def test_what_others_usually_do_counts_by_their_share() -> None:
    other = replace(TREE, id=2, name="Tree 2")
    usual = History({"Tree": Past([Case("", {}, crew) for crew in (2, *[1] * 9)])})
    costs = pair_costs([Job(1, "Tree", place=AT)], [TREE, other], city(TREE, other, history=usual))
    assert costs[0].tolist() == pytest.approx([USUAL * 0.1, USUAL * 0.9], abs=0.02)
    fresh = pair_costs([Job(1, "Rats", place=AT)], [replace(TREE, skills=())], city(TREE, history=usual))
    assert fresh[0, 0] == 0.0, "where nobody took any of the kind, nobody is a stranger to it"


def test_the_load_counts_by_how_full_the_day_is() -> None:
    assert [load_cost(replace(TREE, capacity=4), n) for n in range(4)] == [0.0, 2.0, 4.0, 6.0]


def test_even_loads_are_sought_where_the_ways_are_alike() -> None:
    twins = [replace(TREE, id=i, name=f"Tree {i}", capacity=6) for i in (1, 2, 3)]
    jobs = [Job(i, "Tree", place=AT) for i in range(1, 7)]
    counts = Counter(one.crew.id for one in propose(jobs, city(*twins)) if one.crew)
    assert counts == {1: 2, 2: 2, 3: 2}
    uneven = Counter(one.crew.id for one in propose(jobs, city(*twins, loads={1: 4, 2: 2})) if one.crew)
    assert uneven[3] == 4
    assert uneven[2] == 2


def test_many_full_crews_are_named_three_and_counted() -> None:
    many = [replace(TREE, id=i, name=f"Tree {i}", capacity=1) for i in range(1, 6)]
    full = propose([Job(1, "Tree")], city(*many, loads=dict.fromkeys(range(1, 6), 1)))
    assert full[0].why == "Tree 1, Tree 2, Tree 3 and 2 more are full."
    two = propose([Job(1, "Tree")], city(*many[:2], loads={1: 1, 2: 1}))
    assert two[0].why == "Tree 1, Tree 2 are full."


def test_a_crew_that_is_switched_off_is_neither_given_anything_nor_named() -> None:
    gone = replace(TREE, active=False)
    assert propose([Job(1, "Tree")], city(gone))[0].why == "No crew takes Tree."
