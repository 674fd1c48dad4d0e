"""The demo's resident: one report by app, and the mails that came of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import requests

from services.demo import resident
from services.errors import Refused, Unreadable
from services.gateway import catalogue
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore


def home_with(tmp_path: Path, kind: str) -> GatewaySettings:
    """A gateway that takes tree emergencies and answers with an id (realtime) or a token (batch)."""
    settings = GatewaySettings(tmp_path)
    store = GatewayStore.open(settings.store_path)
    file = f'[{{"service_code": "t", "service_name": "{resident.SERVICE}", "type": "{kind}"}}]'
    catalogue.replace(store, catalogue.parse(file.encode()))
    store.close()
    return settings


def test_a_resident_reports_by_app(tmp_path: Path) -> None:
    with running(home_with(tmp_path, "realtime")) as gateway:
        number = resident.report(gateway.url)
        (shown,) = requests.get(f"{gateway.url}/requests/{number}.json", timeout=10).json()
    assert (shown["address"], shown["description"]) == (resident.ADDRESS, resident.TEXT)
    assert shown["extended_attributes"]["channel"] == "app"


def test_a_report_that_is_not_taken_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "PLACE", (91, 0))
    with running(home_with(tmp_path, "realtime")) as gateway, pytest.raises(Refused, match="HTTP 400"):
        resident.report(gateway.url)


def test_a_token_is_no_id(tmp_path: Path) -> None:
    with running(home_with(tmp_path, "batch")) as gateway, pytest.raises(Unreadable, match="no id"):
        resident.report(gateway.url)


def test_mails_come_oldest_first(tmp_path: Path) -> None:
    for name, second in (("b.eml", 1), ("a.eml", 2), ("c.txt", 3)):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (second, second))
    assert [file.name for file in resident.mails(tmp_path)] == ["b.eml", "a.eml"]
