"""From rows of the store to the values of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select

from services.contact import masked_email, masked_phone
from services.domain.outbox import OutboxItem, OutboxKind, OutboxState
from services.domain.shifts import read
from services.domain.status import Channel, Outcome, Status
from services.domain.values import (
    Attribute,
    AttributeValue,
    Caller,
    Crew,
    LatLon,
    Place,
    Reach,
    Service,
    ServiceRequest,
)
from services.store.tables import outbox, request, text_row


def crew_of(columns: Sequence[Any]) -> Crew:
    """A crew from a whole row of `crew`: the columns in the table's order."""
    crew_id, name, skills, capacity, active, areas, kept, email, base_lat, base_lon, lat, lon, at = columns
    base, place, shifts = _point(base_lat, base_lon), _point(lat, lon), read(kept)
    return Crew(crew_id, name, tuple(skills), capacity, bool(active), tuple(areas), shifts, email, base, place, at)


def _point(lat: float | None, lon: float | None) -> LatLon | None:
    return None if lat is None or lon is None else (lat, lon)


def service_of(row: Row[Any]) -> Service:
    """A service."""
    return Service(
        row.code,
        row.name,
        row.upstream,
        group=row.group,
        description=row.description,
        keywords=tuple(row.keywords),
        has_definition=row.has_definition,
        sla_hours=row.sla_hours,
    )


def caller_of(row: Row[Any], *, masked: bool = False) -> Caller:
    """A caller; `masked` for those who may not see how to reach them."""
    return Caller(
        row.id,
        row.name,
        masked_phone(row.phone) if masked else row.phone,
        masked_email(row.email) if masked else row.email,
        row.language,
        row.reply,
        row.consent,
        row.do_not_call,
        row.joined,
    )


def attribute_of(kept: dict[str, Any]) -> Attribute:
    """A question of a service, from how `attribute_row` kept it."""
    values = tuple(AttributeValue(key, name) for key, name in kept["values"])
    return Attribute(**{**kept, "values": values})


def attribute_row(question: Attribute) -> dict[str, Any]:
    """A question of a service as JSON."""
    return {
        "code": question.code,
        "datatype": question.datatype,
        "description": question.description,
        "datatype_description": question.datatype_description,
        "variable": question.variable,
        "required": question.required,
        "order": question.order,
        "values": [[value.key, value.name] for value in question.values],
    }


def reach_of(kept: list[list[str]] | None) -> tuple[Reach, ...] | None:
    """How reporters can be reached; None where the upstream does not say."""
    return None if kept is None else tuple(Reach(channel, language) for channel, language in kept)


def reach_row(reach: tuple[Reach, ...] | None) -> list[list[str]] | None:
    """The same as JSON."""
    return None if reach is None else [[r.channel, r.language] for r in reach]


class Standing(NamedTuple):
    """What a command needs to know of a request."""

    id: int
    number: str
    upstream: str
    status: str
    outcome: str | None
    crew_id: int | None
    version: int
    merged_into: int | None
    claimed_by: str


def state_of(row: Row[Any] | Standing) -> tuple[Status, Outcome | None]:
    """Status and outcome."""
    return Status(row.status), Outcome(row.outcome) if row.outcome else None


def request_of(row: Row[Any], crew: Crew | None) -> ServiceRequest:
    """A service request from a whole row of `request`."""
    status, outcome = state_of(row)
    return ServiceRequest(
        id=row.id,
        number=row.number,
        upstream=row.upstream,
        upstream_id=row.upstream_id,
        service_code=row.service_code,
        service=row.service,
        status=status,
        outcome=outcome,
        place=Place(row.address, row.lat, row.lon, row.area, row.zipcode),
        description=row.description,
        channel=Channel(row.channel),
        requested_at=row.requested_at,
        updated_at=row.updated_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        crew=crew,
        version=row.version,
        upstream_status=row.upstream_status,
        upstream_notes=row.upstream_notes,
        upstream_updated_at=row.upstream_updated_at,
        differs=row.differs,
        media_urls=tuple(row.media_urls),
        reach=reach_of(row.reach),
        claimed_by=row.claimed_by,
    )


def outbox_items() -> Select[Any]:
    """The question for what `item_of` reads, in the order in which it was queued."""
    return (
        select(outbox, request.c.number, request.c.upstream_id, text_row.c.body)
        .join(request, request.c.id == outbox.c.request_id)
        .outerjoin(text_row, text_row.c.id == outbox.c.text_id)
        .order_by(outbox.c.seq)
    )


def item_of(row: Row[Any]) -> OutboxItem:
    """One thing to tell an upstream."""
    return OutboxItem(
        id=row.id,
        request_id=row.request_id,
        number=row.number,
        upstream=row.upstream,
        upstream_id=row.upstream_id,
        kind=OutboxKind(row.kind),
        state=OutboxState(row.state),
        status_word=row.status_word,
        message=row.body or "",
        created_at=row.created_at,
        held_until=row.held_until,
        next_try_at=row.next_try_at,
        attempts=row.attempts,
        problem=row.problem,
        receipt=row.receipt,
        sent_at=row.sent_at,
        operation=row.operation,
        caller_id=row.caller_id,
    )
