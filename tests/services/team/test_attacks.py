"""Members with a program of their own: what would be read by every desk, shut others out, or speak for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.rights import Group
from services.domain.status import Outcome, Status
from services.domain.values import EventKind
from services.errors import StoreProblem
from services.store import presence, queries
from services.store.commands import add_note, set_status
from services.store.tables import metadata
from services.sync.turns import turns_of
from tests.services.store.parts import logged
from tests.services.team.conftest import NAMES, OTHER, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
STAFF = (Group.CALL_TAKER, Group.DISPATCHER, Group.SUPERVISOR)
_LINE = "INSERT INTO event (request_id, at, actor, kind, data) VALUES (1, {at}, session_user, '{kind}', '{data}')"
_REQUEST = (
    "INSERT INTO request (id, number, status, channel, requested_at, updated_at)"
    " VALUES ({}, '{}', 'new', 'phone', 1, 1)"
)


def _line(kind: str = "note", data: str = "{}", at: str = "1") -> str:
    return _LINE.format(kind=kind, data=data, at=at)


def _refused(member: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        _done(member, statement)
    member.rollback()


def _done(member: psycopg.Connection[Any], statement: str) -> None:
    member.execute(statement)
    member.commit()


@pytest.fixture
def here(crowd: Crowd) -> Crowd:
    """1 was logged at the desk by somebody with a number, who is caller 1."""
    logged(crowd.acting(Group.CALL_TAKER, OTHER), name="Cy", phone="617 555 0100")
    return crowd


_UNREADABLE = [
    _line(kind="rumour"),
    _line(data="[1]"),
    _line(data='{"to": "gone"}'),
    _line(data='{"from": "gone"}'),
    _line(data='{"from": "new", "from_outcome": "gone"}'),
    _line(at="9000000000000000"),
    _line(data='{"x": "' + "x" * 100_000 + '"}'),
    "UPDATE request SET status = 'closed', outcome = 'gone', closed_at = updated_at WHERE id = 1",
    "UPDATE request SET updated_at = 9000000000000000 WHERE id = 1",
    "UPDATE request SET version = 2147483647 WHERE id = 1",
    "UPDATE caller SET reply = 'pigeon'",
    "INSERT INTO operation (id, actor, at, sentence, state) VALUES ('x', session_user, 9000000000000000, '', 'done')",
]


@pytest.mark.parametrize("group", STAFF)
@pytest.mark.parametrize("statement", _UNREADABLE, ids=range(len(_UNREADABLE)))
def test_nothing_is_written_that_no_desk_can_read(here: Crowd, raw: Raw, group: Group, statement: str) -> None:
    _refused(raw(NAMES[group]), statement)
    assert queries.detail(here.worker, 1).request.version == 1


@pytest.mark.parametrize(
    "place", ["lat = 'NaN'", "lat = 90.1, lon = 0", "lat = 0, lon = 'Infinity'", "media_urls = '{}'"]
)
def test_nor_by_a_supervisor_or_the_worker(here: Crowd, raw: Raw, place: str) -> None:
    for group in (Group.SUPERVISOR, Group.WORKER):
        _refused(raw(NAMES[group]), f"UPDATE request SET {place} WHERE id = 1")


@pytest.mark.parametrize("group", STAFF)
def test_no_person_says_what_an_upstream_did_or_a_status_that_was_not_set(here: Crowd, raw: Raw, group: Group) -> None:
    member = raw(NAMES[group])
    for kind in ("pulled", "upstream_changed", "resident_update", "posted", "refused", "unknown"):
        assert EventKind(kind)
        _refused(member, _line(kind=kind))
    _refused(member, _line(kind="status", data='{"from": "new", "to": "closed", "to_outcome": "fixed"}'))
    _refused(member, _line(kind="status", data='{"from": "new", "to": "acknowledged"}'))
    assert [e.kind for e in queries.detail(here.worker, 1).events] == [EventKind.LOGGED]


@pytest.mark.parametrize("group", STAFF)
def test_nobody_writes_down_what_others_are_given_next(here: Crowd, raw: Raw, group: Group) -> None:
    member = raw(NAMES[group])
    for statement in (
        _REQUEST.format(2, "26-000001"),
        _REQUEST.format(9_223_372_036_854_775_807, "26-000001"),
        _REQUEST.format(1, "26-000002"),
        _REQUEST.format(1, "27-000001"),
        _REQUEST.format(1, "tomorrow"),
        "INSERT INTO text (id, request_id, body) VALUES (1, 1, 'x')",
        "INSERT INTO caller (id, request_id) VALUES (2, 1)",
        "INSERT INTO masked.caller (id, request_id) VALUES (2, 1)",
        "INSERT INTO operation (seq, id, actor, at, sentence, state) VALUES (9, 'x', session_user, 1, '', 'done')",
        "INSERT INTO event (id, request_id, at, actor, kind) VALUES (9, 1, 1, session_user, 'note')",
    ):
        _refused(member, statement)
    logged(here.acting(Group.CALL_TAKER), name="Di")
    assert queries.detail(here.worker, 2).request.number == "26-000002"


@pytest.mark.parametrize("group", STAFF)
def test_a_request_and_a_caller_leave_a_line_of_history(here: Crowd, raw: Raw, group: Group) -> None:
    member = raw(NAMES[group])
    member.execute("SELECT reserve('request', 1), reserve('number_26', 1), reserve('caller', 1)")
    _refused(member, _REQUEST.format(2, "26-000002"))
    for statement in (
        "INSERT INTO caller (id, request_id, name) VALUES (2, 1, 'Nobody')",
        "UPDATE caller SET withdrawn = true",
        "UPDATE caller SET consent = false",
        "UPDATE caller SET do_not_call = true",
        "UPDATE request SET person_at = 253000000000000 WHERE id = 1",
        "UPDATE request SET differs = true WHERE id = 1",
    ):
        _refused(member, statement)


@pytest.mark.parametrize("group", [*STAFF, Group.AUDITOR])
@pytest.mark.parametrize("mode", ["SHARE", "EXCLUSIVE", "ACCESS EXCLUSIVE"])
def test_no_member_shuts_the_others_out_of_a_table(raw: Raw, group: Group, mode: str) -> None:
    member = raw(NAMES[group])
    tables = [*metadata.tables, "presence", "search", "alembic_version", "masked.caller", "guard.act", "guard.step"]
    for table in tables:
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(f"LOCK TABLE {table} IN {mode} MODE")
        member.rollback()


def test_nobody_sits_in_anothers_place_or_keeps_them_there(here: Crowd, raw: Raw) -> None:
    other, watching = here.acting(Group.CALL_TAKER, OTHER).store, here.acting(Group.DISPATCHER).store
    presence.tell(other, 1, writes=True)
    member = raw(NAMES[Group.CALL_TAKER])
    _refused(member, "UPDATE presence SET pid = pg_backend_pid(), actor = session_user")
    _refused(member, "UPDATE presence SET request_id = NULL")
    assert [p.name for p in presence.others(watching, 1)] == [OTHER]
    pid = raw("postgres").execute("SELECT pid FROM presence WHERE actor = %s", (OTHER,)).fetchone()
    other.close()
    member.execute("SELECT pg_advisory_lock(8312, %s)", pid).connection.commit()
    assert presence.others(watching, 1) == ()


def test_what_is_let_is_what_the_desk_does(here: Crowd, raw: Raw) -> None:
    acting = here.acting(Group.CALL_TAKER)
    set_status(acting, [1], Status.CLOSED, Outcome.NOT_OURS)
    add_note(acting, [1], "Told them")
    member = raw(NAMES[Group.CALL_TAKER])
    member.execute(_line(data='{"to": "closed", "to_outcome": "not_ours"}')).connection.commit()


def test_who_keeps_the_worker_from_its_work_is_named(here: Crowd, raw: Raw) -> None:
    raw(NAMES[Group.AUDITOR]).execute("SELECT pg_advisory_lock(8312, 1), pg_advisory_lock(8312, 2)")
    turns = turns_of(here.worker)
    for taking in (turns.lead, turns.turn):
        with pytest.raises(StoreProblem, match="“one_auditor” keeps the worker from its work"), taking():
            pass
