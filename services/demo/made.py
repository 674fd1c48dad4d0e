"""Many requests made from the city's real rows: their places moved a little, their times spread over a year."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import NamedTuple

from services.demo import people, source
from services.demo.people import Resident
from services.demo.source import CityRow
from services.demo.start import team_name
from services.domain import sla
from services.domain.status import Channel, Status
from services.gateway import catalogue
from services.sqlite import from_millis, to_millis

_HOUR, _DAY = 3_600_000, 86_400_000
_DAYS = 365
_DEGREES = 100 / 111_320
"""A hundred metres: the standard deviation by which a place is moved along each axis."""
_NARROWER = math.cos(math.radians(42.3))
_OPEN = ((0.9, 3.0), (0.17, 110.0))
"""Of the newest reports these shares are open; each falls off by a factor of e in so many days."""
_LIFE_DAYS, _LIFE_SPREAD = 2.0, 1.3
_STATUSES = (Status.NEW, Status.ACKNOWLEDGED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED, Status.ON_HOLD)
_RECENT, _LATER = (45, 70, 87, 90, 97, 100), (3, 15, 66, 66, 90, 100)
"""How the open ones are spread over those statuses, in percent added up: a crew works on a few at a time."""
_SENT_OUT = 0.12
"""That share of the closed ones was given to a crew from this desk; the others were closed before it came."""
_HOUSE = re.compile(r"(\d+)(?:-\d+)? (\D.*)")
_DETAILS = (
    "It is near number {house}.",
    "Opposite number {house}.",
    "On the side of {street}.",
    "It was there on {when} already.",
    "My neighbour at {house} {street} says the same.",
    "Please come before {when}.",
    "The bus stops there.",
    "There is a school around the corner.",
    "It is worse after rain.",
    "I can be reached in the evening.",
    "Call before coming, the gate is locked.",
)
_WHEN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the weekend", "the holiday", "two weeks ago")


class Made(NamedTuple):
    """One made request. Moments in milliseconds since 1970, UTC; `crew` by name, "" where this desk sent nobody."""

    row: CityRow
    """The real row under its new id, with its new address and place."""
    code: str
    status: Status
    outcome: str | None
    description: str
    requested: int
    updated: int
    expected: int | None
    due: int | None
    crew: str
    who: Resident

    @property
    def sent(self) -> int:
        """When the crew was sent, if one was: what is closed, early in its life."""
        life = self.updated - self.requested
        return self.updated if self.status.is_open else self.requested + int(life * 0.3 * self.row.chance("sent"))

    @property
    def closed(self) -> int | None:
        """When it was closed; None while open."""
        return None if self.status.is_open else self.updated


@dataclass(frozen=True, slots=True)
class _Real:
    """A real row, and what every request made from it has of it."""

    row: CityRow
    code: str
    hours: float | None
    house: int
    """0 where the address has none."""
    street: str
    crew: str


def real_rows() -> int:
    """How many real rows there are to make others from."""
    return len(source.rows())


def make(n: int, now: datetime, *, first: int = 1, seed: int = 1) -> Iterator[Made]:
    """`n` requests of the year before `now`, oldest first; the same ones for the same seed and day.

    Their ids count up from `first` and are none of the city's.
    """
    chance, until, reals = Random(seed), to_millis(now), _reals(source.rows())  # noqa: S311 - no secret
    chosen = (chance.randrange(len(reals)) for _ in range(n))
    moments = sorted((_requested(chance, until, reals[index]), index) for index in chosen)
    for number, (requested, index) in enumerate(moments, first):
        yield _made(chance, reals[index], f"3{number:011d}", requested, until)


def past(now: datetime) -> list[Made]:
    """The city's requests that were closed by two days before noon, which is `now`; who was sent is made up."""
    shift = source.shift(now)
    return [_past(real, shift) for real in _reals(source.closed())]


def _past(real: _Real, shift: timedelta) -> Made:
    row = real.row
    opened, closed = (at.astimezone(UTC) + shift for at in (row.opened, row.closed or row.opened))
    target = row.target.astimezone(UTC) + shift if row.target else None
    due = sla.due_at(opened, target, real.hours)
    return Made(
        row,
        real.code,
        Status.CLOSED,
        row.outcome,
        people.description(row),
        to_millis(opened),
        to_millis(closed),
        to_millis(target) if target else None,
        to_millis(due) if due else None,
        real.crew,
        people.resident(row),
    )


def _reals(rows: Iterable[CityRow]) -> list[_Real]:
    services = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
    known = {service.service_name: service for service in services}
    made = []
    for row in rows:
        service, found = known[row.type], _HOUSE.fullmatch(row.address)
        house, street = (int(found[1]), found[2]) if found else (0, row.address)
        made.append(_Real(row, service.service_code, service.sla_hours, house, street, team_name(row)))
    return made


def _requested(chance: Random, until: int, real: _Real) -> int:
    """A day of the year, fewer at weekends, at about the hour of the real one."""
    day = until // _DAY - chance.randrange(_DAYS)
    if (day + 3) % 7 > 4 and chance.random() < 0.6:
        day -= 2
    opened = real.row.opened
    hour = (opened.hour + opened.minute / 60 + chance.uniform(-0.5, 0.5) + 4) % 24
    moment = day * _DAY + int(hour * _HOUR)
    return moment if moment <= until else moment - _DAY


def _made(chance: Random, real: _Real, made_id: str, requested: int, until: int) -> Made:
    age = until - requested
    is_open = chance.random() < sum(share * math.exp(-age / _DAY / days) for share, days in _OPEN)
    status = _status(chance, age) if is_open else Status.CLOSED
    life = chance.lognormvariate(math.log(_LIFE_DAYS), _LIFE_SPREAD) * _DAY
    if is_open:
        life = 0 if status is Status.NEW else age * 0.6 * chance.random()
    changed = requested + int(life if life <= age else age * chance.random())
    row = _moved(chance, real, made_id)
    sent_out = status in _STATUSES[2:] or (not is_open and chance.random() < _SENT_OUT)
    expected = _expected(real, requested)
    due = sla.due_at(from_millis(requested), None if expected is None else from_millis(expected), real.hours)
    return Made(
        row,
        real.code,
        status,
        None if is_open else row.outcome or "fixed",
        _text(chance, row, real.street),
        requested,
        changed,
        expected,
        None if due is None else to_millis(due),
        real.crew if sent_out else "",
        people.resident(row),
    )


def _status(chance: Random, age: int) -> Status:
    mark = chance.random() * 100
    return next(s for s, upto in zip(_STATUSES, _RECENT if age < 2 * _DAY else _LATER, strict=True) if mark < upto)


def _expected(real: _Real, requested: int) -> int | None:
    if real.row.target is None:
        return None
    return requested + (real.row.target - real.row.opened) // timedelta(milliseconds=1)


def _moved(chance: Random, real: _Real, made_id: str) -> CityRow:
    """Elsewhere in the street: another house on the same side, and a point not far away."""
    row = real.row
    house = abs(real.house + 2 * chance.randrange(-60, 120)) or 2
    address = f"{house} {real.street}" if real.house else row.address
    if row.lat is None or row.lon is None:
        return replace(row, id=made_id, address=address)
    lat = row.lat + chance.gauss(0, _DEGREES)
    lon = row.lon + chance.gauss(0, _DEGREES) / _NARROWER
    return replace(row, id=made_id, address=address, lat=round(lat, 6), lon=round(lon, 6))


def _text(chance: Random, row: CityRow, street: str) -> str:
    """What a resident says of such a thing, and half of them a little more."""
    said = people.description(row)
    if chance.random() < 0.5:
        return said
    more = chance.choice(_DETAILS).format(house=chance.randrange(1, 400), street=street, when=chance.choice(_WHEN))
    return f"{said.removesuffix(people.MARK)}{more} {people.MARK}"


def phone(made: Made) -> str:
    """The number a caller left: one of those kept for stories, which nobody has; "" where none was left."""
    if made.row.channel is not Channel.PHONE or made.row.chance("phone") > 0.6:
        return ""
    return f"617-555-01{int(made.row.chance('digits') * 100):02d}"
