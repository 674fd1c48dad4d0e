"""Whatever is done to history past every guard is found, and the request it was done to is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.domain.rights import Group
from services.domain.status import Outcome, Status
from services.errors import Invalid
from services.store.commands import add_note, assign, set_status
from services.store.undo import undo
from services.team.chain import sign, signed_on, verify
from services.team.checks import CONTENT
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.store.parts import logged, pull, shown
from tests.services.team.conftest import NAMES, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]


@pytest.fixture
def admin(team: Postgres, crowd: Crowd, crew: int) -> str:
    """The address of a store with a history: three requests, of many hands."""
    acting = crowd.acting(Group.CALL_TAKER)
    for words in ("Baum | gefällt", "“é”", ""):
        logged(acting, name="Ana", description=words)
    add_note(acting, [1, 2, 3], "a|b\n{}")
    assign(crowd.acting(Group.DISPATCHER), [1, 2], crew)
    undo(crowd.acting(Group.DISPATCHER))
    set_status(acting, [1, 2, 3], Status.CLOSED, Outcome.WITHDRAWN)
    pull(crowd.worker, shown("a"), shown("b"))
    return team.url(TEMPLATE, "postgres")


@pytest.fixture
def tampering(raw: Raw, admin: str) -> psycopg.Connection[Any]:
    """The superuser, whom no trigger holds."""
    connection = raw("postgres")
    connection.autocommit = True
    connection.execute("SET session_replication_role = replica")
    return connection


def test_what_was_written_by_us_is_whole(admin: str, crowd: Crowd) -> None:
    found = verify(admin)
    assert (found.requests, found.faults) == (5, [])
    with crowd.worker.read() as connection:
        assert found.events == connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE event SET actor = 'bo' WHERE request_id = 2 AND link = 2", "line 2 is not as it was written"),
        ("UPDATE event SET at = at + 1 WHERE request_id = 2 AND link = 1", "line 1 is not as it was written"),
        ("UPDATE event SET text_id = NULL WHERE request_id = 2 AND link = 2", "line 2 is not as it was written"),
        (
            "UPDATE event SET actor = actor || 'x', operation = substr(operation, 2) WHERE request_id = 2 AND link = 3",
            "line 3 is not as it was written",
        ),
        (
            """UPDATE event SET data = '{"to": "closed"}' WHERE request_id = 2 AND link = 3""",
            "line 3 is not as it was written",
        ),
        ("UPDATE event SET request_id = 3 WHERE request_id = 2 AND link = 5", "the last 1 of its lines are missing"),
        ("DELETE FROM event WHERE request_id = 2 AND link = 5", "the last 1 of its lines are missing"),
        ("DELETE FROM event WHERE request_id = 2 AND link = 3", "line 3 is missing"),
        ("DELETE FROM event WHERE request_id = 2", "the last 5 of its lines are missing"),
        (
            "INSERT INTO event (request_id, at, actor, kind, link, digest) VALUES (2, 1, 'bo', 'note', 6, '')",
            "line 6 is not as it was written",
        ),
        (
            "INSERT INTO event (request_id, at, actor, kind, link, digest) VALUES (2, 1, 'bo', 'note', 3, '')",
            "line 3 is there twice",
        ),
        ("DELETE FROM guard.chain WHERE request_id = 2", "its chain is missing"),
        ("UPDATE guard.chain SET salt = '' WHERE request_id = 2", "line 1 is not as it was written"),
        ("UPDATE guard.chain SET links = 4 WHERE request_id = 2", "its chain ends otherwise"),
        ("UPDATE event SET link = 3 - link WHERE request_id = 2 AND link < 3", "line 1 is not as it was written"),
    ],
)
def test_what_is_changed_past_every_guard_is_found(
    admin: str, tampering: psycopg.Connection[Any], change: str, said: str
) -> None:
    tampering.execute(change)
    assert f"26-000002: {said}." in verify(admin).faults


def test_a_request_that_is_gone_with_its_history_is_missed_by_what_was_signed(
    admin: str, tampering: psycopg.Connection[Any], crowd: Crowd, tmp_path: Path
) -> None:
    sign(crowd.worker, tmp_path)
    for table in ("event", "guard.chain", "text", "caller", "search"):
        column = "id" if table == "search" else "request_id"
        tampering.execute(f"DELETE FROM {table} WHERE {column} = 2")
    tampering.execute("DELETE FROM request WHERE id = 2")
    assert verify(admin).faults == []
    assert verify(admin, tmp_path).faults == ["request 2, which is gone: its history was signed off and is gone."]


_REWRITE = f"""
DO $$
DECLARE
    one record;
    chained bytea := '';
BEGIN
    UPDATE event SET actor = 'bo' WHERE request_id = 2 AND link = 2;
    FOR one IN SELECT e.*, c.salt FROM event AS e JOIN guard.chain AS c USING (request_id)
        WHERE request_id = 2 ORDER BY link LOOP
        chained := sha256(one.salt || chained || convert_to({CONTENT.format(links="one.link", of="one")}, 'UTF8'));
        UPDATE event SET digest = chained WHERE id = one.id;
    END LOOP;
    UPDATE guard.chain SET head = chained WHERE request_id = 2;
END $$
"""


def test_a_chain_that_was_written_anew_is_found_by_what_was_signed_before(
    admin: str, tampering: psycopg.Connection[Any], crowd: Crowd, tmp_path: Path
) -> None:
    sign(crowd.worker, tmp_path)
    add_note(crowd.acting(Group.CALL_TAKER), [2], "Later")
    assert verify(admin, tmp_path).faults == [], "what grew since is whole"
    tampering.execute(_REWRITE)
    assert verify(admin).faults == [], "the database alone cannot tell"
    assert verify(admin, tmp_path).faults == ["26-000002: line 5 is not what was signed off."]


def test_only_what_grew_is_signed_again(admin: str, crowd: Crowd, tmp_path: Path) -> None:
    first = sign(crowd.worker, tmp_path)
    assert first is not None
    assert [line.split()[0] for line in first.read_text().splitlines()[1:-1]] == ["1", "2", "3", "4", "5"]
    assert sign(crowd.worker, tmp_path) is None
    add_note(crowd.acting(Group.CALL_TAKER), [3], "Later")
    first.rename(tmp_path / "heads-20260101T000000.000000Z.txt")  # as if of an earlier day
    again = sign(crowd.worker, tmp_path)
    assert again is not None
    assert [line.split()[:2] for line in again.read_text().splitlines()[1:-1]] == [["3", "4"]]
    assert again.name.startswith(f"heads-{signed_on(tmp_path)}")
    assert verify(admin, tmp_path).signed == 6


def test_heads_that_are_cut_short_or_of_another_store_are_refused(admin: str, crowd: Crowd, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no heads"):
        verify(admin, tmp_path)
    path = sign(crowd.worker, tmp_path)
    assert path is not None
    whole = path.read_text()
    for cut in (whole[:-10], "\n".join(whole.splitlines()[:2] + whole.splitlines()[-1:]), ""):
        path.write_text(cut)
        with pytest.raises(Invalid, match=r"is not whole|is not of this store"):
            verify(admin, tmp_path)
    path.write_text(whole.replace(crowd.worker.store_id, "another"))
    with pytest.raises(Invalid, match="is not of this store"):
        verify(admin, tmp_path)


def test_nobody_but_the_worker_reads_heads_and_nobody_the_salt(admin: str, raw: Raw) -> None:
    for group in Group:
        member = raw(NAMES[group])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            member.execute("SELECT salt FROM guard.chain")
        member.rollback()
