"""What a desk of the demo city remembers: two months of the city's real closings, before what is pulled at noon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select

from services import sqlite
from services.demo import made, many, source, start
from services.demo.made import Made
from services.demo.people import MARK
from services.dispatch.history import learn
from services.domain.status import Status
from services.gateway.settings import GatewaySettings
from services.gateway.tables import REQUESTS, GatewayStore
from services.queue.snapshot import build
from services.store import queries
from services.store.store import Store
from services.supervise.forecast import forecast

NOW = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)
SOME = 15
"""Of so many closings one is enough for most of what is shown here."""


@cache
def past() -> Sequence[Made]:
    return made.past(NOW)


def test_it_is_what_the_city_closed_since_july_and_nothing_that_is_pulled() -> None:
    ids = {m.row.id for m in past()}
    assert len(ids) == len(past()) == 14_407
    assert not ids & {row.id for row in source.rows()}
    now = sqlite.to_millis(NOW)
    assert all(m.requested <= m.sent <= m.updated < now - 2 * 86_400_000 for m in past())
    assert min(m.requested for m in past()) < now - 59 * 86_400_000
    assert {m.status for m in past()} == {Status.CLOSED}
    assert {m.outcome for m in past()} <= {"fixed", "duplicate", "no_action", "not_found"}
    assert all(m.description.endswith(MARK) for m in past())
    assert {m.crew for m in past()} - {""} == {crew.name for crew in start.crews()}


def test_a_tree_crew_took_the_trees_of_its_own_half_of_the_city() -> None:
    areas = {crew.name: crew.areas for crew in start.crews()}
    trees = [m for m in past() if m.crew in ("Forestry 1", "Forestry 2") and m.row.lat is not None]
    assert len(trees) > 100
    assert all(start.area(m.row) in areas[m.crew] for m in trees)


def test_the_desk_has_numbers_from_it_and_the_gateway_knows_the_same(tmp_path: Path) -> None:
    some = past()[::SOME]
    desk = Store.open(f"sqlite:///{tmp_path}/desk.db", clock=lambda: NOW)
    gateway = GatewayStore.open(GatewaySettings(tmp_path).store_path, lambda: NOW)
    many.load_past(desk, some, lambda points: ["Ward 3" for _ in points])
    many.fill(gateway, some)
    rows = queries.columns(desk)
    snapshot = build(rows, queries.crews(desk))
    with sqlite.reading(gateway.engine) as connection:
        assert connection.execute(select(func.count()).select_from(REQUESTS)).scalar_one() == len(some) == len(rows)
    detail = queries.detail(desk, next(row.id for row in rows if row.crew_id))
    desk.close()
    gateway.close()
    assert {row.status for row in rows} == {"closed"}
    assert [event.kind for event in detail.events] == ["assigned", "pulled"]
    assert not forecast(snapshot, sqlite.to_millis(NOW)).too_short
    assert len(learn(snapshot).recent("Schedule a Bulk Item Pickup", "Ward 3", {}).taken) >= 1
