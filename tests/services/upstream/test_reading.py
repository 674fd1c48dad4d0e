"""Dates, text, XML and JSON as they really come; by example and by property."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Refused, Unreadable
from services.upstream.http import Answer
from services.upstream.open311 import dates, definitions, reading, text, xml


def answer(body: bytes, content_type: str = "application/json", status: int = 200) -> Answer:
    return Answer(status, body, {}, content_type, "http://h/x")


@given(st.datetimes(timezones=st.timezones().map(lambda z: timezone(timedelta(hours=3)))))
def test_every_date_survives_the_wire(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    found = dates.parse(whole.isoformat())
    assert found is not None
    assert found.tzinfo is UTC
    try:
        assert found == whole.astimezone(UTC)
    except OverflowError:
        assert found.replace(tzinfo=None) == whole.replace(tzinfo=None)
    assert dates.parse(dates.write(found)) == found
    assert dates.parse(dates.write(found, zone=False)) == found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-08-28T10:00:00-05:00", datetime(2026, 8, 28, 15, tzinfo=UTC)),
        ("2026-08-28T10:00:00+0200", datetime(2026, 8, 28, 8, tzinfo=UTC)),
        ("2026-08-28T10:00:00+02", datetime(2026, 8, 28, 8, tzinfo=UTC)),
        ("2026-8-1 9:05", datetime(2026, 8, 1, 9, 5, tzinfo=UTC)),
        ("2026-08-28T10:00:60Z", datetime(2026, 8, 28, 10, 0, 59, tzinfo=UTC)),
        ("2026-08-28 10:00:00 UTC", datetime(2026, 8, 28, 10, tzinfo=UTC)),
        ("2026-08-28 10:00:00.123456-0430", datetime(2026, 8, 28, 14, 30, 0, 123456, tzinfo=UTC)),
        ("2026-08-28T10:00:00.123", datetime(2026, 8, 28, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-08-28T10:00:00.1234567+00:00", datetime(2026, 8, 28, 10, 0, 0, 123456, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("", None),
    ],
)
def test_dates_as_they_come(written: str, read: datetime | None) -> None:
    assert dates.parse(written) == read


@given(
    st.datetimes(), st.sampled_from("T "), st.sampled_from(("seconds", "milliseconds", "microseconds")),
    st.sampled_from(("", "Z", "+00:00", "-0000", "+14:00", "-1130", "+05:75", "+24:00", "+99:99")),
)  # fmt: skip
def test_the_quick_way_reads_what_the_careful_one_reads(moment: datetime, between: str, to: str, zone: str) -> None:
    def read(text: str) -> datetime | str | None:
        try:
            return dates.parse(text)
        except ValueError as problem:
            return str(problem)

    written = moment.isoformat(between, to) + zone
    quick = read(written)
    with mock.patch.object(dates, "_USUAL", re.compile("(?!)")):
        assert read(written) == quick
    assert isinstance(quick, str) or (quick is not None and quick.tzinfo is UTC)


@pytest.mark.parametrize(
    "written",
    ["23/11/2026", "2026-W35-5T10:00:00Z", "2026-02-30", "now", "2026-08-28T25:00:00Z", "2026-08-28T10:00:00+99:00"],
)
def test_what_is_no_date(written: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        dates.parse(written)


@given(st.text())
def test_plain_text_holds_no_control_characters_and_no_tags(written: str) -> None:
    read = text.plain(written + "<b>x</b>")
    assert all(c in "\n\t" or c.isprintable() or ord(c) > 0x9F for c in read)
    assert "<b>" not in read
    assert len(read) <= 20_000


@pytest.mark.parametrize(
    ("written", "read"),
    [(" Elm St & Main St ", "Elm St & Main St"), ("Elm &amp; Main", "Elm & Main"), ("a &", "a &"), ("&#39;n", "'n"),
     (" null ", ""), (None, ""), ("a\u2028b <leaf>", "a\u2028b <leaf>")],
)  # fmt: skip
def test_text_as_it_comes(written: str | None, read: str) -> None:
    assert text.plain(written) == read


def test_text_has_an_end() -> None:
    assert len(text.plain("y" * 30_000)) == 20_000


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
                 st.dictionaries(st.text(), st.text())))  # fmt: skip
def test_any_value_makes_a_word_a_number_and_a_flag(value: object) -> None:
    assert isinstance(text.word(value), str)
    assert isinstance(text.flag(value), bool)
    found = text.number(value)
    assert found is None or abs(found) < float("inf")


def test_words_of_odd_things() -> None:
    odd: list[object] = [7.0, 7.5, True, b"x", [1, None, 2], {}]
    assert [text.word(v) for v in odd] == ["7", "7.5", "true", "", "1, 2", ""]
    assert text.number("1" * 400) is None
    assert text.number(10**400) is None


@pytest.mark.parametrize(
    "body",
    [
        b'[{"lat": NaN, "description": "a\\ud800b"}]',
        b'\xef\xbb\xbf[{"description": "ab"}]',
        b'callback([{"description": "ab"}]);',
        '[{"description": "ab"}]'.encode("utf-16"),
        b'[{"description": "a\tb"}]',
    ],
)
def test_json_that_strict_readers_refuse(body: bytes) -> None:
    (found,) = reading.records(answer(body), "“city”")
    assert isinstance(found, dict)
    assert text.plain(found["description"]).replace("\t", "") == "ab"


GERMAN = "<r><description>Straße &nbsp;&amp; Fuß</description><x/></r>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GERMAN.encode("latin-1"), "text/xml; charset=iso-8859-1"),
        (GERMAN.encode("cp1252"), "text/xml"),
        (GERMAN.replace("&amp;", "&").replace("Fuß", "Fuß\x0b").encode(), "text/xml"),
        (f'<?xml version="1.0" encoding="klingon"?>{GERMAN}'.encode(), "text/xml; charset=nonsense"),
    ],
)
def test_xml_in_the_wrong_encoding(body: bytes, content_type: str) -> None:
    found = reading.content(answer(body, content_type), "“city”")
    assert isinstance(found, dict)
    assert found["description"] == "Straße \xa0& Fuß"


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><service_requests>&a;</service_requests>'
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><service_requests/>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOMB, "own document type"),
        (EXTERNAL, "own document type"),
        (b"<a>" * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply|neither JSON|in the middle"),
        (b"<a><b></a>", "not well-formed"),
        (b"<a>", "not well-formed"),
        (b"[1 2]", "neither JSON nor XML"),
        (b"", "nothing at all"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading.content(answer(body), "“city”")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for start in (b"", b"<", b"[", b"{", b'{"errors":'):
        try:
            reading.records(answer(start + body), "“city”")
        except (Unreadable, Refused):
            continue


def test_bytes_are_always_text_in_the_end() -> None:
    assert xml.decode(b"\x81\x8d", "") == "\ufffd\ufffd"


def test_an_error_without_words_is_still_an_error() -> None:
    with pytest.raises(Refused, match=r"said no \(HTTP 418\)\.") as caught:
        reading.check(answer(b"", status=418), "“city”")
    assert caught.value.status == 418
    with pytest.raises(Refused, match="answered: an error"):
        reading.records(answer(b'{"error": ""}'), "“city”")
    with pytest.raises(Refused) as gone:
        reading.check(answer(b"{}", status=410), "“city”")
    assert "url" in gone.value.remedy


def test_lists_of_services_and_questions_leave_out_what_has_no_code() -> None:
    raws: list[object] = [
        "x",
        {"service_name": "no code"},
        {"service_code": {}},
        {"service_code": 1},
        {"service_code": 1},
    ]
    assert [s.code for s in definitions.read_services(raws, "city")] == ["1"]
    odd: list[object] = ["x", {"datatype": "text"}, {"code": "Q", "values": ["yes", {"name": "No"}, {"key": ""}]}]
    (question,) = definitions.read_definition([{"attributes": odd}])
    assert [v.key for v in question.values] == ["yes", "No"]
    assert definitions.read_definition([]) == definitions.read_definition(["x"]) == ()


def test_repeated_elements_become_a_list() -> None:
    body = b"<request><note>a</note><x/><note>b</note><note>c</note></request>"
    assert reading.content(answer(body), "it") == {"note": ["a", "b", "c"], "x": None}
    with pytest.raises(Unreadable, match="own document type"):
        reading.content(answer(b"<!DOCTYPE a><a/>"), "it")
