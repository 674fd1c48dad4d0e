"""The key that the tests' upstreams use."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def city_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_KEY", "s3cret")
