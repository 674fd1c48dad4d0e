"""What a member queues past all our checks: nothing that did not happen, is not in the history, or is said already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.outbox import OutboxState
from services.domain.rights import Group
from services.domain.status import Outcome, Status
from services.domain.urgency import UrgencyAnswer
from services.domain.values import Service
from services.store import ingest, outbox, queries
from services.store.commands import add_note, send_message, set_status
from services.store.joining import CallerWords, log_enquiry
from services.store.merging import merge
from services.store.undo import undo
from tests.services.domain.test_urgency import DANGER
from tests.services.store.parts import POLICIES, logged, pull, shown
from tests.services.team.conftest import NAMES, OTHER, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
STAFF = (Group.CALL_TAKER, Group.DISPATCHER, Group.SUPERVISOR)
ID = "00000000-0000-4000-8000-00000000000{}"
_DONE = "INSERT INTO operation (id, actor, at, sentence, state) VALUES ('mine', session_user, 1, 'Said', 'done')"
_LINE = (
    "INSERT INTO event (request_id, at, actor, kind, data, text_id, operation)"
    " VALUES (%(request_id)s, 1, session_user, %(line)s, %(data)s, %(written)s, 'mine')"
)
_ROW = (
    "INSERT INTO outbox (id, request_id, upstream, kind, state, status_word, text_id, created_at, held_until,"
    " next_try_at, operation, reverse, caller_id, told_state) VALUES (%(id)s, %(request_id)s, %(upstream)s, %(kind)s,"
    " %(state)s, %(word)s, %(text_id)s, 1, %(held)s, 1, %(operation)s, %(reverse)s, %(caller_id)s, %(told)s)"
)
_CALL = (
    "INSERT INTO call_back (request_id, caller_id, text_id, state, told_state, created_at, operation)"
    " VALUES (%(request_id)s, %(caller_id)s, %(text_id)s, 'due', %(told)s, 1, 'mine')"
)
OWN = {
    "id": ID.format(1), "request_id": 1, "upstream": "city", "kind": "update", "state": "queued", "word": "FIXED",
    "text_id": None, "held": 1, "operation": "mine", "reverse": False, "caller_id": None, "told": "new",
    "line": "message", "data": "{}", "written": None, "body": None,
}  # fmt: skip
"""A message on request 1, which is of an upstream and new; `body` is a text that is written with it."""


def _attempt(member: psycopg.Connection[Any], statement: str = _ROW, **other: Any) -> None:
    """One transaction as the desk makes them: a text, a row that tells it, a line of history, an operation."""
    said = {**OWN, **other}
    if said["body"] is not None:
        at = member.execute("SELECT reserve('text', 1)").fetchone()
        said["written"] = said["text_id"] = at[0] if at else None
        member.execute("INSERT INTO text (id, request_id, body) VALUES (%(text_id)s, %(request_id)s, %(body)s)", said)
    member.execute(statement, said)
    if said["line"]:
        member.execute(_LINE, said)
    member.execute(_DONE)
    member.commit()


def _refused(member: psycopg.Connection[Any], why: str, statement: str = _ROW, **other: Any) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation), match=why):
        _attempt(member, statement, **other)
    member.rollback()


@pytest.fixture
def here(crowd: Crowd) -> Crowd:
    """1 is of an upstream; 2 was logged at the desk by caller 1, who has an address; 3 is to be reported."""
    pull(crowd.worker, shown("a"))
    acting = crowd.acting(Group.CALL_TAKER, OTHER)
    logged(acting, name="Cy", email="cy@example.org", phone="617 555 0100")
    logged(acting, upstream="city", name="Di")
    return crowd


@pytest.mark.parametrize("group", STAFF)
def test_a_message_that_says_how_it_stands_is_let(here: Crowd, raw: Raw, group: Group) -> None:
    _attempt(raw(NAMES[group]), body="We come")
    (item,) = [i for i in outbox.listing(here.worker) if i.request_id == 1]
    assert (item.message, item.status_word) == ("We come", "FIXED")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"told": "closed/fixed"}, "how it stands"),
        ({"told": "acknowledged"}, "how it stands"),
        ({"told": ""}, "a state is told"),
        ({"upstream": "plain"}, "where the request is from"),
        ({"upstream": ""}, "where the request is from"),
        ({"caller_id": 1}, "where the request is from"),
        ({"request_id": 2, "told": "acknowledged"}, "where the request is from"),
        ({"reverse": True}, "told once"),
        ({"operation": "theirs"}, "belongs to what was done"),
        ({"operation": ""}, "belongs to what was done"),
        ({"line": ""}, "how it stands"),
        ({"kind": "report", "told": ""}, "not reported to it"),
        ({"kind": "report", "told": "", "request_id": 3}, "not reported to it"),
        ({"state": "sent"}, "what has left"),
        ({"state": "retracted"}, "what has left"),
        ({"held": 86_400_002}, "within a day"),
        ({"held": 0}, "within a day"),
        ({"id": "x\r\nBcc: all"}, "within a day"),
    ],
)
def test_nothing_else_is(here: Crowd, raw: Raw, other: dict[str, Any], why: str) -> None:
    set_status(here.acting(Group.DISPATCHER), [2], Status.ACKNOWLEDGED)
    before = len(outbox.listing(here.worker))
    for group in STAFF:
        _refused(raw(NAMES[group]), why, **other)
    assert len(outbox.listing(here.worker)) == before


@pytest.mark.parametrize("column", ["seq", "attempts", "sent_at", "receipt", "problem"])
def test_what_the_worker_keeps_is_not_written_by_others(here: Crowd, raw: Raw, column: str) -> None:
    statement = _ROW.replace("(id,", f"({column}, id,").replace("VALUES (", "VALUES (NULL, ")
    _refused(raw(NAMES[Group.SUPERVISOR]), "permission denied", statement)


def test_a_colleagues_note_and_what_a_caller_said_are_not_sent(here: Crowd, raw: Raw) -> None:
    add_note(here.acting(Group.DISPATCHER), [1], "Between us")
    (note,) = [e for e in queries.detail(here.worker, 1).events if e.text == "Between us"]
    member = raw(NAMES[Group.CALL_TAKER])
    text_id = raw("postgres").execute("SELECT text_id FROM event WHERE id = %s", (note.id,)).fetchone()
    assert text_id is not None
    _refused(member, "what it was written for", text_id=text_id[0], written=text_id[0])
    _refused(member, "what it was written for", text_id=text_id[0])
    _refused(member, "what it was written for", body="A note", line="note")
    _refused(member, "what it was written for", body="Two", written=None, text_id=text_id[0], line="joined")


def test_a_message_is_told_once(here: Crowd, raw: Raw) -> None:
    member = raw(NAMES[Group.CALL_TAKER])
    twice = f"{_ROW}; {_ROW.replace('%(id)s', repr(ID.format(2)))}"
    _refused_bound(member, twice)
    done = send_message(here.acting(Group.CALL_TAKER), [1], "We come")
    again = {**OWN, "operation": done.operation, "id": ID.format(3)}
    member.execute(_ROW, again)
    member.execute(_LINE.replace("'mine'", "%(operation)s"), again)
    with pytest.raises(errors.InsufficientPrivilege, match="told once"):
        member.commit()
    member.rollback()


def _refused_bound(member: psycopg.Connection[Any], statements: str) -> None:
    """The same with several statements at once, which the server takes without parameters only."""
    cursor = psycopg.ClientCursor(member)
    cursor.execute(statements, OWN)
    member.execute(_LINE, OWN)
    member.execute(_DONE)
    with pytest.raises(errors.InsufficientPrivilege, match="told once"):
        member.commit()
    member.rollback()


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"word": "closed/fixed"}, "how it stands"),
        ({"word": "", "body": "We come"}, "outbox_read"),
        ({}, "closed or in words"),
        ({"caller_id": 2}, "their own request"),
        ({"caller_id": None}, "their own request"),
        ({"upstream": "city", "body": "We come"}, "told once"),
        ({"reverse": True, "body": "We come"}, "told once"),
    ],
)
def test_a_notice_that_no_command_makes_is_refused(here: Crowd, raw: Raw, other: dict[str, Any], why: str) -> None:
    notice: dict[str, Any] = {
        "request_id": 2,
        "kind": "notice",
        "upstream": "@mail",
        "word": "new",
        "told": "",
        "caller_id": 1,
    }
    for group in STAFF:
        _refused(raw(NAMES[group]), why, **{**notice, **other})
    _attempt(raw(NAMES[Group.CALL_TAKER]), **{**notice, "body": "We come"})
    assert [i.message for i in outbox.listing(here.worker) if i.caller_id] == ["We come"]


def test_nor_is_a_call_back_put_on_the_list_that_tells_something_else(here: Crowd, raw: Raw) -> None:
    member = raw(NAMES[Group.CALL_TAKER])
    call: dict[str, Any] = {"request_id": 2, "caller_id": 1}
    _refused(member, "how it stands", _CALL, **call, told="closed/fixed")
    _refused(member, "closed or in words", _CALL, **call)
    _refused(member, "their own request", _CALL, request_id=2, caller_id=2)
    _attempt(member, _CALL, **call, body="We come")
    for change in ("state = 'done'", "state = 'retracted'"):
        member.execute(f"UPDATE call_back SET {change}")
        with pytest.raises(errors.InsufficientPrivilege, match="history does not tell"):
            member.commit()


def test_what_others_queued_leaves_and_keeps_its_turn(here: Crowd, raw: Raw) -> None:
    send_message(here.acting(Group.DISPATCHER), [1], "We come")
    member = raw(NAMES[Group.CALL_TAKER])
    for change in ("held_until = 9e15", "next_try_at = 9e15", "problem = 'Broken'"):
        with pytest.raises(errors.InsufficientPrivilege, match="keeps its turn"):
            member.execute(f"UPDATE outbox SET {change} WHERE request_id = 1")
        member.rollback()
    member.execute("UPDATE outbox SET state = 'retracted' WHERE request_id = 1")
    with pytest.raises(errors.InsufficientPrivilege, match="history does not tell"):
        member.commit()
    member.execute("UPDATE outbox SET state = 'retracted' WHERE request_id = 1")
    member.execute(_LINE, OWN)
    with pytest.raises(errors.InsufficientPrivilege, match="what others queued leaves"):
        member.commit()
    member.execute("SET CONSTRAINTS ALL DEFERRED")
    assert outbox.listing(here.worker)[-1].state is OutboxState.QUEUED


@pytest.mark.parametrize("who", [{"email": "bo@example.org"}, {"phone": "617 555 0111", "reply": "phone"}])
def test_what_was_told_for_a_request_that_was_taken_out_meanwhile_is_taken_back(
    here: Crowd, raw: Raw, who: dict[str, str]
) -> None:
    """A merged one's caller heard with the others; its own history says nothing of that."""
    acting = here.acting(Group.DISPATCHER)
    (other,) = logged(acting, name="Bo", **who).ids
    merged = merge(acting, [other], 2)
    closed = set_status(acting, [2], Status.CLOSED, Outcome.FIXED)
    undo(acting, merged.operation)
    undo(acting, closed.operation)
    asked = "SELECT kind, state FROM outbox WHERE request_id = %(id)s UNION ALL"
    asked += " SELECT 'call', state FROM call_back WHERE request_id = %(id)s"
    told = raw("postgres").execute(asked, {"id": other}).fetchall()
    assert told, "they were to be told"
    assert {state for _, state in told} == {"retracted"}


def test_nothing_is_taken_back_by_a_line_on_another_operation(here: Crowd, raw: Raw) -> None:
    acting = here.acting(Group.DISPATCHER)
    send_message(acting, [2], "We come")
    member = raw(NAMES[Group.DISPATCHER])
    member.execute(_DONE)
    member.execute("UPDATE outbox SET state = 'retracted' WHERE request_id = 2")
    member.execute(_LINE, {**OWN, "line": "undone"})
    with pytest.raises(errors.InsufficientPrivilege, match="history does not tell"):
        member.commit()


@pytest.mark.parametrize(
    "change",
    [
        "status = 'acknowledged'",
        "status = 'closed', outcome = 'fixed', closed_at = updated_at",
        "claimed_by = session_user",
    ],
)
@pytest.mark.parametrize("group", STAFF)
def test_no_request_changes_without_a_line_of_history(here: Crowd, raw: Raw, group: Group, change: str) -> None:
    member = raw(NAMES[group])
    member.execute(f"UPDATE request SET {change} WHERE id = 2")
    with pytest.raises(errors.InsufficientPrivilege, match="history does not tell"):
        member.commit()
    assert queries.detail(here.worker, 2).request.version == 1


def test_what_is_needed_sooner_than_was_said_but_not_sooner_than_promised_is_told_too(here: Crowd) -> None:
    """A question about a merged request changes when the one that stands for it is needed, and not when it is due."""
    acting = here.acting(Group.DISPATCHER)
    ingest.apply_services(here.worker, "", [Service("tree", "Tree", "", sla_hours=1.0)])
    kept, other = logged(acting).ids[0], logged(acting).ids[0]
    merge(acting, [other], kept)
    log_enquiry(acting, other, CallerWords("Cy", "617 555 0177", urgency=[UrgencyAnswer(DANGER, True)]))
    undo(acting)


def test_nor_with_a_line_that_tells_another(here: Crowd, raw: Raw) -> None:
    member = raw(NAMES[Group.CALL_TAKER])
    member.execute("UPDATE request SET status = 'closed', outcome = 'not_ours', closed_at = updated_at WHERE id = 2")
    member.execute(_LINE, {**OWN, "request_id": 2, "line": "status", "data": '{"to": "closed", "to_outcome": "fixed"}'})
    with pytest.raises(errors.InsufficientPrivilege, match="where it went"):
        member.commit()
    set_status(here.acting(Group.CALL_TAKER), [2], Status.CLOSED, Outcome.NOT_OURS)
    undo(here.acting(Group.CALL_TAKER))


def test_the_worker_sends_its_own_word_for_the_state_whatever_was_queued(here: Crowd, raw: Raw) -> None:
    _attempt(raw(NAMES[Group.CALL_TAKER]), body="We come", word="FIXED")
    set_status(here.acting(Group.DISPATCHER), [1], Status.IN_PROGRESS)
    raw("postgres").execute(
        "UPDATE outbox SET status_word = 'CLOSED', held_until = 1, next_try_at = 1"
    ).connection.commit()
    words = []
    for _ in range(2):
        now = here.worker.clock()
        item = next(i for i in outbox.waiting(here.worker, ["city"], now) if i.request_id == 1)
        claimed = outbox.claim(here.worker, item.id, now, POLICIES["city"])
        assert claimed is not None
        words.append(claimed.status_word)
        outbox.refused(here.worker, item.id, "No.", now)
    assert words == ["OPEN", "IN_PROGRESS"]
