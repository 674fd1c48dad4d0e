"""Lists: pages, filters and orders that a pull can lean on."""

from __future__ import annotations

import pytest

from tests.services.gateway.conftest import City


@pytest.fixture
def three(city: City) -> tuple[City, list[str]]:
    """Three reports, an hour apart."""
    ids = []
    for code in ("dumping", "graffiti", "dumping"):
        ids.append(city.report(service_code=code))
        city.clock.move(hours=1)
    return city, ids


def ids_of(city: City, **params: str) -> list[str]:
    """The ids of a list, in its order."""
    answer = city.get("requests.json", **params)
    assert answer.status_code == 200, answer.text
    return [r["service_request_id"] for r in answer.json()]


def test_the_newest_come_first_page_by_page(three: tuple[City, list[str]]) -> None:
    city, (a, b, c) = three
    assert ids_of(city) == [c, b, a]
    assert ids_of(city, page_size="2") == [c, b]
    assert ids_of(city, page_size="2", page="2") == [a]
    assert ids_of(city, page_size="2", page="3") == []


def test_filters(three: tuple[City, list[str]]) -> None:
    city, (a, b, c) = three
    city.update(b, "u1", status="FIXED")
    assert ids_of(city, status="open") == [c, a]
    assert ids_of(city, status="closed") == [b]
    assert ids_of(city, status="open,closed") == [c, b, a]
    assert ids_of(city, service_code="graffiti,none") == [b]
    assert ids_of(city, start_date="2026-11-23T13:00:00Z") == [c, b]
    assert ids_of(city, end_date="2026-11-23T07:00:00-05:00") == [a]
    assert ids_of(city, start_date="2026-11-23T13:00:00 00:00", end_date="2026-11-23T13:00:00") == [b]
    assert ids_of(city, service_request_id=f"{c},{a},none", status="closed") == [a, c]


def test_a_pull_walks_in_the_order_of_change(three: tuple[City, list[str]]) -> None:
    city, (a, b, c) = three
    city.update(a, "u1", status="ACKNOWLEDGED")
    assert ids_of(city, updated_after="2026-01-01T00:00:00Z") == [b, c, a]
    last = city.shown(c)["updated_datetime"]
    assert ids_of(city, updated_after=last) == [a]
    assert ids_of(city, updated_before=last) == [b]


def test_no_two_changes_share_a_moment(city: City) -> None:
    ids = [city.report() for _ in range(4)]
    for n, number in enumerate(ids):
        city.update(number, f"u{n}", description="We have it.")
    moments = [city.shown(number)["updated_datetime"] for number in ids]
    assert moments == sorted(set(moments))


def test_updates_come_newest_last_and_can_be_asked_for_by_window(three: tuple[City, list[str]]) -> None:
    city, (a, b, _) = three
    city.update(a, "u2", status="IN_PROGRESS", description="Begun")
    city.clock.move(minutes=5)
    city.update(b, "u1", description="Read")
    found = city.get("servicerequestupdates.json").json()
    assert [(u["update_id"], u["service_request_id"], u["status"], u["description"]) for u in found] == [
        ("u2", a, "IN_PROGRESS", "Begun"),
        ("u1", b, "NEW", "Read"),
    ]
    first, second = (u["updated_datetime"] for u in found)
    ask = city.get
    assert ask("servicerequestupdates.json", start_date=second).json() == found[1:]
    assert ask("servicerequestupdates.json", end_date=first).json() == found[:1]
    assert ask("servicerequestupdates.json", service_request_id=b).json() == found[1:]
    assert ask("servicerequestupdates.json", page_size=1, page=2).json() == found[1:]


@pytest.mark.parametrize(
    "params",
    [
        {"page": "0"},
        {"page": "x"},
        {"page_size": "501"},
        {"page_size": "²"},
        {"page": "9" * 30},
        {"status": "open,wibble"},
        {"start_date": "yesterday"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"updated_after": "2026-13-01T00:00:00Z"},
        {"service_request_id": "1" * 20_001},
    ],
)
def test_a_filter_that_makes_no_sense_is_400_and_not_ignored(city: City, params: dict[str, str]) -> None:
    answer = city.get("requests.json", **params)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400
