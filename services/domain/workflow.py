"""The workflow as one table: from which status to which, who may, what it needs, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from services.domain.status import ALL_ROLES, CHOSEN_OUTCOMES, Outcome, Role, Status
from services.errors import Forbidden, Invalid

N, K, A, P, S, H, C = (
    Status.NEW,
    Status.ACKNOWLEDGED,
    Status.ASSIGNED,
    Status.IN_PROGRESS,
    Status.SCHEDULED,
    Status.ON_HOLD,
    Status.CLOSED,
)
EVERYONE = ALL_ROLES
DISPATCH = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
SUPERVISE = frozenset({Role.SUPERVISOR})


class Need(StrEnum):
    """What a change of status cannot do without."""

    CREW = "crew"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change of status."""

    source: Status
    target: Status
    roles: frozenset[Role]
    needs: frozenset[Need]
    reason: str
    """Why the row is as it is: read by the next person who wants to change it."""


def _row(source: Status, target: Status, roles: frozenset[Role], reason: str, *needs: Need) -> Transition:
    return Transition(source, target, roles, frozenset(needs), reason)


WORKFLOW: tuple[Transition, ...] = (
    _row(N, K, EVERYONE, "Anyone who has read it may say so; the resident hears that a person has it."),
    _row(N, A, DISPATCH, "A crew may be named at once; in a storm nobody acknowledges first.", Need.CREW),
    _row(N, P, DISPATCH, "Work may have begun before the desk heard of it, by a crew the city has not listed."),
    _row(N, S, DISPATCH, "Some services have a fixed day, so the day is known before the crew."),
    _row(N, H, DISPATCH, "It may have to wait for a part, a permit or another city before anything else."),
    _row(N, C, EVERYONE, "A call-taker can close what is not ours or what the caller withdraws.", Need.OUTCOME),
    _row(K, A, DISPATCH, "The normal next step.", Need.CREW),
    _row(K, P, DISPATCH, "Work may begin without a named crew (an inspector at his own desk)."),
    _row(K, S, DISPATCH, "A day is agreed before the crew is known."),
    _row(K, H, DISPATCH, "It waits for somebody else."),
    _row(K, C, EVERYONE, "Answered on the telephone, or withdrawn.", Need.OUTCOME),
    _row(A, K, DISPATCH, "The crew is taken off again, but the resident was already told that we have it."),
    _row(A, P, DISPATCH, "The crew has started."),
    _row(A, S, DISPATCH, "The crew has given a day."),
    _row(A, H, DISPATCH, "The crew cannot go on."),
    _row(A, C, DISPATCH, "Done in one visit.", Need.OUTCOME),
    _row(P, A, DISPATCH, "Started by mistake, or handed to another crew.", Need.CREW),
    _row(P, S, DISPATCH, "Made safe today, the rest has a day."),
    _row(P, H, DISPATCH, "Stopped: a part, the weather, a parked car."),
    _row(P, C, DISPATCH, "Done.", Need.OUTCOME),
    _row(S, A, DISPATCH, "The day is dropped; the crew keeps it.", Need.CREW),
    _row(S, P, DISPATCH, "The day has come."),
    _row(S, H, DISPATCH, "The day cannot be kept."),
    _row(S, C, DISPATCH, "Done, or no longer needed.", Need.OUTCOME),
    _row(H, K, DISPATCH, "What it waited for came; nobody has it yet."),
    _row(H, A, DISPATCH, "What it waited for came; a crew takes it.", Need.CREW),
    _row(H, P, DISPATCH, "Work goes on."),
    _row(H, S, DISPATCH, "What it waited for comes on a known day."),
    _row(H, C, DISPATCH, "What it waited for will not come.", Need.OUTCOME),
    _row(C, K, SUPERVISE, "Reopened: only a supervisor, because a resident was told that it ended."),
    _row(C, P, SUPERVISE, "Reopened and already being worked on; a supervisor for the same reason."),
)
_TABLE = {(t.source, t.target): t for t in WORKFLOW}


class Action(StrEnum):
    """What a person may do besides changing the status."""

    ASSIGN = "assign"
    CLAIM = "claim"
    """Say who of the staff looks after it. Only who dispatches takes it from somebody else."""
    MESSAGE = "message"
    NOTE = "note"
    LOG = "log"
    UNDO = "undo"
    MERGE = "merge"
    EDIT_CREWS = "edit crews"
    """Say what crews there are and what they can do; where one is, whoever assigns may say."""
    SET_TARGETS = "set targets"
    """Say by when each service is to be done, and when the city works."""
    EDIT_RULES = "edit alert rules"
    EDIT_ROUTING = "edit routing rules"
    ACKNOWLEDGE = "acknowledge an alert"
    SEE_CONTACTS = "see contacts"
    """Read the telephone numbers and e-mail addresses of callers; others see them masked."""


ACTION_ROLES: dict[Action, frozenset[Role]] = {
    Action.ASSIGN: DISPATCH,
    Action.CLAIM: EVERYONE,
    Action.MESSAGE: EVERYONE,
    Action.NOTE: EVERYONE,
    Action.LOG: EVERYONE,
    Action.UNDO: EVERYONE,
    Action.MERGE: DISPATCH,
    Action.EDIT_CREWS: SUPERVISE,
    Action.SET_TARGETS: SUPERVISE,
    Action.EDIT_RULES: SUPERVISE,
    Action.EDIT_ROUTING: SUPERVISE,
    Action.ACKNOWLEDGE: EVERYONE,
    Action.SEE_CONTACTS: EVERYONE,
}


def transition(source: Status, target: Status) -> Transition | None:
    """The table's row for this change, or None where there is none."""
    return _TABLE.get((source, target))


def targets(source: Status, roles: Collection[Role]) -> tuple[Status, ...]:
    """The statuses that somebody with these roles may set from `source`, in the table's order."""
    return tuple(t.target for t in WORKFLOW if t.source is source and t.roles & set(roles))


def check_action(action: Action, roles: Collection[Role]) -> None:
    """Raise Forbidden unless one of the roles may do it."""
    if not ACTION_ROLES[action] & set(roles):
        raise Forbidden(f"A {names(roles)} may not {action.value}.", f"Ask a {names(sorted(ACTION_ROLES[action]))}.")


def check_transition(
    source: Status, target: Status, roles: Collection[Role], *, has_crew: bool, outcome: Outcome | None
) -> Transition:
    """The row for this change; raises Forbidden or Invalid with the reason when it is not to be made."""
    row = transition(source, target)
    if row is None:
        if source is target:
            raise Invalid(f"It is already {source.label.lower()}.")
        raise Forbidden(
            f"A request cannot go from {source.label.lower()} to {target.label.lower()}.",
            f"From here it can go to: {', '.join(s.label.lower() for s in targets(source, ALL_ROLES))}.",
        )
    if not row.roles & set(roles):
        raise Forbidden(
            f"Only a {names(sorted(row.roles))} may go from {source.label.lower()} to {target.label.lower()}."
        )
    if Need.CREW in row.needs and not has_crew:
        raise Invalid(f"“{target.label}” needs a crew.", "Assign one first (key A).")
    if Need.OUTCOME in row.needs and outcome not in CHOSEN_OUTCOMES:
        raise Invalid("Closing needs an outcome.", f"One of: {', '.join(CHOSEN_OUTCOMES)}.")
    if Need.OUTCOME not in row.needs and outcome is not None:
        raise Invalid("Only a closed request has an outcome.", "Leave it out, or set the status to closed.")
    return row


def names(roles: Collection[Role]) -> str:
    """ "call taker", "dispatcher or supervisor", "call taker, dispatcher or supervisor"."""
    labels = [role.label for role in roles] or ["person without a desk's role"]
    return " or ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
