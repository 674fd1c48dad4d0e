"""Telling an upstream: one notifier a request, no faith in a 200, and reading back what may have arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.statusmap import Dialect
from services.domain.values import Place
from services.errors import KeyRefused, Offline, Refused, Unreadable
from services.upstream.base import OutgoingReport, OutgoingUpdate, ReadBack, Receipt, UpdatesBy
from services.upstream.open311 import Open311
from services.upstream.open311.creating import form
from tests.services.upstream.city import City, row
from tests.services.upstream.helpers import NOW, config, talking
from tests.services.upstream.loopback import HTML_500, HTML_PAGE, NOT_FOUND, Ask, Loopback, Reply, as_json, as_xml

UPDATE = OutgoingUpdate("u-1", "1", "IN_PROGRESS", "On the way", NOW)
REPORT = OutgoingReport("CC-1", "tree", "A tree fell", Place("1 Elm St", 42.3, -71.0))


def city_with_one(**more: Any) -> City:
    city = City(**more)
    city.add("1", requested=NOW - timedelta(hours=2))
    return city


def posts(server: Loopback) -> list[Ask]:
    return [a for a in server.asks if a.method != "GET"]


def taking(ask: Ask) -> Reply:
    """FixMyStreet as far as an update needs it: an id of its own for the update, nothing to read back."""
    if ask.method != "POST":
        return NOT_FOUND
    missing = [n for n in ("service_request_id", "update_id", "status", "description") if not ask.get(n)]
    if missing:
        return as_json({"errors": [{"code": 400, "description": f"{missing[0]} is missing"}]}, 400)
    return as_xml(
        "<service_request_updates><request_update><update_id>9001</update_id></request_update></service_request_updates>"
    )


def test_updates_elsewhere_have_one_notifier_and_the_gateway_learns_the_state() -> None:
    with Loopback(taking) as street, talking(
        city_with_one(), updates_url=street.url, updates_jurisdiction_id="7", jurisdiction_id="town"
    ) as up:  # fmt: skip
        assert up.facts().dialect is Dialect.FIXMYSTREET
        assert not up.facts().notifies
        assert up.post_update(replace(UPDATE, status_word="ACTION_SCHEDULED")) == Receipt(id="9001")
        (sent,) = posts(street)
        assert (sent.get("jurisdiction_id"), sent.get("description")) == ("7", "On the way")
        assert not sent.has("tell_reporter")
        assert up.request("1").status_word == "SCHEDULED"
        assert up.find_update(UPDATE) is ReadBack.ABSENT


def test_the_gateway_is_told_silently_and_only_of_states() -> None:
    city = city_with_one()
    with Loopback(taking) as street, talking(city, updates_url=street.url) as up:
        up.post_update(UPDATE)
        up.post_update(replace(UPDATE, update_id="u-2", status_word="UNCHANGED"))
        up.post_update(replace(UPDATE, update_id="u-3", status_word="ODD"))
    told = posts(city)
    assert [(a.get("status"), a.get("tell_reporter")) for a in told] == [("IN_PROGRESS", "false"), ("ODD", "false")]


def test_a_gateway_that_refuses_does_not_undo_what_the_reporter_was_told() -> None:
    city = city_with_one(spoil=lambda ask: NOT_FOUND if ask.method == "POST" else None)
    with Loopback(taking) as street, talking(city, updates_url=street.url) as up:
        receipt = up.post_update(UPDATE)
        assert receipt.id == "9001"
        assert "“city” said no (HTTP 404)" in receipt.notice


def test_a_gateway_that_is_down_lets_the_update_be_sent_again() -> None:
    city = city_with_one(spoil=lambda ask: HTML_500 if ask.method == "POST" else None)
    with Loopback(taking) as street, talking(city, updates_url=street.url) as up:
        with pytest.raises(Offline) as caught:
            up.post_update(UPDATE)
        assert caught.value.maybe_done
        assert up.find_update(UPDATE) is ReadBack.ABSENT


def test_an_update_is_there_only_when_the_gateway_knows_it_too() -> None:
    busy = [Reply(status=503), Reply(status=503)]
    city = city_with_one(spoil=lambda ask: busy.pop() if busy and ask.method == "POST" else None)
    with city_with_one(gateway=False) as street, talking(city, updates_url=street.url) as up:
        with pytest.raises(Offline) as caught:
            up.post_update(UPDATE)
        assert caught.value.maybe_done, "the notifier has it, whatever the gateway did"
        assert up.find_update(UPDATE) is ReadBack.ABSENT
        busy.clear()
        up.post_update(UPDATE)
        assert up.find_update(UPDATE) is ReadBack.THERE


def test_another_server_that_is_no_gateway_is_told_nothing_twice() -> None:
    city = city_with_one(gateway=False)
    with Loopback(taking) as street, talking(city, updates_url=street.url) as up:
        assert up.post_update(UPDATE).id == "9001"
    assert posts(city) == []


@pytest.mark.parametrize("text", ["update_id u-1 already exists", "Already exists"])
def test_an_update_that_had_arrived_before_is_a_success(text: str) -> None:
    reply = as_json({"errors": [{"code": 400, "description": text}]}, 400)
    with talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None)) as up:
        assert up.post_update(UPDATE) == Receipt(id="u-1", notice="It had arrived before.")


def test_fixmystreet_gets_a_sentence_where_there_is_no_message() -> None:
    with talking(Loopback(taking), format="json") as up:
        up.post_update(replace(UPDATE, message=""))
    with talking(city := city_with_one()) as up:
        up.post_update(replace(UPDATE, message="", service_code="tree"))
    assert (posts(city)[0].get("description"), posts(city)[0].get("service_code")) == ("", "tree")


def test_two_updates_in_one_second_are_stamped_in_order() -> None:
    city = city_with_one()
    with city:
        up = Open311(config(city), clock=lambda: datetime(2026, 8, 29, 12, tzinfo=UTC))
        up.post_update(replace(UPDATE, updated_at=datetime(2026, 8, 29, 11, tzinfo=UTC)))
        up.post_update(replace(UPDATE, update_id="u-2", updated_at=datetime(2026, 8, 29, 11, tzinfo=UTC)))
        up.close()
    assert [a.get("updated_datetime") for a in posts(city)] == ["2026-08-29T12:00:00Z", "2026-08-29T12:00:01Z"]


def test_a_200_that_changed_nothing_is_noticed() -> None:
    taken = as_json([{"update_id": "5"}])
    city = city_with_one(gateway=False, spoil=lambda ask: taken if ask.method == "POST" else None)
    with talking(city) as up:
        fixed = up.post_update(replace(UPDATE, status_word="FIXED"))
        assert fixed.notice == "It took the update, but still shows the request as “open”."
        assert up.post_update(UPDATE).notice == ""
        assert up.post_update(replace(UPDATE, status_word="WIBBLE")).notice == ""
        assert up.post_update(replace(UPDATE, upstream_id="unknown")).notice == ""


def test_a_token_for_an_update_is_a_receipt() -> None:
    reply = as_json([{"token": "t1"}])
    with talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None)) as up:
        assert up.post_update(UPDATE) == Receipt(token="t1")


@pytest.mark.parametrize("reply", [HTML_PAGE, HTML_500, Reply(200, b""), Reply(504), Reply(raw=lambda out, end: None)])
def test_an_answer_that_says_nothing_leaves_it_open(reply: Reply) -> None:
    with talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None)) as up:
        with pytest.raises(Offline) as posted:
            up.post_update(UPDATE)
        with pytest.raises(Offline) as created:
            up.create(REPORT)
    assert posted.value.maybe_done
    assert created.value.maybe_done


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_has_done_nothing_and_names_its_time(status: int) -> None:
    reply = Reply(status, headers={"Retry-After": "77"})
    server = talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None))
    with server as up, pytest.raises(Offline, match="is busy") as caught:
        up.post_update(UPDATE)
    assert (caught.value.maybe_done, caught.value.retry_after) == (False, 77.0)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(403),
        as_json([{"code": 403, "description": "forbidden"}], 403),
        as_json([{"code": 403, "description": "Invalid key."}], 403),
        as_json({"error": "bad api_key s3cret"}, 400),
    ],
)
def test_a_wrong_key_is_named_and_never_shown(reply: Reply) -> None:
    server = talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None))
    with server as up, pytest.raises(KeyRefused, match="does not accept the key") as caught:
        up.post_update(UPDATE)
    assert "api_key" in caught.value.remedy
    assert "s3cret" not in str(caught.value)


def test_a_403_that_speaks_of_the_request_is_about_the_request() -> None:
    reply = as_json([{"code": 403, "description": "Request 1 is archived."}], 403)
    server = talking(city_with_one(spoil=lambda ask: reply if ask.method == "POST" else None))
    with server as up, pytest.raises(Refused, match=r"said no \(HTTP 403\): “Request 1 is archived.”") as caught:
        up.post_update(UPDATE)
    assert not isinstance(caught.value, KeyRefused)


def test_without_updates_nothing_is_sent() -> None:
    with talking(city := city_with_one(), updates=UpdatesBy.NONE, dialect=Dialect.GEOREPORT) as up:
        with pytest.raises(Refused, match="takes no updates"):
            up.post_update(UPDATE)
        assert up.find_update(UPDATE) is ReadBack.ABSENT
        assert up.updates("1") == []
        assert up.updates_since(NOW, NOW) == []
    assert posts(city) == []


def test_updates_that_are_not_served_are_none() -> None:
    with talking(City(lambda ask: HTML_PAGE if ask.path.startswith("service") else None)) as up:
        assert up.updates("1") == []
        assert up.updates_since(NOW, NOW) == []


def test_many_updates_are_read_page_by_page() -> None:
    all_of_them = [
        {"update_id": str(n), "service_request_id": "1", "updated_datetime": "2026-08-29", "description": f"n {n}"}
        for n in range(250)
    ]

    def answer(ask: Ask) -> Reply:
        page = int(ask.get("page") or 1) - 1
        return as_json(all_of_them[page * 100 : page * 100 + 100])

    with talking(Loopback(answer), format="json") as up:
        assert len(up.updates("1")) == 250
        assert up.updates("2") == []
        assert len(up.updates_since(NOW, NOW)) == 250
    with talking(Loopback(lambda ask: as_json(all_of_them)), format="json") as up:
        assert len(up.updates("1")) == 250


def test_updates_that_cannot_be_read_are_left_out() -> None:
    rows = [
        "nonsense",
        {"update_id": "1", "service_request_id": "1", "updated_datetime": "yesterday"},
        {"service_request_id": "1", "updated_datetime": "2026-08-29"},
        {"id": 7, "comment": "&lt;hello&gt;", "datetime": "2026-08-29T10:00:00+02:00"},
    ]
    with talking(Loopback(lambda ask: as_json(rows)), format="json") as up:
        (only,) = up.updates("1")
    assert (only.update_id, only.description, only.updated_at.hour) == ("7", "<hello>", 8)


CITYSDK = {"updates": UpdatesBy.PATCH, "format": "json"}


def citysdk(ask: Ask, state: dict[str, str]) -> Reply:
    if ask.method == "PATCH":
        state.update(detailed_status=ask.get("detailed_status"), status_notes=ask.get("status_notes"))
    record = row("1", NOW, extended_attributes={"detailed_status": state.get("detailed_status", "PENDING")})
    return as_json([{**record, "status_notes": state.get("status_notes", "")}]) if "requests" in ask.path else NOT_FOUND


def test_a_patch_changes_and_is_read_back() -> None:
    state: dict[str, str] = {}
    update = replace(UPDATE, status_word="IN_PROCESS")
    with talking(server := Loopback(lambda ask: citysdk(ask, state)), **CITYSDK) as up:
        assert up.facts().dialect is Dialect.CITYSDK
        assert up.find_update(update) is ReadBack.ABSENT
        assert up.post_update(update) == Receipt(id="u-1")
        assert up.find_update(update) is ReadBack.THERE
        assert up.post_update(replace(update, message="")).notice == ""
    (sent, again) = posts(server)
    assert (sent.method, sent.get("api_key"), sent.get("status_notes")) == ("PATCH", "s3cret", "On the way")
    assert not again.has("status_notes")


def test_a_patch_answered_with_something_else_is_refused() -> None:
    replies = [as_json([row("2", NOW)]), as_json([]), HTML_PAGE]
    with talking(Loopback(lambda ask: replies.pop(0) if ask.method == "PATCH" else NOT_FOUND), **CITYSDK) as up:
        for outcome in (Refused, Refused, Offline):
            with pytest.raises(outcome, match="answered"):
                up.post_update(UPDATE)
    with talking(Loopback(lambda ask: Reply(204) if ask.method == "PATCH" else NOT_FOUND), **CITYSDK) as up:
        assert up.post_update(UPDATE).id == "u-1"
        assert up.find_update(UPDATE) is ReadBack.CANNOT_TELL


@pytest.mark.parametrize(
    ("notes", "message", "found"),
    [("On the way", "On the way", ReadBack.THERE), ("", "On the way", ReadBack.CANNOT_TELL),
     ("x", "", ReadBack.CANNOT_TELL)],
)  # fmt: skip
def test_where_updates_are_not_shown_the_notes_may_tell(notes: str, message: str, found: ReadBack) -> None:
    city = City(lambda ask: NOT_FOUND if ask.path.startswith("servicerequestupdates") else None, gateway=False)
    city.add("1", requested=NOW, status_notes=notes)
    with talking(city, dialect=Dialect.GEOREPORT) as up:
        assert up.find_update(replace(UPDATE, message=message)) is found
        assert up.find_update(replace(UPDATE, upstream_id="9", message=message)) is ReadBack.CANNOT_TELL


def test_our_text_under_another_id_is_our_update() -> None:
    city = city_with_one(gateway=False)
    when = (NOW + timedelta(seconds=5)).isoformat()
    city.updates = [
        {"update_id": "8", "service_request_id": "1", "updated_datetime": when, "description": "On the way"}
    ]
    with talking(city) as up:
        assert up.find_update(UPDATE) is ReadBack.THERE
        assert up.find_update(replace(UPDATE, message="Other")) is ReadBack.ABSENT


def test_a_form_says_everything_once() -> None:
    report = replace(
        REPORT, description="x" * 5000, name="Ana Maria Lee", phone="1", email="a@b.c", language="es",
        attributes={"A": ("1", "2"), "B": ("3",)},
    )  # fmt: skip
    sent = dict(form(report, Dialect.GATEWAY))
    assert len(sent["description"]) == 4000
    assert sent["description"].endswith("\n[Ref CC-1]")
    assert (sent["first_name"], sent["last_name"], sent["language"]) == ("Ana", "Maria Lee", "es")
    assert (sent["attribute[A][]"], sent["attribute[B]"], sent["attribute[channel]"]) == ("2", "3", "phone")
    sent = dict(form(replace(report, name="Ana", description=" ", place=Place("1 Elm St")), Dialect.FIXMYSTREET))
    assert (sent["last_name"], sent["description"]) == ("-", "[Ref CC-1]")
    assert not {"lat", "long", "language", "attribute[channel]"} & sent.keys()


def test_a_report_that_other_servers_do_not_show_may_still_be_there() -> None:
    with talking(City(gateway=False)) as up, pytest.raises(Unreadable, match="may not show every report"):
        up.find_report(REPORT, NOW)


def test_a_refused_report_says_why() -> None:
    reply = as_json([{"code": 400, "description": "lat/long is outside the city"}], 400)
    server = talking(City(lambda ask: reply if ask.method == "POST" else None))
    with server as up, pytest.raises(Refused, match="outside the city"):
        up.create(REPORT)


def test_a_receipt_without_an_id_is_none() -> None:
    replies = [as_json([3]), as_json([]), as_json([{"service_notice": "Thanks"}]), as_json([3])]
    with talking(City(lambda ask: replies.pop(0) if ask.method == "POST" else None)) as up:
        for outcome in (Refused, Offline, Refused):
            with pytest.raises(outcome, match="“city” answered the report"):
                up.create(REPORT)
        with pytest.raises(Refused, match="list instead of a receipt"):
            up.post_update(UPDATE)


def test_updates_elsewhere_have_a_key_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREET_KEY", "s-key")
    city = city_with_one()
    with Loopback(taking) as street, talking(
        city, updates_url=street.url, updates_api_key="env:STREET_KEY", jurisdiction_id="town"
    ) as up:  # fmt: skip
        up.post_update(UPDATE)
    (there,), (here,) = posts(street), posts(city)
    assert (there.get("api_key"), there.get("jurisdiction_id")) == ("s-key", "town")
    assert here.get("api_key") != "s-key"
