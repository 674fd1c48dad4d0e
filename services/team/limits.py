"""What no row may hold, whoever writes it: a word that no desk knows, a moment beyond the calendar, a place off Earth.

One such row would keep every desk from reading its request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import JSON, Table

from services.domain.alerts import Measure
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Channel, Outcome, Status
from services.domain.statusmap import written
from services.domain.values import REPLIES, EventKind
from services.sqlite import FIRST, LAST, UtcMillis
from services.store import crew_letters
from services.store.server import SCHEMA
from services.store.tables import metadata
from services.store.telling import DONE, DUE, RETRACTED


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_STATES = [*(written((s, None)) for s in Status if s.is_open), *(written((Status.CLOSED, o)) for o in Outcome)]
_WORDS: dict[str, dict[str, Iterable[str]]] = {
    "request": {"status": Status, "outcome": Outcome, "channel": Channel},
    "event": {"kind": EventKind},
    "outbox": {"kind": OutboxKind, "state": OutboxState, "told_state": ["", *_STATES]},
    "call_back": {"state": [DUE, DONE, RETRACTED], "told_state": _STATES},
    "caller": {"reply": REPLIES},
    "crew_letter": {"state": crew_letters.STATES},
    "alert_rule": {"measure": Measure},
    "alert": {"measure": Measure},
}
_OBJECTS = {"data", "attributes", "shifts", "calendar", "targets", "rules"}
_MORE = {
    "request": ("(status = 'closed') = (outcome IS NOT NULL)", "lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180"),
    "crew": (
        "capacity > 0",
        "lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180",
        "base_lat BETWEEN -90 AND 90 AND base_lon BETWEEN -180 AND 180",
    ),
    "crew_letter": ("day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'",),
    "stop": ("position BETWEEN -1e12 AND 1e12", "day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'"),
    "alert_rule": ("threshold > 0 AND threshold < 1e9", "octet_length(name || query || mail || webhook) < 10000"),
    "outbox": (f"kind <> 'notice' OR status_word IN ({_listed(_STATES)})",),
    "event": (
        f"coalesce(data ->> 'from', 'new') IN ({_listed(Status)})",
        f"coalesce(data ->> 'from_outcome', 'fixed') IN ({_listed(Outcome)})",
        "octet_length(CAST(data AS text)) < 100000",
    ),
}


def constraints() -> Iterator[str]:
    """Made anew each time, for what is written from then on: what is there already was written by our own desks."""
    for table in metadata.sorted_tables:
        said = [*_calendar(table), *_lists(table), *_words(table), *_MORE.get(table.name, ())]
        if said and table.name != "counter":
            name = f"{SCHEMA}.{table.name}"
            yield f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {table.name}_read"
            holds = " AND ".join(f"({one}) IS NOT FALSE" for one in said)
            yield f"ALTER TABLE {name} ADD CONSTRAINT {table.name}_read CHECK ({holds}) NOT VALID"


def _calendar(table: Table) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column.type, UtcMillis):
            yield f'"{column.name}" BETWEEN {FIRST} AND {LAST}'


def _lists(table: Table) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column.type, JSON):
            kind = "object" if column.name in _OBJECTS and table.name != "service" else "array"
            yield f"json_typeof(\"{column.name}\") = '{kind}'"


def _words(table: Table) -> Iterator[str]:
    for column, words in _WORDS.get(table.name, {}).items():
        yield f'"{column}" IN ({_listed(words)})'
