"""What real servers send now and then: every odd record is kept and can be seen, counted and opened; none is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from services.domain.policy import Policy
from services.domain.status import Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Service
from services.queue.query import Moment, Order, parse, run
from services.queue.snapshot import Ints, Snapshot, build
from services.queue.views import VIEWS, counts
from services.store import ingest, queries
from services.store.store import Store
from services.sync.pull import PullReport, pull
from tests.services.upstream.helpers import talking
from tests.services.upstream.loopback import NOT_FOUND, Ask, Loopback, Reply, as_json

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CITY_HALL = (42.360334, -71.057806)
CROWD = 5_000
PAGE = 100
LONG = 4 * 2**20
POLICY = Policy("city", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False)

Record = dict[str, object]


def record(number: str, **changes: object) -> Record:
    """A request like any other, but for what is odd about it."""
    usual: Record = {
        "service_request_id": number,
        "status": "open",
        "service_code": "tree",
        "service_name": "Tree",
        "description": f"Branch {number} is down.",
        "requested_datetime": "2026-11-20T10:00:00Z",
        "updated_datetime": "2026-11-21T10:00:00Z",
        "address": f"{number} Main St",
        "lat": 42.33,
        "long": -71.08,
    }
    return {**usual, **changes}


ODD: dict[str, Record] = {
    r["service_request_id"]: r  # type: ignore[misc]
    for r in (
        record("zero", lat=0, long=0),
        record("zero-text", lat="0.0", long="0.0"),
        record("nowhere", lat=None, long=None, address=""),
        record("half", lat=42.3, long=None),
        record("beyond", lat=123.4, long=-71.0),
        record("abroad", lat=59.91, long=10.75),
        record("pole", lat=-90, long=0.5),
        record("first", requested_datetime="0001-01-01T00:00:00Z", updated_datetime="0001-01-01T00:00:00Z"),
        record("last", requested_datetime="9999-12-31T23:59:59Z", updated_datetime="9999-12-31T23:59:59Z"),
        record("slip", expected_datetime="2026-11-01T10:00:00Z"),
        record("promise", expected_datetime="9999-12-31T23:59:59Z"),
        record("word", status="reticulating"),
        record("no word", status=""),
        record("long", description="Branches. " * (LONG // 10)),
        record("bare", service_code="", service_name="", description="", address=""),
    )
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/desk.db", clock=lambda: NOW)
    yield opened
    opened.close()


def server(records: Sequence[Record]) -> Loopback:
    """Shows these records newest first, a hundred a page, and honours no dates."""

    def answer(ask: Ask) -> Reply:
        if ask.path != "requests.json":
            return NOT_FOUND
        start = PAGE * (max(int(ask.get("page") or 1), 1) - 1)
        return as_json(records[start : start + PAGE])

    return Loopback(answer)


def pulled(store: Store, records: Sequence[Record], monkeypatch: pytest.MonkeyPatch) -> PullReport:
    """A whole first pull over HTTP."""
    monkeypatch.setenv("CITY_KEY", "key")
    with talking(server(records), format="json") as upstream:
        return pull(store, upstream, POLICY, lambda points: ["Ward 1" if lat < 50 else "" for lat, _ in points])


def snapshot_of(store: Store) -> Snapshot:
    return build(queries.columns(store), queries.crews(store), store.head())


def searching(store: Store) -> Callable[[str], Ints]:
    """The store's own search, as the queue asks it."""
    return lambda words: np.array(queries.search(store, words), np.int64)


def found(store: Store, query: str, order: Order | None = None) -> list[str]:
    """The upstream's ids of what a query finds."""
    snapshot = snapshot_of(store)
    moment = Moment(NOW, ZoneInfo("America/New_York"), "ana")
    rows = run(snapshot, parse(query), moment, searching(store), order or Order())
    known = {row.id: row.upstream_id for row in queries.columns(store)}
    return [known[int(i)] for i in snapshot.ids[rows]]


@pytest.fixture
def odd(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city", sla_hours=48.0)])
    report = pulled(store, list(ODD.values()), monkeypatch)
    assert (report.new, report.unreadable) == (len(ODD), 0)
    return store


def test_every_odd_record_is_in_the_queue_once_and_can_be_opened(odd: Store) -> None:
    rows = {row.upstream_id: row for row in queries.columns(odd)}
    assert set(rows) == set(ODD)
    assert sorted(found(odd, "")) == sorted(ODD)
    for name, row in rows.items():
        detail = queries.detail(odd, row.id)
        assert detail.request.upstream_id == name
        assert detail.request.number in {r.number for r in rows.values()}
        assert [e.kind for e in detail.events] == ["pulled"]


def test_what_has_no_usable_place_has_none_on_the_map_and_is_counted(odd: Store) -> None:
    snapshot = snapshot_of(odd)
    known = {row.upstream_id: snapshot.row_of(row.id) for row in queries.columns(odd)}
    without = {name for name, row in known.items() if snapshot.point(row) is None}
    assert without == {"zero", "zero-text", "nowhere", "half", "beyond", "pole"}
    assert set(found(odd, "is:noplace")) == without
    assert int((~snapshot.has_place).sum()) == len(without)
    point = snapshot.point(known["abroad"])
    assert point is not None
    assert point == pytest.approx((59.91, 10.75), abs=1e-5)
    assert queries.detail(odd, int(snapshot.ids[known["abroad"]])).request.place.area == ""


def test_dates_at_the_ends_of_the_calendar_survive_and_sort(odd: Store) -> None:
    rows = {row.upstream_id: queries.detail(odd, row.id).request for row in queries.columns(odd)}
    assert rows["first"].requested_at == datetime(1, 1, 1, tzinfo=UTC)
    assert rows["last"].requested_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert rows["last"].due_at is None
    assert rows["promise"].due_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    by_age = found(odd, "", Order("age"))
    assert {by_age[0], by_age[-1]} == {"first", "last"}


def test_a_promise_before_the_report_is_replaced_by_the_target(odd: Store) -> None:
    rows = {row.upstream_id: queries.detail(odd, row.id).request for row in queries.columns(odd)}
    assert rows["slip"].due_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert "slip" in found(odd, "is:overdue")


def test_a_status_nobody_knows_is_new_and_keeps_its_word(odd: Store) -> None:
    rows = {row.upstream_id: queries.detail(odd, row.id).request for row in queries.columns(odd)}
    assert (rows["word"].status, rows["word"].upstream_status) == (Status.NEW, "reticulating")
    assert rows["no word"].status is Status.NEW
    assert {"word", "no word"} <= set(found(odd, "status:new"))


def test_a_description_of_four_megabytes_is_kept_as_far_as_it_can_be_read_and_says_that_it_goes_on(odd: Store) -> None:
    (long,) = (row for row in queries.columns(odd) if row.upstream_id == "long")
    text = queries.detail(odd, long.id).request.description
    assert 10_000 < len(text) <= 20_000
    assert text.endswith("…")
    assert "long" in found(odd, "branches")


def test_every_view_counts_them(odd: Store) -> None:
    moment = Moment(NOW, ZoneInfo("America/New_York"), "ana")
    counted = counts(snapshot_of(odd), VIEWS, moment, searching(odd))
    assert max(counted.values()) == len(ODD)


def test_five_thousand_at_one_point_are_five_thousand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [record(f"{n:05d}", lat=CITY_HALL[0], long=CITY_HALL[1], address="1 City Hall Plz") for n in range(CROWD)]
    report = pulled(store, crowd, monkeypatch)
    assert report.new == CROWD
    snapshot = snapshot_of(store)
    assert len(set(zip(snapshot.x.tolist(), snapshot.y.tolist(), strict=True))) == 1
    assert len(found(store, "status:open")) == CROWD
    again = pulled(store, crowd[:PAGE], monkeypatch)
    assert (again.new, again.changed) == (0, 0)
