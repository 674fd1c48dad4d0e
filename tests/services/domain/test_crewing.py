"""Crews are suggested in an order that a dispatcher would agree with, each with its reason."""

from __future__ import annotations

from services.domain.crewing import candidates
from services.domain.values import Crew

TREE1 = Crew(1, "Tree 1", ("tree",), 8)
TREE2 = Crew(2, "Tree 2", ("tree", "stump"), 8)
ANY = Crew(3, "Odd jobs", (), 4)
LIGHT = Crew(4, "Lights 1", ("light",), 6)
GONE = Crew(5, "Tree 9", ("tree",), 8, active=False)
ALL = (LIGHT, ANY, GONE, TREE2, TREE1)


def names(jobs: dict[int, int], service: str = "Tree Emergencies") -> list[str]:
    return [c.crew.name for c in candidates(ALL, jobs, (service,))]


def test_those_that_take_the_service_come_first_and_the_least_busy_of_them() -> None:
    assert names({1: 5, 2: 3}) == ["Tree 2", "Tree 1", "Odd jobs", "Lights 1"]
    assert names({1: 2, 2: 3}) == ["Tree 1", "Tree 2", "Odd jobs", "Lights 1"]


def test_a_full_crew_comes_after_its_like_and_says_so() -> None:
    assert names({1: 8, 2: 7})[:2] == ["Tree 2", "Tree 1"]
    full = {c.crew.name: c for c in candidates(ALL, {1: 8}, ("Tree Emergencies",))}["Tree 1"]
    assert not full.fits
    assert full.reason == "takes Tree Emergencies · 8 of 8 in progress, full"


def test_reasons_are_words() -> None:
    reasons = {c.crew.name: (c.reason, c.fits) for c in candidates(ALL, {}, ("Street Light Outages",))}
    assert reasons["Lights 1"] == ("takes Street Light Outages · 0 of 6 in progress", True)
    assert reasons["Odd jobs"] == ("takes anything · 0 of 4 in progress", True)
    assert reasons["Tree 1"] == ("other work · 0 of 8 in progress", False)
    assert "Tree 9" not in reasons


def test_for_several_requests_the_reason_holds_for_all_of_them() -> None:
    asked = ("Tree Emergencies", "Stump Removal", "Pothole", "Street Light Outages")
    made = {c.crew.name: c for c in candidates(ALL, {}, asked)}
    assert list(made) == ["Tree 2", "Lights 1", "Tree 1", "Odd jobs"]
    assert made["Tree 2"].reason == "takes 2 of the 4 kinds of work · 0 of 8 in progress"
    assert made["Lights 1"].reason.startswith("takes 1 of the 4 kinds of work")
    assert [c.crew.name for c in made.values() if c.fits] == ["Odd jobs"]
    assert candidates((TREE2,), {}, asked[:2])[0].reason.startswith("takes all 2 kinds of work")
    assert candidates((LIGHT,), {}, asked[:2])[0].reason.startswith("other work")
