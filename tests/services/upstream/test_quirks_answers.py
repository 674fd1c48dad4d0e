"""Quirks of what real GeoReport servers answer: errors, receipts, tokens, and what is no answer at all."""

from __future__ import annotations

import pytest

from services.errors import Expected, Refused, Unreadable
from tests.services.upstream.city import City, row
from tests.services.upstream.helpers import talking
from tests.services.upstream.loopback import HTML_PAGE, NOT_FOUND, Loopback, Reply, as_json, as_xml
from tests.services.upstream.quirks import RECENT, REPORT, UPDATE, first, only, quirk


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


@quirk(19)
def test_a_web_page_with_200_is_unreadable() -> None:
    with talking(Loopback(lambda ask: HTML_PAGE)) as up:
        with pytest.raises(Unreadable, match="web page instead of data") as caught:
            list(up.pages(""))
        assert "jurisdiction_id" in caught.value.remedy
    with talking(only(as_json([]))) as up, pytest.raises(Expected, match="no request 99"):
        up.request("99")


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


@quirk(39)
def test_a_duplicate_is_refused_in_words() -> None:
    text = "<errors><error><code>400</code><description>Invalid: base is a duplicate.</description></error></errors>"
    city = City(lambda ask: as_xml(text, 400) if ask.method == "POST" else None)
    with talking(city) as up, pytest.raises(Refused, match="has this report already") as caught:
        up.create(REPORT)
    assert "queue" in caught.value.remedy
