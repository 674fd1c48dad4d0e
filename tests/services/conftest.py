"""A store with a clock that the test moves: in a file of its own, or on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.store import Store
from tests.services.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of the store runs on both kinds of store, where its module or itself does not name one."""
    named = [mark for mark in metafunc.definition.iter_markers("parametrize") if "store" in str(mark.args[0])]
    if "store" in metafunc.fixturenames and not named:
        both = metafunc.module.__name__.startswith("tests.services.store.")
        kinds = getattr(metafunc.module, "STORES", ("file", "server") if both else ("file",))
        metafunc.parametrize("store", kinds, indirect=True, ids=kinds if len(kinds) > 1 else [""])


@pytest.fixture
def store(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Store]:
    address = request.getfixturevalue("url" if request.param == "file" else "server_url")
    opened = Store.open(address, clock=clock)
    yield opened
    opened.close()
