"""A server whose disk is really full: what it did not keep is said, what was acknowledged is there, and it goes on."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.errors import StoreGone, StoreProblem
from services.store import commands
from services.store.acting import Acting
from services.store.once import certainly
from services.store.store import Store
from services.store.tables import event, text_row
from services.team import setup
from services.team.chain import verify
from tests.server import cramped_team
from tests.services.clock import Clock
from tests.services.disks import NoDisk, disk
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES, logged

MOST = 5_000
"""Notes that a disk without room takes at most."""


@pytest.fixture
def little_data() -> Iterator[Postgres]:
    with cramped_team("data") as server:
        yield server


@pytest.fixture
def little_log() -> Iterator[Postgres]:
    with cramped_team("wal") as server:
        yield server


def _acting(store: Store) -> Acting:
    return Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))


def _long(number: int) -> str:
    """A text that does not become much shorter when it is packed."""
    return f"{number} {Random(number).randbytes(1_500).hex()}"


def _note(acting: Acting, request_id: int, number: int, *, seconds: float = 0) -> None:
    """Note that text, once however often it is asked for."""
    note = partial(commands.add_note, ids=[request_id], text=_long(number))
    certainly(acting, note, f"note {request_id}.{number}", seconds)


def _note_all(acting: Acting, request_id: int, kept: list[int]) -> None:
    """Note after note; those that were acknowledged go into `kept`."""
    while len(kept) < MOST:
        _note(acting, request_id, len(kept))
        kept.append(len(kept))


def _of(numbers: Iterable[int]) -> Counter[str]:
    return Counter(map(_long, numbers))


def _texts(server: Postgres) -> Counter[str]:
    with closing(Store.open(server.url("desks", "postgres"))) as store, store.read() as connection:
        said = select(text_row.c.body).join(event, event.c.text_id == text_row.c.id)
        return Counter(connection.execute(said).scalars())


def _until_up(server: Postgres) -> None:
    until, rest = time.monotonic() + 60, threading.Event()
    while not server.is_up():
        assert time.monotonic() < until
        rest.wait(0.05)


def test_data_that_has_no_room_is_refused_and_done_once_there_is_room(little_data: Postgres) -> None:
    with closing(Store.open(little_data.url("desks", "postgres"), clock=Clock())) as store:
        acting = _acting(store)
        kept: list[int] = []
        (request_id,) = logged(acting).ids
        assert little_data.disk is not None
        little_data.disk.fill()
        with pytest.raises(StoreProblem) as caught:
            _note_all(acting, request_id, kept)
        assert not isinstance(caught.value, StoreGone)  # so nobody is left to wonder whether it was saved
        assert caught.value.sentence == "The server's disk is full; nothing of this was saved."
        assert caught.value.remedy == "Ask whoever looks after the database. What was saved before is safe."
        _until_up(little_data)  # a server that has no room to write down how far it is begins anew
        assert _texts(little_data) == _of(kept)  # reading goes on
        with pytest.raises(StoreProblem, match="disk is full"):
            _note(acting, request_id, len(kept))
        little_data.disk.make_room()
        _note(acting, request_id, len(kept))
    assert _texts(little_data) == _of([*kept, len(kept)])
    assert verify(little_data.url("desks", "postgres")).faults == []


def test_a_desk_cannot_be_opened_for_the_first_time_on_a_full_disk_and_it_is_said(little_data: Postgres) -> None:
    assert little_data.disk is not None
    little_data.disk.fill()
    with pytest.raises(StoreProblem) as caught:
        setup.init(little_data.url("another", "postgres"))
    assert caught.value.sentence == "The server's disk is full; nothing of this was saved."
    assert "looks after the database" in caught.value.remedy
    little_data.disk.make_room()
    assert setup.init(little_data.url("another", "postgres")) == "another"


def test_a_log_that_has_no_room_stops_the_server_and_nothing_acknowledged_is_lost(little_log: Postgres) -> None:
    """PostgreSQL panics then, in the middle of a commit: whether that was saved nobody can say before it is back."""
    server = little_log
    kept: list[int] = []
    with closing(Store.open(server.url("desks", "postgres"), clock=Clock())) as store:
        acting = _acting(store)
        (request_id,) = logged(acting).ids
        assert server.disk is not None
        server.disk.fill()
        with pytest.raises(StoreGone) as caught:
            _note_all(acting, request_id, kept)
        assert "nothing of this was saved" not in caught.value.sentence
        assert "looks after the database" in caught.value.remedy
        server.disk.make_room()
        _until_up(server)
        _note(acting, request_id, len(kept), seconds=30)
    assert _texts(server) == _of([*kept, len(kept)])
    assert verify(server.url("desks", "postgres")).faults == []
    assert "PANIC:  could not write to file" in (server.folder / "log").read_text()


def test_who_keeps_trying_while_the_log_is_full_has_everything_once(little_log: Postgres) -> None:
    """Two who write on until there is room again, through as many crashes as it takes."""
    url, stop = little_log.url("desks", "postgres"), threading.Event()
    said: list[list[int]] = [[], []]
    with closing(Store.open(url, clock=Clock())) as store:
        ids = [logged(_acting(store)).ids[0] for _ in said]

    def write(mine: int) -> None:
        with closing(Store.open(url)) as store:
            while not stop.is_set():
                number = 2 * len(said[mine]) + mine
                _note(_acting(store), ids[mine], number, seconds=60)
                said[mine].append(number)

    writers = [threading.Thread(target=write, args=(mine,)) for mine in range(2)]
    assert little_log.disk is not None
    little_log.disk.fill()
    for writer in writers:
        writer.start()
    try:
        until, rest = time.monotonic() + 60, threading.Event()
        while "PANIC" not in (little_log.folder / "log").read_text():
            assert time.monotonic() < until
            rest.wait(0.05)
        little_log.disk.make_room()
        _until_up(little_log)
        before = [len(mine) for mine in said]
        while any(len(mine) < many + 5 for mine, many in zip(said, before, strict=True)):
            assert time.monotonic() < until
            rest.wait(0.05)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert _texts(little_log) == _of(number for mine in said for number in mine)


def test_a_machine_that_mounts_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoDisk, match="unshare cannot be run"), disk(tmp_path, 1):
        pass
    (tmp_path / "unshare").write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n")
    (tmp_path / "unshare").chmod(0o700)
    with pytest.raises(NoDisk, match="Operation not permitted"), disk(tmp_path, 1):
        pass
