"""The pull misses nothing: not over a crash, not while requests change between two pages, not without updated_after."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.errors import NotFound, Offline
from services.upstream.base import UpdatesBy
from services.upstream.open311 import pulling
from tests.services.upstream.city import City, row
from tests.services.upstream.helpers import NOW, requests_of, talking, unreadable_of
from tests.services.upstream.loopback import HTML_500, NOT_FOUND, Ask, Reply, as_json


def test_the_first_walk_goes_back_until_there_is_nothing() -> None:
    city = City()
    for days in (1, 80, 150, 260, 350):
        city.add(f"d{days}", requested=NOW - timedelta(days=days))
    city.add("too old", requested=NOW - timedelta(days=1000))
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == {"d1", "d80", "d150", "d260", "d350"}


def test_a_city_whose_last_report_is_old_is_still_read() -> None:
    city = City(gateway=False)
    city.add("old", requested=NOW - timedelta(days=4000))
    with talking(city) as up:
        assert set(requests_of(up.pages(""))) == {"old"}


def test_a_walk_cut_off_goes_on_where_it_was() -> None:
    city = City()
    for days in (1, 80, 150, 260, 350):
        city.add(f"d{days}", requested=NOW - timedelta(days=days))
    with talking(city) as up:
        got: set[str] = set()
        for page in up.pages(""):
            got |= set(requests_of([page]))
            if page.cursor:
                break
        assert got == {"d1", "d80"}
        city.touch("d1", NOW + timedelta(minutes=1), status="closed")
        pages = list(up.pages(page.cursor))
        assert set(requests_of(pages)) == {"d150", "d260", "d350"}
        assert requests_of(up.pages(pages[-1].cursor))["d1"].status_word == "closed"


def test_a_walk_that_fails_half_way_gives_what_it_read_and_no_cursor() -> None:
    def spoil(ask: Ask) -> Reply | None:
        return HTML_500 if int(ask.get("page") or 1) > 2 else None

    city = City(spoil, gateway=False)
    for n in range(250):
        city.add(str(n), requested=NOW - timedelta(minutes=n))
    with talking(city) as up:
        pages = up.pages("")
        assert [next(pages).cursor, next(pages).cursor] == ["", ""]
        with pytest.raises(Offline, match="HTTP 500"):
            next(pages)


def test_a_request_that_changes_while_pages_are_read_pushes_none_past_us() -> None:
    city = City(newest_first=False)
    for n in range(300):
        city.add(str(n), requested=NOW - timedelta(days=2), updated=NOW - timedelta(minutes=400 - n))
    with talking(city) as up:
        cursor = pulling.Cursor(after=NOW - timedelta(days=1), oldest=NOW - timedelta(days=90))
        cursor.habits.dates = "z"
        text = pulling.Pull(up._server, cursor, gateway=True, clock=lambda: NOW)._mark().cursor
        got: set[str] = set()
        for page in up.pages(text):
            got |= set(requests_of([page]))
            if len(got) == 100:
                for n in range(50):
                    city.touch(str(n), NOW)
        assert got == {str(n) for n in range(300)}


def test_more_changes_in_one_second_than_fit_on_a_page_are_all_read() -> None:
    city = City(newest_first=False)
    for n in range(350):
        city.add(str(n), requested=NOW - timedelta(days=2), updated=NOW - timedelta(minutes=5))
    with talking(city) as up:
        cursor = pulling.Cursor(after=NOW - timedelta(days=1), oldest=NOW - timedelta(days=90))
        cursor.habits.dates = "z"
        text = pulling.Pull(up._server, cursor, gateway=True, clock=lambda: NOW)._mark().cursor
        pages = list(up.pages(text))
        assert set(requests_of(pages)) == {str(n) for n in range(350)}
        assert pulling.decode(pages[-1].cursor).after == NOW - timedelta(minutes=5)


def test_nothing_new_leaves_the_cursor_where_it_was() -> None:
    city = City()
    city.add("1", requested=NOW - timedelta(days=1))
    with talking(city) as up:
        cursor = list(up.pages(""))[-1].cursor
        (last,) = [p for p in up.pages(cursor) if p.cursor]
        assert pulling.decode(last.cursor).after == NOW - timedelta(days=1)


@pytest.mark.parametrize("refusing", [True, False])
def test_without_updated_after_every_window_is_read_again_in_turn(refusing: bool) -> None:
    def spoil(ask: Ask) -> Reply | None:
        return as_json({"detail": "unknown parameter"}, 400) if refusing and ask.has("updated_after") else None

    city = City(spoil, gateway=False, updated_after=False)
    for days in (1, 20, 45, 70, 100):
        city.add(str(days), requested=NOW - timedelta(days=days))
    with talking(city, updates=UpdatesBy.NONE) as up:
        cursor = list(up.pages(""))[-1].cursor
        for number in ("20", "45", "70", "100"):
            city.touch(number, NOW, status="closed")
        closed: set[str] = set()
        for _ in range(6):
            pages = list(up.pages(cursor))
            cursor = pages[-1].cursor
            closed |= {r.upstream_id for r in requests_of(pages).values() if r.status_word == "closed"}
        assert closed == {"20", "45", "70", "100"}


def test_an_unreadable_cursor_starts_over() -> None:
    city = City()
    city.add("1", requested=NOW - timedelta(hours=1))
    with talking(city) as up:
        for text in ("nonsense", "{", "[]", '{"after": "yesterday"}'):
            assert set(requests_of(up.pages(text))) == {"1"}


def test_a_record_of_the_wrong_shape_is_named_by_its_id() -> None:
    good = row("1", NOW)
    bad = [
        {**row("2", NOW), "status": {"word": "open"}},
        {**row("3", NOW), "requested_datetime": "the day before"},
        {**row("4", NOW), "requested_datetime": "", "updated_datetime": None},
        {**row("5", NOW), "requested_datetime": "2026-13-45"},
        "no record",
    ]
    answer = as_json([good, *bad])
    with talking(City(lambda ask: answer if ask.path == "requests.json" else None)) as up:
        page = next(iter(up.pages("")))
    assert [r.upstream_id for r in page.requests] == ["1"]
    assert [u.where for u in unreadable_of([page])] == ["2", "3", "4", "5", "record 6"]
    assert "wrong shape" in page.unreadable[0].reason
    assert "“the day before” is not a date" in page.unreadable[1].reason


def test_values_in_their_odd_places() -> None:
    record = row(
        "1",
        NOW,
        expected_datetime="some day",
        status_notes=[{"summary": "Opened"}, "Seen", {}],
        address=None,
        address_string="2 Elm St",
        media_url=["https://a/x.jpg", "data:image/png;base64,xx"],
        extended_attributes={
            "detailed_status": "RECEIVED",
            "channel": "phone",
            "ward": "7",
            "photos": [{"url": "https://a/y.jpg"}, "https://a/x.jpg"],
            "reach": {"way": {"channel": "sms", "language": "es"}},
        },
    )
    answer = as_json([record])
    with talking(City(lambda ask: answer if ask.path == "requests.json" else None)) as up:
        found = requests_of(up.pages(""))["1"]
    assert (found.expected_at, found.status_notes, found.place.address) == (None, "Opened\nSeen", "2 Elm St")
    assert (found.media_urls, found.status_word) == (("https://a/x.jpg", "https://a/y.jpg"), "RECEIVED")
    assert (found.channel, found.place.area) == ("phone", "7")
    assert [(r.channel, r.language) for r in found.reach or ()] == [("sms", "es")]


def test_one_request_is_found_by_whichever_way_the_server_has() -> None:
    city = City(lambda ask: HTML_500 if ask.path.startswith("requests") else None)
    with talking(city) as up, pytest.raises(Offline):
        up.request("1")
    with talking(City(lambda ask: NOT_FOUND if "requests" in ask.path else None)) as up, pytest.raises(NotFound):
        up.request("1")


def test_our_clock_counts_where_the_server_tells_no_time() -> None:
    lonely = pulling.Pull.__new__(pulling.Pull)
    with talking(City()) as up:
        lonely.__init__(up._server, pulling.Cursor(), gateway=True, clock=lambda: datetime(2026, 1, 1))  # type: ignore[misc]
        assert lonely._now() == datetime(2026, 1, 1)
