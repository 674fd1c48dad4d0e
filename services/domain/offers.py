"""Which statuses can be set on what is selected, what each tells the outside, and why the others cannot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.domain.policy import Policy
from services.domain.status import CHOSEN_OUTCOMES, Role, Status
from services.domain.statusmap import Internal, NotOffered, State, Told
from services.domain.workflow import check_transition, transition
from services.errors import Expected


@dataclass(frozen=True, slots=True)
class Subject:
    """One selected request, as far as an offer depends on it."""

    status: Status
    has_crew: bool
    policy: Policy


@dataclass(frozen=True, slots=True)
class Offer:
    """One status or outcome to choose."""

    state: State
    told: str
    """What the outside sees of it, in words."""
    problem: str
    """Why it cannot be chosen; "" when it can."""

    @property
    def title(self) -> str:
        """The words shown: "In progress", "Closed: fixed"."""
        status, outcome = self.state
        return f"{status.label}: {outcome.label.lower()}" if outcome else status.label

    @property
    def key(self) -> str:
        """The state as the command line writes it: "in_progress", "closed/fixed"."""
        status, outcome = self.state
        return f"{status.value}/{outcome.value}" if outcome else status.value


STATES: tuple[State, ...] = (
    *((s, None) for s in Status if s.is_open and s is not Status.NEW),
    *((Status.CLOSED, o) for o in CHOSEN_OUTCOMES),
)


def offers(subjects: Sequence[Subject], roles: Collection[Role], *, has_message: bool) -> tuple[Offer, ...]:
    """Every state that at least one of the subjects could reach; choosable when all of them may take it now."""
    made = []
    for state in STATES:
        if any(transition(s.status, state[0]) for s in subjects):
            problem = next(filter(None, (_problem(s, state, roles, has_message) for s in subjects)), "")
            made.append(Offer(state, _told({s.policy.upstream: s.policy for s in subjects}, state), problem))
    return tuple(made)


def _problem(subject: Subject, state: State, roles: Collection[Role], has_message: bool) -> str:
    status, outcome = state
    try:
        check_transition(subject.status, status, roles, has_crew=subject.has_crew, outcome=outcome)
        if subject.policy.takes_updates:
            subject.policy.statuses.check(status, outcome, has_message=has_message)
    except Expected as problem:
        return str(problem)
    return ""


def _told(policies: dict[str, Policy], state: State) -> str:
    if len(policies) != 1:
        return "Each upstream is told in its own words."
    (policy,) = policies.values()
    if not policy.upstream:
        return "Stays at this desk."
    if not policy.takes_updates:
        return f"“{policy.upstream}” takes no updates; nobody outside is told."
    match policy.statuses.out(*state):
        case Told(word):
            return f"“{policy.upstream}” is told {word}."
        case Internal(reason):
            return f"Stays at this desk: {reason}"
        case NotOffered(reason):
            return reason
