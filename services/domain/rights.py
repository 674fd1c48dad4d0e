"""Who may do what to which table: one table of data, from which the database's grants are made and checked.

What a command needs beyond this (which status may follow which, whose words may be read) is in `workflow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.domain.status import Role


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
_KEEPERS: Groups = frozenset({Group.SUPERVISOR, Group.WORKER})


@dataclass(frozen=True, slots=True)
class Right:
    """Some groups may do this to a table."""

    table: str
    verb: Verb
    groups: Groups
    columns: tuple[str, ...] = ()
    """Only to these; () for all."""


_STATE = ("status", "outcome", "crew_id", "updated_at", "version", "person_at", "differs", "closed_at", "reopened")
_HERE = ("merged_into", "upstream", "needed_at", "due_at")
"""Changed by merging, by taking back a report that has not left, and by what a caller answers."""


def _read(*tables: str) -> tuple[Right, ...]:
    return tuple(Right(table, Verb.SELECT, _ALL) for table in tables)


RIGHTS: tuple[Right, ...] = (
    *_read("alembic_version", "meta", "counter", "crew", "service", "upstream_state", "seen_update", "request"),
    *_read("event", "operation", "outbox", "call_back", "text"),
    Right("request_words", Verb.SELECT, _WRITERS),
    Right("caller", Verb.SELECT, _WRITERS),
    Right("search", Verb.SELECT, _WRITERS),
    Right("request", Verb.INSERT, _WRITERS),
    Right("request", Verb.UPDATE, _STAFF, (*_STATE, *_HERE)),
    Right("request", Verb.UPDATE, _KEEPERS),
    Right("caller", Verb.INSERT, _WRITERS),
    Right("caller", Verb.UPDATE, _STAFF, ("withdrawn", "do_not_call", "reply", "consent")),
    Right("caller", Verb.UPDATE, _KEEPERS),
    Right("text", Verb.INSERT, _WRITERS),
    Right("text", Verb.UPDATE, _KEEPERS, ("body", "erased_at")),
    Right("event", Verb.INSERT, _WRITERS, ("request_id", "at", "actor", "kind", "data", "text_id", "operation")),
    Right("operation", Verb.INSERT, _WRITERS),
    Right("operation", Verb.UPDATE, _WRITERS, ("state",)),
    Right("outbox", Verb.INSERT, _WRITERS),
    Right("outbox", Verb.UPDATE, _STAFF, ("state", "problem", "next_try_at", "held_until", "attempts")),
    Right("outbox", Verb.UPDATE, _KEEPERS),
    Right("call_back", Verb.INSERT, _WRITERS),
    Right("call_back", Verb.UPDATE, _WRITERS, ("state", "done_at")),
    Right("crew", Verb.INSERT, _KEEPERS),
    Right("crew", Verb.UPDATE, _KEEPERS),
    Right("service", Verb.INSERT, _KEEPERS),
    Right("service", Verb.UPDATE, _KEEPERS),
    Right("upstream_state", Verb.INSERT, frozenset({Group.WORKER})),
    Right("upstream_state", Verb.UPDATE, frozenset({Group.WORKER})),
    Right("seen_update", Verb.INSERT, frozenset({Group.WORKER})),
    Right("meta", Verb.INSERT, frozenset({Group.WORKER})),
    Right("meta", Verb.UPDATE, frozenset({Group.WORKER})),
)
"""Nobody deletes anything, and nobody changes an event."""
TABLES = tuple(sorted({right.table for right in RIGHTS}))


def may(group: Group, verb: Verb, table: str, column: str = "") -> bool:
    """Whether a group may do this to a table, or to a column of it; without one: to any column."""
    rights = (r for r in RIGHTS if r.table == table and r.verb is verb and group in r.groups)
    return any(not r.columns or not column or column in r.columns for r in rights)
