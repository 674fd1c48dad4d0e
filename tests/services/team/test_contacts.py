"""A city may narrow who sees how to reach callers: the others read them masked, and their commands do all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.exchange import Receipt
from services.domain.outbox import MAIL
from services.domain.rights import Group
from services.domain.status import Outcome, Role, Status
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Forbidden
from services.store import outbox, queries
from services.store.callers import known
from services.store.calls import addressee, call_backs
from services.store.commands import add_note, set_status
from services.store.contacts import contacts
from services.store.erase import erase_caller
from services.store.joining import CallerWords, join
from services.store.merging import merge
from services.store.store import Store
from services.store.undo import redo, undo
from services.team import setup
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.store.parts import logged
from tests.services.team.conftest import NAMES, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
_READ = "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_all_tables WHERE relid = 'desk.caller'::regclass"
CY = CallerWords("Cy Twombly", "+1 617 555 0100", "cy@example.org", reply="phone")


@pytest.fixture
def crowd(team: Postgres, as_member: Callable[[str], Store]) -> Iterator[Crowd]:
    """Only dispatchers see contacts; one request, reported by Cy."""
    admin = team.url(TEMPLATE, "postgres")
    setup.init(admin, {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.DISPATCHER})})
    crowd = Crowd(as_member)
    logged(crowd.acting(Group.DISPATCHER), name=CY.name, phone=CY.phone, email=CY.email, reply=CY.reply)
    yield crowd
    setup.init(admin)


def test_who_may_not_see_them_reads_the_end_of_a_number(crowd: Crowd) -> None:
    for group in (Group.CALL_TAKER, Group.SUPERVISOR, Group.AUDITOR):
        (caller,) = queries.detail(crowd.acting(group).store, 1).callers
        assert (caller.name, caller.phone, caller.email) == ("Cy Twombly", "•••• 0100", "c•••@example.org")
    (seen,) = queries.detail(crowd.acting(Group.DISPATCHER).store, 1).callers
    assert (seen.phone, seen.email) == ("+1 617 555 0100", "cy@example.org")


def test_nor_are_they_in_a_file_that_is_saved(crowd: Crowd) -> None:
    assert contacts(crowd.acting(Group.DISPATCHER), [1]) == [("Cy Twombly", "+1 617 555 0100", "cy@example.org")]
    for group in (Group.CALL_TAKER, Group.SUPERVISOR, Group.AUDITOR):
        forged = contacts(crowd.acting(group, forged=True), [1])
        assert forged == [("Cy Twombly", "•••• 0100", "c•••@example.org")]
    with pytest.raises(Forbidden):
        contacts(crowd.acting(Group.AUDITOR), [1])


@pytest.mark.parametrize("group", [Group.CALL_TAKER, Group.SUPERVISOR, Group.AUDITOR])
@pytest.mark.parametrize("asked", ["phone FROM desk.caller", "phone_key FROM desk.caller", "words FROM desk.search"])
def test_nor_past_everything_of_ours(crowd: Crowd, raw: Raw, group: Group, asked: str) -> None:
    member = raw(NAMES[group])
    with pytest.raises(errors.InsufficientPrivilege):
        member.execute(f"SELECT {asked}")
    member.rollback()
    if group is not Group.AUDITOR:
        assert member.execute("SELECT callers FROM desk.request_words").fetchall() == [("",)]


def test_what_is_typed_of_a_caller_finds_nothing_and_of_a_request_all(crowd: Crowd) -> None:
    for group, finds in ((Group.CALL_TAKER, []), (Group.DISPATCHER, [1])):
        store = crowd.acting(group).store
        assert queries.search(store, "twombly") == queries.search(store, "0100") == finds
        assert queries.search(store, "tree down") == [1]
        assert [p.name for p in known(store, "617 555 0100")] == [CY.name] * len(finds)


def test_a_caller_is_told_whoever_closes_it(crowd: Crowd) -> None:
    set_status(crowd.acting(Group.CALL_TAKER), [1], Status.CLOSED, Outcome.NOT_OURS)
    (call,) = call_backs(crowd.acting(Group.CALL_TAKER).store)
    assert (call.caller.name, call.caller.phone) == (CY.name, "•••• 0100")


def test_more_callers_are_written_down_and_taken_back(crowd: Crowd) -> None:
    acting = crowd.acting(Group.CALL_TAKER)
    join(acting, 1, CallerWords("Bo", "617 555 0188", "bo@example.org"))
    for step in (undo, redo):
        step(acting)
    first, second = queries.detail(crowd.acting(Group.DISPATCHER).store, 1).callers
    assert (first.phone, second.phone, second.email) == (CY.phone, "617 555 0188", "bo@example.org")


def test_names_are_found_again_once_somebody_who_sees_them_has_written(crowd: Crowd) -> None:
    join(crowd.acting(Group.CALL_TAKER), 1, CallerWords("Bo Diddley", "617 555 0188"))
    undo(crowd.acting(Group.CALL_TAKER))
    redo(crowd.acting(Group.CALL_TAKER))
    seeing = crowd.acting(Group.DISPATCHER)
    assert queries.search(seeing.store, "diddley") == []
    add_note(seeing, [1], "Seen")
    assert queries.search(seeing.store, "diddley") == queries.search(seeing.store, "twombly") == [1]


def test_who_asked_never_to_be_called_is_left_in_peace(crowd: Crowd) -> None:
    """Whoever writes them down anew cannot tell that they did; the worker and whoever calls can."""
    seeing, closing = crowd.acting(Group.DISPATCHER), crowd.acting(Group.CALL_TAKER)
    di = {"name": "Di", "phone": "617 555 0177", "email": "di@example.org"}
    logged(seeing, **di, do_not_call=True)
    for reply in ("email", "phone"):
        logged(closing, **di, reply=reply)
    set_status(closing, [3, 4], Status.CLOSED, Outcome.NOT_OURS)
    now = crowd.worker.clock() + timedelta(minutes=1)
    (item,) = outbox.waiting(crowd.worker, [MAIL], now)
    assert (item.request_id, addressee(crowd.worker, item)) == (3, None)
    assert [call.request_id for call in call_backs(closing.store)] == [4]
    assert call_backs(seeing.store) == []


_REFUSED = [
    "UPDATE masked.caller SET reply = 'pigeon'",
    "UPDATE masked.caller SET reply = NULL",
    "UPDATE masked.caller SET consent = NULL WHERE id = 1",
    "INSERT INTO masked.caller (id, request_id) VALUES (1, 1)",
    "INSERT INTO masked.caller (id, request_id) VALUES (1, 99)",
]


@pytest.mark.parametrize("group", [Group.CALL_TAKER, Group.SUPERVISOR])
@pytest.mark.parametrize("statement", _REFUSED, ids=range(len(_REFUSED)))
def test_what_the_server_says_of_a_refused_row_quotes_no_number(
    crowd: Crowd, raw: Raw, group: Group, statement: str
) -> None:
    with pytest.raises(errors.IntegrityError) as caught:
        raw(NAMES[group]).execute(statement)
    said = caught.value.diag
    assert said.message_primary == "no caller can be written down like this"
    assert said.message_detail is None
    assert "0100" not in f"{caught.value} {said.context}"


@pytest.mark.parametrize("group", [Group.CALL_TAKER, Group.SUPERVISOR])
@pytest.mark.parametrize("guess", [CY.phone, "+1 617 555 0177"])
def test_a_guess_that_is_written_down_looks_like_any_other(crowd: Crowd, raw: Raw, group: Group, guess: str) -> None:
    """In a transaction that is rolled back, and in one that is not."""
    logged(crowd.acting(Group.DISPATCHER), name="Di", phone="617 555 0177", do_not_call=True)
    member = raw(NAMES[group])
    assert member.execute("SELECT reserve('caller', 1)").fetchone() == (3,)
    asked = (
        "SELECT c.phone_key = o.phone_key OR c.email_key = o.email_key, c.do_not_call, c.phone = o.phone"
        " FROM masked.caller AS c, masked.caller AS o WHERE c.id = 3 AND o.id <> 3 ORDER BY o.id"
    )
    write = "INSERT INTO masked.caller (id, request_id, phone, phone_key, email_key) VALUES (3, 1, %s, %s, %s)"
    seen = []
    for number in (guess, "+1 617 999 " + guess[-4:]):
        read = member.execute(_READ).fetchone()
        member.execute(write, (number, number.replace(" ", ""), CY.email))
        assert member.execute(_READ).fetchone() == read, "what the server counts tells of no row that was found"
        seen.append(member.execute(asked).fetchall())
        member.rollback()
    assert seen[0] == seen[1]
    assert not any(same or silent for same, silent, _ in seen[0])
    for statement in (write.replace("masked", "desk"), "UPDATE desk.caller SET do_not_call = false"):
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(statement, (guess, guess, guess) if "%s" in statement else ())
        member.rollback()


def test_who_wished_it_themselves_is_seen_to_have(crowd: Crowd) -> None:
    logged(crowd.acting(Group.DISPATCHER), name="Di", phone="617 555 0177", do_not_call=True)
    logged(crowd.acting(Group.CALL_TAKER), name="Di", phone="617 555 0177", do_not_call=True)
    for group in (Group.CALL_TAKER, Group.DISPATCHER):
        (caller,) = queries.detail(crowd.acting(group).store, 3).callers
        assert caller.do_not_call


def test_an_address_is_written_to_once_though_who_closes_it_cannot_tell(crowd: Crowd) -> None:
    seeing, closing = crowd.acting(Group.DISPATCHER), crowd.acting(Group.SUPERVISOR)
    for _ in range(2):
        logged(seeing, name="Ed", email="ed@example.org", reply="email")
    merge(seeing, [3], 2)
    set_status(closing, [2], Status.CLOSED, Outcome.FIXED)
    now = crowd.worker.clock() + timedelta(minutes=1)
    items = outbox.waiting(crowd.worker, [MAIL], now)
    assert [i.request_id for i in items] == [2, 3]
    told = []
    for item in items:
        assert outbox.claim(crowd.worker, item.id, now)
        told.append(addressee(crowd.worker, item) is not None)
        outbox.sent(crowd.worker, item.id, Receipt(item.id), now)
    assert told == [True, False]


def test_what_they_type_is_looked_up_in_an_index(crowd: Crowd, raw: Raw) -> None:
    admin = raw("postgres")
    admin.execute(
        "INSERT INTO request (id, number, status, channel, requested_at, updated_at)"
        " SELECT i, 'x' || i, 'new', 'phone', 1, 1 FROM generate_series(1000, 4999) AS i"
    )
    words = (
        "INSERT INTO search SELECT id, CAST('elm:1D oak' || id || ':2D ann' || id || ':3A' AS tsvector) FROM request"
    )
    admin.execute(f"{words} WHERE id >= 1000")
    admin.execute("ANALYZE search").connection.commit()
    for group, index in ((Group.CALL_TAKER, "search_plain"), (Group.AUDITOR, "search_plain")):
        member = raw(NAMES[group])
        member.execute("SET search_path = masked, desk")
        asked = "SELECT id FROM search WHERE words @@ CAST(%s AS tsquery) ORDER BY id DESC"
        plan = psycopg.ClientCursor(member).execute(f"EXPLAIN {asked}", ("'oak2000':*",)).fetchall()
        assert any(index in line for (line,) in plan), plan
        assert member.execute(asked, ("'oak2000':*",)).fetchall() == [(2000,)]
        assert member.execute(asked, ("'ann2000':*",)).fetchall() == []


def test_a_supervisor_erases_whom_they_do_not_see(crowd: Crowd) -> None:
    erase_caller(crowd.acting(Group.SUPERVISOR), 1)
    (caller,) = queries.detail(crowd.acting(Group.DISPATCHER).store, 1).callers
    assert (caller.name, caller.phone, caller.email) == ("", "", "")
    assert queries.search(crowd.acting(Group.DISPATCHER).store, "twombly") == []
