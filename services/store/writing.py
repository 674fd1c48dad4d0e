"""The small steps that commands, undo and ingest share: numbers, history lines, texts, outbox rows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, FunctionElement, Integer, cast, func, select
from sqlalchemy.ext.compiler import compiles

from services.domain.outbox import MAIL, OutboxKind, OutboxState
from services.domain.values import EventKind
from services.sqlite import to_millis
from services.store import bulk
from services.store.dialect import driven, held, is_server, upsert
from services.store.tables import call_back, counter, event, outbox, request, text_row

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Data = dict[str, str | int | float | bool | None]
_TEXT = ("id", "request_id", "body")
_EVENT = ("request_id", "at", "actor", "kind", "data", "text_id", "operation")
_OUTBOX = (
    *("id", "request_id", "upstream", "kind", "state", "status_word", "text_id", "created_at", "held_until"),
    *("next_try_at", "operation", "reverse", "caller_id", "told_state"),
)
_CALL_BACK = ("request_id", "caller_id", "text_id", "state", "told_state", "created_at", "operation")


def id_list(ids: Iterable[int]) -> str:
    """Ids as one parameter for `{ids}`, so that their count has no limit."""
    return json.dumps([int(i) for i in ids])


def among(field: Column[Any], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """`field IN (values)` for any number of values."""
    listed = [v if isinstance(v, str) else int(v) for v in values]
    value = _each(json.dumps(listed)).table_valued("value").c.value
    is_number = isinstance(field.type, Integer)
    return field.in_(select(cast(value, BigInteger) if is_number else value))


class _each(FunctionElement[Any]):  # noqa: N801 - SQL's own name
    """A JSON list as a table of one column."""

    name = "json_each"
    inherit_cache = True


@compiles(_each)
def _each_of_sqlite(element: _each, compiler: SQLCompiler, **asked: object) -> str:
    return f"json_each({compiler.process(element.clauses, **asked)})"


@compiles(_each, "postgresql")
def _each_of_postgresql(element: _each, compiler: SQLCompiler, **asked: object) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **asked)} AS json))"


def clean(text: str) -> str:
    """Text as it can be kept: no NUL, no half characters, no blanks around it."""
    if text.isprintable():  # neither NUL nor half characters are
        return text.strip()
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()


def numbers(connection: Connection, year: int, count: int) -> list[str]:
    """The next `count` numbers of a year ("26-000123"), never given twice."""
    if is_server(connection):
        first = reserve(connection, f"number_{year % 100:02d}", count)
        return [written(year, n) for n in range(first, first + count)]
    grow = upsert(connection, counter).values(year=year, last=count)
    grow = grow.on_conflict_do_update(index_elements=[counter.c.year], set_={"last": counter.c.last + count})
    last = connection.execute(grow.returning(counter.c.last)).scalar_one()
    return [written(year, n) for n in range(last - count + 1, last + 1)]


def written(year: int, n: int) -> str:
    """The number of the nth request of a year."""
    return f"{year % 100:02d}-{n:06d}"


def next_id(connection: Connection, table_id: Column[int], count: int = 1) -> int:
    """The first of `count` ids in a row that new rows of this table get; sound only inside a write."""
    if is_server(connection):
        return reserve(connection, table_id.table.name, count)
    return (connection.execute(select(func.max(table_id))).scalar() or 0) + 1


def reserve(connection: Connection, what: str, count: int) -> int:
    """The first of `count` numbers in a row that a server gives nobody else; they are lost if the write fails."""
    return int(driven(connection, "SELECT reserve(?, ?)", (what, max(count, 1))).scalar_one())


class Pen:
    """Collects what one transaction writes beside the requests, and writes each kind at once."""

    def __init__(self, connection: Connection, at: datetime, actor: str, operation: str = "") -> None:
        self.connection = connection
        self.at = at
        self.actor = actor
        self.operation = operation
        self._texts: list[tuple[object, ...]] = []
        self._events: list[tuple[object, ...]] = []
        self._outbox: list[tuple[object, ...]] = []
        self._call_backs: list[tuple[object, ...]] = []
        self._next_text = self._past_text = 0
        self._millis = to_millis(at)

    def text(self, request_id: int, body: str) -> int | None:
        """Keep a free text in a row of its own, that can be erased; None for an empty one."""
        if not body:
            return None
        if self._next_text == self._past_text:
            many = 1 + len(self._texts)  # as many again: few questions, whatever their number
            self._next_text = max(next_id(self.connection, text_row.c.id, many), self._past_text)
            self._past_text = self._next_text + many
        text_id = self._next_text
        self._next_text += 1
        self._texts.append((text_id, request_id, body))
        return text_id

    def event(
        self, request_id: int, kind: EventKind, data: Data, text_id: int | None = None, at: datetime | None = None
    ) -> None:
        """One line of history. `data` holds our own words, ids and versions only: nothing that names a person."""
        moment = self._millis if at is None else to_millis(at)
        kept = bulk.as_json(data)
        self._events.append((request_id, moment, self.actor, kind.value, kept, text_id, self.operation))

    def events(self, ids: Iterable[int], kind: EventKind, data: Data) -> None:
        """The same line in the history of each of these requests."""
        rest = (self._millis, self.actor, kind.value, bulk.as_json(data), None, self.operation)
        self._events.extend((request_id, *rest) for request_id in ids)

    def post(
        self,
        ids: Iterable[int],
        upstream: str,
        kind: OutboxKind,
        held_until: datetime,
        *,
        word: str = "",
        told_state: str = "",
        text_id: int | None = None,
        reverse: bool = False,
    ) -> None:
        """Queue something to be told, the same of each of these requests. `reverse` takes an operation back.

        `told_state` is the state that it tells, "closed/fixed"; `word` is what its upstream calls that.
        """
        state, at, held = OutboxState.QUEUED.value, self._millis, to_millis(held_until)
        rest = (upstream, kind.value, state, word, text_id, at, held, at, self.operation, reverse, None, told_state)
        self._outbox.extend((str(uuid.uuid4()), request_id, *rest) for request_id in ids)

    def notice(
        self, request_id: int, caller_id: int, held_until: datetime, *, word: str, text_id: int | None = None
    ) -> None:
        """Queue an e-mail of ours to a caller of this request. `word`: the state it tells, "closed/fixed"."""
        at, held = self._millis, to_millis(held_until)
        state = OutboxState.QUEUED.value
        row = (request_id, MAIL, OutboxKind.NOTICE.value, state, word, text_id, at, held, at)
        self._outbox.append((str(uuid.uuid4()), *row, self.operation, False, caller_id, ""))

    def call_back(self, request_id: int, caller_id: int, word: str, text_id: int | None = None) -> None:
        """Put a caller of this request on the list of those whom somebody is to call."""
        row = (request_id, caller_id, text_id, "due", word, self._millis, self.operation)
        self._call_backs.append(row)

    def new_texts(self) -> dict[int, int]:
        """By request: its last new text that is not written yet."""
        return {int(str(request_id)): int(str(text_id)) for text_id, request_id, _ in self._texts}

    def texts_of(self) -> tuple[int, ...]:
        """Ids of the requests that get a new text: their words in the index change."""
        return tuple(dict.fromkeys(int(str(request_id)) for _, request_id, _ in self._texts))

    @property
    def longest(self) -> int:
        """How many rows the table gets that gets most."""
        return max(map(len, (self._texts, self._events, self._outbox, self._call_backs)))

    def write(self) -> None:
        """Write what was collected."""
        for table, names, rows in (
            (text_row, _TEXT, self._texts),
            (event, _EVENT, self._events),
            (outbox, _OUTBOX, self._outbox),
            (call_back, _CALL_BACK, self._call_backs),
        ):
            if rows:
                bulk.insert_rows(self.connection, table, names, rows)
                rows.clear()


def hold(connection: Connection, ids: Iterable[int]) -> None:
    """In a write on a server: nobody else changes these requests, or puts them on another shelf, until it ends."""
    if is_server(connection):
        driven(connection, f"SELECT count(*) FROM {held(connection)}", (id_list(ids),))  # noqa: S608 - our words


def update_requests(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Set the given columns of many requests at once; each row holds its `id` and the same columns."""
    bulk.update_dicts(connection, request, rows)
