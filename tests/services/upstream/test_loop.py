"""The whole protocol against a well-behaved server, in both formats: pull, update, read back, create, find again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.domain.statusmap import Dialect
from services.domain.values import Place, Reach
from services.errors import NotFound
from services.upstream.base import OutgoingReport, OutgoingUpdate, ReadBack, Receipt, UpdatesBy, UpstreamConfig
from services.upstream.connect import connect
from tests.services.upstream.city import City

NOW = datetime.now(UTC).replace(microsecond=0)


def config(city: City, **more: object) -> UpstreamConfig:
    settings: dict[str, object] = {
        "name": "city", "url": city.url, "updates": UpdatesBy.SERVICEREQUESTUPDATES, "api_key": "env:CITY_KEY",
        **more,
    }  # fmt: skip
    return UpstreamConfig(**settings)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_KEY", "s3cret")


@pytest.mark.parametrize("form", ["json", "xml", "auto"])
def test_a_report_is_pulled_answered_and_read_back(form: str) -> None:
    with City() as city:
        city.add("1", description="Tree on the road", requested=NOW - timedelta(hours=3))
        up = connect(config(city, format=form))
        pulled = [r for page in up.pages("") for r in page.requests]
        assert [(r.upstream_id, r.service, r.status_word) for r in pulled] == [("1", "Tree Down", "open")]
        assert pulled[0].place == Place("1 Elm St", 42.35, -71.06)
        assert pulled[0].reach == (Reach("email", "en"),)
        update = OutgoingUpdate("u-1", "1", "IN_PROGRESS", "A crew is on its way.", NOW)
        assert up.find_update(update) is ReadBack.ABSENT
        assert up.post_update(update).id == "u-1"
        assert up.find_update(update) is ReadBack.THERE
        assert up.request("1").status_word == "IN_PROGRESS"
        assert [u.description for u in up.updates("1")] == ["A crew is on its way."]
        assert [u.update_id for u in up.updates_since(NOW - timedelta(days=1), NOW + timedelta(days=1))] == ["u-1"]
        up.close()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_logged_report_is_created_and_found_again_by_our_reference(form: str) -> None:
    with City() as city:
        up = connect(config(city, format=form))
        report = OutgoingReport("CC-77", "tree", "Branch & <leaf>", Place("2 Elm St", 42.3, -71.0), name="Ana Lee")
        assert up.find_report(report, NOW) is None
        receipt = up.create(report)
        assert up.find_report(report, NOW) == Receipt(id=receipt.id)
        assert up.request(receipt.id).description == "Branch & <leaf>\n[Ref CC-77]"
        assert city.asks[-2].method == "GET"
        up.close()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_services_definitions_and_facts(form: str) -> None:
    with City() as city:
        up = connect(config(city, format=form))
        facts = up.facts()
        assert (facts.dialect, facts.notifies) == (Dialect.GATEWAY, True)
        assert [(s.code, s.name, s.group, s.has_definition) for s in up.services()] == [
            ("tree", "Tree Down", "Trees", True),
            ("006", "Pothole", "", False),
        ]
        (question,) = up.definition("tree")
        assert (question.code, question.required, [v.key for v in question.values]) == ("WIRES", True, ["yes", "no"])
        assert up.definition("none") == ()
        up.close()


def test_only_what_changed_is_pulled_the_second_time() -> None:
    with City() as city:
        for n in range(250):
            city.add(str(n), requested=NOW - timedelta(hours=300 - n), updated=NOW - timedelta(hours=300 - n))
        up = connect(config(city))
        pages = list(up.pages(""))
        assert {r.upstream_id for p in pages for r in p.requests} == {str(n) for n in range(250)}
        cursor = pages[-1].cursor
        city.touch("7", NOW, status="closed")
        again = [r for p in up.pages(cursor) for r in p.requests]
        assert "7" in {r.upstream_id for r in again}
        assert len(again) < 10
        up.close()


def test_an_unknown_request_is_not_found() -> None:
    with City() as city:
        up = connect(config(city))
        with pytest.raises(NotFound, match="no request 99"):
            up.request("99")
        up.close()
