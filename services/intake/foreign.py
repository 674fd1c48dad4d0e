"""Other systems' words for where a request stands, how it ended, how it came in, and consent."""

from __future__ import annotations

import re

from services.domain.status import Channel, Outcome, Status
from services.domain.statusmap import State

_WORD = re.compile(r"[a-z]+")
_CLOSED: tuple[tuple[frozenset[str], Outcome], ...] = (
    (frozenset({"dup", "duplicate", "duplicated"}), Outcome.DUPLICATE),
    (frozenset({"canceled", "cancelled", "withdrawn", "invalid"}), Outcome.WITHDRAWN),
    (frozenset({"unfounded"}), Outcome.NOT_FOUND),
    (frozenset({"fixed", "repaired"}), Outcome.FIXED),
    (frozenset({"closed", "complete", "completed", "resolved", "done", "archived"}), Outcome.UNKNOWN),
)
_OPEN: tuple[tuple[frozenset[str], Status], ...] = (
    (frozenset({"progress", "started", "dispatched", "working"}), Status.IN_PROGRESS),
    (frozenset({"scheduled"}), Status.SCHEDULED),
    (frozenset({"hold", "deferred", "waiting"}), Status.ON_HOLD),
    (frozenset({"acknowledged", "assigned", "referred", "pending", "accepted"}), Status.ACKNOWLEDGED),
    (frozenset({"open", "new", "unassigned", "received", "reported", "submitted", "unspecified"}), Status.NEW),
)
_CONSENTS = frozenset({"yes", "y", "true", "t", "1", "x", "given", "granted", "opt-in", "sí", "si", "có"})
_CHANNELS: tuple[tuple[frozenset[str], Channel], ...] = (
    (frozenset({"employee", "staff", "worker", "internal", "generated", "crew"}), Channel.STAFF),
    (frozenset({"phone", "call", "telephone", "voice"}), Channel.PHONE),
    (frozenset({"app", "mobile", "ios", "android", "iphone"}), Channel.APP),
    (frozenset({"email", "mail"}), Channel.EMAIL),
    (frozenset({"web", "online", "internet", "website", "self", "portal"}), Channel.WEB),
    (frozenset({"walk", "counter", "person"}), Channel.WALK_IN),
)


def state(text: str) -> State | None:
    """Where a request stands by this word; None for a word that is not known.

    "Completed" says that it is over, not that it was done: the outcome is unknown.
    """
    words = set(_WORD.findall(text.casefold()))
    for known, outcome in _CLOSED:
        if words & known and "not" not in words:
            return Status.CLOSED, outcome
    for known, status in _OPEN:
        if words & known:
            return status, None
    return None


def consent(text: str) -> bool:
    """Whether a caller wants to hear of it by this word; a word that is not known is no consent."""
    return text.casefold() in _CONSENTS


def channel(text: str) -> Channel:
    """How it came in by these words."""
    words = set(_WORD.findall(text.casefold().replace("_", " ")))
    return next((found for known, found in _CHANNELS if words & known), Channel.UNKNOWN)
