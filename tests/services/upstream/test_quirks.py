"""All forty quirks of real GeoReport servers, each served over HTTP by a server that has it."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.statusmap import Dialect
from services.domain.values import AttributeValue, Place
from services.errors import Expected, Offline, Refused, Unreadable
from services.upstream.base import OutgoingReport, OutgoingUpdate, Page, UpdatesBy
from services.upstream.open311.text import plain
from tests.services.upstream.city import City, Row, failing_on, iso, row, to_xml
from tests.services.upstream.helpers import NOW, requests_of, talking, unreadable_of
from tests.services.upstream.loopback import HTML_500, HTML_PAGE, NOT_FOUND, Ask, Loopback, Reply, as_json, as_xml
from tests.services.upstream.quirks import NUMBERS, QUIRKS, quirk

RECENT = NOW - timedelta(hours=3)
REPORT = OutgoingReport("CC-1", "tree", "A tree fell", Place("1 Elm St", 42.3, -71.0), name="Ana")
UPDATE = OutgoingUpdate("u-1", "1", "IN_PROGRESS", "On the way", NOW)


def only(reply: Reply, path: str = "requests") -> Loopback:
    """A server that answers this to every list of requests, and knows nothing else."""
    return Loopback(lambda ask: reply if ask.path.startswith(path) else NOT_FOUND)


def first(reply: Reply, **more: Any) -> Any:
    """The requests and unreadable records that one answer gives."""
    with talking(only(reply), **more) as up:
        pages = list(up.pages(""))
    return requests_of(pages), unreadable_of(pages)


def test_every_quirk_has_its_test() -> None:
    assert sorted(QUIRKS) == list(NUMBERS)


@quirk(1)
@pytest.mark.parametrize("wrapper", ["service_requests", "requests"])
def test_json_in_a_wrapper(wrapper: str) -> None:
    found, _ = first(as_json({wrapper: [row("1", RECENT)]}))
    assert set(found) == {"1"}
    found, _ = first(as_json({wrapper: {"request": [row("1", RECENT), row("2", RECENT)]}}))
    assert set(found) == {"1", "2"}
    with talking(only(as_json({"services": [{"service_code": "x"}]}), "services")) as up:
        assert [s.code for s in up.services()] == ["x"]
    with talking(
        only(as_json({"discovery": {"contact": "FixMyStreet team"}}), "discovery"), updates=UpdatesBy.NONE
    ) as up:
        assert up.facts().dialect is Dialect.FIXMYSTREET


@quirk(2)
def test_ids_and_codes_are_strings_whatever_they_come_as() -> None:
    found, _ = first(as_json([row("1", RECENT, service_request_id=638344, service_code=6, lat="42.5", long="-71.5")]))
    assert (found["638344"].service_code, found["638344"].place.lat) == ("6", 42.5)
    found, _ = first(as_json([row("007", RECENT, service_code="006")]))
    assert found["007"].service_code == "006"


@quirk(3)
@pytest.mark.parametrize(
    ("lat", "lon"), [(None, None), (0, 0), ("0.0", "0"), ("", ""), (91, 3), (42, 181), ("NaN", 1), (42, None), ("x", 1)]
)
def test_no_place_is_no_place(lat: object, lon: object) -> None:
    record = {k: v for k, v in row("1", RECENT, lat=lat, long=lon).items() if v is not None}
    found, _ = first(as_json([record]))
    assert (found["1"].place.lat, found["1"].place.lon) == (None, None)


@quirk(4)
def test_an_agency_may_be_an_object() -> None:
    found, _ = first(as_json([row("1", RECENT, agency_responsible={"recipient": ["Parks", "Roads"]})]))
    assert found["1"].agency == "Parks, Roads"


XML_ROW = (
    "<service_request_id>1</service_request_id><status>open</status><service_code>006</service_code>"
    f"<requested_datetime>{iso(RECENT)}</requested_datetime><description>null</description>"
)


@quirk(5, 6, 7, 8)
@pytest.mark.parametrize(
    "text",
    [
        f"<requests><request>{XML_ROW}</request></requests>",
        f"<service_requests><service_request>{XML_ROW}</service_request></service_requests>",
        f"<service_requests><service_requests>{XML_ROW}</service_requests></service_requests>",
        f'<?xml version="1.0"?><service_requests><request>{XML_ROW}</request></service_requests>',
        f"<request>{XML_ROW}</request>",
        f"<service_requests>{XML_ROW}</service_requests>",
        f"<service_requests><count>1</count><request>{XML_ROW}</request></service_requests>",
    ],
)
def test_xml_under_many_names(text: str) -> None:
    for content_type in ("text/xml", "application/xml", "application/json"):
        found, bad = first(Reply(200, text.encode(), content_type), format="xml")
        assert bad == []
        assert (found["1"].service_code, found["1"].description) == ("006", "")


@quirk(8)
def test_one_request_as_an_object_is_a_list_of_one() -> None:
    found, _ = first(as_json(row("1", RECENT)))
    assert set(found) == {"1"}


@quirk(9)
@pytest.mark.parametrize(
    ("word", "truth"), [("true", True), ("false", False), (True, True), ("", False), (None, False)]
)
def test_metadata_as_words(word: object, truth: bool) -> None:
    reply = as_json([{"service_code": "a", "metadata": word}])
    with talking(only(reply, "services")) as up:
        assert [s.has_definition for s in up.services()] == [truth]


@quirk(10)
def test_empty_is_empty_whatever_it_looks_like() -> None:
    for nothing in ("", None, "null", " "):
        found, _ = first(as_json([row("1", RECENT, updated_datetime=nothing, description=nothing, zipcode=nothing)]))
        assert (found["1"].updated_at, found["1"].description, found["1"].place.zipcode) == (None, "", "")
    text = f"<service_requests><request>{XML_ROW}<updated_datetime/><zipcode></zipcode></request></service_requests>"
    found, _ = first(as_xml(text), format="xml")
    assert (found["1"].updated_at, found["1"].place.zipcode) == (None, "")


@quirk(11)
def test_elements_in_any_order() -> None:
    backwards = dict(reversed(row("1", RECENT).items()))
    found, _ = first(as_xml(to_xml("service_requests", [backwards])), format="xml")
    assert (found["1"].place.lat, found["1"].place.lon) == (42.35, -71.06)


@quirk(12)
def test_records_without_an_id_are_named_and_the_others_go_on() -> None:
    pending = {**row("", RECENT), "token": "t-9", "status": "submitted"}
    nameless = {**row("", RECENT), "status": "submitted"}
    found, bad = first(as_json([pending, row("2", RECENT), nameless]))
    assert set(found) == {"2"}
    assert {b.where for b in bad} == {"token t-9", "record 3"}
    assert all("pending" in b.reason for b in bad)


@quirk(13)
def test_a_token_is_404_until_it_is_ready() -> None:
    answers = [NOT_FOUND, NOT_FOUND, as_json([{"token": "t"}]), as_json([{"token": "t", "service_request_id": 12}])]
    with talking(Loopback(lambda ask: answers.pop(0)), format="json") as up:
        assert [up.resolve_token("t") for _ in range(4)] == ["", "", "", "12"]


@quirk(14)
@pytest.mark.parametrize("fraction", [".123456", ".1", ".123456789", ",5"])
def test_fractions_of_seconds(fraction: str) -> None:
    found, _ = first(as_json([row("1", RECENT, requested_datetime=iso(RECENT)[:-1] + fraction + "Z")]))
    assert found["1"].requested_at.replace(microsecond=0) == RECENT


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


@quirk(16)
def test_dates_without_a_time_or_zone_are_read() -> None:
    found, _ = first(as_json([row("1", RECENT, requested_datetime="2026-08-28", updated_datetime="2026-08-28 14:18")]))
    assert found["1"].requested_at == datetime(2026, 8, 28, tzinfo=UTC)
    assert found["1"].updated_at == datetime(2026, 8, 28, 14, 18, tzinfo=UTC)


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


@quirk(19)
def test_a_web_page_with_200_is_unreadable() -> None:
    with talking(Loopback(lambda ask: HTML_PAGE)) as up:
        with pytest.raises(Unreadable, match="web page instead of data") as caught:
            list(up.pages(""))
        assert "jurisdiction_id" in caught.value.remedy
    with talking(only(as_json([]))) as up, pytest.raises(Expected, match="no request 99"):
        up.request("99")


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


@quirk(25)
@pytest.mark.parametrize(
    "body", [b"OK", b"", b"   ", b'"fine"', b"42", b"[1, 2", b'{"service_requests": [{"service_re']
)
def test_200_without_data_is_unreadable(body: bytes) -> None:
    with talking(only(Reply(200, body)), format="json") as up, pytest.raises(Unreadable, match="“city”"):
        list(up.pages(""))


ERRORS = [
    as_json({"code": 400, "detail": "No such thing"}, 400),
    as_json({"type": "error", "code": 400, "message": "No such thing"}, 400),
    as_json([{"code": 400, "description": "No such thing"}], 400),
    as_json({"errors": [{"code": 400, "description": "No such thing"}]}, 400),
    as_xml("<error>No such thing</error>", 400),
    as_xml("<errors><error><code>400</code><description>No such thing</description></error></errors>", 400),
    as_xml("<errors><error>No such thing</error></errors>", 200),
    as_json({"error": "No such thing"}, 200),
]


@quirk(26)
@pytest.mark.parametrize("reply", ERRORS)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_errors_of_every_shape_are_quoted(reply: Reply, form: str) -> None:
    with talking(Loopback(lambda ask: reply), format=form) as up, pytest.raises(Refused, match="No such thing"):
        up.services()


@quirk(27)
@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_is_a_yes_when_it_carries_a_receipt(status: int) -> None:
    reply = as_json([{"service_request_id": 77, "service_notice": "Thanks"}], status)
    with talking(City(lambda ask: reply if ask.method == "POST" else None)) as up:
        assert up.create(REPORT).id == "77"
    reply = as_xml("<service_requests><request><token>abc</token></request></service_requests>", status)
    with talking(City(lambda ask: reply if ask.method == "POST" else None)) as up:
        assert up.create(REPORT).token == "abc"


@quirk(28)
@pytest.mark.parametrize("count", [1, 3])
def test_a_200_with_the_list_is_no_yes(count: int) -> None:
    listed = as_json({"service_requests": [row(str(n), RECENT) for n in range(count)]})
    with talking(City(lambda ask: listed if ask.method == "POST" else None)) as up:
        with pytest.raises(Refused, match="took the post for a question"):
            up.create(REPORT)
        with pytest.raises(Refused, match="took the post for a question"):
            up.post_update(UPDATE)


@quirk(29)
def test_html_becomes_plain_text() -> None:
    text = "<b>Pothole</b>: it&#39;s big &amp; deep<br/>by <a href='x'>the</a> bridge<script>alert(1)</script>, 3 < 4"
    found, _ = first(as_json([row("1", RECENT, title="Pothole", description=text)]))
    assert found["1"].description == "Pothole: it's big & deep\nby the bridge, 3 < 4"
    found, _ = first(as_json([row("1", RECENT, title="Hole", description="deep")]))
    assert found["1"].description == "Hole\ndeep"
    assert plain("a\r\nb\x00\x1b[31m <leaf>") == "a\nb[31m <leaf>"


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


@quirk(32)
def test_namespaces_and_attributes_on_the_root() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><soapenv:service_requests xmlns:soapenv="urn:x" type="array" '
        f'is_array="true"><request>{XML_ROW}</request></soapenv:service_requests>'
    )
    found, _ = first(as_xml(text), format="xml")
    assert set(found) == {"1"}


QUESTION = "<code>Q</code><datatype>singlevaluelist</datatype><order>2</order>"
VALUE = "<key>yes</key><name>Yes</name>"
YES = (AttributeValue("yes", "Yes"),)


@quirk(33)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"<attributes><attribute>{QUESTION}<values/></attribute></attributes>", ()),
        (f"<attribute>{QUESTION}</attribute>", ()),
        (f"<attributes><attribute>{QUESTION}<values><value>{VALUE}</value></values></attribute></attributes>", YES),
        (f"<attribute>{QUESTION}<values><value>{VALUE}</value></values></attribute>", YES),
        (f"<attributes><attribute>{QUESTION}<values>{VALUE}</values></attribute></attributes>", YES),
    ],
)
def test_definitions_without_their_wrappers_in_xml(text: str, values: tuple[AttributeValue, ...]) -> None:
    reply = as_xml(f"<service_definition><service_code>x</service_code>{text}</service_definition>")
    with talking(only(reply, "services"), format="xml") as up:
        assert [(a.code, a.order, a.values) for a in up.definition("x")] == [("Q", 2, values)]


@quirk(33)
@pytest.mark.parametrize(
    "values",
    [
        [{"key": "yes", "name": "Yes"}],
        {"value": [{"key": "yes", "name": "Yes"}]},
        {"value": {"key": "yes", "name": "Yes"}},
        [{"value": {"key": "yes", "name": "Yes"}}],
        {"yes": {"key": "yes", "name": "Yes"}},
        {"yes": "Yes"},
        [{"key": {"text": "yes"}, "name": {"text": "Yes"}}],
    ],
)
def test_definitions_with_odd_values_in_json(values: object) -> None:
    question = {"code": "Q", "values": values}
    for body in ({"service_code": "x", "attributes": [question]}, {"attributes": {"attribute": question}}, [question]):
        with talking(only(as_json(body), "services"), format="json") as up:
            assert [a.values for a in up.definition("x")] == [YES]


@quirk(34)
def test_where_one_format_fails_the_other_is_taken() -> None:
    for broken in ("json", "xml"):
        bad = as_json({"code": 400, "type": "x", "message": "no"}, 400)
        city = City(lambda ask, broken=broken, bad=bad: bad if ask.path.endswith(f".{broken}") else None)  # type: ignore[misc]
        city.add("1", requested=RECENT)
        with talking(city, format="auto") as up:
            assert set(requests_of(up.pages(""))) == {"1"}
            assert up.create(REPORT).id


@quirk(35)
def test_a_broken_deflate_header_is_lived_with() -> None:
    body = as_json([row("1", RECENT)]).body
    for packed in (zlib.compress(body)[2:-4], body):
        found, _ = first(Reply(200, packed, headers={"Content-Encoding": "deflate"}))
        assert set(found) == {"1"}


@quirk(36)
def test_status_words_in_any_case_are_the_same_word() -> None:
    found, _ = first(as_json([row("1", RECENT, status="Open"), row("2", RECENT, status="CLOSED")]))
    assert [r.status_word for r in found.values()] == ["open", "closed"]


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


@quirk(38)
def test_dates_that_contradict_each_other_cost_nothing() -> None:
    city = City()
    city.add("1", requested=RECENT, updated=RECENT - timedelta(days=400))
    city.add("2", requested=RECENT, updated=NOW + timedelta(days=9000))
    with talking(city) as up:
        pages = list(up.pages(""))
        assert set(requests_of(pages)) == {"1", "2"}
        city.add("3", requested=datetime.now(UTC), updated=datetime.now(UTC))
        assert "3" in requests_of(up.pages(pages[-1].cursor))


@quirk(39)
def test_a_duplicate_is_refused_in_words() -> None:
    text = "<errors><error><code>400</code><description>Invalid: base is a duplicate.</description></error></errors>"
    city = City(lambda ask: as_xml(text, 400) if ask.method == "POST" else None)
    with talking(city) as up, pytest.raises(Refused, match="has this report already") as caught:
        up.create(REPORT)
    assert "queue" in caught.value.remedy


@quirk(40)
def test_a_thousand_records_at_once_are_read_whole() -> None:
    rows: list[Row] = [row(str(n), RECENT - timedelta(minutes=n), description="x" * 300) for n in range(1003)]
    for reply in (as_json({"service_requests": rows}), as_xml(to_xml("requests", rows))):
        with talking(only(reply), format="json" if reply.content_type.endswith("json") else "xml") as up:
            pages = up.pages("")
            assert len(requests_of([next(pages)])) == 1003
