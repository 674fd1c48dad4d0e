"""A real gateway on loopback, with a clock that a test can set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from services.gateway import catalogue
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        """Go on by this span."""
        self.now += timedelta(**span)


@dataclass
class City:
    """A client of the gateway that speaks as residents and desks do."""

    url: str
    key: str
    home: Path
    clock: Clock
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **params: Any) -> requests.Response:
        """GET below /open311/v2."""
        return self.session.get(f"{self.url}/{path}", params=params, timeout=10)

    def post(self, path: str, **form: Any) -> requests.Response:
        """POST a form below /open311/v2."""
        return self.session.post(f"{self.url}/{path}", data=form, timeout=10)

    def report(self, **changes: Any) -> str:
        """A resident's report; returns its id."""
        form = {"service_code": "dumping", "lat": "30.37", "long": "-89.09", "description": "A heap", **changes}
        answer = self.post("requests.json", **form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0]["service_request_id"])

    def update(self, request_id: str, update_id: str, **form: Any) -> requests.Response:
        """A desk's update."""
        return self.post(
            "servicerequestupdates.json",
            **{"api_key": self.key, "service_request_id": request_id, "update_id": update_id, **form},
        )

    def shown(self, request_id: str, **params: Any) -> dict[str, Any]:
        """One request as the gateway shows it."""
        (found,) = self.get(f"requests/{request_id}.json", **params).json()
        assert isinstance(found, dict)
        return found

    def mails(self) -> list[Path]:
        """The .eml files, once the gateway has stopped."""
        return sorted((self.home / "mail").glob("*.eml"))


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A gateway's file with one key, made once: the hash of a key is slow on purpose."""
    file = tmp_path_factory.mktemp("gateway") / "gateway.db"
    store = GatewayStore.open(file, Clock())
    catalogue.start(store)
    key = new_key(store, "desk")
    store.close()
    return file, key


@pytest.fixture
def city(tmp_path: Path, fresh: tuple[Path, str]) -> Iterator[City]:
    file, key = fresh
    shutil.copy(file, tmp_path / "gateway.db")
    clock = Clock()
    with running(GatewaySettings(tmp_path, city="Gulfport", jurisdiction_id="gulfport.example"), clock) as gateway:
        made = City(gateway.url, key, tmp_path, clock)
        yield made
        made.session.close()
