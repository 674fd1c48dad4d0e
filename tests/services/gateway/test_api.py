"""The calls of GeoReport v2 over real HTTP, in JSON and in XML, with errors as the specification has them."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.gateway.conftest import City


def xml(body: bytes) -> Element:
    """The document, read with nothing allowed that an upstream reader would refuse."""
    read = fromstring(body, forbid_dtd=True)
    assert isinstance(read, Element)
    return read


def test_discovery_says_what_it_is_in_both_formats(city: City) -> None:
    found = city.get("discovery.json").json()
    assert found["connect_console"] == {"dialect": "gateway", "notifies": True}
    assert found["title"] == "Gulfport"
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == city.url
    page = city.get("discovery.xml")
    assert page.headers["content-type"] == "text/xml; charset=utf-8"
    assert [f.text for f in xml(page.content).iterfind("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_an_empty_gateway_starts_with_common_services(city: City) -> None:
    services = city.get("services.json").json()
    assert len(services) >= 25
    codes = [s["service_code"] for s in services]
    assert [e.text for e in xml(city.get("services.xml").content).iterfind("service/service_code")] == codes
    assert {s["type"] for s in services} == {"realtime"}
    assert sum(s["metadata"] for s in services) >= 2


def test_a_definition_asks_its_questions_in_order(city: City) -> None:
    found = city.get("services/tree-emergency.json").json()
    assert [(a["order"], a["code"], a["variable"]) for a in found["attributes"]] == [
        (1, "warning", False),
        (2, "blocks", True),
    ]
    page = xml(city.get("services/tree-emergency.xml").content)
    assert page.tag == "service_definition"
    keys = [k.text for k in page.iterfind("attributes/attribute/values/value/key")]
    assert keys == [v["key"] for a in found["attributes"] for v in a["values"]]


@pytest.mark.parametrize(
    "path", ["services/dumping", "services/none", "requests/1", "tokens/none", "nothing", "requests/a/b"]
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_is_not_there_is_404_with_code_and_description(city: City, path: str, form: str) -> None:
    answer = city.get(f"{path}.{form}")
    assert answer.status_code == 404
    if form == "json":
        ((code, said),) = [(e["code"], e["description"]) for e in answer.json()]
    else:
        root = xml(answer.content)
        assert root.tag == "errors"
        code, said = int(root.findtext("error/code", "0")), root.findtext("error/description")
    assert code == 404
    assert said


def test_a_report_is_taken_and_shown(city: City) -> None:
    number = city.report(
        service_code="pothole",
        description="Hole <b>& more</b>",
        address_string="12 Main St",
        zipcode="39501",
        media_url="https://example.org/a.jpg",
        device_id="phone-1",
        email="ana@example.org",
        language="es",
        first_name="Ana",
        phone="228 555 0100",
        **{"attribute[size]": "large"},
    )
    shown = city.shown(number)
    assert shown | {"extended_attributes": None} == {
        "service_request_id": number,
        "status": "open",
        "status_notes": "",
        "service_name": "Pothole",
        "service_code": "pothole",
        "description": "Hole <b>& more</b>",
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": "2026-11-23T12:00:00.000Z",
        "updated_datetime": "2026-11-23T12:00:00.000Z",
        "expected_datetime": "2026-11-26T12:00:00.000Z",
        "address": "12 Main St",
        "address_id": "",
        "zipcode": "39501",
        "lat": 30.37,
        "long": -89.09,
        "media_url": "https://example.org/a.jpg",
        "extended_attributes": None,
    }
    assert shown["extended_attributes"] == {"detailed_status": "NEW", "channel": "app"}
    page = city.get(f"requests/{number}.xml")
    assert xml(page.content).findtext("request/description") == "Hole <b>& more</b>"


def test_who_reported_is_never_shown_and_reach_only_to_key_holders(city: City) -> None:
    number = city.report(email="ana@example.org", language="es", first_name="Zoraida", phone="228 555 0100")
    silent = city.report()
    shown = city.shown(number, api_key=city.key)
    assert shown["extended_attributes"]["reach"] == [{"channel": "email", "language": "es"}]
    assert city.shown(silent, api_key=city.key)["extended_attributes"]["reach"] == []
    assert "reach" not in city.shown(number)["extended_attributes"]
    everything = city.get("requests.json", api_key=city.key).text + city.get("requests.xml", api_key=city.key).text
    for private in ("ana@", "Zoraida", "0100"):
        assert private not in everything
    reach = xml(city.get("requests.xml", api_key=city.key).content).find(".//reach/way")
    assert reach is not None
    assert reach.findtext("channel") == "email"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service_code": ""}, "service_code is missing"),
        ({"lat": ""}, "lat and long go together"),
        ({"lat": "", "long": ""}, "place is missing"),
        ({"lat": "0", "long": "0"}, "place is missing"),
        ({"lat": "91"}, "lat is not a number from -90 to 90"),
        ({"lat": "nan"}, "lat is not a number"),
        ({"long": "1e2"}, "long is not a number"),
        ({"description": "x" * 4001}, "longer than 4000"),
        ({"email": "nobody"}, "email is not an address"),
        ({"email": "grün@example.org"}, "plain address"),
        ({"language": "<b>"}, "language tag"),
        ({"media_url": "file:///etc/passwd"}, "not a web address"),
        ({"media_url": "http://[bad"}, "not a web address"),
        ({"attribute[": "x"}, "not written attribute[CODE]"),
        ({"attribute[x]": "x" * 4001}, "longer than 4000"),
        ({"service_code": "pothole"}, "attribute[size] is missing"),
        ({"service_code": "pothole", "attribute[size]": "huge"}, "cannot be “huge”"),
        ({"service_code": "pothole", "attribute[size][]": ["small", "large"]}, "takes one answer"),
    ],
)
def test_a_report_that_makes_no_sense_is_400(city: City, changes: dict[str, Any], said: str) -> None:
    form = {"service_code": "dumping", "lat": "30.37", "long": "-89.09", **changes}
    answer = city.post("requests.json", **form)
    assert answer.status_code == 400
    assert said in answer.json()[0]["description"]
    assert city.get("requests.json").json() == []


def test_an_unknown_service_or_jurisdiction_is_404(city: City) -> None:
    assert city.post("requests.xml", service_code="none", lat="1", long="1").status_code == 404
    assert city.get("services.json", jurisdiction_id="elsewhere").status_code == 404
    assert city.get("services.json", jurisdiction_id="gulfport.example").status_code == 200
    assert city.get("services.json", jurisdiction_id="").status_code == 200


def test_the_body_is_a_form_of_limited_size(city: City) -> None:
    url = f"{city.url}/requests.json"
    post = city.session.post
    assert post(url, json={"service_code": "pothole"}, timeout=10).status_code == 400
    assert post(url, data=b"description=" + b"x" * 1_100_000, timeout=10).status_code == 413
    assert post(url, data=b"&".join(b"a%d=1" % n for n in range(400)), timeout=10).status_code == 400
    assert post(url, data=b"description=%ff%fe", timeout=10).status_code == 400
    assert post(url, data="description=\xe9".encode("latin-1"), timeout=10).status_code == 400
    assert city.session.delete(url, timeout=10).status_code == 405


def test_a_place_may_be_an_address_alone(city: City) -> None:
    shown = city.shown(city.report(lat="", long="", address_string="Pass Rd & Eisenhower Dr"))
    assert (shown["lat"], shown["long"], shown["address"]) == (None, None, "Pass Rd & Eisenhower Dr")
    assert xml(city.get("requests.xml").content).findtext("request/lat") in (None, "")


@pytest.mark.parametrize(
    ("form", "channel"),
    [
        ({}, "web"),
        ({"device_id": "d"}, "app"),
        ({"attribute[channel]": "phone"}, "phone"),
        ({"attribute[channel]": "x"}, "web"),
    ],
)
def test_the_channel_is_what_was_said_or_what_shows(city: City, form: dict[str, str], channel: str) -> None:
    assert city.shown(city.report(**form))["extended_attributes"]["channel"] == channel


def test_answers_to_questions_are_shown_to_key_holders(city: City) -> None:
    form = {"service_code": "tree-emergency", "attribute[blocks][]": ["road", "wires"], "account_id": "7"}
    answer = city.post("requests.json", lat="30", long="-89", **form).json()[0]
    assert answer["account_id"] == "7"
    more = city.shown(answer["service_request_id"], api_key=city.key)["extended_attributes"]
    assert more["attributes"] == [{"code": "blocks", "value": "road"}, {"code": "blocks", "value": "wires"}]


@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "service_code",
                "lat",
                "long",
                "description",
                "email",
                "language",
                "media_url",
                "address_string",
                "attribute[x]",
            ]
        )
        | st.text(max_size=20),
        st.text(max_size=60) | st.just("dumping") | st.floats().map(str),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_is_taken_or_refused_and_the_list_stays_readable(city: City, fields: dict[str, str]) -> None:
    form = {"service_code": "dumping", "address_string": "here", **fields}
    assert city.post("requests.xml", **form).status_code in {200, 400, 404}
    pages = [city.get("requests.xml", page_size=500), city.get("requests.json", page_size=500)]
    shown = [e.findtext("description") or "" for e in xml(pages[0].content)]
    assert shown == [r["description"] for r in pages[1].json()]


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_text_comes_back_as_text_in_xml(city: City, text: str) -> None:
    number = city.report(description=f"<!DOCTYPE x [<!ENTITY e 'x'>]>&e;]]>{text}<script>")
    page = xml(city.get(f"requests/{number}.xml").content)
    said = page.findtext("request/description") or ""
    assert said.startswith("<!DOCTYPE x [<!ENTITY e 'x'>]>&e;]]>")
    assert said.endswith("<script>")
    assert len(page) == 1
