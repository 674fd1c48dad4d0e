"""The fields of what is saved for other programs: what each is called, and what kind of value it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum, auto

Value = str | int | float | None
Line = tuple[Value, ...]
"""A row of values, one for each field."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(Enum):
    """What a field's values are; None stands for none."""

    TEXT = auto()
    """A line of text, without control characters."""
    MOMENT = auto()
    """Ms since 1970, UTC."""
    SPAN = auto()
    """Ms."""
    DEGREES = auto()
    """WGS 84."""
    SHARE = auto()
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the code and in a GeoPackage, and its title in the first line of a sheet."""

    name: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be saved: the rows come some at a time, made as they are taken, and only once."""

    name: str
    fields: tuple[Field, ...]
    parts: Iterator[Sequence[Line]]
    count: int
    """How many rows all parts have."""
    zone: tzinfo
    """The city's: of the dates in a sheet."""


LATITUDE = Field("latitude", "Latitude", Kind.DEGREES)
LONGITUDE = Field("longitude", "Longitude", Kind.DEGREES)
FIELDS = {
    field.name: field
    for field in (
        Field("status", "Status"),
        Field("service", "Service"),
        Field("address", "Address"),
        Field("area", "Area"),
        Field("age", "Age", Kind.SPAN),
        Field("due", "Due", Kind.MOMENT),
        Field("risk", "Risk", Kind.SHARE),
        Field("channel", "Channel"),
        Field("crew", "Crew"),
        Field("number", "Number"),
        Field("requested", "Opened", Kind.MOMENT),
        Field("updated", "Changed", Kind.MOMENT),
        Field("outcome", "Outcome"),
        Field("upstream", "Upstream"),
        Field("handler", "Handled by"),
        Field("claimed", "Claimed by"),
        Field("closed", "Closed", Kind.MOMENT),
        LATITUDE,
        LONGITUDE,
    )
}
"""What the queue knows of a request, by name."""


def utc(ms: int) -> datetime:
    """A moment (ms since 1970) in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def local(ms: int, zone: tzinfo) -> datetime:
    """A moment (ms since 1970) in `zone`; in UTC where the zone's calendar ends."""
    moment = utc(ms)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment
