"""Who may do what to which table: one table of data, from which the database's grants are made and checked.

What a command needs beyond this (which status may follow which, whose words may be read) is in `workflow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.domain.status import Role
from services.domain.workflow import ACTION_ROLES, Action


class Group(StrEnum):
    """Who logs in at a shared database: the three roles of a desk, the process that syncs, and who only reads."""

    CALL_TAKER = Role.CALL_TAKER.value
    DISPATCHER = Role.DISPATCHER.value
    SUPERVISOR = Role.SUPERVISOR.value
    WORKER = "worker"
    AUDITOR = "auditor"


class Verb(StrEnum):
    """What can be done to a table."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


Groups = frozenset[Group]
_STAFF: Groups = frozenset({Group.CALL_TAKER, Group.DISPATCHER, Group.SUPERVISOR})
_WRITERS: Groups = _STAFF | {Group.WORKER}
_ALL: Groups = frozenset(Group)
_DISPATCH: Groups = frozenset({Group.DISPATCHER, Group.SUPERVISOR})
_KEEPERS: Groups = frozenset({Group.SUPERVISOR, Group.WORKER})


@dataclass(frozen=True, slots=True)
class Right:
    """Some groups may do this to a table."""

    table: str
    verb: Verb
    groups: Groups
    columns: tuple[str, ...] = ()
    """Only to these; () for all."""


MASKED = "masked"
"""Where those who may not see how to reach a caller read `caller` and `search` instead."""
_MASKED_CALLER, _MASKED_SEARCH = f"{MASKED}.caller", f"{MASKED}.search"
_STATE = ("status", "outcome", "crew_id", "updated_at", "version", "person_at", "differs", "closed_at", "reopened")
_HERE = ("merged_into", "upstream", "needed_at", "due_at", "claimed_by")
"""Changed by merging, by taking back a report that has not left, by what a caller answers, and by claiming."""
_WORDS = ("description", "attributes", "upstream_notes", "erased", "service_code", "service", "channel")
_PLACE = ("address", "lat", "lon", "area", "zipcode", "requested_at", "expected_at")
"""These two are changed by erasing, and by importing anew what was taken back."""
_SHOWN = ("upstream_id", "token", "reference", "upstream_status", "upstream_updated_at", "fingerprint", "media_urls")
_REQUEST = (*_STATE, *_HERE, *_WORDS, *_PLACE, *_SHOWN, "reach")
"""On which shelf a request lies, nobody says but the database itself."""
_WISHES = ("withdrawn", "do_not_call", "reply", "consent")
_NAMES = ("name", "phone", "email", "language", "phone_key", "email_key")
_SAID = ("request_id", "at", "actor", "kind", "data", "text_id", "operation")

_STOP = ("crew_id", "day", "position")
_WHERE = ("lat", "lon", "place_at")
_CREW = ("id", "name", "skills", "capacity", "active", "areas", "shifts", "email", "base_lat", "base_lon", *_WHERE)
_RULE = ("id", "name", "query", "measure", "threshold", "desktop", "mail", "webhook", "active")
_ALERT = ("id", "rule_id", "rule", "query", "measure", "value", "peak", "desktop", "begun_at")
_SENDING = ("id", "alert_id", "way", "target", "state", "attempts", "next_try_at", "problem", "sent_at")
_SERVICE = (
    *("upstream", "code", "name", "group", "description", "keywords", "has_definition", "sla_hours", "attributes"),
    "listed",
)
"""All columns, by name: who may change a whole table may also lock it, and keep everybody out."""
_TO_CALL = ("request_id", "caller_id", "text_id", "state", "told_state", "created_at", "operation")
_QUEUED = (
    *("id", "request_id", "upstream", "kind", "state", "status_word", "text_id", "created_at", "held_until"),
    *("next_try_at", "operation", "reverse", "caller_id", "told_state"),
)


def _read(*tables: str) -> tuple[Right, ...]:
    return tuple(Right(table, Verb.SELECT, _ALL) for table in tables)


def rights(actions: Mapping[Action, frozenset[Role]] = ACTION_ROLES) -> tuple[Right, ...]:
    """Every right, in a city where `actions` says who may see contacts."""
    seeing = frozenset(Group(role.value) for role in actions[Action.SEE_CONTACTS]) | {Group.WORKER}
    return (
        *_read("alembic_version", "meta", "counter", "crew", "service", "upstream_state", "seen_update", "request"),
        *_read("stop", "crew_letter", "sla", "routing", "alert_rule", "alert", "alert_send"),
        *_read("request_identity", "event", "operation", "outbox", "call_back", "text", _MASKED_CALLER, _MASKED_SEARCH),
        Right("caller", Verb.SELECT, seeing),
        Right("caller", Verb.INSERT, seeing),
        Right("caller", Verb.UPDATE, seeing, _WISHES),
        Right("caller", Verb.UPDATE, seeing & _KEEPERS, _NAMES),
        Right("search", Verb.SELECT, seeing),
        *_CHANGES,
    )


_CHANGES: tuple[Right, ...] = (
    Right("request_words", Verb.SELECT, _WRITERS),
    Right("request", Verb.INSERT, _WRITERS, ("id", "number", *_REQUEST)),
    Right("request", Verb.UPDATE, _STAFF, (*_STATE, *_HERE)),
    Right("request", Verb.UPDATE, frozenset({Group.SUPERVISOR}), (*_WORDS, *_PLACE)),
    Right("request", Verb.UPDATE, frozenset({Group.WORKER}), _REQUEST),
    Right(_MASKED_CALLER, Verb.INSERT, _WRITERS),
    Right(_MASKED_CALLER, Verb.UPDATE, _WRITERS, _WISHES),
    Right(_MASKED_CALLER, Verb.UPDATE, _KEEPERS, _NAMES),
    Right("text", Verb.INSERT, _WRITERS),
    Right("text", Verb.UPDATE, _KEEPERS, ("body", "erased_at")),
    Right("event", Verb.INSERT, _WRITERS, _SAID),
    Right("operation", Verb.INSERT, _WRITERS, ("id", "actor", "at", "sentence", "state")),
    Right("operation", Verb.UPDATE, _WRITERS, ("state",)),
    Right("outbox", Verb.INSERT, _WRITERS, _QUEUED),
    Right("outbox", Verb.UPDATE, _STAFF, ("state", "problem", "next_try_at", "held_until")),
    Right("outbox", Verb.UPDATE, frozenset({Group.WORKER})),
    Right("presence", Verb.SELECT, _STAFF),
    Right("presence", Verb.INSERT, _STAFF),
    Right("presence", Verb.UPDATE, _STAFF, ("pid", "actor", "request_id", "writes")),
    Right("call_back", Verb.INSERT, _WRITERS, _TO_CALL),
    Right("call_back", Verb.UPDATE, _WRITERS, ("state", "done_at")),
    *(Right("crew", verb, _KEEPERS, _CREW) for verb in (Verb.INSERT, Verb.UPDATE)),
    Right("crew", Verb.UPDATE, frozenset({Group.DISPATCHER}), _WHERE),
    Right("crew_letter", Verb.INSERT, _DISPATCH, ("crew_id", "day", "actor", "state", "asked_at", "next_try_at")),
    Right("crew_letter", Verb.UPDATE, _DISPATCH, ("state",)),
    Right("crew_letter", Verb.UPDATE, frozenset({Group.WORKER})),
    Right("stop", Verb.INSERT, _DISPATCH, ("request_id", *_STOP)),
    Right("stop", Verb.UPDATE, _DISPATCH, _STOP),
    *(Right("alert_rule", verb, frozenset({Group.SUPERVISOR}), _RULE) for verb in (Verb.INSERT, Verb.UPDATE)),
    Right("alert", Verb.INSERT, frozenset({Group.WORKER}), _ALERT),
    Right("alert", Verb.UPDATE, frozenset({Group.WORKER}), ("peak", "ended_at", "low_ms", "rested")),
    Right("alert", Verb.UPDATE, _STAFF, ("acknowledged_by", "acknowledged_at")),
    *(Right("alert_send", verb, frozenset({Group.WORKER}), _SENDING) for verb in (Verb.INSERT, Verb.UPDATE)),
    *(Right("service", verb, _KEEPERS, _SERVICE) for verb in (Verb.INSERT, Verb.UPDATE)),
    Right("sla", Verb.INSERT, frozenset({Group.SUPERVISOR}), ("at", "actor", "calendar", "targets")),
    Right("routing", Verb.INSERT, frozenset({Group.SUPERVISOR}), ("at", "actor", "rules")),
    *(Right("upstream_state", verb, frozenset({Group.WORKER})) for verb in (Verb.INSERT, Verb.UPDATE)),
    Right("seen_update", Verb.INSERT, frozenset({Group.WORKER})),
    Right("guard.chain", Verb.SELECT, frozenset({Group.WORKER}), ("request_id", "links", "head")),
    *(Right("meta", verb, frozenset({Group.WORKER})) for verb in (Verb.INSERT, Verb.UPDATE)),
)
RIGHTS = rights()
"""Nobody deletes anything, and nobody changes an event."""


def may(group: Group, verb: Verb, table: str, column: str = "", given: tuple[Right, ...] = RIGHTS) -> bool:
    """Whether a group may do this to a table, or to a column of it; without one: to any column."""
    those = (r for r in given if r.table == table and r.verb is verb and group in r.groups)
    return any(not r.columns or not column or column in r.columns for r in those)


def writers() -> frozenset[Group]:
    """The groups that may change anything."""
    return _WRITERS
