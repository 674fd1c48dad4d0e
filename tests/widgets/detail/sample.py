"""A storm morning's request with everything around it, for the tests of the pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.detail import Detail
from services.domain.outbox import OutboxItem, OutboxKind, OutboxState
from services.domain.policy import Policy
from services.domain.status import Channel, Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Caller, Crew, Event, EventKind, Place, Reach, ServiceRequest

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2011, 8, 29, 16, 0, tzinfo=UTC)
GATEWAY = Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True, notifies=True)
PLAIN = Policy("city", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=True)
DEAF = Policy("city", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False)
TREE_2 = Crew(2, "Tree 2")
EVIL = '<img src="file:///etc/hostname"><b>bold</b>'

REQUEST = ServiceRequest(
    id=36,
    number="101000320036",
    upstream="city",
    upstream_id="101000320036",
    service_code="TREE",
    service="Tree Emergencies",
    status=Status.NEW,
    outcome=None,
    place=Place("612 E Fifth St, South Boston", 42.3341, -71.0361, "Ward 6", "02127"),
    description="Large limb down across the sidewalk and part of the street, on a parked car.",
    channel=Channel.PHONE,
    requested_at=datetime(2011, 8, 28, 15, 23, tzinfo=UTC),
    updated_at=datetime(2011, 8, 28, 20, 22, tzinfo=UTC),
    due_at=datetime(2011, 8, 30, 15, 23, tzinfo=UTC),
    closed_at=None,
    crew=None,
    version=3,
    media_urls=("https://city.example/1.jpg", "https://city.example/2.jpg"),
    reach=(Reach("email", "en"), Reach("sms", "vi")),
)
CALLERS = (
    Caller(1, "Ana Pereira", "617 555 0142", "ana@example.org", "en"),
    Caller(2, "Tran Minh Duc", "617 555 0199", "", "vi"),
)


def event(id_: int, kind: EventKind, actor: str = "ana", text: str = "", operation: str = "", **data: Any) -> Event:
    """One line of history, `id_` minutes after it came in."""
    at = REQUEST.requested_at + timedelta(minutes=id_)
    return Event(id_, REQUEST.id, at, actor, kind, data, text, operation)


def item(id_: str, state: OutboxState = OutboxState.QUEUED, **changes: Any) -> OutboxItem:
    """Something to be told; held for seven more seconds unless told otherwise."""
    made = OutboxItem(
        id=id_,
        request_id=REQUEST.id,
        number=REQUEST.number,
        upstream="city",
        upstream_id=REQUEST.upstream_id,
        kind=OutboxKind.UPDATE,
        state=state,
        status_word="IN_PROGRESS",
        message="A tree crew is on its way.",
        created_at=NOW,
        held_until=NOW + timedelta(seconds=7),
        next_try_at=NOW,
        attempts=0,
        problem="",
        receipt="",
        sent_at=None,
        operation="op-1",
    )
    return replace(made, **changes)


EVENTS = (
    event(5, EventKind.RESIDENT_UPDATE, "", "It blocks the hydrant now."),
    event(3, EventKind.NOTE, "ana", "Wires checked on the phone: none"),
    event(1, EventKind.LOGGED, "ana", channel="phone"),
)


def detail(*, outbox: tuple[OutboxItem, ...] = (), events: tuple[Event, ...] = EVENTS, **changes: Any) -> Detail:
    """The request, with these fields changed."""
    answers = (("Blocks the road", "Yes, one lane"), ("Wires down", "No"))
    return Detail(replace(REQUEST, **changes), events, CALLERS, outbox, answers)
