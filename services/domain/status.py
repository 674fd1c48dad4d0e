"""The words for where a request stands, how it ended, who acts and by which channel it came."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a service request stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    ON_HOLD = "on_hold"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word shown to people, e.g. "In progress"."""
        return self.value.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """True for every status but closed."""
        return self is not Status.CLOSED


class Outcome(StrEnum):
    """How a closed request ended, kept apart from the status so that "closed" never hides "not done"."""

    FIXED = "fixed"
    NO_ACTION = "no_action"
    NOT_FOUND = "not_found"
    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
    """Only where an upstream closed it without saying how; never chosen by a person."""

    @property
    def label(self) -> str:
        """The words shown to people, e.g. "Not ours"."""
        return self.value.replace("_", " ").capitalize()


CHOSEN_OUTCOMES = tuple(o for o in Outcome if o is not Outcome.UNKNOWN)


class Role(StrEnum):
    """What a member of staff does at the desk."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return self.value.replace("_", " ")


ALL_ROLES = frozenset(Role)


class Channel(StrEnum):
    """How a report came in."""

    PHONE = "phone"
    APP = "app"
    WEB = "web"
    EMAIL = "email"
    WALK_IN = "walk_in"
    STAFF = "staff"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"email": "e-mail", "walk_in": "walk-in"}.get(self.value, self.value)
