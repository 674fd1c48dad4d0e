"""The workflow, every pair of statuses and every role: what the table says is what is allowed, and nothing else."""

from __future__ import annotations

import itertools

import pytest

from services.domain.status import ALL_ROLES, CHOSEN_OUTCOMES, Outcome, Role, Status
from services.domain.workflow import (
    ACTION_ROLES,
    WORKFLOW,
    Action,
    Need,
    check_action,
    check_transition,
    names,
    targets,
    transition,
)
from services.errors import Forbidden, Invalid

PAIRS = list(itertools.product(Status, Status))


def test_every_row_is_once_and_says_why() -> None:
    assert len({(t.source, t.target) for t in WORKFLOW}) == len(WORKFLOW)
    for row in WORKFLOW:
        assert row.source is not row.target
        assert row.roles
        assert row.reason.endswith(".")
        assert (Need.OUTCOME in row.needs) is (row.target is Status.CLOSED)


def test_nothing_is_new_again_and_everything_can_end() -> None:
    assert not [t for t in WORKFLOW if t.target is Status.NEW]
    for status in Status:
        assert (Status.CLOSED in targets(status, ALL_ROLES)) is status.is_open
        assert Role.SUPERVISOR in {role for role in Role if targets(status, [role])}
    assert targets(Status.CLOSED, {Role.DISPATCHER, Role.CALL_TAKER}) == ()


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("has_crew", [True, False])
def test_every_pair(source: Status, target: Status, role: Role, has_crew: bool) -> None:
    row = transition(source, target)
    outcome = Outcome.FIXED if target is Status.CLOSED else None
    crew_missing = row is not None and Need.CREW in row.needs and not has_crew
    if row is not None and role in row.roles and not crew_missing:
        assert check_transition(source, target, {role}, has_crew=has_crew, outcome=outcome) is row
        assert target in targets(source, {role})
        return
    with pytest.raises((Forbidden, Invalid)) as refused:
        check_transition(source, target, {role}, has_crew=has_crew, outcome=outcome)
    assert refused.value.sentence.endswith(".")
    if row is None:
        assert target not in targets(source, ALL_ROLES)


@pytest.mark.parametrize("row", WORKFLOW, ids=lambda t: f"{t.source}-{t.target}")
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_an_outcome_goes_with_closing_and_only_a_chosen_one(row: object, outcome: Outcome | None) -> None:
    assert isinstance(row, type(WORKFLOW[0]))
    closing = row.target is Status.CLOSED
    fits = outcome in CHOSEN_OUTCOMES if closing else outcome is None
    if fits:
        assert check_transition(row.source, row.target, ALL_ROLES, has_crew=True, outcome=outcome)
    else:
        with pytest.raises(Invalid, match="outcome"):
            check_transition(row.source, row.target, ALL_ROLES, has_crew=True, outcome=outcome)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_every_action_and_role(action: Action, role: Role) -> None:
    if role in ACTION_ROLES[action]:
        check_action(action, {role})
    else:
        with pytest.raises(Forbidden, match=f"may not {action.value}"):
            check_action(action, {role})


def test_somebody_without_a_role_may_do_nothing() -> None:
    with pytest.raises(Forbidden, match="person without a desk's role"):
        check_action(Action.NOTE, ())
    assert all(targets(status, ()) == () for status in Status)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ((), "person without a desk's role"),
        ((Role.CALL_TAKER,), "call taker"),
        ((Role.DISPATCHER, Role.SUPERVISOR), "dispatcher or supervisor"),
        (tuple(Role), "call taker, dispatcher or supervisor"),
    ],
)
def test_roles_are_listed_as_one_says_them(roles: tuple[Role, ...], said: str) -> None:
    assert names(roles) == said
