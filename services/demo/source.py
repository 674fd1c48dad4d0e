"""The city's rows, read from the shipped file, with their times moved so that the storm's second noon is now."""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from services.domain.status import Channel

NOON = datetime(2011, 8, 29, 12, tzinfo=ZoneInfo("America/New_York"))
"""The moment that becomes now."""
CHANNELS = {
    "Constituent Call": Channel.PHONE,
    "Self Service": Channel.WEB,
    "Citizens Connect App": Channel.APP,
    "Employee Generated": Channel.STAFF,
    "Maximo Integration": Channel.STAFF,
}


@dataclass(frozen=True, slots=True)
class CityRow:
    """One request as the city recorded it, in the city's own time."""

    id: str
    opened: datetime
    target: datetime | None
    closed: datetime | None
    outcome: str
    type: str
    queue: str
    address: str
    zipcode: str
    lat: float | None
    lon: float | None
    channel: Channel

    @property
    def open_at_noon(self) -> bool:
        """True when it had come in by noon and was not closed by then."""
        return self.opened <= NOON and (self.closed is None or self.closed > NOON)

    @property
    def overdue_at_noon(self) -> bool:
        """True when the city's own target had passed by noon."""
        return self.target is not None and self.target < NOON

    def chance(self, what: str) -> float:
        """A number from 0 to 1 that is always the same for this request and `what`."""
        return zlib.crc32(f"{self.id} {what}".encode()) / 2**32


@cache
def rows() -> tuple[CityRow, ...]:
    """What was open two days before noon or came in since, by opening time; read once."""
    return _read("requests.csv.gz")


def closed() -> tuple[CityRow, ...]:
    """What came in since July and was closed before those rows begin, by opening time."""
    return _read("closed.csv.gz")


def _read(name: str) -> tuple[CityRow, ...]:
    packed = (files("resources") / "boston" / name).read_bytes()
    return tuple(_row(r) for r in csv.DictReader(gzip.decompress(packed).decode().splitlines()))


def shift(now: datetime) -> timedelta:
    """What has to be added to the city's times, in UTC: whole seconds, so that noon is now or just before."""
    return timedelta(seconds=(now - NOON) // timedelta(seconds=1))


def _row(raw: dict[str, str]) -> CityRow:
    return CityRow(
        id=raw["id"],
        opened=_local(raw["opened"]),
        target=_local(raw["target"]) if raw["target"] else None,
        closed=_local(raw["closed"]) if raw["closed"] else None,
        outcome=raw["outcome"],
        type=raw["type"],
        queue=raw["queue"],
        address=raw["address"],
        zipcode=raw["zip"],
        lat=float(raw["lat"]) if raw["lat"] else None,
        lon=float(raw["lon"]) if raw["lon"] else None,
        channel=CHANNELS.get(raw["source"], Channel.UNKNOWN),
    )


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NOON.tzinfo)
