"""What every command needs to know: the store, who acts, and what each upstream allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.domain.policy import LOCAL, Policy
from services.domain.values import Actor
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

    def policy(self, upstream: str) -> Policy:
        """The policy of an upstream; `LOCAL` for one that is not configured."""
        return self.policies.get(upstream, LOCAL)
