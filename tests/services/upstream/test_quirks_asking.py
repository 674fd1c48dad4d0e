"""Quirks of how real GeoReport servers want to be asked: dates, jurisdictions, formats, pages and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.domain.statusmap import Dialect
from services.errors import Offline
from services.upstream.base import Page, UpdatesBy
from tests.services.upstream.city import City, failing_on, row
from tests.services.upstream.helpers import NOW, requests_of, talking, unreadable_of
from tests.services.upstream.loopback import HTML_500, NOT_FOUND, Ask, Loopback, Reply, as_json
from tests.services.upstream.quirks import RECENT, REPORT, UPDATE, first, quirk


@quirk(15)
def test_a_server_that_fails_on_zones_is_asked_without() -> None:
    def spoil(ask: Ask) -> Reply | None:
        return HTML_500 if any(v.endswith("Z") for k, v in ask.query if k in {"start_date", "updated_after"}) else None

    city = City(spoil, gateway=False)
    city.add("1", requested=RECENT)
    with talking(city) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == {"1"}
        city.asks.clear()
        city.touch("1", NOW, status="closed")
        assert requests_of(up.pages(pages[-1].cursor))["1"].status_word == "closed"
        assert all(not v.endswith("Z") for a in city.asks for k, v in a.query if "date" in k)


@quirk(15, 18)
def test_a_server_that_fails_on_every_date_is_read_without() -> None:
    city = City(lambda ask: HTML_500 if ask.has("start_date") else None, gateway=False)
    city.add("1", requested=RECENT)
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == {"1"}


@quirk(17)
def test_dates_are_asked_with_z_and_nothing_is_left_unencoded() -> None:
    city = City(lambda ask: HTML_500 if " " in ask.target or "+0" in ask.target else None)
    city.add("1", requested=RECENT)
    with talking(city) as up:
        cursor = list(up.pages(""))[-1].cursor
        assert set(requests_of(up.pages(cursor))) == {"1"}
        assert all("%3A" in a.target for a in city.asks if a.has("start_date") or a.has("updated_after"))
    found, _ = first(as_json([row("1", RECENT, requested_datetime="2026-08-28T10:00:00 02:00")]))
    assert found["1"].requested_at == datetime(2026, 8, 28, 8, tzinfo=UTC)


@quirk(18)
def test_a_500_with_a_page_is_a_sentence() -> None:
    broken = Loopback(lambda ask: HTML_500)
    with talking(broken, format="json") as up, pytest.raises(Offline, match=r"“city” failed \(HTTP 500\)"):
        up.services()


@quirk(20)
def test_an_empty_jurisdiction_is_left_out() -> None:
    city = City(lambda ask: HTML_500 if ask.has("jurisdiction_id") and not ask.get("jurisdiction_id") else None)
    city.add("1", requested=RECENT)
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == {"1"}
        up.post_update(UPDATE)
        up.create(REPORT)
    with talking(City(), jurisdiction_id="city.gov") as up:
        assert up.services()


@quirk(21)
def test_requests_are_asked_for_one_by_one_never_as_a_list_of_ids() -> None:
    city = City(lambda ask: HTML_500 if "," in ask.get("service_request_id") else None)
    city.add("a,b", requested=RECENT)
    city.add("2", requested=RECENT)
    with talking(city) as up:
        assert up.request("2").upstream_id == "2"
        assert up.request("a,b").upstream_id == "a,b"
    city = City(lambda ask: NOT_FOUND if ask.path.startswith("requests/") else None)
    city.add("2", requested=RECENT)
    with talking(city) as up:
        assert up.request("2").upstream_id == "2"


def crowd(city: City, count: int) -> set[str]:
    for n in range(count):
        city.add(f"r{n}", requested=RECENT - timedelta(minutes=n))
    return {f"r{n}" for n in range(count)}


@quirk(22)
@pytest.mark.parametrize("end", ["empty", "404", "400", "repeat"])
@pytest.mark.parametrize("base", [0, 1])
def test_the_end_of_the_list_is_seen_however_it_is_shown(end: str, base: int) -> None:
    def past(ask: Ask, city: City) -> Reply | None:
        last = (len(city.rows) - 1) // city.page_cap + base
        if not ask.path.startswith("requests.") or int(ask.get("page") or base) <= last or end == "empty":
            return None
        if end == "repeat":
            page = tuple((k, str(last) if k == "page" else v) for k, v in ask.query)
            return as_json(city._select(Ask(ask.method, ask.path, page, (), {}, "")))
        return as_json({"detail": "Invalid page."}, int(end))

    city = City(gateway=False, page_cap=20, first_page=base)
    city.spoil = lambda ask: past(ask, city)
    expected = crowd(city, 50)
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == expected
        assert len(city.asks) < 40


@quirk(22)
def test_a_list_that_comes_whole_for_ever_is_read_once() -> None:
    city = City(gateway=False, pages=False, page_cap=5000, date_filter=False)
    expected = crowd(city, 33)
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == expected
        assert len(city.asks) < 20


@quirk(23)
def test_a_silent_cap_is_found_and_the_window_halved() -> None:
    city = City(gateway=False, pages=False, page_cap=50, updated_after=False)
    expected = crowd(city, 333)
    with talking(city, updates=UpdatesBy.NONE) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == expected
        city.touch("r300", NOW, status="closed")
        pages = list(up.pages(pages[-1].cursor))
        assert '"windows":true' in pages[-1].cursor
        assert requests_of(pages)["r300"].status_word == "closed"


@quirk(24)
def test_the_one_bad_record_is_named_and_the_others_are_read() -> None:
    city = City(gateway=False)
    spoil = failing_on("r137")
    city.spoil = lambda ask: spoil(ask, city)
    expected = crowd(city, 250)
    with talking(city) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == expected - {"r137"}
        assert {(u.where, u.reason) for u in unreadable_of(pages)} == {
            ("record 138", "The upstream itself fails on it (HTTP 500).")
        }
        assert pages[-1].cursor


@quirk(24)
def test_a_server_that_fails_on_everything_moves_no_cursor() -> None:
    city = City(lambda ask: HTML_500 if ask.path.startswith("requests") else None)
    crowd(city, 5)
    seen: list[Page] = []
    with talking(city) as up, pytest.raises(Offline, match="HTTP 500"):
        seen.extend(up.pages(""))
    assert seen == []


@quirk(30)
def test_codes_with_blanks_and_accents_are_encoded() -> None:
    asked = []

    def answer(ask: Ask) -> Reply:
        asked.append((ask.path, ask.target))
        return as_json({"service_code": "x", "attributes": [{"code": "q", "datatype": "odd"}]})

    with talking(Loopback(answer), format="json") as up:
        assert [a.datatype for a in up.definition("Street lighting/ä")] == ["string"]
    assert asked[0][0] == "services/Street lighting/ä.json"
    assert "Street%20lighting%2F%C3%A4" in asked[0][1]


@quirk(31)
def test_the_address_in_discovery_is_never_followed() -> None:
    city = City()
    city.add("1", requested=RECENT)
    with talking(city) as up:
        assert up.facts().dialect is Dialect.GATEWAY
        assert set(requests_of(up.pages(""))) == {"1"}
    up_one = Loopback(lambda ask: as_json({"contact": "x"}) if ask.path == "/open311/discovery.json" else NOT_FOUND)
    with talking(up_one, updates=UpdatesBy.NONE) as up:
        assert up.facts().title == "x"
    with talking(Loopback(lambda ask: HTML_500)) as up:
        assert up.facts().dialect is Dialect.FIXMYSTREET


@quirk(34)
def test_where_one_format_fails_the_other_is_taken() -> None:
    for broken in ("json", "xml"):
        bad = as_json({"code": 400, "type": "x", "message": "no"}, 400)
        city = City(lambda ask, broken=broken, bad=bad: bad if ask.path.endswith(f".{broken}") else None)  # type: ignore[misc]
        city.add("1", requested=RECENT)
        with talking(city, format="auto") as up:
            assert set(requests_of(up.pages(""))) == {"1"}
            assert up.create(REPORT).id


@quirk(37)
def test_a_server_that_shows_only_open_requests_is_asked_for_closed_ones() -> None:
    city = City(gateway=False, default_status="open")
    city.add("1", requested=RECENT)
    city.add("2", requested=RECENT, status="closed")
    with talking(city) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == {"1", "2"}
        city.touch("1", NOW, status="closed")
        assert requests_of(up.pages(pages[-1].cursor))["1"].status_word == "closed"
    city = City(lambda ask: HTML_500 if ask.has("status") else None, gateway=False)
    city.add("1", requested=RECENT)
    with talking(city) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == {"1"}
        assert '"statuses":""' in pages[-1].cursor
