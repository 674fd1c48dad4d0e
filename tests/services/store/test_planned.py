"""On a server with a hundred thousand requests no statement of a desk or a worker reads a whole table that grows.

The plans are those that the server really used, told by its own auto_explain: triggers and functions included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.store.acting import Acting
from services.store.store import Store
from tests.services.postgres import Postgres
from tests.services.store import filling, planning
from tests.services.store.parts import POLICIES

OPEN = 10_000


@pytest.fixture(scope="module")
def city(postgres: Postgres) -> str:
    """The address of a city's store."""
    url = postgres.url("planned", "postgres")
    assert filling.fill(url, OPEN) == 11 * OPEN
    return url


@pytest.fixture
def acting(city: str) -> Iterator[Acting]:
    with closing(Store.open(city)) as store:
        yield Acting(store, Actor("postgres", ALL_ROLES), POLICIES, timedelta(0))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("work", planning.WORKS)
def test_nothing_reads_a_table_that_grows_from_end_to_end(acting: Acting, work: str) -> None:
    ids = planning.chosen(acting.store)
    with planning.plans(acting.store) as heard:
        planning.WORKS[work](acting, ids)
    assert len(heard) > 10
    walks = {p["Query Text"].strip()[:300]: found for p in heard if (found := planning.walked(p["Plan"]))}
    assert walks == {}


@pytest.mark.parametrize(("read", "seen"), [("text", {"text"}), ("request_live", {"request_live"}), ("crew", set())])
def test_a_walk_is_seen(acting: Acting, read: str, seen: set[str]) -> None:
    with planning.plans(acting.store) as heard, acting.store.read() as connection:
        connection.exec_driver_sql(f"SELECT count(*) FROM {read} AS r WHERE r::text = 'dog'").all()
    assert [planning.walked(p["Plan"]) for p in heard] == [seen]


def test_a_walk_through_an_index_is_seen(acting: Acting) -> None:
    with planning.plans(acting.store) as heard, acting.store.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SELECT id FROM text WHERE body = 'dog' ORDER BY id LIMIT 200").all()
        connection.exec_driver_sql("SELECT id FROM text WHERE id = 10").all()
    (walk, look) = [p["Plan"] for p in heard]
    assert walk["Plans"][0]["Node Type"] == "Index Scan"
    assert [planning.walked(plan) for plan in (walk, look)] == [{"text"}, set()]


def test_the_shelves_hold_what_they_should(acting: Acting) -> None:
    with acting.store.read() as connection:
        held = connection.exec_driver_sql(
            "SELECT shelf, count(*), count(*) FILTER (WHERE status = 'closed') FROM request GROUP BY shelf ORDER BY 1"
        ).all()
        strayed = connection.exec_driver_sql(
            "SELECT count(*) FROM request WHERE shelf > 0"
            " AND extract(year FROM to_timestamp(closed_at / 1000.0) AT TIME ZONE 'UTC') <> shelf"
        ).scalar_one()
    assert held[0][0] == 0
    assert len(held) == filling.YEARS
    assert abs(held[0][1] - 2 * OPEN) < 100
    assert all(abs(count - OPEN) < 10 and count == closed for _, count, closed in held[1:])
    assert strayed == 0
