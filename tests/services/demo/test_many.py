"""A city's year made from its real rows: true in its shares, the same in both stores, and of a piece with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services import sqlite
from services.demo import made, many, source
from services.demo.people import MARK
from services.domain.policy import Policy
from services.domain.sla import due_at
from services.domain.status import Channel, Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import REQUESTS, GatewayStore
from services.store import queries
from services.store.store import Store
from services.store.tables import caller, operation, request
from services.sync.pull import pull
from services.upstream.base import UpdatesBy, UpstreamConfig
from services.upstream.open311 import Open311

N = 1_500
NOW = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)
POLICY = Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True)


def halves(points: Sequence[tuple[float, float]]) -> list[str]:
    """Two areas, parted at a latitude."""
    return ["North" if lat > 42.32 else "South" for lat, _ in points]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both stores filled."""
    home = tmp_path_factory.mktemp("many")
    desk, gateway = Store.open(f"sqlite:///{home}/desk.db", clock=lambda: NOW), opened(home)
    done: list[int] = []
    many.load(desk, N, gateway=gateway, locate=halves, progress=done.append)
    gateway.close()
    desk.close()
    assert done == [N]
    return home


@pytest.fixture
def desk(home: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{home}/desk.db", clock=lambda: NOW)
    yield store
    store.close()


def opened(home: Path) -> GatewayStore:
    return GatewayStore.open(GatewaySettings(home).store_path, lambda: NOW)


def test_the_same_seed_makes_the_same_requests_and_another_makes_others() -> None:
    first = list(made.make(200, NOW))
    assert first == list(made.make(200, NOW))
    assert [m.requested for m in first] != [m.requested for m in made.make(200, NOW, seed=2)]


def test_a_year_is_mostly_closed_spread_out_and_at_many_houses() -> None:
    year = list(made.make(20_000, NOW))
    now = sqlite.to_millis(NOW)
    is_open = [m for m in year if m.status.is_open]
    assert 0.05 < len(is_open) / len(year) < 0.1
    assert set(Counter(m.status for m in year)) == set(Status)
    assert len({m.row.address for m in year}) > 0.7 * len(year)
    assert len({m.description for m in year}) > 3_000
    assert [m.requested for m in year] == sorted(m.requested for m in year)
    assert all(now - 370 * 86_400_000 < m.requested <= m.updated <= now for m in year)
    days = Counter(sqlite.from_millis(m.requested).weekday() for m in year)
    assert max(days[5], days[6]) < 0.7 * min(days[day] for day in range(5))
    assert all((m.closed is None) is m.status.is_open is (m.outcome is None) for m in year)


def test_places_stay_in_their_street_and_what_had_none_has_none() -> None:
    near: dict[str, list[source.CityRow]] = {}
    for row in source.rows():
        near.setdefault(row.type, []).append(row)
    for m in made.make(300, NOW):
        assert (m.row.lat is None) == (m.row.lon is None)
        if m.row.lat is not None and m.row.lon is not None:
            apart = [
                (r.lat - m.row.lat) ** 2 + (r.lon - m.row.lon) ** 2
                for r in near[m.row.type]
                if r.lat is not None and r.lon is not None
            ]
            assert min(apart) ** 0.5 < 0.006


def test_everything_said_is_marked_and_no_number_is_anybodys() -> None:
    for m in made.make(500, NOW):
        assert m.description.endswith(MARK)
        assert not m.who.last_name or m.who.last_name.endswith(MARK)
        assert m.who.email in ("", f"made-up-{m.row.id}@example.org")
        assert not made.phone(m) or (made.phone(m).startswith("617-555-01") and m.row.channel is Channel.PHONE)
        moment = sqlite.from_millis(m.requested)
        expected = None if m.expected is None else sqlite.from_millis(m.expected)
        if expected is not None and expected >= moment:
            assert m.due == sqlite.to_millis(due_at(moment, expected, None) or moment)


def test_the_desk_and_the_gateway_hold_the_same(home: Path, desk: Store) -> None:
    gateway = opened(home)
    with sqlite.reading(gateway.engine) as connection:
        theirs = {row.id: row for row in connection.execute(select(REQUESTS).where(REQUESTS.c.id.like("3%")))}
    gateway.close()
    rows = queries.columns(desk)
    assert len(rows) == N
    assert {r.upstream_id for r in rows} <= set(theirs)
    for row in rows[::37]:
        other = theirs[row.upstream_id]
        assert (row.status, row.outcome, row.address, row.lat) == (
            other.status,
            other.outcome,
            other.address,
            other.lat,
        )
        assert row.requested_ms == sqlite.to_millis(other.requested_at)
    assert {r.area for r in rows} == {"North", "South", ""}
    assert all((r.area == "") == (r.lat is None) for r in rows)


def test_a_pull_of_what_was_made_changes_nothing_that_is_seen(home: Path, desk: Store) -> None:
    gateway = opened(home)
    key = new_key(gateway, "desk", replace=True)
    gateway.close()
    head, before = desk.head(), queries.columns(desk)
    with running(GatewaySettings(home)) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MANY_KEY", key)
        config = UpstreamConfig("city", url=served.url, api_key="env:MANY_KEY", updates=UpdatesBy.SERVICEREQUESTUPDATES)
        upstream = Open311(config)
        try:
            report = pull(desk, upstream, POLICY, halves)
        finally:
            upstream.close()
    assert report.pulled >= N, "what has grown older than a window by now is asked for in two"
    assert (report.new, report.changed, report.ids) == (0, 0, set())
    assert queries.columns(desk) == before
    assert desk.head() == head


def test_a_load_leaves_the_store_as_any_other(home: Path, desk: Store, tmp_path: Path) -> None:
    fresh = Store.open(f"sqlite:///{tmp_path}/desk.db")
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with fresh.read() as empty, desk.read() as full:
        assert full.exec_driver_sql(schema).all() == empty.exec_driver_sql(schema).all()
        assert full.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert full.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    fresh.close()
    with desk.write() as connection:
        connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


def test_what_was_made_can_be_found_and_has_a_history(desk: Store) -> None:
    with desk.read() as connection:
        phoned = connection.execute(select(caller.c.request_id, caller.c.phone)).first()
        sent = connection.execute(select(request.c.id).where(request.c.crew_id.is_not(None))).scalars().first()
        named = connection.execute(select(func.count()).select_from(operation)).scalar_one()
    assert phoned is not None
    assert sent is not None
    assert named > 100
    assert phoned.request_id in queries.search(desk, phoned.phone)
    detail = queries.detail(desk, sent)
    assert [e.kind for e in detail.events] == ["assigned", "pulled"]
    assert detail.request.crew is not None
    assert detail.request.version == 2
    handlers = {row.handler for row in queries.columns(desk)}
    assert handlers == {"", *(f"demo {n}" for n in range(1, 7))}


def test_more_can_be_made_beside_what_is_there(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/desk.db", clock=lambda: NOW)
    many.load(store, 40)
    many.load(store, 60, seed=2)
    rows = queries.columns(store)
    assert [row.id for row in rows] == list(range(1, 101))
    assert len({row.number for row in rows}) == len({row.upstream_id for row in rows}) == 100
    assert {row.area for row in rows} == {""}
    assert len(queries.search(store, MARK)) == 100
    oldest = min(row.requested_ms for row in rows)
    assert sqlite.from_millis(oldest) > NOW - timedelta(days=370)
    store.close()
