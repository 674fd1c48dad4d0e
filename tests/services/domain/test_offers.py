"""What is offered can be done, and what is not says why."""

from __future__ import annotations

from itertools import product

from services.domain.offers import STATES, Subject, offers
from services.domain.policy import LOCAL, Policy
from services.domain.status import ALL_ROLES, Outcome, Role, Status
from services.domain.statusmap import STATUS_MAPS, Dialect, NotOffered, Told
from services.domain.workflow import transition


def city(dialect: Dialect, *, takes_updates: bool = True) -> Policy:
    return Policy("city", STATUS_MAPS[dialect], takes_updates=takes_updates)


def test_every_offer_of_every_kind_of_upstream_agrees_with_the_tables() -> None:
    for dialect, status, has_crew in product(Dialect, Status, (True, False)):
        subject = Subject(status, has_crew, city(dialect))
        made = {o.state: o for o in offers([subject], ALL_ROLES, has_message=True)}
        assert set(made) == {s for s in STATES if transition(status, s[0])}
        for state, offer in made.items():
            told = STATUS_MAPS[dialect].out(*state)
            if isinstance(told, NotOffered):
                assert told.reason in offer.problem
            elif state[0] is Status.ASSIGNED and not has_crew:
                assert "needs a crew" in offer.problem
            else:
                assert not offer.problem
            if isinstance(told, Told):
                assert told.word in offer.told


def test_a_word_that_says_less_needs_a_message() -> None:
    subject = Subject(Status.NEW, False, city(Dialect.GEOREPORT))
    with_message = {o.key: o.problem for o in offers([subject], ALL_ROLES, has_message=True)}
    without = {o.key: o.problem for o in offers([subject], ALL_ROLES, has_message=False)}
    assert with_message["closed/not_ours"] == ""
    assert "needs a message" in without["closed/not_ours"]
    assert without["closed/fixed"] == ""


def test_the_role_is_asked() -> None:
    subject = Subject(Status.CLOSED, True, LOCAL)
    assert all("Only a supervisor" in o.problem for o in offers([subject], {Role.DISPATCHER}, has_message=True))
    assert not any(o.problem for o in offers([subject], {Role.SUPERVISOR}, has_message=True))


def test_several_requests_are_offered_what_all_may_take() -> None:
    here, there = Subject(Status.NEW, True, LOCAL), Subject(Status.CLOSED, True, city(Dialect.FIXMYSTREET))
    made = {o.key: o for o in offers([here, there], ALL_ROLES, has_message=False)}
    assert made["acknowledged"].problem == ""
    assert made["acknowledged"].told == "Each upstream is told in its own words."
    assert "already closed" in made["closed/fixed"].problem
    assert "cannot go from closed to assigned" in made["assigned"].problem


def test_what_the_outside_hears_is_said_in_words() -> None:
    def told(policy: Policy, key: str) -> str:
        return {o.key: o.told for o in offers([Subject(Status.NEW, True, policy)], ALL_ROLES, has_message=True)}[key]

    assert told(LOCAL, "in_progress") == "Stays at this desk."
    assert "takes no updates" in told(city(Dialect.GATEWAY, takes_updates=False), "in_progress")
    assert told(city(Dialect.GATEWAY), "in_progress") == "“city” is told IN_PROGRESS."
    assert told(city(Dialect.FIXMYSTREET), "on_hold").startswith("Stays at this desk: ")
    assert "unable to fix" in told(city(Dialect.FIXMYSTREET), "closed/not_found")


def test_titles_and_keys() -> None:
    made = {o.key: o.title for o in offers([Subject(Status.NEW, True, LOCAL)], ALL_ROLES, has_message=True)}
    assert made["in_progress"] == "In progress"
    assert made["closed/" + Outcome.NOT_OURS.value] == "Closed: not ours"
    assert not offers([], ALL_ROLES, has_message=True)
