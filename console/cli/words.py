"""The status mapping of each upstream as text: what it is told, what is kept here, what is not offered, and why."""

from __future__ import annotations

from collections.abc import Mapping

from console.cli import output
from services.domain.policy import LOCAL, Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import Internal, NotOffered, Outgoing, State, StatusMap
from services.errors import NotFound


def tables(policies: Mapping[str, Policy], only: str | None) -> str:
    """The tables of all upstreams, or of one. Raises NotFound for a name that is not configured."""
    if only is not None and only not in policies:
        known = ", ".join(policies) or "none"
        raise NotFound(f"There is no upstream “{only}”.", f"Configured: {known}.")
    chosen = [policies[only]] if only is not None else list(policies.values()) or [LOCAL]
    return "\n\n".join(_table(policy) for policy in chosen)


def _table(policy: Policy) -> str:
    words = policy.statuses
    name = f"Upstream “{policy.upstream}”" if policy.upstream else "Requests of this desk only"
    takes = "" if policy.takes_updates or not policy.upstream else "; it takes no updates"
    parts = [f"{name}, words of {words.dialect.value}{takes}", ""]
    parts.append(
        output.table(("WE SET", "IT IS TOLD", "WHY"), (_out(state, told) for state, told in words.outgoing.items()))
    )
    if words.neutral_word:
        parts.append(f"With a message that changes no status it is told {words.neutral_word}.")
    parts += words.notes
    parts += ["", output.table(("IT SAYS", "WE TAKE IT AS"), _in(words))]
    return "\n".join(parts)


def _out(state: State, told: Outgoing) -> tuple[str, str, str]:
    if isinstance(told, NotOffered):
        return _name(*state), "not offered", told.reason
    if isinstance(told, Internal):
        return _name(*state), "nothing", told.reason
    return _name(*state), told.word, "only with a message" if told.needs_message else ""


def _in(words: StatusMap) -> list[tuple[str, str]]:
    return [(word, _name(*state)) for word, state in words.incoming.items()]


def _name(status: Status, outcome: Outcome | None) -> str:
    return f"{status.value}/{outcome.value}" if outcome else status.value
