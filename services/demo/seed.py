"""Fills an empty gateway with the demo city as it stood at the storm's second noon."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from sqlalchemy import insert, select

from services import sqlite
from services.demo import source
from services.demo.people import description, resident
from services.demo.source import CityRow
from services.demo.start import statuses
from services.domain.status import Outcome, Status
from services.gateway import catalogue
from services.gateway.tables import REQUESTS, GatewayStore

_MILLISECOND = timedelta(milliseconds=1)


def seed(store: GatewayStore) -> int:
    """Give an empty gateway the city's services, and all that is open or was closed in the two days before noon.

    The city's noon becomes the store's now. Returns how many requests were put in; 0 when there were some already.
    """
    with sqlite.reading(store.engine) as connection:
        if connection.execute(select(REQUESTS.c.seq).limit(1)).first() is not None:
            return 0
    services = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
    codes = {s.service_name: s.service_code for s in services}
    catalogue.replace(store, services)
    requests = _requests([r for r in source.rows() if r.opened <= source.NOON], codes, store.clock())
    with sqlite.writing(store.engine) as connection:
        connection.execute(insert(REQUESTS), requests)
    return len(requests)


def _requests(rows: list[CityRow], codes: dict[str, str], now: datetime) -> list[dict[str, object]]:
    shift, states = source.shift(now), statuses(rows)
    return _apart(_request(row, codes[row.type], states.get(row.id, Status.CLOSED), shift) for row in rows)


def _request(row: CityRow, code: str, status: Status, shift: timedelta) -> dict[str, object]:
    who = resident(row)
    opened = row.opened.astimezone(UTC) + shift
    return {
        "id": row.id,
        "token": uuid.uuid5(uuid.NAMESPACE_OID, row.id).hex,
        "service_code": code,
        "service_name": row.type,
        "status": status,
        "outcome": None if status.is_open else Outcome(row.outcome),
        "description": description(row),
        "requested_at": opened,
        "updated_at": opened + _until_changed(row, status),
        "expected_at": row.target.astimezone(UTC) + shift if row.target else None,
        "address": row.address,
        "address_id": "",
        "zipcode": row.zipcode,
        "lat": row.lat,
        "lon": row.lon,
        "media_url": "",
        "channel": row.channel,
        "language": who.language,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "email": who.email,
        "phone": "",
        "attributes": "{}",
    }


def _until_changed(row: CityRow, status: Status) -> timedelta:
    if status is Status.NEW:
        return timedelta(0)
    if row.closed is not None and not status.is_open:
        return row.closed - row.opened
    return (source.NOON - row.opened) * (0.05 + 0.6 * row.chance("changed"))


def _apart(requests: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The same requests, none changed in the same millisecond as another, so that a pull can go on from any of them."""
    taken: set[datetime] = set()
    made = []
    for request in requests:
        moment = sqlite.from_millis(sqlite.to_millis(_moment(request["updated_at"])))
        while moment in taken:
            moment += _MILLISECOND
        taken.add(moment)
        made.append({**request, "updated_at": moment})
    return made


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(value)
    return value
