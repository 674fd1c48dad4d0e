"""A command whose COMMIT waits for a standby: it is not done yet, it is not undone, and nobody is told either."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Changes
from services.errors import StoreBusy, StoreGone
from services.store import commands, server
from services.store.acting import Acting
from services.store.once import certainly
from services.store.store import Store
from services.store.tables import event, text_row
from tests.services.clock import Clock
from tests.services.postgres import Postgres
from tests.services.proxy import Proxy, at_commit, between
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged

STORES = ("server",)
WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
LONG = 30.0


@dataclass
class Noting:
    """A desk that writes one note, tried as often as needed."""

    acting: Acting
    request_id: int
    tries: list[str] = field(default_factory=list)
    again: threading.Event = field(default_factory=threading.Event)
    """Set when a try after the first has been refused."""

    def note(self, acting: Acting) -> Changes:
        self.tries.append(acting.operation)
        try:
            return commands.add_note(acting, [self.request_id], "Dog.")
        except StoreBusy:
            self.again.set()
            raise

    def certainly(self) -> Changes:
        return certainly(self.acting, self.note, seconds=LONG)


@pytest.fixture
def alone(template: Postgres) -> Iterator[Postgres]:
    """A server whose commits wait for a standby that is not there, until somebody lets them go."""
    template.ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    template.ask("SELECT pg_reload_conf()")
    yield template
    let_go(template)


def let_go(template: Postgres) -> None:
    template.ask("ALTER SYSTEM RESET synchronous_standby_names")
    template.ask("SELECT pg_reload_conf()")


@pytest.fixture
def proxy(template: Postgres) -> Iterator[Proxy]:
    with between(template.port) as proxy:
        yield proxy


@pytest.fixture
def noting(proxy: Proxy, server_url: str, store: Store, act: Act, monkeypatch: pytest.MonkeyPatch) -> Iterator[Noting]:
    (request_id,) = logged(act()).ids
    monkeypatch.setattr(server, "_SESSION", server._SESSION.replace("lock_timeout=10s", "lock_timeout=100ms"))
    url = make_url(server_url).set(port=proxy.port).update_query_dict({"options": "-c synchronous_commit=on"})
    with closing(Store.open(url.render_as_string(hide_password=False), clock=Clock())) as far:
        yield Noting(Acting(far, Actor("ana", ALL_ROLES), POLICIES, timedelta(0)), request_id)


@pytest.fixture
def aside(template: Postgres) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool
        let_go(template)


def waiting(template: Postgres, besides: set[int], noted: Future[Changes]) -> set[int]:
    """The back ends that wait for a standby, once there is another than those; none where all is over before."""
    until = time.monotonic() + LONG
    while not (found := {row[0] for row in template.ask(WAITS)} - besides) and not noted.done():
        assert time.monotonic() < until
    return found


def texts(store: Store) -> Counter[str]:
    with store.read() as connection:
        said = select(text_row.c.body).join(event, event.c.text_id == text_row.c.id)
        return Counter(connection.execute(said).scalars())


def test_who_meets_the_first_try_is_not_told_that_nothing_was_changed(
    alone: Postgres, proxy: Proxy, noting: Noting, store: Store, aside: ThreadPoolExecutor
) -> None:
    proxy.plan = [at_commit(passing=True)]
    noted = aside.submit(noting.certainly)
    assert waiting(alone, set(), noted)
    assert noting.again.wait(LONG)
    let_go(alone)
    assert noted.result(LONG).operation == noting.tries[0]
    assert texts(store) == {"Dog.": 1}


def test_what_the_standby_does_not_have_is_not_acknowledged(
    alone: Postgres, noting: Noting, store: Store, aside: ThreadPoolExecutor
) -> None:
    """Ended while it waits, the commit can be seen all the same; were this server lost now, so would it be."""
    noted = aside.submit(noting.certainly)
    (first,) = waiting(alone, set(), noted)
    alone.ask(f"SELECT pg_terminate_backend({first})")
    assert waiting(alone, {first}, noted)
    assert texts(store) == {"Dog.": 1}
    assert not noted.done()
    let_go(alone)
    assert noted.result(LONG).operation == noting.tries[0]
    assert texts(store) == {"Dog.": 1}


def test_somebody_else_at_it_is_said_at_once_where_it_is_the_first_try(noting: Noting, store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("SELECT id FROM request FOR UPDATE")
        with pytest.raises(StoreBusy, match="nothing was changed"):
            noting.certainly()
    assert len(noting.tries) == 1
    assert texts(store) == {}


def test_who_gives_up_while_it_is_still_at_it_is_told_that_it_is_not_known(noting: Noting, store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("SELECT id FROM request FOR UPDATE")
        with pytest.raises(StoreGone, match="not known yet"):
            certainly(noting.acting, noting.note, "one", seconds=0.3)
    certainly(noting.acting, noting.note, "one")
    assert texts(store) == {"Dog.": 1}
