"""Proposals: nothing impossible is proposed, nothing possible is left over, and no other way is cheaper."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.dispatch import crewing
from services.dispatch.history import Case, History, Past
from services.dispatch.proposing import City, Job, Proposed, pair_costs, propose, total
from services.domain.shifts import Hours, Shifts
from services.domain.values import Crew

NOW = datetime(2011, 8, 29, 16, tzinfo=UTC)
SERVICES, AREAS = ("Tree", "Light", "Rats"), ("", "North", "Ward 1, South")
NIGHT = Shifts((Hours(1320, 360),) * 7)


def city(*crews: Crew, loads: dict[int, int] | None = None, history: History | None = None) -> City:
    return City(crews, loads or {}, history or History(), NOW, UTC)


points = st.none() | st.tuples(st.floats(42.2, 42.4), st.floats(-71.2, -71.0))
crews = st.builds(
    Crew,
    id=st.just(0),
    name=st.just(""),
    skills=st.sampled_from([(), ("tree",), ("light",), ("tree", "light")]),
    capacity=st.integers(1, 3),
    active=st.sampled_from([True, True, True, False]),
    areas=st.sampled_from([(), ("North",), ("South",)]),
    shifts=st.sampled_from([Shifts(), NIGHT]),
    base=points,
)
jobs = st.builds(
    Job,
    id=st.just(0),
    service=st.sampled_from(SERVICES),
    area=st.sampled_from(AREAS),
    place=points,
    due=st.none() | st.integers(-100, 300).map(lambda hours: NOW + timedelta(hours=hours)),
)


@st.composite
def cities(draw: st.DrawFn, most_crews: int = 4, most_jobs: int = 8) -> tuple[list[Job], City]:
    made = draw(st.lists(crews, max_size=most_crews))
    numbered = [replace(crew, id=i, name=f"Crew {i}") for i, crew in enumerate(made, 1)]
    asked = [replace(job, id=i) for i, job in enumerate(draw(st.lists(jobs, max_size=most_jobs)), 1)]
    loads = {crew.id: draw(st.integers(0, 4)) for crew in numbered}
    took = [Case("", {}, crew.id) for crew in numbered for _ in range(draw(st.integers(1, 10)))]
    taken = {service: Past(took) for service in SERVICES[:2] if took}
    return asked, City(numbered, loads, History(taken), NOW, UTC)


def able(crew: Crew, job: Job) -> bool:
    return crew.active and crewing.takes(crew, job.service) and crewing.covers(crew, job.area)


@settings(max_examples=200, deadline=None)
@given(cities())
def test_room_skills_and_areas_are_kept_and_nothing_is_left_while_a_fitting_crew_has_room(
    given_: tuple[list[Job], City],
) -> None:
    asked, here = given_
    made = propose(asked, here)
    assert [one.job for one in made] == asked
    counts = Counter(one.crew.id for one in made if one.crew)
    for crew in here.crews:
        assert counts[crew.id] <= here.room(crew)
    for one in made:
        assert one.why
        if one.crew:
            assert able(one.crew, one.job)
        else:
            assert all(here.room(c) == counts[c.id] for c in here.crews if able(c, one.job))


def numbers(made: Sequence[Proposed], crews_: Sequence[Crew]) -> list[int | None]:
    return [None if one.crew is None else crews_.index(one.crew) for one in made]


@settings(max_examples=200, deadline=None)
@given(cities())
def test_it_is_no_worse_than_taking_the_cheapest_crew_for_one_request_after_another(
    given_: tuple[list[Job], City],
) -> None:
    asked, here = given_
    active = [crew for crew in here.crews if crew.active]
    costs = pair_costs(asked, active, here)
    left = {i: here.room(crew) for i, crew in enumerate(active)}
    greedy: list[int | None] = []
    for row in range(len(asked)):
        free = [i for i in range(len(active)) if left[i] and costs[row, i] < float("inf")]
        best = min(free, key=lambda i: costs[row, i]) if free else None
        greedy.append(best)
        if best is not None:
            left[best] -= 1
    ours = numbers(propose(asked, here), active)
    assert total(asked, ours, costs, active, here) <= total(asked, greedy, costs, active, here) + 1e-6


@settings(max_examples=60, deadline=None)
@given(cities(most_crews=3, most_jobs=4))
def test_no_other_way_is_cheaper(given_: tuple[list[Job], City]) -> None:
    asked, here = given_
    active = [crew for crew in here.crews if crew.active]
    costs = pair_costs(asked, active, here)
    ours = total(asked, numbers(propose(asked, here), active), costs, active, here)
    for chosen in itertools.product([None, *range(len(active))], repeat=len(asked)):
        counts = Counter(at for at in chosen if at is not None)
        kept = all(counts[i] <= here.room(crew) for i, crew in enumerate(active))
        if kept and all(at is None or costs[row, at] < float("inf") for row, at in enumerate(chosen)):
            assert ours <= total(asked, chosen, costs, active, here) + 1e-6


TREE = Crew(1, "Tree 1", ("tree",), 2, base=(42.30, -71.10))
FAR = Crew(2, "Tree 2", ("tree",), 2, base=(42.40, -71.10))
AT = (42.31, -71.10)


def test_the_overdue_get_the_free_places_and_the_rest_is_told_why_not() -> None:
    late, soon, never = (
        Job(i, "Tree", place=AT, due=due)
        for i, due in enumerate((NOW - timedelta(hours=1), NOW + timedelta(hours=20), None), 1)
    )
    made = propose((never, soon, late), city(TREE))
    assert [one.crew and one.crew.name for one in made] == [None, "Tree 1", "Tree 1"]
    assert [one.why for one in made] == [
        *("The free places of Tree 1 go to what is as urgent or more so.", "1.1 km from its base · job 1 of 2"),
        "1.1 km from its base · job 2 of 2",
    ]


def test_whoever_cannot_be_placed_hears_which_of_the_four_it_is() -> None:
    south = replace(TREE, areas=("South",))
    asked = (Job(1, "Rats"), Job(2, "Tree", "Ward 3, North"), Job(3, "Tree", "South"))
    made = propose(asked, city(south, loads={1: 2}))
    assert [one.why for one in made] == [
        "No crew takes Rats.",
        "No crew that takes Tree works in North.",
        "Tree 1 is full.",
    ]
    assert propose(asked, city())[2].why == "No crew takes Tree."
    assert propose((), city(south)) == ()


def test_a_crew_that_is_full_is_said_to_have_no_free_places() -> None:
    first, second = Job(1, "Tree", place=AT), Job(2, "Tree", place=AT)
    made = propose((first, second), city(TREE, FAR, loads={TREE.id: TREE.capacity, FAR.id: FAR.capacity - 1}))
    assert [one.crew for one in made].count(FAR) == 1
    (left,) = (one.why for one in made if one.crew is None)
    assert left == f"The free places of {FAR.name} go to what is as urgent or more so."


def test_the_nearer_the_less_busy_and_the_usual_crew_are_each_preferred() -> None:
    job = Job(1, "Tree", place=AT)
    assert propose([job], city(FAR, TREE))[0].crew == TREE
    twins = city(TREE, replace(FAR, base=TREE.base), loads={1: 1})
    assert propose([job], twins)[0].crew == twins.crews[1]
    usual = History({"Tree": Past([Case("", {}, crew) for crew in (1, *[2] * 9)])})
    made = propose([job], city(TREE, replace(FAR, base=TREE.base), history=usual))[0]
    assert made.crew is not None
    assert made.crew.id == 2
    assert "90 % of such here" in made.why
    assert propose([job], city(replace(TREE, shifts=NIGHT), replace(FAR, base=TREE.base)))[0].crew != TREE
