"""Routing rules and letters to crews in a team's database, whatever program writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.rights import Group
from services.domain.routing import Rule
from services.domain.shifts import Hours, weekdays
from services.domain.values import Crew
from services.errors import Forbidden, StoreForbidden, StoreRefused
from services.store import crew_letters, leaving, queries, routing
from services.store.crews import save_crews
from services.store.routing_calls import Calls
from tests.services.store.parts import POLICIES, logged, pull, shown
from tests.services.team.conftest import NAMES, OTHER, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
DAY = date(2026, 11, 2)
DENIED = (StoreForbidden, StoreRefused)


def trees(crew: int) -> Rule:
    """A rule that takes anything on weekdays."""
    return Rule("Trees", crew, week=weekdays(Hours(0, 1439)))


def test_a_supervisors_rules_hold_for_what_the_worker_pulls(crowd: Crowd, crew: int) -> None:
    routing.save_rules(crowd.acting(Group.SUPERVISOR), [Rule("All", crew), trees(crew)])
    assert routing.rules(crowd.worker) == (Rule("All", crew), trees(crew))
    pull(crowd.worker, shown("u1"))
    (row,) = queries.every(crowd.worker)
    assert row.crew_id == crew


def test_what_a_call_taker_took_down_goes_by_them_through_the_worker(crowd: Crowd, crew: int) -> None:
    routing.save_rules(crowd.acting(Group.SUPERVISOR), [Rule("All", crew)])
    logged(crowd.acting(Group.CALL_TAKER))
    assert Calls(crowd.worker, lambda _: POLICIES, timedelta()).look() == 1
    (row,) = queries.every(crowd.worker)
    assert row.crew_id == crew


@pytest.mark.parametrize("group", [Group.CALL_TAKER, Group.DISPATCHER])
def test_only_supervisors_save_rules(crowd: Crowd, crew: int, group: Group) -> None:
    with pytest.raises(Forbidden):
        routing.save_rules(crowd.acting(group), [trees(crew)])
    with pytest.raises(DENIED):
        routing.save_rules(crowd.acting(group, forged=True), [trees(crew)])


GOOD: dict[str, Any] = {"name": "Trees", "crew": 1, "services": ["tree"], "areas": [], "hours": {}, "active": True}
BAD: list[dict[str, Any]] = [
    {"name": ""}, {"name": 3}, {"crew": 999}, {"crew": "1"}, {"crew": None}, {"services": "tree"},
    {"services": [1]}, {"areas": None}, {"areas": [None]}, {"hours": []}, {"active": "yes"},
]  # fmt: skip
UNREADABLE: list[dict[str, Any]] = [
    {"rules": {"zone": "Middle/Earth", "rules": []}},
    {"rules": {"rules": []}},
    {"rules": {"zone": "UTC", "rules": {}}},
    {"rules": {"zone": "UTC"}},
    *({"rules": {"zone": "UTC", "rules": [{**GOOD, **bad}]}} for bad in BAD),
    {"rules": {"zone": "UTC", "rules": [{"name": "Trees"}]}},
    {"rules": {"zone": "UTC", "rules": [7]}},
]  # fmt: skip


@pytest.mark.parametrize("bad", UNREADABLE)
def test_rules_that_nobody_could_go_by_are_refused(crowd: Crowd, crew: int, raw: Raw, bad: dict[str, Any]) -> None:
    connection = raw(NAMES[Group.SUPERVISOR])
    said = "INSERT INTO desk.routing (at, actor, rules) VALUES (0, session_user, %s)"
    connection.execute(said, (json.dumps({"zone": "UTC", "rules": [{**GOOD, "crew": crew}]}),))
    connection.rollback()
    with pytest.raises((errors.CheckViolation, errors.DataError, errors.InvalidParameterValue)):
        connection.execute(said, (json.dumps(bad["rules"]),))


def test_rules_are_signed_with_ones_own_name(raw: Raw) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        raw(NAMES[Group.SUPERVISOR]).execute(
            'INSERT INTO desk.routing (at, actor, rules) VALUES (0, \'ana\', \'{"zone": "UTC", "rules": []}\')'
        )


@pytest.fixture
def reached(crowd: Crowd) -> int:
    """A crew with an e-mail address."""
    save_crews(crowd.opens(NAMES[Group.SUPERVISOR]), [Crew(0, "Parks 1", email="parks@city.example")])
    (made,) = queries.crews(crowd.worker)
    return made.id


def _set(crowd: Crowd, group: Group, state: str) -> None:
    with crowd.acting(group).store.write() as connection:
        connection.exec_driver_sql(f"UPDATE crew_letter SET state = '{state}'")


def test_a_letter_that_has_left_is_not_sent_again(crowd: Crowd, reached: int) -> None:
    asking = crowd.acting(Group.DISPATCHER)
    crew_letters.send_day(asking, reached, DAY)
    for state in (leaving.SENT, leaving.SENDING, leaving.REFUSED):
        with pytest.raises(DENIED):
            _set(crowd, Group.DISPATCHER, state)
    crew_letters.take_back(asking, reached, DAY)
    for group in (Group.DISPATCHER, Group.SUPERVISOR):
        with pytest.raises(DENIED):
            _set(crowd, group, leaving.QUEUED)
    with crowd.worker.write() as connection:
        connection.exec_driver_sql(f"UPDATE crew_letter SET state = '{leaving.SENT}'")
    for state in (leaving.QUEUED, leaving.RETRACTED):
        with pytest.raises(DENIED):
            _set(crowd, Group.DISPATCHER, state)


def test_a_letter_is_asked_for_under_ones_own_name_and_begins_as_waiting(crowd: Crowd, reached: int, raw: Raw) -> None:
    said = (
        "INSERT INTO desk.crew_letter (crew_id, day, actor, state, asked_at, next_try_at)"
        " VALUES (%s, '2026-11-02', %s, %s, 0, %s)"
    )
    connection = raw(NAMES[Group.DISPATCHER])
    connection.execute(said, (reached, NAMES[Group.DISPATCHER], leaving.QUEUED, 5_000))
    connection.rollback()
    for actor, state, leaves in (
        (OTHER, leaving.QUEUED, 0),
        (NAMES[Group.DISPATCHER], leaving.SENT, 0),
        (NAMES[Group.DISPATCHER], leaving.QUEUED, 86_400_001),
        (NAMES[Group.DISPATCHER], leaving.QUEUED, -1),
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(said, (reached, actor, state, leaves))
        connection.rollback()
