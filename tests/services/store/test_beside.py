"""Work beside another's begins again with its store, tells of what changed, and ends with the block."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from services.errors import Invalid, StoreGone
from services.store.beside import again, beside
from services.store.store import Store

STORES = ("file",)


def test_it_rests_while_the_store_is_gone_and_begins_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tries, done, changed = [0], [0], threading.Event()
    stops: list[threading.Event] = []

    def opened() -> Store:
        tries[0] += 1
        if tries[0] == 1:
            raise StoreGone("The server cannot be reached.")
        return Store.open(f"sqlite:///{tmp_path / 'desk.db'}")

    def begin(store: Store, stop: threading.Event) -> Callable[[], int]:
        stops.append(stop)

        def work() -> int:
            assert store.clock()
            done[0] += 1
            if done[0] == 2:
                raise StoreGone("It went while it was asked.")
            return int(done[0] > 2)

        return work

    with beside("letters", opened, begin, 0.001, changed.set):
        assert changed.wait(20)
        assert not stops[-1].is_set()
    assert (tries[0], stops[-1].is_set()) == (3, True)
    assert "letters: it rests: The server cannot be reached." in caplog.text
    assert not [thread for thread in threading.enumerate() if thread.name == "letters"]
    caplog.clear()


def test_after_a_fault_of_ours_it_begins_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    changed, tries = threading.Event(), [0]

    def begin(store: Store, stop: threading.Event) -> Callable[[], int]:
        del store, stop

        def work() -> int:
            tries[0] += 1
            return 1 // (tries[0] - 1)

        return work

    def opened() -> Store:
        return Store.open(f"sqlite:///{tmp_path / 'desk.db'}")

    with beside("letters", opened, begin, 0.001, changed.set, rest=0.001):
        assert changed.wait(20)
    assert "letters: a fault; it begins again" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_what_needs_no_store_goes_on_after_a_fault_too(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    faults = [Invalid("The folder is of another store.", "Name another."), ZeroDivisionError(), OSError("full")]

    def work(stop: threading.Event) -> None:
        if faults:
            raise faults.pop(0)
        done.set()
        assert stop.wait(60), "it is told to stop while it works"

    with again("signing", work, 0.001, rest=0.001):
        assert done.wait(60)
    assert "signing: it rests: The folder is of another store." in caplog.text
    assert caplog.text.count("signing: a fault; it begins again") == 2
    caplog.clear()
