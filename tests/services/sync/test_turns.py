"""One worker at a time: whoever leads a server's store loses it with its connection, and another takes over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from services.domain.outbox import OutboxState
from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.errors import StoreGone
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import UPDATES, GatewayStore
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.dialect import driver
from services.store.store import Store
from services.sync.policies import policies
from services.sync.turns import ServerTurns, turns_of
from services.upstream.base import UpdatesBy, UpstreamConfig
from tests.console.cli.residents import post
from tests.services.postgres import Postgres
from tests.services.proxy import between

LONG = 90
"""Seconds after which a test that waits for something gives up."""
LEADER = (
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND classid = 8312 AND objid = 1 AND granted"
)


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The same store, from another process as it were."""
    with closing(Store.open(url)) as store:
        yield store


def end(template: Postgres, store: Store) -> None:
    """End a store's connection at the server."""
    with store.read() as connection:
        pid = driver(connection).info.backend_pid
    template.ask(f"SELECT pg_terminate_backend({pid}, 5000)")


def test_one_leads_and_one_has_the_turn(server_url: str) -> None:
    with opened(server_url) as ours, opened(server_url) as theirs:
        first, second = turns_of(ours), turns_of(theirs)
        assert isinstance(first, ServerTurns)
        with first.lead() as leads, second.lead() as leads_too:
            assert (leads, leads_too) == (True, False)
            with second.turn() as turn, first.turn() as turn_too:  # a single run beside the loop
                assert (turn, turn_too) == (True, False)
            with first.turn() as turn:
                assert turn
        with second.lead() as leads:
            assert leads


def test_a_lock_is_given_back_when_what_it_was_for_fails(server_url: str) -> None:
    with opened(server_url) as ours, opened(server_url) as theirs:
        with pytest.raises(ValueError, match="ours"), turns_of(ours).turn():
            raise ValueError("ours")
        with turns_of(theirs).turn() as turn:
            assert turn


def test_a_turn_is_waited_for(server_url: str, template: Postgres) -> None:
    with opened(server_url) as ours, opened(server_url) as theirs, ExitStack() as stack:
        assert stack.enter_context(turns_of(theirs).turn())
        begun = time.monotonic()
        with turns_of(ours).turn(0.3) as turn:
            assert not turn
        assert time.monotonic() - begun >= 0.3
        stack.close()
        with turns_of(ours).turn(LONG) as turn:
            assert turn


def test_the_lead_is_lost_with_its_connection_and_is_not_believed_in_on_the_next(
    server_url: str, template: Postgres
) -> None:
    with opened(server_url) as ours, opened(server_url) as theirs:
        turns = turns_of(ours)
        with pytest.raises(StoreGone), turns.lead() as leads:  # noqa: PT012
            assert leads
            end(template, ours)
            with pytest.raises(StoreGone):
                queries.crews(ours)
            queries.crews(ours)  # connected again
            with turns_of(theirs).lead() as leads_now:
                assert leads_now
                with turns.turn():
                    pytest.fail("it still thinks that it leads")


class Workers:
    """Worker processes on one store, each known to the server by a name."""

    def __init__(self, home: Path, store_url: str, city: str, key: str, template: Postgres) -> None:
        self.home, self.store_url, self.city, self.key, self.template = home, store_url, city, key, template
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started = 0

    def start(self) -> None:
        """One more."""
        self.started += 1
        name = f"worker-{self.started}"
        store = make_url(self.store_url).update_query_dict({"application_name": name})
        address = store.render_as_string(hide_password=False)
        with (self.home / name).open("wb") as said:
            command = [sys.executable, "-m", "tests.services.sync.working", address, self.city]
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                env={**os.environ, "CITY_KEY": self.key},
            )

    def leader(self) -> str:
        """Who leads, once somebody does."""
        until = time.monotonic() + LONG
        while not (found := [row[0] for row in self.template.ask(LEADER)]):
            assert time.monotonic() < until, self.said()
            self.template.ask("SELECT pg_sleep(0.02)")
        assert len(found) == 1
        return str(found[0])

    def kill_leader(self) -> str:
        """SIGKILL for who leads; who that was."""
        name = self.leader()
        with self.running.pop(name) as process:
            process.kill()
        return name

    def said(self) -> list[str]:
        return [file.read_text() for file in self.home.glob("worker-*")]

    def end(self) -> None:
        for process in self.running.values():
            with process:
                process.kill()


@pytest.mark.chaos
@pytest.mark.timeout(240)
def test_two_workers_never_tell_twice_though_the_leader_is_killed(
    server_url: str, template: Postgres, tmp_path: Path
) -> None:
    (tmp_path / "gateway").mkdir()
    told = Counter[bytes]()

    def hear(towards: bool, piece: bytes) -> None:
        if towards:
            told.update(re.findall(rb"update_id=([0-9a-f-]{36})", piece))

    with (
        running(GatewaySettings(tmp_path / "gateway", port=0)) as gateway,
        between(int(gateway.url.split(":")[2].split("/")[0])) as proxy,
        opened(server_url) as store,
        closing(GatewayStore.open(tmp_path / "gateway" / "gateway.db")) as kept,
    ):
        proxy.plan = [hear]
        city = f"http://127.0.0.1:{proxy.port}/open311/v2"
        workers = Workers(tmp_path, server_url, city, new_key(kept, "desk"), template)
        try:
            kills = _say_and_kill(store, gateway.url, workers)
        finally:
            workers.end()
        assert [item.state for item in outbox.listing(store, unfinished_only=False)] == [OutboxState.SENT] * 40
        with kept.engine.connect() as connection:
            arrived = Counter(connection.execute(select(UPDATES.c.description)).scalars())
        assert arrived == {f"told {n}": 1 for n in range(40)}
        assert len(told) == 40
        assert sum(told.values()) - len(told) <= kills, "only what was under way at a kill may be said again"


def _say_and_kill(store: Store, city: str, workers: Workers) -> int:
    """Forty messages, and on the way three leaders die; how many were killed."""
    for _ in range(2):
        workers.start()
    upstream_id = post(city, service_code="street-light", lat="42.36", long="-71.06")
    _until(lambda: any(row.upstream_id == upstream_id for row in queries.columns(store)), workers, store)
    request_id = queries.find(store, upstream_id)
    config = UpstreamConfig("city", url=city, updates=UpdatesBy.SERVICEREQUESTUPDATES)
    known = policies([config], queries.upstream_states(store))
    acting = Acting(store, Actor("ana", ALL_ROLES), known, timedelta(0))
    killed = []
    for number in range(40):
        commands.send_message(acting, [request_id], f"told {number}")
        if number in (10, 20, 30):
            killed.append(workers.kill_leader())
            workers.start()
    assert len(set(killed)) == 3
    _until(lambda: outbox.counts(store).waiting == 0, workers, store)
    return len(killed)


def _until(true: Callable[[], bool], workers: Workers, store: Store) -> None:
    until = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < until, (workers.said(), queries.upstream_states(store))
        workers.template.ask("SELECT pg_sleep(0.05)")
