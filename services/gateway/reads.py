"""What a gateway shows: requests, their updates and tokens, filtered and paged, as GeoReport names them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, select

from services import sqlite
from services.domain.status import Status
from services.errors import Invalid, NotFound
from services.gateway.fields import Fields
from services.gateway.formats import Value
from services.gateway.tables import REQUESTS, UPDATES, GatewayStore
from services.gateway.updates import state_of, word_of

PAGE_SIZE = 100
LARGEST_PAGE = 500
_LAST_PAGE = 10_000_000
_R, _U = REQUESTS.c, UPDATES.c


def requests(store: GatewayStore, fields: Fields, *, trusted: bool) -> list[Value]:
    """One page of requests: newest first; with updated_after or updated_before, in the order of their last change.

    `trusted` callers also see by which channel and in which language each reporter can be reached.
    """
    query = _page(select(REQUESTS), fields)
    if ids := fields.csv("service_request_id"):
        query = query.where(_R.id.in_(ids)).order_by(_R.seq)
    else:
        query = query.where(*_chosen(fields))
        by_change = fields.text("updated_after") or fields.text("updated_before")
        query = query.order_by(*((_R.updated_at, _R.seq) if by_change else (_R.requested_at.desc(), _R.seq.desc())))
    with sqlite.reading(store.engine) as connection:
        return [_request(row, trusted=trusted) for row in connection.execute(query)]


def request(store: GatewayStore, request_id: str, *, trusted: bool) -> list[Value]:
    """One request, as a list of one. Raises NotFound."""
    with sqlite.reading(store.engine) as connection:
        row = connection.execute(select(REQUESTS).where(_R.id == request_id)).first()
    if row is None:
        raise NotFound(f"There is no request “{request_id}”.")
    return [_request(row, trusted=trusted)]


def token(store: GatewayStore, text: str) -> list[Value]:
    """The request behind a token. Raises NotFound."""
    with sqlite.reading(store.engine) as connection:
        found = connection.execute(select(_R.id).where(_R.token == text)).scalar()
    if found is None:
        raise NotFound(f"There is no token “{text}”.")
    return [{"service_request_id": found, "token": text}]


def updates(store: GatewayStore, fields: Fields) -> list[Value]:
    """One page of public updates, the newest last; of some requests, or within a window, or both."""
    query = _page(select(UPDATES), fields).order_by(_U.updated_at, _U.update_id)
    if ids := fields.csv("service_request_id"):
        query = query.where(_U.request_id.in_(ids))
    if (start := fields.moment("start_date")) is not None:
        query = query.where(_U.updated_at >= start)
    if (end := fields.moment("end_date")) is not None:
        query = query.where(_U.updated_at <= end)
    with sqlite.reading(store.engine) as connection:
        return [
            {
                "update_id": row.update_id,
                "service_request_id": row.request_id,
                "status": row.status_word,
                "updated_datetime": stamp(row.updated_at),
                "description": row.description,
                "media_url": "",
            }
            for row in connection.execute(query)
        ]


def stamp(moment: datetime) -> str:
    """A moment as W3C writes it, to the millisecond, in UTC."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _page(query: Select[Any], fields: Fields) -> Select[Any]:
    size = fields.count("page_size", PAGE_SIZE, LARGEST_PAGE)
    return query.limit(size).offset(size * (fields.count("page", 1, _LAST_PAGE) - 1))


def _chosen(fields: Fields) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if codes := fields.csv("service_code"):
        chosen.append(_R.service_code.in_(codes))
    if words := {word.lower() for word in fields.csv("status")}:
        if not words <= {"open", "closed"}:
            raise Invalid("status can be open, closed or both.")
        if len(words) == 1:
            closed = _R.status == Status.CLOSED
            chosen.append(closed if "closed" in words else ~closed)
    if (moment := fields.moment("start_date")) is not None:
        chosen.append(_R.requested_at >= moment)
    if (moment := fields.moment("end_date")) is not None:
        chosen.append(_R.requested_at <= moment)
    if (moment := fields.moment("updated_after")) is not None:
        chosen.append(_R.updated_at > moment)
    if (moment := fields.moment("updated_before")) is not None:
        chosen.append(_R.updated_at < moment)
    return chosen


def _request(row: Row[Any], *, trusted: bool) -> Value:
    state = state_of(row.status, row.outcome)
    return {
        "service_request_id": row.id,
        "status": "open" if state[0].is_open else "closed",
        "status_notes": row.status_notes,
        "service_name": row.service_name,
        "service_code": row.service_code,
        "description": row.description,
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": stamp(row.requested_at),
        "updated_datetime": stamp(row.updated_at),
        "expected_datetime": stamp(row.expected_at) if row.expected_at else None,
        "address": row.address,
        "address_id": row.address_id,
        "zipcode": row.zipcode,
        "lat": row.lat,
        "long": row.lon,
        "media_url": row.media_url,
        "extended_attributes": _more(row, trusted=trusted),
    }


def _more(row: Row[Any], *, trusted: bool) -> dict[str, Value]:
    more: dict[str, Value] = {
        "detailed_status": word_of(state_of(row.status, row.outcome)),
        "channel": row.channel,
    }
    if trusted:
        more["reach"] = [{"channel": "email", "language": row.language or "en"}] if row.email else []
        answers = msgspec.json.decode(row.attributes, type=dict[str, list[str]])
        more["attributes"] = [{"code": code, "value": value} for code, values in answers.items() for value in values]
    return more
