"""The things a desk deals with, as frozen values: every id from outside is a string, every time aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.domain.shifts import ALWAYS, Shifts
from services.domain.status import Channel, Outcome, Role, Status

LatLon = tuple[float, float]
"""Latitude and longitude in WGS 84 degrees."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which roles."""

    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Service:
    """A type of request that a city takes ("Pothole")."""

    code: str
    name: str
    upstream: str
    group: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    has_definition: bool = False
    """True when the upstream has further questions for it (GeoReport `metadata`)."""
    sla_hours: float | None = None


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One choice of a list question."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a service, or (variable=False) a text to read out."""

    code: str
    datatype: str
    """string, number, datetime, text, singlevaluelist or multivaluelist."""
    description: str = ""
    datatype_description: str = ""
    variable: bool = True
    required: bool = False
    order: int = 0
    values: tuple[AttributeValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """People who are sent out together."""

    id: int
    name: str
    skills: tuple[str, ...] = ()
    """Words of service names it takes; empty: anything."""
    capacity: int = 8
    """Jobs a day."""
    active: bool = True
    areas: tuple[str, ...] = ()
    """Names of areas where it works; empty: anywhere."""
    shifts: Shifts = ALWAYS
    """When it works, by the city's clock."""
    email: str = ""
    """Where its day's list is sent."""
    base: LatLon | None = None
    """Where its day begins."""
    place: LatLon | None = None
    """Where it was last."""
    place_at: datetime | None = None

    @property
    def start(self) -> LatLon | None:
        """Where it sets out from: where it is, else its base."""
        return self.place or self.base


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who reported a request, and how they can be reached."""

    id: int
    name: str
    phone: str = ""
    email: str = ""
    language: str = ""
    reply: str = ""
    """How they want to hear of it: one of `REPLIES`; "" is by whatever way there is."""
    consent: bool = True
    """False: they do not want to hear of it."""
    do_not_call: bool = False
    """True: nobody writes to or calls them, whatever it is about."""
    joined: bool = False
    """True for one who joined a request that another had reported; the upstream knows nothing of them."""


REPLIES = ("", "email", "sms", "phone", "none")
"""How a caller may want to hear of a request."""


@dataclass(frozen=True, slots=True)
class Reach:
    """By which channel and in which language a reporter can be told, without saying the address."""

    channel: str
    """email, sms, push or upstream ("the upstream tells the reporter")."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is. Latitude and longitude in WGS 84 degrees; both None when no usable place is known."""

    address: str = ""
    lat: float | None = None
    lon: float | None = None
    area: str = ""
    zipcode: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One report, as the desk holds it."""

    id: int
    number: str
    """The desk's own number, e.g. "26-000123": what people read out."""
    upstream: str
    """Name of the configured upstream; "" when it only lives here."""
    upstream_id: str
    """The upstream's id; "" until it has given one."""
    service_code: str
    service: str
    status: Status
    outcome: Outcome | None
    place: Place
    description: str
    channel: Channel
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    crew: Crew | None
    version: int
    upstream_status: str = ""
    """The upstream's own word, as last seen."""
    upstream_notes: str = ""
    upstream_updated_at: datetime | None = None
    differs: bool = False
    """True when the upstream's state and the desk's disagree; both are shown."""
    media_urls: tuple[str, ...] = ()
    reach: tuple[Reach, ...] | None = None
    """How reporters can be reached, where the upstream says; None where it does not."""
    claimed_by: str = ""
    """The member of staff who looks after it; "" for nobody."""


class EventKind(StrEnum):
    """What a line of history says."""

    LOGGED = "logged"
    PULLED = "pulled"
    UPSTREAM_CHANGED = "upstream_changed"
    TOUCHED = "touched"
    """Only the time of its last change is another upstream: for those who follow the store, not for those who read."""
    ASSIGNED = "assigned"
    STATUS = "status"
    MESSAGE = "message"
    NOTE = "note"
    RESIDENT_UPDATE = "resident_update"
    """A later comment or answer that the upstream shows."""
    POSTED = "posted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    REDONE = "redone"
    REQUEUED = "requeued"
    GIVEN_UP = "given_up"
    ERASED = "erased"
    JOINED = "joined"
    """One more caller of the same request."""
    ENQUIRED = "enquired"
    """Somebody asked how it stands."""
    MERGED = "merged"
    CALLED_BACK = "called_back"
    CLAIMED = "claimed"
    """Taken by a member of staff, handed to one, or let go of."""
    PLANNED = "planned"
    """Put on a crew's list for a day, moved on it, or taken off."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a request's history. `data` holds no personal value; free text is referenced, and may be erased."""

    id: int
    request_id: int
    at: datetime
    actor: str
    kind: EventKind
    data: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    text: str = ""
    """The free text it refers to; "" when there is none or it has been erased."""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write changed: broadcast once, and each view decides what to redraw."""

    ids: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()
    """request, crew, service, outbox, caller, upstream."""
    operation: str = ""
    """Names the write for undo; "" when it cannot be undone."""
    sentence: str = ""
    """What happened, for the toast: "3 requests assigned to Tree 2"."""
    undone: str = ""
    """The operation that this took back; its own offer of Undo is over."""
