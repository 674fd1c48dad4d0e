"""The index lane: before it is ready the store answers, after that the posting lists; both say the same."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from console import indexing, opening
from console.indexing import Indexing
from console.settings import Settings
from console.storeside import StoreSide
from services.errors import StoreProblem
from services.queue import word_index
from services.queue.postings import is_mask
from services.queue.query import Order, parse
from services.store import commands, queries, wording
from services.store.erase import erase_description, erase_text
from services.store.store import Store
from services.store.wording import index_file, wordings
from tests.console import town
from tests.console.conftest import PATIENCE_MS, Sitting

Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)


@pytest.fixture
def settings(folder: Path) -> Settings:
    return town.build(folder)


@pytest.fixture
def side(settings: Settings) -> Iterator[StoreSide]:
    made = StoreSide(settings, Indexing(settings.store_url, quiet_seconds=0.01))
    yield made
    made.close()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Somebody else's."""
    made = town.second(settings)
    yield made
    made.close()


@contextmanager
def running(words: Indexing) -> Iterator[threading.Thread]:
    lane = threading.Thread(target=words.run)
    lane.start()
    try:
        yield lane
    finally:
        words.stop()
        lane.join()


def ids(side: StoreSide, words: str) -> list[int]:
    snapshot = side.snapshot(None)
    found = side.search(snapshot, words)
    listed: list[int] = (snapshot.ids[found] if is_mask(found) else np.sort(found)).tolist()
    return listed


def file_of(settings: Settings) -> Path:
    return index_file(settings.home / "desk.db")


def test_the_store_answers_until_the_index_does(settings: Settings, side: StoreSide, wait: Wait) -> None:
    before = ids(side, "pothole"), ids(side, "26-00"), ids(side, "nothing such")
    assert not side.words.is_ready
    with running(side.words):
        wait(lambda: side.words.is_ready)
        assert (ids(side, "pothole"), ids(side, "26-00"), ids(side, "nothing such")) == before
        assert is_mask(side.search(side.snapshot(None), "26"))
    assert before[0]
    assert not before[2]
    assert file_of(settings).exists()


def test_a_change_is_found_at_once(settings: Settings, side: StoreSide, store: Store, wait: Wait) -> None:
    with running(side.words):
        wait(lambda: side.words.is_ready)
        snapshot = side.snapshot(None)
        side.search(snapshot, "tree")
        commands.add_note(opening.acting(store, settings), [3, 5], "Wolframite")
        assert ids(side, "wolfram") == [3, 5]
        assert side.snapshot(snapshot) is not snapshot
        report = commands.PhoneReport("0", "A tree down", town.request("city", 1, datetime.now(UTC), "").place)
        for _ in range(3):
            commands.log_call(opening.acting(store, settings), report)
        assert ids(side, "tree") == queries.search(store, "tree")
        rows = side.search(snapshot, "26")
        assert rows.dtype == np.int64
        assert len(rows) == len(snapshot) + 3


def test_too_much_at_once_is_the_stores_to_answer_until_the_lane_is_there(
    settings: Settings, side: StoreSide, store: Store, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    with running(side.words):
        wait(lambda: side.words.is_ready)
        first = side.words._published
        commands.add_note(opening.acting(store, settings), [1, 2, 3, 4], "Wolframite")
        assert ids(side, "wolframite") == [1, 2, 3, 4]
        wait(lambda: side.words._published is not first)
        assert ids(side, "wolframite") == [1, 2, 3, 4]
        taken = side.words._published
        assert taken is not None
        assert [len(layer.segment) for layer in taken.layers[1:]] == [4]


def test_a_worn_file_is_written_anew_when_all_is_quiet(
    settings: Settings, side: StoreSide, store: Store, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "OVERLAID", 2)
    with running(side.words):
        wait(lambda: side.words.is_ready)
        before = file_of(settings).read_bytes()
        commands.add_note(opening.acting(store, settings), list(range(1, 20)), "Wolframite")
        side.words.changed()
        wait(lambda: file_of(settings).read_bytes() != before)
        wait(lambda: side.words._published is not None and side.words._published.head == store.head())
        assert len(ids(side, "wolframite")) == 19


def test_erased_words_leave_the_file_while_the_desk_is_open(
    settings: Settings, side: StoreSide, store: Store, wait: Wait
) -> None:
    commands.add_note(opening.acting(store, settings), [1], "Ytterbium")
    with running(side.words):
        wait(lambda: side.words.is_ready)
        assert b"ytterbium" in file_of(settings).read_bytes()
        erasing = opening.acting(store, settings)
        note = next(e for e in queries.detail(store, 1).events if e.text == "Ytterbium")
        erase_text(erasing, note.id)
        side.words.changed()
        wait(lambda: side.words._published is not None and side.words._published.head == store.head())
        assert b"ytterbium" not in file_of(settings).read_bytes()
        assert ids(side, "ytterbium") == []
    erase_description(opening.acting(store, settings), 2)
    assert not file_of(settings).exists()


def test_where_no_file_can_be_written_the_store_answers(
    settings: Settings, side: StoreSide, wait: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    file_of(settings).mkdir()
    with running(side.words):
        wait(lambda: caplog.records)
        side.words.changed()
        assert ids(side, "pothole")
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "cannot be written" in caplog.text
    caplog.clear()


def test_it_ends_in_the_middle_of_building(
    settings: Settings, side: StoreSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = wordings

    def slow(*given: object) -> Iterator[list[object]]:
        begun.set()
        go_on.wait()
        return real(*given)  # type: ignore[arg-type,return-value]

    monkeypatch.setattr(word_index, "wordings", slow)
    with running(side.words) as lane:
        begun.wait()
        side.words.stop()
        go_on.set()
        lane.join()
    assert not side.words.is_ready
    assert not list(settings.home.glob("*.words*"))


def test_a_persons_search_at_the_desk(desk: Sitting) -> None:
    """Typed before the index is there and after it; what is written at the desk is found; the desk closes cleanly."""
    desk.desk.set_query("tree")
    desk.until(lambda: desk.desk.last_found is not None and desk.desk.background.words.is_ready)
    first = desk.id_of("city-0")
    desk.desk.act(lambda acting: commands.add_note(acting, [first], "Wolframite"))
    desk.desk.set_query("wolfr")
    desk.until(lambda: desk.ids == [first])
    assert file_of(desk.settings).exists()


def test_words_and_conditions_together(settings: Settings, side: StoreSide, wait: Wait) -> None:
    snapshot = side.snapshot(None)
    query = parse("is:open pothole -channel:phone 26-0")
    before = side.find(snapshot, query, Order()).rows
    with running(side.words):
        wait(lambda: side.words.is_ready)
        assert np.array_equal(side.find(snapshot, query, Order()).rows, before)
    assert len(before)


class Interrupting(threading.Event):
    """The lane's event; somebody says stop at its second clearing, just before it or just after."""

    def __init__(self, stop: Callable[[], None], *, is_before: bool) -> None:
        super().__init__()
        self.stop, self.is_before, self.cleared = stop, is_before, 0

    def clear(self) -> None:
        self.cleared += 1
        if self.cleared == 2 and self.is_before:
            self.stop()
        super().clear()
        if self.cleared == 2 and not self.is_before:
            self.stop()


@pytest.mark.parametrize("is_before", [True, False])
def test_stop_is_heard_whenever_it_is_said(settings: Settings, wait: Wait, *, is_before: bool) -> None:
    words = Indexing(settings.store_url)
    words._news = Interrupting(words.stop, is_before=is_before)
    lane = threading.Thread(target=words.run, daemon=True)
    lane.start()
    wait(lambda: words.is_ready)
    words.changed()
    lane.join(PATIENCE_MS / 1000)
    assert not lane.is_alive()


def test_what_is_written_while_the_lane_catches_up_is_taken_in_too(
    settings: Settings, side: StoreSide, store: Store, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is not written anew for it."""
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    real, between = wording.reworded, [[5]]

    def overtaken(asked: Store, head: int) -> wording.Reworded:
        news = real(asked, head)
        if news.ids and between:
            with closing(town.second(settings)) as other:
                commands.add_note(opening.acting(other, settings), between.pop(), "Ytterbium")
        return news

    with running(side.words):
        wait(lambda: side.words.is_ready)
        built = file_of(settings).stat().st_mtime_ns
        monkeypatch.setattr(word_index, "build_index", lambda *_: pytest.fail("built anew"))
        monkeypatch.setattr(wording, "reworded", overtaken)
        commands.add_note(opening.acting(store, settings), [1, 2, 3, 4], "Wolframite")
        side.words.changed()
        wait(lambda: not between and side.words._published and side.words._published.head == store.head())
        assert ids(side, "ytterbium") == [5]
        assert file_of(settings).stat().st_mtime_ns == built


def test_a_busy_moment_does_not_end_the_index_for_the_session(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.until(lambda: desk.desk.background.words.is_ready)
    real = desk.desk.background.words._next
    problems: list[StoreProblem] = [StoreProblem("The store is busy.", "Wait.")]

    def busy(*given: Any) -> word_index.Index | None:
        if problems:
            raise problems.pop()
        return real(*given)

    monkeypatch.setattr(desk.desk.background.words, "_next", busy)
    desk.desk.background.words.changed()
    desk.until(lambda: not desk.desk.background.indexing)
    desk.desk.background.words._published = None
    desk.desk._on_tick()
    desk.until(lambda: desk.desk.background.words.is_ready)
    assert desk.desk.background.indexing


@pytest.mark.parametrize("overlaid", [0, 1_000_000])
def test_stop_is_heard_while_it_waits_for_rest(
    settings: Settings, store: Store, wait: Wait, monkeypatch: pytest.MonkeyPatch, overlaid: int
) -> None:
    """In both places: before it catches up, and before it writes the file anew."""
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    monkeypatch.setattr(word_index.Index, "overlaid", overlaid)
    words, resting = Indexing(settings.store_url, quiet_seconds=600, patience_seconds=600), threading.Event()
    real = words._rests

    def rests(asked: Store, since: int) -> bool:
        resting.set()
        return real(asked, since)

    monkeypatch.setattr(words, "_rests", rests)
    lane = threading.Thread(target=words.run, daemon=True)
    lane.start()
    wait(lambda: words.is_ready)
    commands.add_note(opening.acting(store, settings), [1, 2, 3, 4], "Wolframite")
    words.changed()
    assert resting.wait(PATIENCE_MS / 1000)
    words.stop()
    lane.join(PATIENCE_MS / 1000)
    assert not lane.is_alive()


def test_an_erasure_ends_the_wait_for_rest(
    settings: Settings, store: Store, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    words, resting = Indexing(settings.store_url, quiet_seconds=600, patience_seconds=600), threading.Event()
    real = words._rests

    def rests(asked: Store, since: int) -> bool:
        resting.set()
        return real(asked, since)

    with running(words):
        wait(lambda: words.is_ready)
        commands.add_note(opening.acting(store, settings), [1, 2, 3, 4], "Ytterbium")
        monkeypatch.setattr(words, "_rests", rests)
        words.changed()
        assert resting.wait(PATIENCE_MS / 1000)
        note = next(e for e in queries.detail(store, 1).events if e.text == "Ytterbium")
        erase_text(opening.acting(store, settings), note.id)
        words.changed()
        wait(lambda: words._published is not None and words._published.head == store.head())
