"""A desk's own report is taken once, however often it has to be sent; nobody else can lay a hand on it."""

from __future__ import annotations

import pytest

from tests.services.gateway.conftest import City

REPORT = {"service_code": "dumping", "lat": "30.37", "long": "-89.09", "description": "A heap [Ref 26-000001-ab]"}
MARKED = {**REPORT, "attribute[reference]": "26-000001-ab"}


def test_the_same_report_sent_again_answers_the_same(city: City) -> None:
    first, again = (city.post("requests.json", api_key=city.key, **MARKED) for _ in range(2))
    assert first.json() == again.json()
    assert len(city.get("requests.json").json()) == 1
    other = {**MARKED, "attribute[reference]": "26-000002-ab"}
    assert city.post("requests.json", api_key=city.key, **other).json() != first.json()


@pytest.mark.parametrize("form", [REPORT, MARKED])
def test_a_resident_who_knows_the_reference_gets_a_report_of_their_own(city: City, form: dict[str, str]) -> None:
    before = city.post("requests.json", **form).json()
    desks = city.post("requests.json", api_key=city.key, **MARKED).json()
    assert len({before[0]["service_request_id"], desks[0]["service_request_id"]}) == 2
    assert city.post("requests.json", **form).json() != desks
    assert city.post("requests.json", api_key=city.key, **MARKED).json() == desks
