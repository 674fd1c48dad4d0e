"""The tables of a store, and how flags and lists are kept in SQLite."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    false,
    literal_column,
    text,
    true,
)

from services.sqlite import UtcMillis

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _list(name: str) -> Column[list[str]]:
    return Column(name, JSON, nullable=False, server_default="[]")


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
counter = Table(
    "counter",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
crew = Table(
    "crew",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _list("skills"),
    Column("capacity", Integer, nullable=False, server_default=text("8")),
    Column("active", Boolean, nullable=False, server_default=true()),
    _list("areas"),
    Column("shifts", JSON, nullable=False, server_default="{}"),
    _words("email"),
    Column("base_lat", Float),
    Column("base_lon", Float),
    Column("lat", Float),
    Column("lon", Float),
    Column("place_at", UtcMillis),
)
stop = Table(
    "stop",
    metadata,
    Column("request_id", _ID, ForeignKey("request.id"), primary_key=True, autoincrement=False),
    Column("crew_id", Integer, ForeignKey("crew.id"), nullable=False),
    _words("day"),
    Column("position", Float, nullable=False),
)
Index("stop_day", stop.c.day, stop.c.crew_id)
service = Table(
    "service",
    metadata,
    Column("upstream", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    _words("group"),
    _words("description"),
    _list("keywords"),
    _flag("has_definition"),
    Column("sla_hours", Float),
    _list("attributes"),
    Column("listed", Boolean, nullable=False, server_default=true()),
)
sla = Table(
    "sla",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", UtcMillis, nullable=False),
    _words("actor"),
    Column("calendar", JSON, nullable=False),
    Column("targets", JSON, nullable=False),
)
"""Every version of what the city promises; the last one holds."""
routing = Table(
    "routing",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", UtcMillis, nullable=False),
    _words("actor"),
    Column("rules", JSON, nullable=False),
)
"""Every version of the routing rules; the last one holds."""
upstream_state = Table(
    "upstream_state",
    metadata,
    Column("name", Text, primary_key=True),
    _words("dialect"),
    _flag("notifies"),
    _words("title"),
    _words("cursor"),
    Column("pulled_at", UtcMillis),
    _words("problem"),
)
request = Table(
    "request",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    _words("upstream"),
    _words("upstream_id"),
    _words("token"),
    _words("reference"),
    _words("service_code"),
    _words("service"),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    _words("address"),
    Column("lat", Float),
    Column("lon", Float),
    _words("area"),
    _words("zipcode"),
    _words("description"),
    _flag("erased"),
    _words("channel"),
    Column("requested_at", UtcMillis, nullable=False),
    Column("updated_at", UtcMillis, nullable=False),
    Column("expected_at", UtcMillis),
    Column("due_at", UtcMillis),
    Column("closed_at", UtcMillis),
    Column("person_at", UtcMillis),
    Column("crew_id", Integer, ForeignKey("crew.id")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    _words("upstream_status"),
    _words("upstream_notes"),
    Column("upstream_updated_at", UtcMillis),
    Column("fingerprint", Text),
    _flag("differs"),
    _flag("reopened"),
    _list("media_urls"),
    Column("reach", JSON(none_as_null=True)),
    Column("attributes", JSON, nullable=False, server_default="{}"),
    Column("merged_into", _ID, ForeignKey("request.id")),
    Column("needed_at", UtcMillis),
    _words("claimed_by"),
)
HAS_UPSTREAM_ID = request.c.upstream_id != text("''")
NO_UPSTREAM_ID = request.c.upstream_id == text("''")
OPEN = request.c.status != text("'closed'")
"""These conditions, word for word, let a question use the index that holds only such rows; so do those below."""
Index(
    "request_upstream",
    request.c.upstream,
    request.c.upstream_id,
    unique=True,
    sqlite_where=HAS_UPSTREAM_ID,
    postgresql_where=HAS_UPSTREAM_ID,
)
Index(
    "request_unsent",
    request.c.upstream,
    request.c.reference,
    sqlite_where=NO_UPSTREAM_ID,
    postgresql_where=NO_UPSTREAM_ID,
)
Index(
    "request_merged",
    request.c.merged_into,
    sqlite_where=request.c.merged_into.is_not(None),
    postgresql_where=request.c.merged_into.is_not(None),
)
caller = Table(
    "caller",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("request_id", _ID, ForeignKey("request.id"), nullable=False, index=True),
    _words("name"),
    _words("phone"),
    _words("email"),
    _words("language"),
    _words("phone_key"),
    _words("email_key"),
    _words("reply"),
    Column("consent", Boolean, nullable=False, server_default=true()),
    _flag("do_not_call"),
    _flag("withdrawn"),
    _flag("joined"),
)
HAS_PHONE = caller.c.phone_key != text("''")
HAS_EMAIL = caller.c.email_key != text("''")
Index("caller_phone", caller.c.phone_key, sqlite_where=HAS_PHONE, postgresql_where=HAS_PHONE)
Index("caller_email", caller.c.email_key, sqlite_where=HAS_EMAIL, postgresql_where=HAS_EMAIL)
text_row = Table(
    "text",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("request_id", _ID, ForeignKey("request.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("erased_at", UtcMillis),
)
event = Table(
    "event",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("request_id", _ID, ForeignKey("request.id"), nullable=False, index=True),
    Column("at", UtcMillis, nullable=False),
    _words("actor"),
    Column("kind", Text, nullable=False),
    Column("data", JSON, nullable=False, server_default="{}"),
    Column("text_id", _ID, ForeignKey("text.id")),
    _words("operation"),
)
OF_OPERATION = event.c.operation != text("''")
Index("event_operation", event.c.operation, sqlite_where=OF_OPERATION, postgresql_where=OF_OPERATION)
FAILED = event.c.kind.in_([literal_column("'refused'"), literal_column("'unknown'")])
Index("event_failed", event.c.request_id, sqlite_where=FAILED, postgresql_where=FAILED)
Index(
    "event_reopened",
    event.c.request_id,
    sqlite_where=text("json_extract(data, '$.from') = 'closed'"),
    postgresql_where=text("(data ->> 'from') = 'closed'"),
)
operation = Table(
    "operation",
    metadata,
    Column("seq", _ID, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("actor", Text, nullable=False),
    Column("at", UtcMillis, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("state", Text, nullable=False),
)
Index("operation_actor", operation.c.actor, operation.c.state, operation.c.seq)
outbox = Table(
    "outbox",
    metadata,
    Column("seq", _ID, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("request_id", _ID, ForeignKey("request.id"), nullable=False, index=True),
    Column("upstream", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    _words("status_word"),
    Column("text_id", _ID, ForeignKey("text.id")),
    Column("created_at", UtcMillis, nullable=False),
    Column("held_until", UtcMillis, nullable=False),
    Column("next_try_at", UtcMillis, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _words("problem"),
    _words("receipt"),
    Column("sent_at", UtcMillis),
    _words("operation"),
    _flag("reverse"),
    Column("caller_id", _ID, ForeignKey("caller.id")),
    _words("told_state"),
)
UNFINISHED = outbox.c.state.not_in([literal_column("'sent'"), literal_column("'retracted'")])
Index("outbox_unfinished", outbox.c.state, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
Index("outbox_operation", outbox.c.operation)
call_back = Table(
    "call_back",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("request_id", _ID, ForeignKey("request.id"), nullable=False, index=True),
    Column("caller_id", _ID, ForeignKey("caller.id"), nullable=False),
    Column("text_id", _ID, ForeignKey("text.id")),
    Column("state", Text, nullable=False),
    Column("told_state", Text, nullable=False),
    Column("created_at", UtcMillis, nullable=False),
    Column("done_at", UtcMillis),
    _words("operation"),
)
DUE = call_back.c.state == literal_column("'due'")
Index("call_back_due", call_back.c.request_id, sqlite_where=DUE, postgresql_where=DUE)
Index("call_back_caller", call_back.c.caller_id)
Index("call_back_operation", call_back.c.operation)
alert_rule = Table(
    "alert_rule",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _words("query"),
    Column("measure", Text, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("desktop", Boolean, nullable=False, server_default=true()),
    _words("mail"),
    _words("webhook"),
    Column("active", Boolean, nullable=False, server_default=true()),
)
alert = Table(
    "alert",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("rule_id", _ID, ForeignKey("alert_rule.id"), nullable=False),
    _words("rule"),
    _words("query"),
    Column("measure", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("peak", Float, nullable=False),
    _flag("desktop"),
    Column("begun_at", UtcMillis, nullable=False),
    Column("ended_at", UtcMillis),
    _words("acknowledged_by"),
    Column("acknowledged_at", UtcMillis),
    Column("low_ms", _ID, nullable=False, server_default=text("0")),
    _flag("rested"),
)
LASTING = alert.c.ended_at.is_(None)
Index("alert_lasting", alert.c.rule_id, unique=True, sqlite_where=LASTING, postgresql_where=LASTING)


def _leaving() -> tuple[Column[Any], ...]:
    """How far a message has come that leaves once (`services.store.leaving`)."""
    return (
        Column("state", Text, nullable=False),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_try_at", UtcMillis, nullable=False),
        _words("problem"),
        Column("sent_at", UtcMillis),
    )


alert_send = Table(
    "alert_send",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("alert_id", _ID, ForeignKey("alert.id"), nullable=False, index=True),
    Column("way", Text, nullable=False),
    Column("target", Text, nullable=False),
    *_leaving(),
)
TO_SEND = alert_send.c.state == literal_column("'queued'")
Index("alert_send_queued", alert_send.c.next_try_at, sqlite_where=TO_SEND, postgresql_where=TO_SEND)
crew_letter = Table(
    "crew_letter",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("crew_id", Integer, ForeignKey("crew.id"), nullable=False),
    Column("day", Text, nullable=False),
    _words("actor"),
    Column("asked_at", UtcMillis, nullable=False),
    *_leaving(),
)
LETTER_TO_SEND = crew_letter.c.state == literal_column("'queued'")
Index("crew_letter_queued", crew_letter.c.next_try_at, sqlite_where=LETTER_TO_SEND, postgresql_where=LETTER_TO_SEND)
Index("crew_letter_day", crew_letter.c.day)
seen_update = Table(
    "seen_update",
    metadata,
    Column("upstream", Text, primary_key=True),
    Column("update_id", Text, primary_key=True),
)
