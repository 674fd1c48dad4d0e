"""A desk that changes a request while it is put on a shelf waits a moment, and does what it was told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from psycopg import errors

from services.domain.rights import Group
from services.domain.status import Outcome, Status
from services.domain.urgency import UrgencyAnswer
from services.errors import StoreProblem
from services.store import commands, erase, outbox, queries, shelves
from services.store.acting import Acting
from services.store.dialect import driver
from services.store.joining import CallerWords, log_enquiry
from services.store.merging import merge
from services.store.undo import undo
from tests.services.domain.test_urgency import DANGER
from tests.services.store.parts import logged, pull, shown
from tests.services.team.conftest import NAMES, Crowd
from tests.services.team.test_shelves import OLD, Raw, close, lying

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = %s"
Do = Callable[[Acting, tuple[int, ...]], object]
WAYS: dict[str, Do] = {
    "note": lambda acting, ids: commands.add_note(acting, ids, "Dog."),
    "reopen": lambda acting, ids: commands.set_status(acting, ids, Status.IN_PROGRESS),
    "merge": lambda acting, ids: merge(acting, ids[1:], ids[0]),
    "ask": lambda acting, ids: log_enquiry(acting, ids[1], CallerWords(urgency=[UrgencyAnswer(DANGER, True)])),
    "undo": lambda acting, ids: undo(acting),
    "erase": lambda acting, ids: erase.erase_description(acting, ids[0]),
    "pull": lambda acting, ids: pull(acting.store, shown("up 1", "CLOSED", description="Another")),
    "adopt": lambda acting, ids: outbox.resolved(acting.store, ids[0], "theirs", acting.store.clock()),
}


def waits(raw: Raw, pid: int) -> None:
    """Until a back end waits for another's lock."""
    watching = raw("postgres")
    watching.autocommit = True
    while watching.execute(_WAITS, (pid,)).fetchone() != (1,):
        watching.execute("SELECT pg_sleep(0.01)")


def lines(raw: Raw, request_id: int) -> int:
    """How many lines the history of a request has, those that no desk shows included."""
    (count,) = raw("postgres").execute("SELECT count(*) FROM event WHERE request_id = %s", (request_id,)).fetchone()  # type: ignore[misc]
    return int(count)


@pytest.mark.parametrize("way", WAYS)
def test_it_is_done_though_it_was_being_moved(crowd: Crowd, raw: Raw, way: str) -> None:
    acting = crowd.acting(Group.WORKER if way in {"pull", "adopt"} else Group.SUPERVISOR, forged=True)
    pull(crowd.worker, shown("up 1"))
    logged(acting)
    logged(acting)
    ids = (2, 1, 3) if way == "adopt" else (1, 2, 3)
    if way == "ask":
        merge(acting, ids[1:2], ids[0])
    commands.set_status(acting, ids[:1], Status.CLOSED, Outcome.FIXED)
    close(raw, ids[:1])
    before = lines(raw, ids[0])
    with acting.store.read() as connection:
        pid = driver(connection).info.backend_pid
    keeper = raw(NAMES[Group.WORKER])
    keeper.execute("SELECT guard.shelf_made()").connection.commit()
    assert keeper.execute("SELECT guard.shelve(100)").fetchone() == (1,)
    failed: list[Exception] = []

    def work() -> None:
        try:
            WAYS[way](acting, ids)
        except Exception as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    desk = threading.Thread(target=work)
    desk.start()
    waits(raw, pid)
    keeper.commit()
    desk.join()
    assert failed == []
    assert lying(raw) == {1: 0, 2: 0, 3: 0, ids[0]: 2019}
    assert lines(raw, ids[0]) > before, "its history says that it was done"


def test_without_looking_again_the_server_would_refuse_it(crowd: Crowd, raw: Raw) -> None:
    """What is proved above is no accident: a bare change is refused, and so is a desk of the version before."""
    ids = logged(crowd.acting(Group.SUPERVISOR)).ids
    close(raw, ids)
    keeper, bare = raw(NAMES[Group.WORKER]), raw(NAMES[Group.SUPERVISOR])
    pid = bare.info.backend_pid
    for asked in ("UPDATE request SET version = 5 WHERE id = 1", "SELECT id FROM request FOR NO KEY UPDATE"):
        keeper.execute("SELECT guard.shelf_made()").connection.commit()
        keeper.execute("SELECT guard.shelve(100)")
        said: list[Exception] = []

        def work(asked: str = asked, said: list[Exception] = said) -> None:
            try:
                bare.execute(asked)
            except errors.SerializationFailure as refused:
                said.append(refused)

        desk = threading.Thread(target=work)
        desk.start()
        waits(raw, pid)
        keeper.commit()
        desk.join()
        bare.rollback()
        assert len(said) == 1
        close(raw, ids, OLD.replace(year=OLD.year + 1))


def test_the_keeper_waits_for_nobody_and_comes_back(crowd: Crowd, raw: Raw) -> None:
    acting = crowd.acting(Group.SUPERVISOR)
    ids = [logged(acting).ids[0] for _ in range(3)]
    close(raw, tuple(ids))
    desk = raw(NAMES[Group.SUPERVISOR])
    desk.execute("SELECT id FROM request WHERE id = %s FOR NO KEY UPDATE", ids[1:2])
    assert shelves.keep(crowd.worker) == 2
    assert lying(raw) == {ids[0]: 2019, ids[1]: 0, ids[2]: 2019}
    desk.rollback()
    assert shelves.keep(crowd.worker) == 1


def test_a_year_that_begins_while_desks_are_at_work_makes_nobody_wait_for_long(crowd: Crowd, raw: Raw) -> None:
    """To make a shelf the server needs a moment without a new request; it gives up soon, and moves nothing."""
    ids = logged(crowd.acting(Group.SUPERVISOR)).ids
    year = 2000 + int(raw("postgres").execute("SELECT count(*) FROM pg_inherits").fetchone()[0])  # type: ignore[index]
    close(raw, ids, datetime(year % 20 + 2000, 5, 5, tzinfo=UTC))
    admin = raw("postgres")
    admin.execute(f"DROP TABLE IF EXISTS request_{year % 20 + 2000}")
    admin.commit()
    desk = raw(NAMES[Group.SUPERVISOR])
    desk.execute(
        "INSERT INTO request (id, number, status, channel, requested_at, updated_at)"
        " SELECT reserve('request', 1), '26-00000' || reserve('number_26', 1), 'new', 'phone', 0, 0"
    )
    with pytest.raises(StoreProblem, match="nothing was changed"):
        shelves.keep(crowd.worker)
    assert lying(raw) == {ids[0]: 0}
    desk.rollback()
    assert shelves.keep(crowd.worker) == 1


def test_nobody_at_a_desk_is_told_twice_or_not_at_all_while_rows_move(crowd: Crowd, raw: Raw) -> None:
    """A desk reads all of them in one moment while they move beneath it: each once."""
    acting = crowd.acting(Group.SUPERVISOR)
    ids = [logged(acting).ids[0] for _ in range(6)]
    close(raw, tuple(ids))
    with acting.store.read():
        first = queries.columns(acting.store)
        assert shelves.keep(crowd.worker) == len(ids)
        assert queries.columns(acting.store) == first
    assert [row.id for row in queries.columns(acting.store)] == ids
