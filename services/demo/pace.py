"""The day's later reports, posted to the gateway one by one as residents' apps would."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from importlib.resources import files

import requests

from services.demo import source
from services.demo.people import description, resident
from services.demo.source import CityRow
from services.domain.status import Channel
from services.gateway import catalogue

SECONDS = 20.0
_TIMEOUT = 10.0
_log = logging.getLogger(__name__)


def later_rows() -> list[CityRow]:
    """What came in after the demo's noon and said where it was; the rest a GeoReport server could not take."""
    return [r for r in source.rows() if r.opened > source.NOON and (r.address or r.lat is not None)]


def form(row: CityRow, code: str) -> dict[str, str]:
    """The row as the fields of a GeoReport POST."""
    who = resident(row)
    place = {} if row.lat is None else {"lat": str(row.lat), "long": str(row.lon)}
    fields = {
        "service_code": code,
        "description": description(row),
        "address_string": row.address,
        "zipcode": row.zipcode,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "email": who.email,
        "language": who.language,
        "attribute[channel]": str(row.channel),
        "device_id": f"made-up-{row.id}" if row.channel is Channel.APP else "",
    }
    return place | {name: value for name, value in fields.items() if value}


def pace(url: str, rows: Iterable[CityRow], stop: threading.Event, seconds: float = SECONDS) -> int:
    """Post a row every `seconds` until stopped or done; returns how many the gateway at `url` took."""
    services = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
    codes = {s.service_name: s.service_code for s in services}
    taken = 0
    with requests.Session() as session:
        for row in rows:
            if stop.wait(seconds):
                break
            try:
                answer = session.post(f"{url}/requests.json", data=form(row, codes[row.type]), timeout=_TIMEOUT)
                answer.raise_for_status()
            except requests.RequestException as error:
                _log.warning("the demo's report %s was not taken: %s", row.id, error)
            else:
                taken += 1
    return taken
