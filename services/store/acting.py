"""What every command needs to know: the store, who acts, and what each upstream allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from services.domain.policy import LOCAL, Policy
from services.domain.status import Role
from services.domain.values import Actor
from services.domain.workflow import ACTION_ROLES, Action
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on which store."""

    store: Store
    actor: Actor
    policies: Mapping[str, Policy]
    """By upstream name; an upstream that is not among them counts as none."""
    hold: timedelta
    """How long anything waits before it can leave, so that Undo can take it back."""
    country: str = "US"
    """Says how a telephone number without + is meant."""
    rights: Mapping[Action, frozenset[Role]] = field(default_factory=lambda: ACTION_ROLES)
    """Who may do what; a city may narrow it."""
    zone: tzinfo | None = None
    """Of the clock in what is said; None for this machine's."""
    operation: str = ""
    """Names the one command that is to be done with this, so that it can be told afterwards whether it was."""

    @property
    def sees_contacts(self) -> bool:
        """Whether who acts may read callers' numbers and addresses."""
        return bool(self.rights[Action.SEE_CONTACTS] & self.actor.roles)

    def policy(self, upstream: str) -> Policy:
        """The policy of an upstream; `LOCAL` for one that is not configured."""
        return self.policies.get(upstream, LOCAL)
