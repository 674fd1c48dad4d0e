"""A command line on a home of its own, in this process, and a real gateway to be its upstream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from services.gateway.keys import new_key
from services.gateway.server import Gateway, running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from tests.console.cli.residents import post


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> dict[str, Any]:
        (row,) = self.rows
        return row


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; usage errors give code 2."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(["--home", str(home), *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway of another home, answering over real HTTP."""
    with running(GatewaySettings(tmp_path / "gateway")) as made:
        yield made


@pytest.fixture
def city(gateway: Gateway, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home's config names the gateway as “city”; one resident has reported a light. The report's id there."""
    store = GatewayStore.open(tmp_path / "gateway" / "gateway.db")
    monkeypatch.setenv("CITY_KEY", new_key(store, "desk"))
    store.close()
    home.joinpath("config.toml").write_text(
        f'[messages]\nhold_seconds = 0\n[[upstream]]\nname = "city"\nurl = "{gateway.url}"\napi_key = "env:CITY_KEY"\n'
        'updates = "servicerequestupdates"\n[[crew]]\nname = "Lights 1"\nskills = ["light"]\n',
        encoding="utf-8",
    )
    return post(gateway.url, service_code="street-light", lat="42.36", long="-71.06", email="ana@example.com")
