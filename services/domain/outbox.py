"""What waits to be told to an upstream, and the states it passes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutboxState(StrEnum):
    """queued → sending (committed before the call) → sent, refused or unknown; retracted by Undo."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    """The upstream said no; a person decides (retry or leave)."""
    UNKNOWN = "unknown"
    """It may or may not have arrived and cannot be read back; a person decides."""
    RETRACTED = "retracted"
    """Taken back by Undo before it left."""


OPEN_STATES = frozenset({OutboxState.QUEUED, OutboxState.SENDING})
BLOCKING_STATES = OPEN_STATES | {OutboxState.UNKNOWN}
"""While one of these is unfinished, later items of the same request wait, so that order is kept.

UNKNOWN blocks too: until a person has decided, sending a later update could put two in the wrong order.
"""


class OutboxKind(StrEnum):
    """What is told."""

    REPORT = "report"
    """A report logged here, to be created upstream."""
    UPDATE = "update"
    """A status, a message, or both."""
    NOTICE = "notice"
    """An e-mail of ours to a caller whom no upstream tells."""


MAIL = "@mail"
"""Stands where an upstream's name does for what our own notifier tells; no upstream can be called so."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing to tell an upstream."""

    id: str
    """UUID: our idempotency key, the update_id we send, and the base of a fixed Message-ID."""
    request_id: int
    number: str
    upstream: str
    upstream_id: str
    kind: OutboxKind
    state: OutboxState
    status_word: str
    """The upstream's word that will be sent; "" for a report; of a notice our own: "closed/fixed"."""
    message: str
    """The exact public text that will leave; "" when none."""
    created_at: datetime
    held_until: datetime
    next_try_at: datetime
    attempts: int
    problem: str
    """The last failure, as a sentence; "" when none."""
    receipt: str
    """What the upstream answered (its id of the update or report)."""
    sent_at: datetime | None
    operation: str
    caller_id: int | None = None
    """Whom a notice is for; None for what an upstream is told."""
