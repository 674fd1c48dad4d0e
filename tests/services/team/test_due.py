"""The database's own SLA clock beside the desk's, and who may set what is promised or when a request is due."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors

from services.domain.calendar import Calendar
from services.domain.rights import Group
from services.domain.sla import Sla, Target, Term, Unit, within
from services.domain.status import Status
from services.domain.values import Service
from services.errors import Forbidden, StoreRefused
from services.sqlite import from_millis, to_millis
from services.store import ingest, slas
from services.store.commands import set_status
from services.store.promising import promise
from services.store.store import Store
from tests.server import TEMPLATE
from tests.services.clock import Clock
from tests.services.postgres import Postgres
from tests.services.store.parts import logged
from tests.services.team.conftest import NAMES, Crowd

NEW_YORK = "America/New_York"
CITY = Calendar(NEW_YORK, (*(((510, 1020),) * 5), None, None), frozenset({date(2026, 9, 7)}))
TREES = Sla(CITY, {("", "tree"): Target(None, Term(2, Unit.WORKING_DAYS))}, {date(2026, 9, 7): "Labor Day"})
_DAYS = st.sampled_from([datetime(2011, 3, 11), datetime(2011, 7, 1), datetime(2011, 11, 4), datetime(2026, 12, 24)])
moments = st.builds(
    lambda day, ms: (day + timedelta(milliseconds=ms)).replace(tzinfo=UTC), _DAYS, st.integers(0, 6 * 10**8)
)
weeks = st.tuples(*[st.none() | st.tuples(st.integers(0, 700), st.integers(701, 1440))] * 7)
calendars = st.builds(
    Calendar,
    st.sampled_from([NEW_YORK, "America/Chicago", "Pacific/Honolulu", "UTC"]),
    weeks,
    st.frozensets(st.dates(date(2011, 3, 1), date(2011, 11, 30)), max_size=30),
)
terms = st.builds(Term, st.integers(-1, 60).map(lambda n: n / 4), st.sampled_from(Unit))


@pytest.fixture(scope="module")
def asked(team: Postgres) -> Iterator[Callable[[Calendar, datetime, Term], datetime | None]]:
    """When the database says that a term ends."""
    connection = psycopg.connect(team.url(TEMPLATE, "postgres").replace("+psycopg", ""), autocommit=True)

    def asks(calendar: Calendar, filed: datetime, term: Term) -> datetime | None:
        city = {"zone": calendar.zone, "hours": calendar.hours, "holidays": {f"{d}": "" for d in calendar.holidays}}
        values = to_millis(filed), term.amount, term.unit.value, json.dumps(city)
        row = connection.execute(
            "SELECT guard.within(%s, CAST(%s AS numeric), %s, CAST(%s AS json))", values
        ).fetchone()
        assert row is not None
        return None if row[0] is None else from_millis(round(row[0]))

    yield asks
    connection.close()


@settings(deadline=None, max_examples=300)
@given(calendar=calendars, filed=moments, term=terms)
def test_the_database_reckons_as_the_desk_does(
    asked: Callable[[Calendar, datetime, Term], datetime | None], calendar: Calendar, filed: datetime, term: Term
) -> None:
    ours = within(calendar, filed, term)
    assert asked(calendar, filed, term) == (None if ours is None else from_millis(to_millis(ours)))


@pytest.fixture
def trees(crowd: Crowd) -> Crowd:
    """Trees are done within two working days of the city."""
    ingest.apply_services(crowd.opens(NAMES[Group.WORKER]), "", [Service("tree", "Tree", "", sla_hours=1.0)])
    promise(crowd.acting(Group.SUPERVISOR), TREES)
    return crowd


def due(raw: psycopg.Connection[Any]) -> datetime | None:
    row = raw.execute("SELECT due_at FROM desk.request ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    return None if row[0] is None else from_millis(row[0])


Raw = Callable[[str], psycopg.Connection[Any]]


def test_everybody_logs_calls_that_are_due_by_the_city_and_only_a_supervisor_sets_it(
    trees: Crowd, raw: Raw, clock: Clock
) -> None:
    logged(trees.acting(Group.CALL_TAKER))
    filed = raw(NAMES[Group.AUDITOR]).execute("SELECT requested_at FROM desk.request").fetchone()
    assert filed is not None
    assert due(raw(NAMES[Group.AUDITOR])) == within(CITY, from_millis(filed[0]), Term(2, Unit.WORKING_DAYS))
    for group in (Group.CALL_TAKER, Group.DISPATCHER):
        with pytest.raises(Forbidden, match="may not set targets"):
            promise(trees.acting(group), Sla())
        with pytest.raises(StoreRefused):
            promise(trees.acting(group, forged=True), Sla())
    assert [v.actor for v in slas.versions(trees.opens(NAMES[Group.SUPERVISOR]))] == [NAMES[Group.SUPERVISOR]]


def test_a_promise_is_signed_with_ones_own_name(trees: Crowd, raw: Raw) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        raw(NAMES[Group.SUPERVISOR]).execute(
            "INSERT INTO desk.sla (at, actor, calendar, targets) VALUES (0, 'ana', '{}', '{}')"
        )


GOOD = {
    "zone": NEW_YORK,
    "hours": [[510, 1020], None, None, None, None, None, None],
    "holidays": {"2026-12-25": "Christmas"},
    "pausing": ["on_hold"],
}
UNREADABLE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"zone": "Middle/Earth"}, {}),
    ({"zone": "EST9"}, {}),
    ({"zone": None}, {}),
    ({"hours": [None] * 6}, {}),
    ({"hours": [[1020, 510], *[None] * 6]}, {}),
    ({"hours": [[0, 1441], *[None] * 6]}, {}),
    ({"hours": [["8:00", "17:00"], *[None] * 6]}, {}),
    ({"holidays": ["2026-12-25"]}, {}),
    ({"holidays": {"25/12/2026": ""}}, {}),
    ({"holidays": {"Dec 25 2026": ""}}, {}),
    ({"pausing": ["closed"]}, {}),
    ({"pausing": None}, {}),
    ({}, {"city": {"tree": {"resolve": [0, "hours"]}}}),
    ({}, {"city": {"tree": {"resolve": [2, "fortnights"]}}}),
    ({}, {"city": {"tree": {"resolve": 2}}}),
    ({}, {"city": {"tree": {"ignore": [2, "hours"]}}}),
    ({}, {"city": 2}),
]


@pytest.mark.parametrize(("calendar", "targets"), UNREADABLE)
def test_a_version_that_no_desk_could_read_is_refused(
    crowd: Crowd, raw: Raw, calendar: dict[str, Any], targets: dict[str, Any]
) -> None:
    crowd.opens(NAMES[Group.SUPERVISOR])
    said = "INSERT INTO desk.sla (at, actor, calendar, targets) VALUES (0, session_user, %s, %s)"
    connection = raw(NAMES[Group.SUPERVISOR])
    connection.execute(said, (json.dumps(GOOD), json.dumps({"city": {"tree": {"resolve": [2.5, "hours"]}}})))
    connection.rollback()
    with pytest.raises((errors.CheckViolation, errors.DataError)):
        connection.execute(said, (json.dumps({**GOOD, **calendar}), json.dumps(targets)))


def _sets_due(raw: Raw, group: Group, moment: datetime | None) -> None:
    connection = raw(NAMES[group])
    value = None if moment is None else to_millis(moment)
    try:
        connection.execute("UPDATE desk.request SET due_at = %s", (value,))
    finally:
        connection.rollback()


def test_a_due_time_past_the_desk_is_the_clocks_own(trees: Crowd, raw: Raw) -> None:
    logged(trees.acting(Group.CALL_TAKER))
    kept = due(raw(NAMES[Group.AUDITOR]))
    assert kept is not None
    _sets_due(raw, Group.CALL_TAKER, kept)
    for wrong in (None, kept + timedelta(hours=1), kept - timedelta(hours=1)):
        with pytest.raises(errors.InsufficientPrivilege):
            _sets_due(raw, Group.CALL_TAKER, wrong)


def test_on_hold_nothing_is_due_and_afterwards_it_is_due_later(trees: Crowd, raw: Raw, clock: Clock) -> None:
    (one,) = logged(trees.acting(Group.CALL_TAKER)).ids
    before = due(raw(NAMES[Group.AUDITOR]))
    assert before is not None
    with pytest.raises(errors.InsufficientPrivilege):
        _sets_due(raw, Group.DISPATCHER, before + timedelta(days=1))
    set_status(trees.acting(Group.DISPATCHER), [one], Status.ON_HOLD)
    assert due(raw(NAMES[Group.AUDITOR])) is None
    clock.forward(days=3)
    set_status(trees.acting(Group.DISPATCHER), [one], Status.ACKNOWLEDGED)
    after = due(raw(NAMES[Group.AUDITOR]))
    assert after is not None
    assert after > before
    _sets_due(raw, Group.DISPATCHER, before)
    for wrong in (None, before - timedelta(hours=1), datetime(2999, 1, 1, tzinfo=UTC)):
        with pytest.raises(errors.InsufficientPrivilege):
            _sets_due(raw, Group.DISPATCHER, wrong)


def test_the_store_of_one_member_hears_what_another_promised(trees: Crowd) -> None:
    taker: Store = trees.opens(NAMES[Group.CALL_TAKER])
    assert slas.read(taker).term("", "tree", None) == Term(2, Unit.WORKING_DAYS)
    promise(trees.acting(Group.SUPERVISOR), Sla(CITY, {("", "tree"): Target(None, Term(5))}))
    assert slas.read(taker).term("", "tree", None) == Term(5)
