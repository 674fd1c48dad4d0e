"""Every command by every role, each logged in as themselves: done, or refused by the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.outbox import OutboxState
from services.domain.rights import Group
from services.domain.status import Outcome, Role, Status
from services.domain.urgency import UrgencyAnswer
from services.domain.values import Crew, Place, Service
from services.domain.workflow import ACTION_ROLES, SUPERVISE, Action
from services.errors import Forbidden, StoreForbidden, StoreProblem, StoreRefused
from services.store import claiming, crew_letters, outbox, persons, queries
from services.store.acting import Acting
from services.store.backlog import Past, add
from services.store.calls import call_backs, called_back
from services.store.commands import add_note, assign, send_message, set_status
from services.store.crews import edit_crews, save_crews, set_place
from services.store.days import plan
from services.store.erase import erase_caller, erase_description, erase_text
from services.store.joining import CallerWords, join, log_enquiry
from services.store.merging import merge
from services.store.retention import retention
from services.store.undo import redo, undo
from services.store.upstreams import apply_services
from tests.services.clock import NOON, Clock
from tests.services.domain.test_urgency import DANGER
from tests.services.store.parts import assert_index_is_whole, logged, pull, shown
from tests.services.team.conftest import NAMES, OTHER, Crowd

Raw = Callable[[str], psycopg.Connection[Any]]
STAFF = (Group.CALL_TAKER, Group.DISPATCHER, Group.SUPERVISOR)
EVERYONE = ACTION_ROLES[Action.LOG]
ANA = CallerWords("Ana Lima", "617 555 0142", "ana@example.org", urgency=[UrgencyAnswer(DANGER, True)])
BO = CallerWords("Bo", "617 555 0188", reply="phone")
PAST = Past("101", NOON - timedelta(days=9), (Status.CLOSED, Outcome.FIXED), "P", "Hole", Place("1 Main St"), caller=BO)


@dataclass(frozen=True)
class Here:
    """What a command is tried on: 1 and 2 were logged with callers, 3 is of an upstream; and a crew."""

    crowd: Crowd
    crew: int


@pytest.fixture
def here(crowd: Crowd, crew: int, clock: Clock) -> Here:
    apply_services(crowd.worker, "", [Service("tree", "Tree", "", sla_hours=48)])
    acting = crowd.acting(Group.CALL_TAKER, OTHER)
    for _ in range(2):
        logged(acting, name="Cy", phone="617 555 0100", reply="phone")
    pull(crowd.worker, shown("a"))
    clock.forward(seconds=60)
    return Here(crowd, crew)


def _refused_one(here: Here) -> str:
    send_message(here.crowd.acting(Group.CALL_TAKER, OTHER), [3], "We come")
    store = here.crowd.worker
    item = outbox.waiting(store, ["city"], store.clock() + timedelta(hours=1))[0].id
    outbox.claim(store, item, store.clock() + timedelta(hours=1))
    outbox.refused(store, item, "No.", store.clock())
    return item


def _call_back(here: Here) -> int:
    set_status(here.crowd.acting(Group.CALL_TAKER, OTHER), [1], Status.CLOSED, Outcome.NOT_OURS)
    return call_backs(here.crowd.worker)[0].caller.id


def _joined_text(here: Here) -> int:
    join(here.crowd.acting(Group.CALL_TAKER, OTHER), 1, ANA, "It is Ana here")
    return next(e.id for e in queries.detail(here.crowd.worker, 1).events if e.text)


def _closed(here: Here) -> object:
    return set_status(here.crowd.acting(Group.CALL_TAKER, OTHER), [1, 2], Status.CLOSED, Outcome.NOT_OURS)


def _erase_person(acting: Acting) -> object:
    return persons.erase(acting, persons.find(acting, "617 555 0100")[0])


def _mailed_crew(here: Here) -> object:
    found = queries.crews(here.crowd.worker)[0]
    return save_crews(here.crowd.opens(NAMES[Group.SUPERVISOR]), [replace(found, email="crew@example.org")])


DAY = date(2026, 11, 21)
Does = Callable[[Acting, Here, Any], object]
COMMANDS: dict[str, tuple[frozenset[Role], Callable[[Here], object] | None, Does]] = {
    "log": (EVERYONE, None, lambda a, h, _: logged(a, name="Ana", phone="617 555 0142", urgency=ANA.urgency)),
    "log for an upstream": (EVERYONE, None, lambda a, h, _: logged(a, upstream="city", name="Ana")),
    "join": (EVERYONE, None, lambda a, h, _: join(a, 1, ANA, "Me too")),
    "enquire": (EVERYONE, None, lambda a, h, _: log_enquiry(a, 1, ANA, "When?")),
    "note": (EVERYONE, None, lambda a, h, _: add_note(a, [1, 2, 3], "Seen")),
    "message": (EVERYONE, None, lambda a, h, _: send_message(a, [1, 3], "We come")),
    "acknowledge": (EVERYONE, None, lambda a, h, _: set_status(a, [1, 2, 3], Status.ACKNOWLEDGED)),
    "close": (EVERYONE, None, lambda a, h, _: set_status(a, [1, 3], Status.CLOSED, Outcome.NOT_OURS, "Not ours")),
    "begin": (ACTION_ROLES[Action.ASSIGN], None, lambda a, h, _: set_status(a, [1], Status.IN_PROGRESS)),
    "reopen": (SUPERVISE, _closed, lambda a, h, _: set_status(a, [1, 2], Status.ACKNOWLEDGED)),
    "assign": (ACTION_ROLES[Action.ASSIGN], None, lambda a, h, _: assign(a, [1, 2, 3], h.crew)),
    "claim": (EVERYONE, None, lambda a, h, _: claiming.claim(a, [1, 2, 3])),
    "hand over": (EVERYONE, None, lambda a, h, _: claiming.hand_over(a, [1, 3], OTHER)),
    "let go": (
        EVERYONE,
        lambda h: claiming.claim(h.crowd.acting(Group.CALL_TAKER), [1]),
        lambda a, h, _: claiming.let_go(a, [1]),
    ),
    "merge": (ACTION_ROLES[Action.MERGE], None, lambda a, h, _: merge(a, [2, 3], 1, "One of many")),
    "call back": (EVERYONE, _call_back, lambda a, h, caller: called_back(a, caller)),
    "retry": (EVERYONE, _refused_one, lambda a, h, item: outbox.retry(a, item)),
    "give up": (EVERYONE, _refused_one, lambda a, h, item: outbox.give_up(a, item)),
    "erase a caller": (SUPERVISE, None, lambda a, h, _: erase_caller(a, 1)),
    "erase a text": (SUPERVISE, _joined_text, lambda a, h, event: erase_text(a, event)),
    "erase a description": (SUPERVISE, None, lambda a, h, _: erase_description(a, 1)),
    "erase a person": (SUPERVISE, None, lambda a, h, _: _erase_person(a)),
    "retention": (SUPERVISE, _closed, lambda a, h, _: retention(a, NOON + timedelta(days=9), dry_run=False)),
    "import": (SUPERVISE, None, lambda a, h, _: add(a, [PAST], "old.csv")),
    "save crews": (SUPERVISE, None, lambda a, h, _: save_crews(a.store, [Crew(0, "Trees 9"), Crew(0, "Streets 1")])),
    "edit crews": (SUPERVISE, None, lambda a, h, _: edit_crews(a, [Crew(h.crew, "Trees 9", areas=("Ward 3",))])),
    "plan a day": (ACTION_ROLES[Action.ASSIGN], None, lambda a, h, _: plan(a, h.crew, DAY, [2, 1], [])),
    "mail a day": (ACTION_ROLES[Action.ASSIGN], _mailed_crew, lambda a, h, _: crew_letters.send_day(a, h.crew, DAY)),
    "place a crew": (ACTION_ROLES[Action.ASSIGN], None, lambda a, h, _: set_place(a, h.crew, (42.5, -71.5))),
}
_FOR_GOOD = {"retry", "give up", "retention", "save crews", "edit crews", "place a crew", "mail a day"}
UNDOABLE = {name for name in COMMANDS if name not in _FOR_GOOD and not name.startswith("erase")}


@pytest.mark.parametrize("group", STAFF)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_done_by_who_may_and_refused_by_the_database_to_who_may_not(
    here: Here, name: str, group: Group
) -> None:
    roles, first, do = COMMANDS[name]
    given = first(here) if first else None
    if Role(group.value) in roles:
        do(here.crowd.acting(group), here, given)
        if name in UNDOABLE:
            undo(here.crowd.acting(group))
            redo(here.crowd.acting(group))
    else:
        with pytest.raises(StoreProblem, match="Your role on the server may not do that"):
            do(here.crowd.acting(group, forged=True), here, given)
    assert_index_is_whole(here.crowd.worker)


def test_a_check_that_says_no_is_not_a_door_that_is_shut(here: Here) -> None:
    """By the former one command is refused; by the latter whoever asks has nothing to do here."""
    (one,) = logged(here.crowd.acting(Group.CALL_TAKER)).ids
    set_status(here.crowd.acting(Group.SUPERVISOR), [one], Status.CLOSED, Outcome.FIXED)
    with pytest.raises(StoreForbidden):
        set_status(here.crowd.acting(Group.CALL_TAKER, forged=True), [one], Status.ACKNOWLEDGED)
    with pytest.raises(StoreRefused):
        add_note(here.crowd.acting(Group.AUDITOR, forged=True), [one], "Looked")


@pytest.mark.parametrize("name", [name for name, (roles, _, _) in COMMANDS.items() if roles != EVERYONE])
def test_our_own_checks_refuse_the_same_with_a_sentence(here: Here, name: str) -> None:
    roles, first, do = COMMANDS[name]
    given = first(here) if first else None
    for group in STAFF:
        if Role(group.value) not in roles:
            with pytest.raises((Forbidden, StoreProblem)):
                do(here.crowd.acting(group), here, given)


@pytest.mark.parametrize("name", ["log", "note", "erase a caller", "import"])
def test_who_only_reads_reads_and_changes_nothing(here: Here, name: str) -> None:
    acting = here.crowd.acting(Group.AUDITOR, forged=True)
    assert queries.detail(acting.store, 1).request.number == "26-000001"
    assert len(queries.columns(acting.store)) == 3
    assert queries.search(acting.store, "tree") == [1, 2, 3]
    with pytest.raises(StoreProblem, match="may not do that"):
        COMMANDS[name][2](acting, here, None)


def test_an_import_that_was_taken_back_comes_again(here: Here) -> None:
    acting = here.crowd.acting(Group.SUPERVISOR)
    (one,) = add(acting, [PAST], "old.csv").ids
    undo(acting)
    assert queries.detail(acting.store, one).request.outcome is Outcome.WITHDRAWN
    assert add(acting, [PAST], "new.csv").ids == (one,)
    assert queries.detail(acting.store, one).request.outcome is Outcome.FIXED


def test_what_is_needed_sooner_is_due_sooner_and_nobody_but_a_supervisor_puts_it_off(here: Here, raw: Raw) -> None:
    acting = here.crowd.acting(Group.CALL_TAKER)
    before = queries.detail(acting.store, 1).request.due_at
    join(acting, 1, ANA)
    sooner = queries.detail(acting.store, 1).request.due_at
    assert before is not None
    assert sooner is not None
    assert sooner < before
    undo(acting)
    assert queries.detail(acting.store, 1).request.due_at == before
    for group, is_let in ((Group.CALL_TAKER, False), (Group.DISPATCHER, False), (Group.SUPERVISOR, True)):
        member = raw(NAMES[group])
        for change in ("due_at = due_at + 3600000", "due_at = NULL", "due_at = due_at - 3600000"):
            try:
                member.execute(f"UPDATE request SET {change} WHERE id = 1")
                assert is_let, change
            except errors.InsufficientPrivilege:
                assert not is_let, change
            member.rollback()


@pytest.mark.parametrize("group", STAFF)
def test_history_is_written_under_ones_own_name_only(here: Here, raw: Raw, group: Group) -> None:
    member = raw(NAMES[group])
    for statement in (
        "INSERT INTO event (request_id, at, actor, kind) VALUES (1, 1, 'city', 'note')",
        f"INSERT INTO event (request_id, at, actor, kind) VALUES (1, 1, '{OTHER}', 'note')",
        f"INSERT INTO operation (id, actor, at, sentence, state) VALUES ('x', '{OTHER}', 1, 'x', 'done')",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(statement)
        member.rollback()


def test_the_worker_speaks_for_upstreams_and_for_no_person(here: Here, raw: Raw) -> None:
    worker = raw(NAMES[Group.WORKER])
    worker.execute("INSERT INTO event (request_id, at, actor, kind) VALUES (1, 1, 'city', 'touched')")
    with pytest.raises(errors.InsufficientPrivilege, match="one's own name"):
        worker.execute(f"INSERT INTO event (request_id, at, actor, kind) VALUES (1, 1, '{OTHER}', 'note')")


def test_a_text_is_erased_by_a_supervisor_and_edited_by_nobody(here: Here, raw: Raw) -> None:
    _joined_text(here)
    member = raw(NAMES[Group.SUPERVISOR])
    with pytest.raises(errors.InsufficientPrivilege, match="never edited"):
        member.execute("UPDATE text SET body = 'It is Bo here'")


def test_only_the_worker_says_what_has_left(here: Here, raw: Raw) -> None:
    send_message(here.crowd.acting(Group.CALL_TAKER, OTHER), [3], "We come")
    member = raw(NAMES[Group.SUPERVISOR])
    for state in (OutboxState.SENDING, OutboxState.SENT, OutboxState.REFUSED):
        with pytest.raises(errors.InsufficientPrivilege, match="what has left"):
            member.execute("UPDATE outbox SET state = %s", (state.value,))
        member.rollback()


def test_what_a_call_taker_logs_begins_as_new(here: Here, raw: Raw) -> None:
    member = raw(NAMES[Group.CALL_TAKER])
    for columns, values in (
        ("status", "'closed'"),
        ("status, outcome", "'new', 'fixed'"),
        ("status, crew_id", f"'new', {here.crew}"),
        ("status, due_at", "'new', 1"),
        ("status, service_code", "'new', 'tree'"),
        ("status, version", "'new', 7"),
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            member.execute(
                f"INSERT INTO request (id, number, requested_at, updated_at, {columns}) VALUES (9, 'x', 1, 1, {values})"
            )
        member.rollback()
