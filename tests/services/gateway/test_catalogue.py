"""The list of services: the shipped one, and a city's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services import sqlite
from services.errors import Invalid
from services.gateway import catalogue
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from tests.services.gateway.conftest import City

BATCH = {"service_code": "006", "service_name": "Slow", "type": "batch", "keywords": ["a", "b, c"], "group": "G"}
SURVEY = {
    "service_code": "survey",
    "service_name": "Survey",
    "attributes": [
        {"code": "n", "description": "How many?", "datatype": "number"},
        {"code": "when", "description": "When?", "datatype": "datetime"},
    ],
}


def text(*services: dict[str, Any]) -> bytes:
    """A file of services."""
    return json.dumps(services).encode()


def test_the_shipped_list_is_sound() -> None:
    shipped = catalogue.shipped()
    assert len(shipped) >= 25
    assert {"pothole", "tree-emergency", "street-light"} <= {s.service_code for s in shipped}
    assert all(s.description and s.group for s in shipped)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", "is empty"),
        (b"{}", "cannot be read"),
        (text({"service_code": 6, "service_name": "x"}), "cannot be read"),
        (text({"service_code": "a/b", "service_name": "x"}), "cannot be read"),
        (text({"service_code": "a", "service_name": "x", "colour": "red"}), "colour"),
        (text({"service_code": "a", "service_name": "x"}, {"service_code": "a", "service_name": "y"}), "twice"),
        (text({**SURVEY, "attributes": [{"code": "c", "description": "?", "datatype": "singlevaluelist"}]}), "values"),
        (
            text({**SURVEY, "attributes": [{"code": "c", "description": "?", "values": [{"key": "k", "name": "n"}]}]}),
            "values",
        ),
    ],
)
def test_a_bad_list_is_refused_with_its_reason(file: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        catalogue.parse(file)


def test_a_citys_own_list_replaces_the_shipped_one_and_old_reports_keep_their_name(city: City) -> None:
    number = city.report()
    store = GatewayStore.open(city.home / "gateway.db")
    catalogue.replace(store, catalogue.parse(text(BATCH, SURVEY)))
    catalogue.start(store)
    store.close()
    assert [(s["service_code"], s["keywords"]) for s in city.get("services.json").json()] == [
        ("006", "a,b  c"),
        ("survey", ""),
    ]
    assert city.shown(number)["service_name"] == "Illegal dumping"


def test_a_batch_service_answers_with_a_token(tmp_path: Path) -> None:
    store = GatewayStore.open(tmp_path / "gateway.db")
    catalogue.replace(store, catalogue.parse(text(BATCH)))
    store.close()
    with running(GatewaySettings(tmp_path)) as gateway:
        city = City(gateway.url, "", tmp_path, None)  # type: ignore[arg-type]
        (answer,) = city.post("requests.json", service_code="006", address_string="here").json()
        assert "service_request_id" not in answer
        (found,) = city.get(f"tokens/{answer['token']}.json").json()
        assert city.shown(found["service_request_id"])["service_code"] == "006"
        city.session.close()


@pytest.mark.parametrize(
    ("code", "value", "status"),
    [("n", "3", 200), ("n", "-2.5", 200), ("n", "three", 400), ("when", "2026-11-23", 200), ("when", "soon", 400)],
)
def test_answers_are_checked_by_their_kind(city: City, code: str, value: str, status: int) -> None:
    store = GatewayStore.open(city.home / "gateway.db")
    catalogue.replace(store, catalogue.parse(text(SURVEY)))
    with sqlite.reading(store.engine) as connection:
        assert len(catalogue.listing(connection)) == 1
    store.close()
    form = {"service_code": "survey", "address_string": "here", f"attribute[{code}]": value}
    assert city.post("requests.json", **form).status_code == status
