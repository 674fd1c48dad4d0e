"""Arguments and answers as pure functions: nothing that can be sent or stored breaks the reading or the writing."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import msgspec
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Bug, Invalid
from services.gateway.fields import Fields
from services.gateway.formats import Value, answer, clean, to_xml
from services.gateway.reads import stamp

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.sampled_from(["service_code", "description", "address", "status_notes"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
TREES = st.dictionaries(
    NAMES, st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Invalid):
        fields = Fields.parse(body)
        fields.attributes()
        for name in ("a", "lat", "page", "start_date"):
            fields.csv(name)
            fields.number(name, -90, 90)
            fields.count(name, 1, 10)
            fields.moment(name)


@given(st.dictionaries(TEXT.filter(str.strip), TEXT, max_size=5))
def test_what_was_encoded_is_read_without_control_characters(values: dict[str, str]) -> None:
    fields = Fields.parse(urlencode(values).encode())
    for name, value in values.items():
        read = fields.text(name, 10_000)
        assert not set(read) & {chr(c) for c in range(32) if chr(c) not in "\n\t"}
        if value.isprintable():
            assert read == value.strip()


def test_the_body_wins_over_the_address_and_nothing_sent_is_nothing() -> None:
    fields = Fields.parse(b"a=1&b=2&c=", b"a=3&d=4&d=5")
    assert [fields.text(n) for n in "abcd"] == ["3", "2", "", "4"]
    with pytest.raises(Invalid, match="c is missing"):
        fields.needed("c")


@given(st.floats())
def test_a_number_is_within_its_bounds_or_refused(number: float) -> None:
    fields = Fields({"lat": (f"{number:.6f}",)})
    if math.isfinite(number) and -90 <= round(number, 6) <= 90:
        assert fields.number("lat", -90, 90) == pytest.approx(number, abs=1e-6)
    else:
        with pytest.raises(Invalid):
            fields.number("lat", -90, 90)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_that_is_shown_can_be_asked_for(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert Fields({"x": (stamp(moment),)}).moment("x") == moment


def test_several_answers_to_one_question_are_kept_in_order() -> None:
    fields = Fields.parse(b"attribute[a][]=1&attribute[a][]=2&attribute[b]=3&attribute[c][0]=4&attribute[c][1]=5&x=6")
    assert fields.attributes() == {"a": ("1", "2"), "b": ("3",), "c": ("4", "5")}


def said(value: Value) -> str:
    """A leaf as XML says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))


def check(element: Element, value: Value) -> None:
    """The element says what the value says."""
    if isinstance(value, dict):
        assert [child.tag for child in element] == list(value)
        for child, inner in zip(element, value.values(), strict=True):
            check(child, inner)
    else:
        assert (element.text or "") == said(value)


@given(TREES)
def test_every_tree_of_values_is_the_same_in_xml(tree: dict[str, Value]) -> None:
    safe: dict[str, Value] = msgspec.json.decode(msgspec.json.encode(tree).replace(b"\\r", b" "))
    check(fromstring(to_xml("request", safe), forbid_dtd=True), safe)


def test_an_element_for_each_item_of_a_list() -> None:
    page = fromstring(to_xml("services", [{"service_code": "006"}, {"service_code": "7"}]))
    assert [e.findtext("service_code") for e in page.iterfind("service")] == ["006", "7"]
    assert len(fromstring(to_xml("services", []))) == 0
    with pytest.raises(Bug, match="no XML name"):
        to_xml("request", {"unheard": ["x"]})


@given(TEXT)
def test_json_and_xml_carry_the_same_text(text: str) -> None:
    json, xml = (answer(form, "request", {"description": text}) for form in ("json", "xml"))
    assert msgspec.json.decode(json.body) == {"description": text}
    shown = fromstring(xml.body).findtext("description") or ""
    assert shown == clean(text).replace("\r\n", "\n").replace("\r", "\n")
