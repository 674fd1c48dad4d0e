"""Every change of status, by every role: the database lets through what the workflow lets through, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.rights import Group
from services.domain.status import Outcome, Role, Status
from services.domain.workflow import Need, transition
from services.errors import StoreProblem
from services.store import queries
from services.store.claiming import claim, hand_over, let_go
from services.store.commands import add_note, set_status
from services.store.undo import redo, undo
from tests.services.store.parts import logged, pull, shown
from tests.services.team.conftest import NAMES, OTHER, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
STAFF = (Group.CALL_TAKER, Group.DISPATCHER, Group.SUPERVISOR)
_PLACED = """
UPDATE request SET status = %(status)s, crew_id = %(crew)s, outcome = %(outcome)s, version = version + 1,
closed_at = CASE WHEN %(outcome)s::text IS NULL THEN NULL ELSE updated_at END WHERE id = %(id)s
"""


def _state(status: Status, crew: int) -> dict[str, object]:
    return {"id": 1, "status": status.value, "crew": crew, "outcome": None if status.is_open else "fixed"}


@pytest.mark.parametrize("group", STAFF)
def test_past_all_our_checks_a_role_sets_the_statuses_of_the_workflow_only(
    crowd: Crowd, raw: Raw, crew: int, group: Group
) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    admin, member = raw("postgres"), raw(NAMES[group])
    wrong = []
    for source, target in permutations(Status, 2):
        admin.execute(_PLACED, _state(source, crew))
        admin.execute("DELETE FROM guard.move")  # it never stood anywhere else
        admin.commit()
        row = transition(source, target)
        should = row is not None and Role(group.value) in row.roles
        try:
            member.execute(_PLACED, _state(target, crew))
            is_let = True
        except errors.InsufficientPrivilege:
            is_let = False
        member.rollback()
        if is_let is not should:
            wrong.append(f"{source} to {target} should be {'let' if should else 'refused'}")
    assert wrong == []


@pytest.mark.parametrize("group", STAFF)
def test_at_the_desk_a_role_sets_every_status_that_is_its_own(crowd: Crowd, raw: Raw, crew: int, group: Group) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    admin, acting = raw("postgres"), crowd.acting(group)
    for source, target in permutations(Status, 2):
        row = transition(source, target)
        if row is not None and Role(group.value) in row.roles:
            admin.execute(_PLACED, _state(source, crew))
            admin.commit()
            set_status(acting, [1], target, Outcome.FIXED if Need.OUTCOME in row.needs else None)
            undo(acting)
            assert queries.detail(acting.store, 1).request.status is source
            redo(acting)
            assert queries.detail(acting.store, 1).request.status is target


def test_a_crew_and_an_outcome_are_needed_where_the_workflow_needs_them(crowd: Crowd, raw: Raw) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    member = raw(NAMES[Group.DISPATCHER])
    for change in ("status = 'assigned'", "status = 'closed'", "status = 'acknowledged', outcome = 'fixed'"):
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(f"UPDATE request SET {change} WHERE id = 1")
        member.rollback()


def test_who_closed_it_may_take_that_back_step_by_step(crowd: Crowd) -> None:
    acting = crowd.acting(Group.CALL_TAKER)
    logged(acting)
    set_status(acting, [1], Status.ACKNOWLEDGED)
    set_status(acting, [1], Status.CLOSED, Outcome.WITHDRAWN)
    for expected in (Status.ACKNOWLEDGED, Status.NEW):
        undo(acting)
        assert queries.detail(acting.store, 1).request.status is expected
    undo(acting)
    assert queries.detail(acting.store, 1).request.outcome is Outcome.WITHDRAWN
    redo(acting)
    assert queries.detail(acting.store, 1).request.status is Status.NEW


def test_nobody_but_a_supervisor_reopens_what_others_closed_whatever_they_wrote_before(crowd: Crowd, raw: Raw) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    set_status(crowd.acting(Group.DISPATCHER), [1], Status.ACKNOWLEDGED)
    set_status(crowd.acting(Group.CALL_TAKER, OTHER), [1], Status.CLOSED, Outcome.FIXED)
    add_note(crowd.acting(Group.CALL_TAKER), [1], "I was the last to write here")
    for name in (NAMES[Group.CALL_TAKER], NAMES[Group.DISPATCHER]):
        member = raw(name)
        member.execute(
            "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (1, 1, session_user, 'status',"
            """ '{"from": "acknowledged", "to": "closed", "to_outcome": "fixed"}', 'mine')"""
        )
        with pytest.raises(errors.InsufficientPrivilege, match="may not go from closed to acknowledged"):
            member.execute("UPDATE request SET status = 'acknowledged', outcome = NULL, closed_at = NULL WHERE id = 1")
        member.rollback()
    set_status(crowd.acting(Group.SUPERVISOR), [1], Status.ACKNOWLEDGED)


def test_a_supervisor_takes_back_what_others_did_and_nobody_else_does(crowd: Crowd, raw: Raw) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    done = set_status(crowd.acting(Group.CALL_TAKER, OTHER), [1], Status.CLOSED, Outcome.NOT_OURS)
    for group in (Group.CALL_TAKER, Group.DISPATCHER):
        with pytest.raises(StoreProblem, match="may not do that"):
            undo(crowd.acting(group, forged=True), done.operation)
        member = raw(NAMES[group])
        with pytest.raises(errors.InsufficientPrivilege, match="only a supervisor"):
            member.execute("UPDATE operation SET state = 'undone'")
        member.rollback()
    undo(crowd.acting(Group.SUPERVISOR), done.operation)
    assert queries.detail(crowd.worker, 1).request.status is Status.NEW


@pytest.mark.parametrize("group", [*STAFF, Group.WORKER])
def test_nobody_but_a_supervisor_adds_lines_to_what_others_did(crowd: Crowd, raw: Raw, group: Group) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    theirs = add_note(crowd.acting(Group.CALL_TAKER, OTHER), [1], "Seen").operation
    own = add_note(crowd.acting(Group.CALL_TAKER), [1], "Seen too").operation
    said = "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (1, 1, %s, 'note', '{}', %s)"
    member = raw(NAMES[group])
    actor = "city" if group is Group.WORKER else NAMES[group]
    if group in {Group.SUPERVISOR, Group.WORKER}:
        assert member.execute(said, (actor, theirs)).rowcount == 1
        return
    with pytest.raises(errors.InsufficientPrivilege, match="adds to what others did"):
        member.execute(said, (actor, theirs))
    member.rollback()
    if group is Group.CALL_TAKER:
        assert member.execute(said, (actor, own)).rowcount == 1


@pytest.mark.parametrize(
    "change",
    [
        "closed_at = 5",
        "reopened = true",
        "version = 0",
        "crew_id = NULL, version = version + 1",
        "merged_into = 2",
        "upstream = 'city'",
        "claimed_by = session_user",
        "claimed_by = ''",
        "status = 'closed', outcome = 'fixed', closed_at = updated_at - 1",
        "status = 'closed', outcome = 'fixed', closed_at = 5, updated_at = 5",
    ],
)
def test_a_call_taker_changes_nothing_else_of_a_request(crowd: Crowd, raw: Raw, crew: int, change: str) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    logged(crowd.acting(Group.CALL_TAKER))
    changed = "UPDATE request SET crew_id = %s, claimed_by = %s WHERE id = 1"
    raw("postgres").execute(changed, (crew, OTHER)).connection.commit()
    member = raw(NAMES[Group.CALL_TAKER])
    with pytest.raises(errors.InsufficientPrivilege):
        member.execute(f"UPDATE request SET {change} WHERE id = 1")


def test_a_call_taker_does_not_date_a_closing_back_by_steps_either(crowd: Crowd, raw: Raw) -> None:
    logged(crowd.acting(Group.CALL_TAKER))
    member = raw(NAMES[Group.CALL_TAKER])
    member.execute("UPDATE request SET updated_at = 5 WHERE id = 1")
    member.execute(
        "INSERT INTO event (request_id, at, actor, kind) VALUES (1, 6, session_user, 'note')"
    ).connection.commit()
    with pytest.raises(errors.InsufficientPrivilege, match="not closed before"):
        member.execute("UPDATE request SET status = 'closed', outcome = 'fixed', closed_at = 6 WHERE id = 1")
    member.rollback()
    member.execute("UPDATE request SET status = 'closed', outcome = 'fixed', closed_at = requested_at WHERE id = 1")


@pytest.mark.parametrize("group", STAFF)
def test_what_an_upstream_knows_is_detached_by_a_supervisor_only(crowd: Crowd, raw: Raw, group: Group) -> None:
    pull(crowd.worker, shown("a"))
    member = raw(NAMES[group])
    detach = "UPDATE request SET upstream = '' WHERE upstream_id <> ''"
    if group is Group.SUPERVISOR:
        assert member.execute(detach).rowcount == 1
        return
    with pytest.raises(errors.InsufficientPrivilege, match="stays its own"):
        member.execute(detach)


def test_who_gave_it_away_takes_that_back_until_it_changes_hands_again(crowd: Crowd, raw: Raw) -> None:
    ana, ben = crowd.acting(Group.CALL_TAKER), crowd.acting(Group.CALL_TAKER, OTHER)
    logged(ana)
    claim(ana, [1])
    for _ in range(2):
        hand_over(ana, [1], OTHER)
        undo(ana)
        assert queries.detail(ana.store, 1).request.claimed_by == NAMES[Group.CALL_TAKER]
        redo(ana)
        undo(ana)
    hand_over(ana, [1], OTHER)
    let_go(ben, [1])
    claim(ben, [1])
    member = raw(NAMES[Group.CALL_TAKER])
    member.execute(
        "INSERT INTO event (request_id, at, actor, kind, data, operation) VALUES (1, 1, session_user, 'claimed',"
        f""" '{{"from_holder": "", "holder": "{OTHER}"}}', 'mine')"""
    )
    with pytest.raises(errors.InsufficientPrivilege, match="only who has it or a dispatcher"):
        member.execute("UPDATE request SET claimed_by = session_user WHERE id = 1")
    member.rollback()
    hand_over(crowd.acting(Group.DISPATCHER), [1], NAMES[Group.CALL_TAKER])
    assert queries.detail(ana.store, 1).request.claimed_by == NAMES[Group.CALL_TAKER]
