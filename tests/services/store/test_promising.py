"""What the city promises is kept in versions; open requests are due by the last, their clocks stop and go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.domain.calendar import Calendar
from services.domain.sla import Sla, Target, Term, Unit, within
from services.domain.status import Outcome, Role, Status
from services.domain.urgency import UrgencyAnswer
from services.domain.values import EventKind, Service
from services.errors import Forbidden, Invalid, NotFound
from services.sqlite import from_millis
from services.store import dues, ingest, promising, queries, slas
from services.store.acting import Acting
from services.store.backlog import HERE
from services.store.commands import set_status
from services.store.store import Store
from services.store.undo import undo
from services.store.writing import update_requests
from tests.services.clock import NOON, Clock
from tests.services.domain.test_urgency import DANGER
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

CITY = Calendar("America/Chicago", (*(((480, 1020),) * 5), None, None), frozenset({date(2026, 9, 7)}))
TWO_DAYS = Term(2, Unit.WORKING_DAYS)
NAMED = {date(2026, 9, 7): "Labor Day"}
TREES = Sla(CITY, {("", "tree"): Target(Term(4), TWO_DAYS), ("city", "tree"): Target(None, TWO_DAYS)}, NAMED)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def listed(store: Store) -> None:
    for upstream in (HERE, "city"):
        ingest.apply_services(store, upstream, [Service("tree", "Tree", upstream, sla_hours=48.0)])


def due(store: Store, request_id: int = 1) -> datetime | None:
    (row,) = queries.columns(store, [request_id])
    return None if row.due_ms is None else from_millis(row.due_ms)


def filed(store: Store, request_id: int = 1) -> datetime:
    return queries.detail(store, request_id).request.requested_at


def by_the_city(store: Store, request_id: int = 1) -> datetime | None:
    return within(CITY, filed(store, request_id), TWO_DAYS)


def close_to(one: datetime | None, other: datetime | None) -> bool:
    assert one is not None
    assert other is not None
    return abs(one - other) < timedelta(seconds=5)


def test_without_any_nothing_is_promised_but_by_upstreams(store: Store, act: Act) -> None:
    assert slas.read(store) == Sla()
    assert slas.versions(store) == []
    logged(act())
    assert due(store) == filed(store) + 48 * HOUR
    with pytest.raises(NotFound, match="no version 7"):
        slas.read(store, 7)


def test_what_was_promised_is_read_as_it_was_written_and_earlier_versions_stay(store: Store, act: Act) -> None:
    promising.promise(act(), TREES)
    assert slas.read(store) == replace(TREES, version=1)
    other = Sla(replace(CITY, pausing=frozenset()), {}, NAMED)
    promising.promise(act("bo"), other)
    assert slas.read(store) == replace(other, version=2)
    assert slas.read(store, 1) == replace(TREES, version=1)
    assert [(v.number, v.actor) for v in slas.versions(store)] == [(2, "bo"), (1, "ana")]


def test_open_requests_are_due_anew_counted_first_and_their_followers_hear(store: Store, act: Act) -> None:
    for _ in range(3):
        logged(act())
    set_status(act(), [2], Status.CLOSED, Outcome.FIXED)
    pull(store, shown("A", expected_at=NOON + HOUR), upstream="city")
    was, head = due(store, 2), store.head()
    expected = promising.Effect(3, 2, 0, 0)
    assert promising.preview(store, TREES) == expected
    assert store.head() == head, "looking changes nothing"
    made = promising.promise(act(), TREES)
    assert replace(made, changes=expected.changes) == expected
    assert made.changes.ids == (1, 3)
    assert store.changes_since(head)[1][-2:] == (1, 3)
    assert [due(store, i) for i in (1, 2, 3)] == [by_the_city(store, 1), was, by_the_city(store, 3)]
    assert due(store, 4) == NOON + HOUR, "an upstream's promise stays first"
    assert "2 of 3 open requests due at another time" in made.changes.sentence
    assert queries.detail(store, 1).events[0].kind != EventKind.TOUCHED, "who reads its history is spared that"
    assert str(promising.preview(store, TREES)) == "No open request is due at another time."


def test_what_becomes_late_and_what_is_late_no_more_is_counted(store: Store, act: Act, clock: Clock) -> None:
    logged(act())
    clock.forward(hours=24)
    soon = Sla(CITY, {(HERE, "tree"): Target(None, Term(1))})
    assert promising.preview(store, soon) == promising.Effect(1, 1, 1, 0)
    promising.promise(act(), soon)
    assert promising.preview(store, TREES) == promising.Effect(1, 1, 0, 1)
    assert str(promising.preview(store, TREES)).endswith("0 become late, 1 are no longer late.")


def test_calls_and_what_is_pulled_are_due_by_the_city(store: Store, act: Act) -> None:
    promising.promise(act(), TREES)
    logged(act())
    logged(act(), urgency=[UrgencyAnswer(DANGER, True)])
    pull(store, shown("A"), upstream="city")
    assert due(store, 1) == by_the_city(store, 1)
    assert close_to(due(store, 2), filed(store, 2) + 2 * HOUR)
    assert due(store, 3) == by_the_city(store, 3)


def test_another_service_is_due_by_its_own_target_from_when_it_was_filed(store: Store, act: Act) -> None:
    ingest.apply_services(store, "city", [Service(c, c, "city") for c in ("tree", "light")])
    light = Target(None, Term(10, Unit.WORKING_DAYS))
    promising.promise(act(), replace(TREES, targets={**TREES.targets, ("city", "light"): light}))
    pull(store, shown("A"))
    pull(store, shown("A", service_code="light", updated=NOON + HOUR))
    assert due(store) == within(CITY, NOON - timedelta(days=1), Term(10, Unit.WORKING_DAYS))


def test_on_hold_the_clock_stands(store: Store, act: Act, clock: Clock) -> None:
    promising.promise(act(), TREES)
    logged(act())
    clock.forward(days=2)
    held = set_status(act(), [1], Status.ON_HOLD)
    assert due(store) is None
    pull(store, shown("A"))
    clock.forward(days=2)
    set_status(act(), [1], Status.IN_PROGRESS)
    later = due(store)
    events = {e.data["to"]: e.at for e in queries.detail(store, 1).events if "to" in e.data}
    stood = ((events["on_hold"], events["in_progress"]),)
    assert later == within(CITY, filed(store), TWO_DAYS, stood) != by_the_city(store)
    undo(act())
    assert due(store) is None
    undo(act(), held.operation)
    assert due(store) is not None
    promising.promise(act(), replace(TREES, calendar=replace(CITY, pausing=frozenset())))
    assert due(store) == by_the_city(store)


def test_what_was_on_hold_before_clocks_stood_is_due_anew_once(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("A"), shown("B"))
    was = due(store)
    set_status(act(), [1], Status.ON_HOLD)
    with store.write() as connection:
        update_requests(connection, [{"id": 1, "due_at": was}])
    head = store.head()
    for _ in range(2):
        with store.write() as connection:
            dues.stop(connection, clock())
    assert [due(store, i) for i in (1, 2)] == [None, was]
    assert [row.id for row in queries.news(store, head)[2]] == [1]


def test_what_was_late_stays_so_on_hold(store: Store, act: Act, clock: Clock) -> None:
    promising.promise(act(), TREES)
    logged(act())
    clock.forward(days=9)
    set_status(act(), [1], Status.ON_HOLD)
    assert due(store) == by_the_city(store)


def test_the_upstreams_own_hold_stops_it_too(store: Store, act: Act, clock: Clock) -> None:
    promising.promise(act(), TREES)
    pull(store, shown("A", "in_progress"))
    clock.forward(hours=1)
    pull(store, shown("A", "on_hold", NOON + HOUR))
    assert queries.detail(store, 1).request.status is Status.ON_HOLD
    assert due(store) is None
    pull(store, shown("A", "on_hold", NOON + 2 * HOUR, description="Two trees"))
    assert due(store) is None, "as long as it is on hold"
    clock.forward(days=4)
    pull(store, shown("A", "in_progress", NOON + timedelta(days=4)))
    later, at_first = due(store), by_the_city(store)
    assert later is not None
    assert at_first is not None
    assert later > at_first


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.DISPATCHER])
def test_only_a_supervisor_promises(store: Store, act: Act, role: Role) -> None:
    taker: Acting = act(roles=frozenset({role}))
    with pytest.raises(Forbidden, match="may not set targets"):
        promising.promise(taker, TREES)
    assert slas.versions(store) == []


def _week(*hours: tuple[int, int] | None) -> Calendar:
    return Calendar("UTC", hours)


BAD = [
    (Sla(_week((600, 480), None, None, None, None, None, None)), "closes before it opens"),
    (Sla(_week((600, 1500), None, None, None, None, None, None)), "closes before it opens"),
    (Sla(_week((480, 600))), "closes before it opens"),
    (Sla(_week(*(None,) * 7), {("", "tree"): Target(None, TWO_DAYS)}), "nobody ever works"),
    (Sla(CITY, {("", "tree"): Target(Term(0))}), "0 hours is no target"),
    (Sla(CITY, {("", "tree"): Target(None, Term(-2, Unit.WORKING_DAYS))}), "-2 working days is no target"),
]


@pytest.mark.parametrize(("promised", "said"), BAD)
def test_what_nobody_can_reckon_by_is_refused(store: Store, act: Act, promised: Sla, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        promising.promise(act(), promised)
    assert caught.value.remedy
    with pytest.raises(Invalid):
        promising.preview(store, promised)


def test_what_is_odd_is_said(store: Store, act: Act) -> None:
    offered = [Service("tree", "Tree", ""), Service("light", "Light", ""), Service("sign", "Sign", "", sla_hours=9)]
    assert list(promising.warnings(TREES, offered, NOON)) == [
        "No holidays are listed for 2027: those days count as working days.",
        "Without a target: Light. Their requests are never due by the city's word.",
    ]
    assert "2030 and 2031" in next(promising.warnings(TREES, offered, NOON.replace(year=2030)))
    hours = Sla(CITY, {(s.upstream, s.code): Target(None, Term(4)) for s in offered})
    assert list(promising.warnings(hours, offered, NOON.replace(year=2030))) == [], "no term counts working days"
    many = [Service(str(n), f"Service {n}", "") for n in range(6)]
    assert "Service 0, Service 1, Service 2 and 3 more" in next(promising.warnings(Sla(), many, NOON))


def test_the_services_a_caller_is_offered_say_in_how_many_hours_a_call_would_be_due(store: Store, act: Act) -> None:
    assert [s.sla_hours for s in promising.offered(store)] == [48, 48]
    promising.promise(act(), replace(TREES, targets={(HERE, "tree"): Target(None, TWO_DAYS)}))
    mine, theirs = sorted(promising.offered(store), key=lambda s: s.upstream)
    due = within(CITY, store.clock(), TWO_DAYS)
    assert due is not None
    assert mine.sla_hours == pytest.approx((due - NOON) / HOUR, abs=0.01)
    assert theirs.sla_hours == 48
