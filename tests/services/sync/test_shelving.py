"""The leader of the loop puts what was closed on its shelf, and nothing that leaves waits for it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import StoreGone, StoreProblem
from services.store import shelves
from services.store.dialect import driven
from services.store.store import Store
from tests.services.sync.test_sync import Bench


@pytest.fixture
def bench(url: str) -> Bench:
    """Three requests of a city, as if they had been closed years ago."""
    made = Bench(url)
    for number in ("1", "2", "3"):
        made.cities["city"].add(number)
    made.syncer().once()
    at = int(datetime(2019, 5, 3, tzinfo=UTC).timestamp() * 1000)
    with closing(Store.open(url)) as store, store.write() as connection:
        driven(connection, "UPDATE request SET status = 'closed', outcome = 'fixed', closed_at = ?", (at,))
    return made


def test_a_handful_at_a_time_until_all_lie_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file there is nothing to do, and nothing is done."""
    moved: list[int] = []
    kept = shelves.keep

    def keep(store: Store) -> int:
        moved.append(kept(store))
        bench.on_change()
        return moved[-1]

    monkeypatch.setattr(shelves, "keep", keep)
    monkeypatch.setattr(shelves, "AT_ONCE", 2)
    with bench.loop():
        bench.until(lambda: moved[-1:] == [0])
    with closing(Store.open(bench.url)) as store:
        assert moved == ([2, 1, 0] if store.path is None else [0])


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (StoreProblem("Somebody else is changing it."), "closed requests stay where they are: "),
        (StoreGone("It is gone."), "sync rests: "),
    ],
    ids=["busy", "gone"],
)
def test_a_shelf_that_cannot_be_made_keeps_nothing_from_leaving(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: StoreProblem, said: str
) -> None:
    tried = []

    def refuse(store: Store) -> int:
        tried.append(store)
        if len(tried) == 1:
            raise problem
        return 0

    monkeypatch.setattr(shelves, "keep", refuse)
    monkeypatch.setattr("services.sync.sync._STORE_REST", timedelta(seconds=0.1))
    city = bench.cities["city"]
    with bench.loop():
        bench.until(lambda: bool(tried))
        bench.say("1", "hello")
        bench.until(lambda: "post_update" in city.calls)
    assert [record.getMessage() for record in caplog.records] == [f"{said}{problem}"]
    caplog.clear()
