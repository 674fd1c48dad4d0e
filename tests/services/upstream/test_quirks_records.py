"""Quirks of the records that real GeoReport servers send: their shapes, values, dates and texts."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest

from services.domain.statusmap import Dialect
from services.domain.values import AttributeValue
from services.upstream.base import UpdatesBy
from services.upstream.open311.text import plain
from tests.services.upstream.city import City, Row, iso, row, to_xml
from tests.services.upstream.helpers import NOW, requests_of, talking
from tests.services.upstream.loopback import Reply, as_json, as_xml
from tests.services.upstream.quirks import RECENT, first, only, quirk


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


@quirk(14)
@pytest.mark.parametrize("fraction", [".123456", ".1", ".123456789", ",5"])
def test_fractions_of_seconds(fraction: str) -> None:
    found, _ = first(as_json([row("1", RECENT, requested_datetime=iso(RECENT)[:-1] + fraction + "Z")]))
    assert found["1"].requested_at.replace(microsecond=0) == RECENT


@quirk(16)
def test_dates_without_a_time_or_zone_are_read() -> None:
    found, _ = first(as_json([row("1", RECENT, requested_datetime="2026-08-28", updated_datetime="2026-08-28 14:18")]))
    assert found["1"].requested_at == datetime(2026, 8, 28, tzinfo=UTC)
    assert found["1"].updated_at == datetime(2026, 8, 28, 14, 18, tzinfo=UTC)


@quirk(29)
def test_html_becomes_plain_text() -> None:
    text = "<b>Pothole</b>: it&#39;s big &amp; deep<br/>by <a href='x'>the</a> bridge<script>alert(1)</script>, 3 < 4"
    found, _ = first(as_json([row("1", RECENT, title="Pothole", description=text)]))
    assert found["1"].description == "Pothole: it's big & deep\nby the bridge, 3 < 4"
    found, _ = first(as_json([row("1", RECENT, title="Hole", description="deep")]))
    assert found["1"].description == "Hole\ndeep"
    assert plain("a\r\nb\x00\x1b[31m <leaf>") == "a\nb[31m <leaf>"


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


@quirk(40)
def test_a_thousand_records_at_once_are_read_whole() -> None:
    rows: list[Row] = [row(str(n), RECENT - timedelta(minutes=n), description="x" * 300) for n in range(1003)]
    for reply in (as_json({"service_requests": rows}), as_xml(to_xml("requests", rows))):
        with talking(only(reply), format="json" if reply.content_type.endswith("json") else "xml") as up:
            pages = up.pages("")
            assert len(requests_of([next(pages)])) == 1003
