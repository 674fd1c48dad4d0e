"""FixMyStreet's traps, over HTTP: each has a rule here, tried against a server with the same manners.

| trap | rule |
|---|---|
| 200, but the state is unchanged | the state is read back, and the timeline says that it did not take |
| an update older than the one before is taken, mailed, and changes nothing | in order per request, dates always grow |
| an update dated over 7 days ago mails nobody | it is dated when it leaves, not when it was written |
| the same update_id again is 400 "already exists" | that is a success: nothing is sent twice |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.domain.outbox import OutboxState
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Actor, EventKind
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.store import Store
from services.sync.policies import policies
from services.sync.sync import Syncer
from services.upstream.base import UpdatesBy, UpstreamConfig
from services.upstream.connect import connect
from services.upstream.open311 import Open311
from tests.services.clock import Clock
from tests.services.upstream.city import City, Row, iso
from tests.services.upstream.loopback import Ask, Reply, as_json

ALREADY = as_json([{"code": 400, "description": "Bad request: already exists"}], 400)


class FixMyStreet(City):
    """Takes everything with a 200; what it really does is as it was seen to do."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(self._first, gateway=False)
        self.clock = clock
        self.mailed: list[str] = []
        self.cut = False
        self.stubborn = False

    def _first(self, ask: Ask) -> Reply | None:
        if ask.path.startswith("servicerequestupdates") and ask.method == "GET":
            return as_json([], 404)
        if ask.path.startswith("servicerequestupdates"):
            if ask.get("update_id") in {u["update_id"] for u in self.updates}:
                return ALREADY
            if not ask.get("description"):
                return as_json([{"code": 400, "description": "Bad request: description"}], 400)
            self._judge(dict(ask.form))
            return Reply(raw=lambda file, ending: file.close()) if self.cut else as_json([{"update_id": "42"}])
        return None

    def _judge(self, update: Row) -> None:
        before = [u["updated_datetime"] for u in self.updates]
        at = update["updated_datetime"]
        self.updates.append(update)
        if datetime.fromisoformat(at) > self.clock.now - timedelta(days=7):
            self.mailed.append(update["description"])
        state = STATUS_MAPS[Dialect.FIXMYSTREET].read(update["status"])
        if state and not self.stubborn and at > max(before, default=""):
            self.touch(update["service_request_id"], self.clock.now, status="open" if state[0].is_open else "closed")


class Desk:
    def __init__(self, server: FixMyStreet, clock: Clock, url: str) -> None:
        self.server, self.clock = server, clock
        self.config = UpstreamConfig(
            "fms", url=server.url, format="json", updates=UpdatesBy.SERVICEREQUESTUPDATES, dialect=Dialect.FIXMYSTREET
        )
        self.store = Store.open(url, clock=clock)
        self.syncer = Syncer(url, [self.config], clock=clock, connect=lambda c: Open311(c, clock=clock))
        server.add("1", requested=clock.now - timedelta(hours=3))
        report = self.syncer.once()
        assert (report.new, report.problems) == (1, [])

    @property
    def acting(self) -> Acting:
        known = policies([self.config], queries.upstream_states(self.store))
        return Acting(self.store, Actor("ana", ALL_ROLES), known, timedelta())

    def close_it(self, message: str) -> None:
        commands.set_status(self.acting, [1], Status.CLOSED, Outcome.FIXED, message)

    def states(self) -> list[OutboxState]:
        return [item.state for item in outbox.listing(self.store, unfinished_only=False)]


@pytest.fixture
def desk(clock: Clock, url: str) -> Iterator[Desk]:
    clock.now = datetime.now(UTC)
    with FixMyStreet(clock) as server:
        opened = Desk(server, clock, url)
        yield opened
        opened.store.close()


def test_fixed_is_taken_and_the_desk_agrees(desk: Desk) -> None:
    desk.close_it("The tree is gone.")
    report = desk.syncer.once()
    assert (report.posted, report.problems) == (1, [])
    assert desk.server.rows[0]["status"] == "closed"
    detail = queries.detail(desk.store, 1)
    assert not detail.request.differs
    assert not any(event.text for event in detail.events if event.kind is EventKind.POSTED)


def test_a_yes_that_changed_nothing_is_said_and_shown(desk: Desk) -> None:
    desk.server.stubborn = True
    desk.close_it("The tree is gone.")
    desk.syncer.once()
    detail = queries.detail(desk.store, 1)
    posted = [event.text for event in detail.events if event.kind is EventKind.POSTED]
    assert posted == ["It took the update, but still shows the request as “open”."]
    assert detail.request.differs
    assert detail.request.status is Status.CLOSED


def test_dates_grow_though_our_clock_went_back(desk: Desk) -> None:
    commands.send_message(desk.acting, [1], "We have it.")
    desk.syncer.once()
    desk.clock.forward(hours=-1)
    desk.close_it("The tree is gone.")
    desk.syncer.once()
    first, second = (update["updated_datetime"] for update in desk.server.updates)
    assert second > first
    assert desk.server.rows[0]["status"] == "closed"


def test_dates_grow_after_a_restart_too(desk: Desk) -> None:
    """What is remembered is in the store, not in a running process."""
    for text in ("one", "two", "three"):
        commands.send_message(desk.acting, [1], text)
    upstream = connect(desk.config)
    upstream.close()
    desk.clock.forward(minutes=1)
    desk.syncer.once()
    desk.clock.forward(minutes=-2)
    desk.close_it("four")
    desk.syncer.once()
    dates = [update["updated_datetime"] for update in desk.server.updates]
    assert dates == sorted(set(dates))
    assert [update["description"] for update in desk.server.updates] == ["one", "two", "three", "four"]


def test_an_update_that_waited_8_days_is_dated_today_and_mailed(desk: Desk) -> None:
    desk.close_it("The tree is gone.")
    desk.clock.forward(days=8)
    desk.syncer.once()
    assert desk.server.mailed == ["The tree is gone."]
    assert desk.server.updates[0]["updated_datetime"] > iso(desk.clock.now - timedelta(minutes=1))


def test_a_lost_answer_is_sent_again_and_already_exists_is_a_yes(desk: Desk) -> None:
    desk.server.cut = True
    desk.close_it("The tree is gone.")
    desk.syncer.once()
    desk.server.cut = False
    desk.clock.forward(minutes=3)
    desk.syncer.once()
    assert len(desk.server.updates) == 1
    assert desk.server.mailed == ["The tree is gone."]
    assert desk.states() == [OutboxState.SENT]


def test_a_status_without_a_message_has_a_text_all_the_same(desk: Desk) -> None:
    commands.set_status(desk.acting, [1], Status.IN_PROGRESS)
    assert desk.syncer.once().posted == 1
    assert desk.server.updates[0]["description"]
