"""Answers recorded from real cities: each is read, or each record that is not is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import Refused, Unreadable
from services.upstream.http import Answer
from services.upstream.open311 import reading, records
from services.upstream.open311.definitions import read_definition, read_services

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "open311"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the repo")

REQUESTS = {
    "chicago/srtracker_requests.json": (43, 7),
    "chicago/srtracker_request.json": (1, 0),
    "open311status/requests_many.xml": (2, 0),
    "open311status/requests_single.xml": (1, 0),
    "open311status/service_requests.json": (2, 0),
    "spec_samples_node/service-requests.xml": (2, 0),
    "spec_samples_node/service-request.xml": (1, 0),
    "koeln/sagsuns-a-1627.json": (1, 0),
    "helsinki_6aika/taskful_request.json": (1, 0),
}


def load(name: str) -> Answer:
    kind = "text/xml" if name.endswith("xml") else "application/json"
    return Answer(200, (RECORDED / name).read_bytes(), {}, kind, "http://recorded/")


@pytest.mark.parametrize("name", REQUESTS)
def test_recorded_requests(name: str) -> None:
    good, bad = records.read_requests(reading.records(load(name), "it"))
    assert (len(good), len(bad)) == REQUESTS[name]
    assert all(r.upstream_id and r.requested_at.tzinfo for r in good)


def recorded() -> list[str]:
    found = [p.relative_to(RECORDED).as_posix() for p in RECORDED.rglob("*") if p.suffix in {".json", ".xml"}]
    return sorted(name for name in found if not name.startswith(("schema/", "endpoints/")))


@pytest.mark.parametrize("name", recorded())
def test_every_recorded_answer_is_read_or_its_records_are_named(name: str) -> None:
    try:
        raws = reading.records(load(name), "it")
    except (Refused, Unreadable) as problem:
        assert problem.sentence.startswith("it ")  # noqa: PT017 - both ways are good ends
        return
    good, bad = records.read_requests(raws)
    assert len(good) + len(bad) == len(raws)
    assert all(u.where and u.reason for u in bad)


@pytest.mark.parametrize("name", ["washington_dc/dc-services.xml", "open311status/services_giessen.xml"])
def test_recorded_services(name: str) -> None:
    found = read_services(reading.records(load(name), "it"), "city")
    assert len(found) > 5
    assert all(s.code and s.name for s in found)


def test_a_recorded_definition() -> None:
    questions = read_definition(reading.records(load("washington_dc/dc-services-S0301.xml"), "it"))
    assert [q.order for q in questions] == sorted(q.order for q in questions)
    assert [v.key for q in questions if q.code == "WHISPOLO" for v in q.values] == ["ALLEY002", "STREE001"]
