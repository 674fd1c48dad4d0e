"""The two locks beside a store in a file: one leads, one has the turn, and whatever fails gives them back."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from services.errors import StoreProblem
from services.store.store import Store
from services.sync.sync import Syncer
from services.sync.turns import FileTurns, turns_of


@pytest.fixture
def two(tmp_path: Path) -> tuple[FileTurns, FileTurns]:
    """As two processes have them."""
    return FileTurns(tmp_path / "desk.db"), FileTurns(tmp_path / "desk.db")


def test_one_leads_until_its_block_ends(two: tuple[FileTurns, FileTurns]) -> None:
    one, other = two
    with one.lead() as first:
        assert first
        with other.lead() as second:
            assert not second
        with other.lead() as again:
            assert not again, "who did not get it let go of nothing"
    with other.lead() as now:
        assert now


def test_leading_and_having_the_turn_are_two_things(two: tuple[FileTurns, FileTurns]) -> None:
    one, other = two
    with one.lead() as leads, other.turn() as has_turn:
        assert leads
        assert has_turn
        with one.turn() as too:
            assert not too


@pytest.mark.parametrize("which", ["lead", "turn"])
def test_a_lock_is_given_back_when_what_it_was_for_fails(two: tuple[FileTurns, FileTurns], which: str) -> None:
    one, other = two
    with pytest.raises(ZeroDivisionError), getattr(one, which)() as held:
        1 / (not held)
    with getattr(other, which)() as held:
        assert held


def test_a_turn_is_waited_for(two: tuple[FileTurns, FileTurns]) -> None:
    one, other = two
    begun, end = threading.Event(), threading.Event()

    def hold() -> None:
        with one.turn():
            begun.set()
            end.wait(20)

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        assert begun.wait(20)
        with other.turn() as at_once:
            assert not at_once
        threading.Timer(0.05, end.set).start()
        with other.turn(20) as waited:
            assert waited
    finally:
        end.set()
        holding.join(20)


def test_two_stores_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    with FileTurns(tmp_path / "a.db").lead() as one, FileTurns(tmp_path / "b.db").lead() as other:
        assert one
        assert other


def test_a_folder_that_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreProblem, match="The lock beside the store cannot be made") as told,
        FileTurns(tmp_path / "file" / "desk.db").lead(),
    ):
        pass
    assert told.value.remedy == "Make the folder writable for you."


@pytest.mark.parametrize("store", ["file"], indirect=True, ids=[""])
def test_a_store_in_a_file_has_locks_beside_it(store: Store) -> None:
    assert store.path is not None
    with turns_of(store).lead() as leads, FileTurns(store.path).lead() as another:
        assert leads
        assert not another


def test_whoever_waits_to_lead_is_told_so_once_and_that_it_took_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    Store.open(url).close()
    stop, heard = threading.Event(), queue.Queue[bool]()
    syncer = Syncer(url, ())
    waiting = threading.Thread(target=syncer.run, args=(stop, lambda: None, heard.put))
    with FileTurns(tmp_path / "desk.db").lead() as leads:
        assert leads
        waiting.start()
        assert heard.get(timeout=20) is False
        syncer.wake()
    assert heard.get(timeout=20) is True
    stop.set()
    syncer.wake()
    waiting.join(20)
    assert heard.empty()
