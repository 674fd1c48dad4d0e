"""One server falls and its standby takes over: nothing acknowledged is lost, and the desk finds its way by itself."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Changes
from services.errors import StoreGone
from services.queue.snapshot import build
from services.store import commands
from services.store.acting import Acting
from services.store.once import certainly
from services.store.server import safe
from services.store.store import Store
from services.store.tables import event, text_row
from services.team import setup
from tests.services.clock import Clock
from tests.services.postgres import Postgres, can_follow, running, standby
from tests.services.store.parts import POLICIES, logged
from tests.services.store.test_feed import followed, whole
from tests.services.store.test_followed import columns

TAKES_OVER = 5.0
"""Seconds after the promotion within which a desk works again."""


def _note(request_id: int, text: str, acting: Acting) -> Changes:
    return commands.add_note(acting, [request_id], text)


@dataclass
class Writer(threading.Thread):
    """Notes one text after the other and keeps which were acknowledged, and when the last was."""

    url: str
    request_id: int
    stop: threading.Event = field(default_factory=threading.Event)
    kept: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        with closing(Store.open(self.url)) as store:
            acting = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))
            while not self.stop.is_set():
                text = f"note {self.request_id}.{len(self.kept)}"
                certainly(acting, partial(_note, self.request_id, text), seconds=60)
                self.kept.append(text)
                self.moments.append(time.monotonic())


@pytest.fixture
def pair() -> Iterator[tuple[Postgres, Postgres]]:
    if not can_follow():
        pytest.skip("NOT RUN: fail-over needs pg_basebackup, which the packaged PostgreSQL lacks; install PostgreSQL.")
    with running(synchronous_commit="on", wal_level="replica") as primary:
        setup.init(primary.url("desks", "postgres"))
        with standby(primary) as second:
            yield primary, second


def wait_for(writers: list[Writer], count: int) -> None:
    """Until each has so many more acknowledged."""
    wanted = [len(writer.kept) + count for writer in writers]
    until = time.monotonic() + 60
    while any(len(w.kept) < n for w, n in zip(writers, wanted, strict=True)):
        assert time.monotonic() < until
        writers[0].join(0.01)


def assert_read_at_the_standby(second: Postgres, acting: Acting) -> None:
    """Reports can be made there, of all that was acknowledged; nothing is changed there."""
    with closing(Store.open(f"{second.url('desks', 'postgres')}?target_session_attrs=any")) as reading:
        assert columns(whole(reading)) == columns(whole(acting.store))
        assert whole(reading).ids.size == 2
        with pytest.raises(StoreGone, match="takes no changes just now"):
            logged(replace(acting, store=reading))
    with pytest.raises(StoreGone):  # who may want to change something is not let in
        Store.open(second.url("desks", "postgres"))


@pytest.mark.chaos
@pytest.mark.timeout(180)
def test_the_standby_takes_over_and_nothing_acknowledged_is_lost(pair: tuple[Postgres, Postgres]) -> None:
    primary, second = pair
    hosts = f"host=127.0.0.1:{primary.port}&host=127.0.0.1:{second.port}"
    url = f"postgresql+psycopg://postgres@/desks?{hosts}"
    with closing(Store.open(url, clock=Clock())) as store:
        acting = Acting(store, Actor("bo", ALL_ROLES), POLICIES, timedelta(0))
        writers = [Writer(url, logged(acting).ids[0]) for _ in range(2)]
        snapshot = whole(store)
        assert_read_at_the_standby(second, acting)
        for writer in writers:
            writer.start()
        try:
            wait_for(writers, 20)
            primary.stop("immediate")
            before = [len(writer.kept) for writer in writers]
            with pytest.raises(StoreGone):
                store.head()
            with pytest.raises(StoreGone):  # the standby is there, but takes no changes yet
                store.head()
            second.promote()
            promoted = time.monotonic()
            wait_for(writers, 20)
        finally:
            for writer in writers:
                writer.stop.set()
            for writer in writers:
                writer.join()
        back = [writer.moments[count + 1] - promoted for writer, count in zip(writers, before, strict=True)]
        assert max(back) < TAKES_OVER
        with store.read() as connection:
            said = select(text_row.c.body).join(event, event.c.text_id == text_row.c.id)
            there = Counter(connection.execute(said).scalars())
        assert there == Counter(text for writer in writers for text in writer.kept)
        snapshot, _ = followed(store, snapshot)
        assert columns(snapshot) == columns(whole(store)) != columns(build([], []))


def test_several_hosts_are_one_address() -> None:
    url = safe(make_url("postgresql+psycopg://ana@/desks?host=127.0.0.1:1&host=localhost:2"))
    assert "sslmode" not in url.query
    assert url.query["target_session_attrs"] == "read-write"
    (_, options) = url.get_dialect()().create_connect_args(url)
    assert (options["host"], options["port"]) == ("127.0.0.1,localhost", "1,2")


@pytest.mark.parametrize("hosts", ["host=127.0.0.1:1&host=db.example.org:2", "host=db.example.org&host=other:1"])
def test_one_host_elsewhere_and_every_connection_is_checked(hosts: str) -> None:
    url = safe(make_url(f"postgresql+psycopg://ana@/desks?{hosts}"))
    assert url.query["sslmode"] == "verify-full"


def test_of_several_hosts_a_silent_one_is_not_waited_for_long() -> None:
    several = safe(make_url("postgresql+psycopg://ana@/desks?host=127.0.0.1:1&host=localhost:2"))
    one = safe(make_url("postgresql+psycopg://ana@localhost/desks"))
    assert int(str(several.query["connect_timeout"])) < int(str(one.query["connect_timeout"])) <= TAKES_OVER
