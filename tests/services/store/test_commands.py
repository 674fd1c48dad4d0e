"""Each command: new state, one line of history, what the upstream is told, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.domain.exchange import OutgoingReport
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import ALL_ROLES, CHOSEN_OUTCOMES, Channel, Outcome, Role, Status
from services.domain.values import Actor, Attribute, AttributeValue, Crew, EventKind, Place, Service
from services.domain.workflow import WORKFLOW, transition
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store import changing, commands, ingest, outbox, queries, upstreams
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from services.store.tables import event
from services.store.undo import undo
from tests.services.clock import NOON, Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, history, logged, pull, shown


def state(store: Store, request_id: int = 1) -> tuple[Status, Outcome | None]:
    found = queries.detail(store, request_id).request
    return found.status, found.outcome


def words(store: Store) -> list[tuple[str, str]]:
    return [(item.status_word, item.message) for item in outbox.listing(store)]


def test_a_call_is_logged_numbered_and_queued(store: Store, act: Act, clock: Clock) -> None:
    changes = logged(act(), upstream="city", name="Jo Roe", phone="555", email="jo@x.org", language="vi")
    detail = queries.detail(store, changes.ids[0])
    assert detail.request.number == "26-000001"
    assert detail.request.channel is Channel.PHONE
    assert detail.callers[0].name == "Jo Roe"
    (item,) = detail.outbox
    assert (item.kind, item.state, item.held_until - item.created_at) == (
        OutboxKind.REPORT,
        OutboxState.QUEUED,
        act().hold,
    )
    assert [e.kind for e in detail.events] == [EventKind.LOGGED]
    assert changes.sentence == "26-000001 logged: tree"
    assert logged(act()).ids == (2,)
    assert queries.detail(store, 2).outbox == ()


def test_a_known_service_gives_name_and_due(store: Store, act: Act) -> None:
    from services.domain.values import Service

    ingest.apply_services(store, "city", [Service("tree", "Tree Emergencies", "city", sla_hours=24)])
    logged(act(), upstream="city")
    found = queries.detail(store, 1).request
    assert found.service == "Tree Emergencies"
    assert found.due_at is not None
    assert (found.due_at - found.requested_at).total_seconds() == 24 * 3600
    with pytest.raises(NotFound, match="no service with the code"):
        logged(act(), upstream="city", service_code="nope")


def test_what_the_service_asks_is_answered_before_anything_is_kept(store: Store, act: Act, clock: Clock) -> None:
    size = Attribute("size", "singlevaluelist", "How big is it?", required=True, values=(AttributeValue("l", "Large"),))
    read = Attribute("read", "string", "Keep away.", variable=False, required=True)
    named = [Service("tree", "Tree Emergencies", "city", has_definition=True), Service("lamp", "Lamp", "city")]
    upstreams.apply_services(store, "city", named)
    early = logged(act(), upstream="city", attributes={"size": ("l",)}).ids[0]
    assert queries.detail(store, early).attributes, "what is asked is not known yet"
    upstreams.apply_definition(store, "city", "tree", (read, size))
    for answers, said in (
        ({}, r"“How big is it\?”: This has to be answered"),
        ({"size": (" ",)}, r"with --answer size=…, one of: l \(Large\)"),
        ({"size": ("Large",)}, "“Large” is none of the answers"),
        ({"size": ("l",), "read": ("yes",)}, r"does not ask “read”. It asks: size \(How big is it\?\)"),
    ):
        with pytest.raises(Invalid, match=said):
            logged(act(), upstream="city", attributes=answers)
    with pytest.raises(Invalid, match="It asks: nothing"):
        logged(act(), upstream="city", service_code="lamp", attributes={"size": ("l",)})
    assert len(queries.columns(store)) == 1
    made = logged(act(), upstream="city", attributes={"size": (" l ",)}).ids[0]
    assert queries.detail(store, made).attributes == (("How big is it?", "Large"),)
    report = outbox.payload(store, queries.detail(store, made).outbox[0])
    assert isinstance(report, OutgoingReport)
    assert report.attributes == {"size": ("l",)}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"upstream": "elsewhere"}, NotFound),
        ({"service_code": " "}, NotFound),
        ({"place": Place()}, Invalid),
        ({"place": Place("x", 1.0, None)}, Invalid),
        ({"place": Place("x", 91.0, 0.0)}, Invalid),
        ({"place": Place("x", float("nan"), 0.0)}, Invalid),
    ],
)
def test_a_call_that_makes_no_sense_saves_nothing(
    store: Store, act: Act, fault: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        logged(act(), **fault)
    assert queries.columns(store) == []
    assert logged(act()).sentence.startswith("26-000001"), "a refused call uses up no number"


def test_half_characters_and_nul_are_kept_out(store: Store, act: Act) -> None:
    logged(act(), description="tree\0 \ud800down", name="\udcffJo")
    assert queries.detail(store, 1).request.description == "tree ?down"


def test_assigning_moves_a_new_request_and_tells_the_upstream(store: Store, act: Act, crew: int) -> None:
    pull(store, shown("a"), shown("b", "in_progress"))
    changes = commands.assign(act(), [1, 2, 2], crew)
    assert changes.sentence == "2 requests assigned to Forestry 2"
    assert [state(store, i)[0] for i in (1, 2)] == [Status.ASSIGNED, Status.IN_PROGRESS]
    assert words(store) == [("ASSIGNED", "")]
    first = queries.detail(store, 1)
    assert first.request.crew is not None
    assert first.events[0].data["crew_name"] == "Forestry 2"
    commands.assign(act(), [1, 2], None)
    assert [state(store, i)[0] for i in (1, 2)] == [Status.ACKNOWLEDGED, Status.IN_PROGRESS]
    assert words(store)[-1] == ("ACKNOWLEDGED", "")


def test_a_status_that_the_upstream_has_no_word_for_stays_at_the_desk(store: Store, act: Act, crew: int) -> None:
    pull(store, shown("a"), upstream="fms")
    commands.assign(act(), [1], crew)
    commands.set_status(act(), [1], Status.ON_HOLD)
    assert words(store) == []
    commands.set_status(act(), [1], Status.ASSIGNED, message="A crew has it")
    assert words(store) == [("UNCHANGED", "A crew has it")]


def test_reopening_where_only_open_and_closed_are_known_says_open(store: Store, act: Act) -> None:
    pull(store, shown("a", "closed"), upstream="plain")
    commands.set_status(act(), [1], Status.ACKNOWLEDGED)
    assert words(store) == [("OPEN", "")]
    row = queries.columns(store)[0]
    assert (row.reopened, row.closed_ms) == (1, None)


@pytest.mark.parametrize(
    ("crew_id", "ids", "error", "match"),
    [
        (99, [1], NotFound, "no such crew"),
        (3, [1], NotFound, "no such crew"),
        (1, [], Invalid, "No request is chosen"),
        (1, [77], NotFound, "not in this store"),
        (None, [1], Invalid, "No crew has it"),
        (1, [2], Invalid, "26-000002: It is closed"),
    ],
)
def test_assignments_that_are_refused(
    store: Store, act: Act, crew: int, crew_id: int | None, ids: list[int], error: type[Exception], match: str
) -> None:
    pull(store, shown("a"), shown("b", "closed"))
    ours = {c.name: c.id for c in queries.crews(store)}
    named = {1: ours["Forestry 2"], 3: ours["Retired"]}.get(crew_id or 0, crew_id)
    with pytest.raises(error, match=match):
        commands.assign(act(), ids, named)
    with pytest.raises(Forbidden):
        commands.assign(act(roles=frozenset({Role.CALL_TAKER})), [1], crew)


PAIRS = [(source, target) for source in Status for target in Status]


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("role", list(Role))
def test_every_pair_of_the_workflow(
    store: Store, act: Act, crew: int, source: Status, target: Status, role: Role
) -> None:
    pull(store, shown("a", "fixed" if source is Status.CLOSED else source.value))
    if source.is_open and source not in (Status.NEW, Status.ACKNOWLEDGED):
        commands.assign(act(), [1], crew)
    outcome = None if target.is_open else Outcome.FIXED
    row = transition(source, target)
    before = queries.columns(store), history(store)
    has_crew = queries.columns(store)[0].crew_id is not None
    allowed = row is not None and role in row.roles and (has_crew or "crew" not in row.needs)
    if allowed:
        commands.set_status(act(roles=frozenset({role})), [1], target, outcome)
        assert state(store) == (target, outcome)
    else:
        with pytest.raises((Forbidden, Invalid)):
            commands.set_status(act(roles=frozenset({role})), [1], target, outcome)
        assert (queries.columns(store), history(store)) == before


@pytest.mark.parametrize("outcome", [*CHOSEN_OUTCOMES, Outcome.UNKNOWN, None])
def test_closing_needs_an_outcome_that_a_person_chose(store: Store, act: Act, outcome: Outcome | None) -> None:
    pull(store, shown("a"))
    if outcome in CHOSEN_OUTCOMES:
        commands.set_status(act(), [1], Status.CLOSED, outcome)
        assert words(store) == [(outcome.value.upper(), "")]
        assert queries.columns(store)[0].closed_ms is not None
    else:
        with pytest.raises(Invalid, match="needs an outcome"):
            commands.set_status(act(), [1], Status.CLOSED, outcome)


@pytest.mark.parametrize("upstream", ["silent", "unconfigured", ""])
def test_no_message_where_nobody_would_get_it(store: Store, act: Act, upstream: str) -> None:
    if upstream == "silent":
        pull(store, shown("a"), upstream=upstream)
    elif upstream:
        logged(act(), upstream="city")
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE request SET upstream = 'unconfigured'")
    else:
        logged(act())
    with pytest.raises(Forbidden, match="nobody would get the message"):
        commands.send_message(act(), [1], "hello")
    with pytest.raises(Forbidden, match="nobody would get the message"):
        commands.set_status(act(), [1], Status.ACKNOWLEDGED, message="hello")
    commands.set_status(act(), [1], Status.ACKNOWLEDGED)
    assert [item for item in outbox.listing(store) if item.kind is OutboxKind.UPDATE] == []


def test_a_status_that_is_not_offered_is_refused_for_all(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b"), upstream="fms")
    with pytest.raises(Forbidden, match="26-000001: “Not found” is not offered"):
        commands.set_status(act(), [1, 2], Status.CLOSED, Outcome.NOT_FOUND)
    pull(store, shown("a"), upstream="plain")
    with pytest.raises(Invalid, match="needs a message"):
        commands.set_status(act(), [3], Status.CLOSED, Outcome.NO_ACTION)


def test_the_same_words_twice_are_refused(store: Store, act: Act) -> None:
    pull(store, shown("a"), shown("b"))
    commands.send_message(act(), [1], "A crew comes")
    with pytest.raises(Invalid, match="sent already"):
        commands.send_message(act(), [1], " A crew comes ")
    commands.send_message(act(), [2], "A crew comes")
    commands.set_status(act(), [1], Status.IN_PROGRESS, message="A crew comes")
    assert len(words(store)) == 3


@pytest.mark.parametrize("text", ["", "  \n", "\0"])
def test_an_empty_text_is_refused(store: Store, act: Act, text: str) -> None:
    pull(store, shown("a"))
    for write in (commands.send_message, commands.add_note):
        with pytest.raises(Invalid, match="no text"):
            write(act(), [1], text)


def test_a_stale_version_says_what_changed_and_by_whom(store: Store, act: Act, crew: int) -> None:
    pull(store, shown("a"))
    seen = {1: queries.detail(store, 1).request.version}
    commands.add_note(act("bo"), [1], "a note is no reason to refuse")
    commands.set_status(act("bo"), [1], Status.IN_PROGRESS)
    commands.assign(act("cy"), [1], crew)
    with pytest.raises(Conflict, match=r"Status is now In progress, set by bo .*\d\d:\d\d") as refused:
        commands.set_status(act("ana"), [1], Status.CLOSED, Outcome.FIXED, expected=seen)
    assert "Crew is now Forestry 2, set by cy" in refused.value.sentence
    with pytest.raises(Conflict):
        commands.assign(act("ana"), [1], None, expected=seen)
    with pytest.raises(Conflict):
        commands.send_message(act("ana"), [1], "x", expected=seen)
    now = {1: queries.detail(store, 1).request.version}
    commands.send_message(act("bo"), [1], "x", expected=now)
    with pytest.raises(Conflict, match="A message was sent, set by bo"):
        commands.set_status(act(), [1], Status.ON_HOLD, expected=now)
    now = {1: queries.detail(store, 1).request.version}
    pull(store, shown("a", "open", description="Two trees"))
    with pytest.raises(Conflict, match="own text or place changed, by the upstream city"):
        commands.set_status(act(), [1], Status.ON_HOLD, expected=now)


def test_changes_of_different_things_stand_beside_each_other(store: Store, act: Act, crew: int) -> None:
    pull(store, shown("a"))
    seen = {1: queries.detail(store, 1).request.version}
    commands.set_status(act("bo"), [1], Status.IN_PROGRESS)
    commands.assign(act("ana"), [1], crew, expected=seen)
    seen = {1: queries.detail(store, 1).request.version}
    commands.assign(act("bo"), [1], None)
    commands.set_status(act("ana"), [1], Status.ON_HOLD, expected=seen)
    row = queries.columns(store)[0]
    assert (row.status, row.crew_id) == ("on_hold", None)
    for _ in range(25):
        commands.assign(act("bo"), [1], crew)
        commands.assign(act("bo"), [1], None)
    with pytest.raises(Conflict, match="another window"):
        commands.set_status(act("ana"), [1], Status.IN_PROGRESS, expected=seen)


def test_a_bulk_command_is_all_or_nothing(store: Store, act: Act) -> None:
    pull(store, *(shown(str(i)) for i in range(50)), shown("last", "in_progress"))
    with pytest.raises(Invalid, match=r"26-000051: It is already in progress"):
        commands.set_status(act(), range(1, 52), Status.IN_PROGRESS)
    assert {row.status for row in queries.columns(store)[:50]} == {"new"}
    changes = commands.set_status(act(), range(1, 51), Status.IN_PROGRESS, message="We are on it")
    assert len(changes.ids) == 50
    assert len({item.id for item in outbox.listing(store)}) == 50


def test_no_personal_value_is_in_any_event(store: Store, act: Act, crew: int) -> None:
    secrets = ["Jo Roe", "555-0199", "jo@example.org", "Secret street 9", "by the red door"]
    name, phone, email, street, words = secrets
    logged(act(), upstream="city", name=name, phone=phone, email=email, place=Place(street), description=words)
    pull(store, shown("a", name, status_notes=name, description=words, place=Place(street)))
    pull(store, shown("a", phone, status_notes=phone, description=email, place=Place(name)))
    commands.assign(act(), [1, 2], crew)
    commands.set_status(act(), [2], Status.IN_PROGRESS, message=secrets[0])
    commands.send_message(act(), [2], f"Dear {secrets[0]}")
    commands.add_note(act(), [1, 2], secrets[1])
    for item in outbox.listing(store):
        outbox.refused(store, item.id, f"no such mail: {secrets[2]}", store.clock())
    with store.read() as connection:
        rows = connection.execute(select(event)).all()
    assert len(rows) >= 10
    for row in rows:
        kept = json.dumps(row.data) + row.kind + row.actor
        assert not [s for s in secrets if s in kept]
        assert re.fullmatch(r"[\w ,.:{}\[\]\"-]*", kept), kept


def test_the_workflow_is_walked_whole() -> None:
    assert {(t.source, t.target) for t in WORKFLOW} <= set(PAIRS)


def _mixed(act: Act, store: Store, crew: int) -> None:
    """Requests of two upstreams and of the desk, in several states, some with a crew, one reopened."""
    for upstream in ("city", "plain"):
        pull(store, *(shown(f"{upstream}{i}") for i in range(6)), upstream=upstream)
    for _ in range(3):
        logged(act())
    commands.assign(act(), [2, 3, 8, 9, 14], crew)
    commands.set_status(act(), [3, 9], Status.IN_PROGRESS)
    commands.set_status(act(), [4, 5, 10, 15], Status.CLOSED, Outcome.FIXED)
    commands.set_status(act(), [5], Status.ACKNOWLEDGED)
    pull(store, shown("city0", "in_progress", updated=NOON + timedelta(hours=1)))


def _kept(store: Store) -> list[list[tuple[object, ...]]]:
    questions = (
        "SELECT id, status, outcome, crew_id, version, closed_at, person_at, reopened, differs FROM request",
        "SELECT request_id, at, actor, kind, data, text_id FROM event ORDER BY request_id, id",
        "SELECT request_id, kind, state, status_word, held_until, reverse FROM outbox ORDER BY request_id, seq",
    )
    with store.read() as connection:
        return [[tuple(row) for row in connection.exec_driver_sql(question)] for question in questions]


@pytest.mark.parametrize(
    ("ids", "command"),
    [
        ((1, 2, 3, 5, 7, 8, 13, 14), lambda acting, ids, crews: commands.assign(acting, ids, crews[1])),
        ((2, 3, 8, 9, 14), lambda acting, ids, _: commands.assign(acting, ids, None)),
        ((1, 2, 3, 5, 7, 9, 13), lambda acting, ids, _: commands.set_status(acting, ids, Status.CLOSED, Outcome.FIXED)),
        ((4, 10, 15), lambda acting, ids, _: commands.set_status(acting, ids, Status.ACKNOWLEDGED)),
        ((2, 6, 7, 8), lambda a, ids, _: commands.set_status(a, ids, Status.IN_PROGRESS, message="We are on it")),
    ],
)
def test_many_at_once_are_changed_as_one_after_another(
    tmp_path: Path, ids: tuple[int, ...], command: Callable[[Acting, Sequence[int], list[int]], object]
) -> None:
    kept = []
    for name, steps in (("together", [list(ids)]), ("apart", [[i] for i in ids])):
        store = Store.open(f"sqlite:///{tmp_path}/{name}.db", clock=lambda: NOON)
        try:
            save_crews(store, [Crew(0, "Forestry 2"), Crew(0, "Streets 1")])
            crews = [c.id for c in queries.crews(store)]
            acting = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
            _mixed(lambda acting=acting: acting, store, crews[0])
            before = _kept(store)
            for some in steps:
                command(acting, some, crews)
            kept.append(_kept(store))
            for _ in steps:
                undo(acting)
            assert [row[:4] for row in _kept(store)[0]] == [row[:4] for row in before[0]]
        finally:
            store.close()
    assert kept[0] == kept[1]


def test_large_counts_are_told_with_separators() -> None:
    assert [changing.plural(n) for n in (1, 2, 58_137)] == ["1 request", "2 requests", "58,137 requests"]
