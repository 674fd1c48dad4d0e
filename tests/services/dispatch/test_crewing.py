"""Crews are suggested in an order that a dispatcher would agree with, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.dispatch.crewing import Asked, Candidate, candidates
from services.dispatch.history import Recent
from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.values import Crew

TREE1 = Crew(1, "Tree 1", ("tree",), 8)
TREE2 = Crew(2, "Tree 2", ("tree", "stump"), 8)
ANY = Crew(3, "Odd jobs", (), 4)
LIGHT = Crew(4, "Lights 1", ("light",), 6)
GONE = Crew(5, "Tree 9", ("tree",), 8, active=False)
NOON = datetime(2011, 8, 29, 12, tzinfo=UTC)
ALL = (LIGHT, ANY, GONE, TREE2, TREE1)


def sought(crews: Sequence[Crew], jobs: dict[int, int], asked: Asked) -> tuple[Candidate, ...]:
    return candidates(crews, jobs, asked, NOON, UTC)


def names(jobs: dict[int, int], service: str = "Tree Emergencies") -> list[str]:
    return [c.crew.name for c in sought(ALL, jobs, Asked((service,)))]


def test_those_that_take_the_service_come_first_and_the_least_busy_of_them() -> None:
    assert names({1: 5, 2: 3}) == ["Tree 2", "Tree 1", "Odd jobs", "Lights 1"]
    assert names({1: 2, 2: 3}) == ["Tree 1", "Tree 2", "Odd jobs", "Lights 1"]


def test_a_full_crew_comes_after_its_like_and_says_so() -> None:
    assert names({1: 8, 2: 7})[:2] == ["Tree 2", "Tree 1"]
    full = {c.crew.name: c for c in sought(ALL, {1: 8}, Asked(("Tree Emergencies",)))}["Tree 1"]
    assert not full.fits
    assert full.reason == "full: 8 of 8 jobs today · takes Tree Emergencies"


def test_reasons_are_words() -> None:
    reasons = {c.crew.name: (c.reason, c.fits) for c in sought(ALL, {}, Asked(("Street Light Outages",)))}
    assert reasons["Lights 1"] == ("takes Street Light Outages · 0 of 6 jobs today", True)
    assert reasons["Odd jobs"] == ("takes anything · 0 of 4 jobs today", True)
    assert reasons["Tree 1"] == ("takes other work · 0 of 8 jobs today", False)
    assert "Tree 9" not in reasons


def test_for_several_requests_the_reason_holds_for_all_of_them() -> None:
    asked = ("Tree Emergencies", "Stump Removal", "Pothole", "Street Light Outages")
    made = {c.crew.name: c for c in sought(ALL, {}, Asked(asked))}
    assert list(made) == ["Tree 2", "Lights 1", "Tree 1", "Odd jobs"]
    assert made["Tree 2"].reason == "takes 2 of the 4 kinds of work · 0 of 8 jobs today"
    assert made["Lights 1"].reason.startswith("takes 1 of the 4 kinds of work")
    assert [c.crew.name for c in made.values() if c.fits] == ["Odd jobs"]
    assert sought((TREE2,), {}, Asked(asked[:2]))[0].reason.startswith("takes all 2 kinds of work")
    assert sought((LIGHT,), {}, Asked(asked[:2]))[0].reason.startswith("takes other work")


def test_area_shift_way_and_past_are_said_and_decide_in_this_order() -> None:
    day, night = Shifts(weekdays(Hours(420, 930))), Shifts(weekdays(Hours(1320, 360)))
    near = replace(TREE1, areas=("South",), shifts=day, base=(42.30, -71.10))
    late = replace(TREE2, areas=("South",), shifts=night, place=(42.31, -71.10))
    other = replace(TREE1, id=6, name="Tree 3", areas=("North",), shifts=day)
    past = Recent(50, "here", {2: 41, 1: 9})
    asked = Asked(("Tree Emergencies",), ("Ward 6, South",), (42.30, -71.11), {2: 0.8, 1: 0.2}, past)
    made = {c.crew.name: c for c in sought((other, late, near), {1: 2}, asked)}
    assert list(made) == ["Tree 1", "Tree 2", "Tree 3"]
    assert made["Tree 1"].reasons == (
        *("takes Tree Emergencies", "2 of 8 jobs today", "took 9 of the last 50 here", "on shift until 15:30"),
        "0.8 km from its base",
    )
    assert made["Tree 2"].shortfalls == ("on at 22:00",)
    assert made["Tree 2"].reasons[-1] == "1.4 km from where it is"
    assert made["Tree 3"].shortfalls == ("does not work in South",)
    assert [c.fits for c in made.values()] == [True, True, False]


def test_who_took_such_requests_before_comes_before_who_is_less_busy() -> None:
    asked = Asked(("Tree Emergencies",), ("",), None, {1: 0.9, 2: 0.1})
    assert [c.crew.id for c in sought((TREE2, TREE1), {1: 6}, asked)] == [1, 2]
    assert [c.crew.id for c in sought((TREE2, TREE1), {1: 8}, asked)] == [2, 1]


def test_an_area_that_is_not_known_keeps_nobody_away_and_one_of_several_is_named() -> None:
    south = replace(TREE1, areas=("South",))
    assert sought((south,), {}, Asked(("Tree Emergencies",), ("",)))[0].fits
    assert sought((south,), {}, Asked(("Tree Emergencies",), ("Ward 1, SOUTH",)))[0].fits
    several = sought((south,), {}, Asked(("Tree Emergencies",), ("South", "North", "x, East")))[0]
    assert several.shortfalls == ("does not work in 2 of the areas",)
