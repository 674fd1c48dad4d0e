"""A clock that moves only when told, upstreams of each kind, and what they show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.domain.exchange import Page, UpstreamRequest
from services.domain.policy import Policy
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Changes, Place
from services.store import ingest, lexemes
from services.store.acting import Acting
from services.store.commands import PhoneReport, log_call
from services.store.dialect import fetched, is_server
from services.store.store import Store
from services.store.tables import event
from tests.services.clock import NOON

MAIN_STREET = Place("1 Main St", 42.35, -71.06)


POLICIES = {
    "city": Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True, notifies=True),
    "plain": Policy("plain", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=True),
    "fms": Policy("fms", STATUS_MAPS[Dialect.FIXMYSTREET], takes_updates=True),
    "silent": Policy("silent", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False),
}


def shown(upstream_id: str, word: str = "open", updated: datetime | None = NOON, **more: Any) -> UpstreamRequest:
    """A request as an upstream shows it."""
    fields: dict[str, Any] = {
        "service_code": "tree",
        "service": "Tree Emergencies",
        "status_notes": "",
        "description": "Tree across the road",
        "requested_at": NOON - timedelta(days=1),
        "expected_at": None,
        "place": MAIN_STREET,
    }
    return UpstreamRequest(upstream_id=upstream_id, status_word=word, updated_at=updated, **{**fields, **more})


def pull(store: Store, *requests: UpstreamRequest, upstream: str = "city", cursor: str = "") -> ingest.PageResult:
    """Apply one page."""
    return ingest.apply_page(store, POLICIES[upstream], Page(requests, (), cursor))


def logged(acting: Acting, **more: Any) -> Changes:
    """A call written down."""
    fields: dict[str, Any] = {"service_code": "tree", "description": "Tree down", "place": MAIN_STREET}
    return log_call(acting, PhoneReport(**{**fields, **more}))


def history(store: Store) -> int:
    """How many lines the history has."""
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(event)).scalar_one()


def assert_index_is_whole(store: Store) -> None:
    """What is searched is what the rows say."""
    with store.write() as connection:
        if not is_server(connection):
            connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
            return
        texts = fetched(connection, "SELECT id, number, place, description, callers, notes FROM request_words")
        same = "SELECT words = CAST(? AS tsvector) FROM search WHERE id = ?"
        for request_id, *said in texts:
            assert fetched(connection, same, (lexemes.vector(said), request_id)) == [(True,)], request_id
        assert fetched(connection, "SELECT count(*) FROM search") == [(len(texts),)]
