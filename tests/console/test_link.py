"""The link to a server: tried again until it answers, whatever keeps us from it, and given up to nobody's loss."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import link as linking
from console import opening, settings
from console.link import Link
from console.settings import Settings
from console.tasks import Tasks
from services.errors import Expected, StoreGone, StoreProblem, StoreRefused

GONE = StoreGone("The server cannot be reached.", "Wait.")
FULL = StoreProblem("The server takes no more desks just now.", "Ask.")
SHUT = StoreRefused("This name may not use that database.", "Ask.")


class Side:
    """What is told to the desk's half in the store's thread."""

    path = Path("nowhere")

    def __init__(self) -> None:
        self.told: list[object] = []

    def take(self, store: object) -> None:
        self.told.append(store)

    def let_go(self, why: StoreProblem) -> None:
        self.told.append((type(why), why.sentence))

    def forget(self, why: StoreRefused) -> None:
        self.told.append(type(why))

    def changed(self) -> bool:
        return False


class Store:
    """What was opened."""

    closed = False

    def close(self) -> None:
        self.closed = True


class Bench:
    """A link whose tries at the server end as the test says, one after the other; the last way for ever."""

    def __init__(self, tasks: Tasks, home: Settings, ways: list[BaseException | Store]) -> None:
        self.ways, self.tries = ways, 0
        self.side = Side()
        self.link = Link(tasks, home)
        self.turns, self.refusals, self.reached = list[object](), list[Expected](), list[bool]()
        self.link.turned.connect(self.turns.append)
        self.link.refused.connect(self.refusals.append)
        self.link.reached.connect(lambda: self.reached.append(True))

    def open(self, _: Settings, *, has_ear: bool) -> Store:
        assert has_ear, "the link itself hears what others save"
        way = self.ways[min(self.tries, len(self.ways) - 1)]
        self.tries += 1
        if isinstance(way, BaseException):
            raise way
        return way

    def begin(self) -> None:
        self.link.find(self.side)  # type: ignore[arg-type]


Made = Callable[..., Bench]


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def bench(tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    made: list[Bench] = []
    monkeypatch.setattr(linking, "AGAIN_MS", 0)
    monkeypatch.setattr(linking, "REFUSED_MS", 0)

    def make(*ways: BaseException | Store) -> Bench:
        made.append(Bench(tasks, settings.load(tmp_path), list(ways)))
        monkeypatch.setattr(opening, "open_store", made[-1].open)
        return made[-1]

    yield make
    for one in made:
        one.link.stop()


def test_a_server_that_answers_is_taken_at_once(bench: Made, qtbot: QtBot) -> None:
    store = Store()
    made = bench(store)
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.side.told == [store]
    assert made.turns == []
    assert made.link.why is None
    assert not store.closed


def test_it_is_tried_until_it_answers_and_said_once(bench: Made, qtbot: QtBot) -> None:
    store = Store()
    made = bench(GONE, GONE, GONE, store)
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.tries == 4
    assert made.side.told == [(StoreGone, GONE.sentence), store]
    assert [since is not None for since in made.turns] == [True, False]
    assert made.link.gone_since is None


def test_whatever_else_keeps_us_from_it_is_said_and_work_can_wait(bench: Made, qtbot: QtBot) -> None:
    """A server that is full is as good as gone: what is done meanwhile meets a StoreGone, and is kept."""
    made = bench(FULL, FULL, GONE, Store())
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.side.told[:2] == [(StoreGone, FULL.sentence), (StoreGone, GONE.sentence)]
    since = [turn for turn in made.turns if turn is not None]
    assert len(since) == 2
    assert since[0] == since[1], "it is gone since the first"


def test_who_is_not_let_in_loses_all_and_may_come_back(bench: Made, qtbot: QtBot) -> None:
    store = Store()
    made = bench(SHUT, SHUT, SHUT, store)
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.refusals == [SHUT]
    assert made.side.told == [StoreRefused, store]
    assert made.turns == [None]
    assert made.link.why is None


def test_a_server_that_goes_after_all_was_refused_is_gone(bench: Made, qtbot: QtBot) -> None:
    made = bench(SHUT, GONE, Store())
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.side.told[:2] == [StoreRefused, (StoreGone, GONE.sentence)]


def test_one_that_goes_later_is_opened_anew(bench: Made, qtbot: QtBot) -> None:
    first, second = Store(), Store()
    made = bench(first, GONE, second)
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.link.took(GONE)
    assert made.link.took(GONE)
    assert not made.link.took(FULL), "only that it is gone is taken"
    qtbot.waitUntil(lambda: made.reached == [True, True])
    assert made.side.told == [first, (StoreGone, GONE.sentence), second]


def test_a_fault_of_ours_while_opening_is_tried_again_at_the_next_beat(
    bench: Made, tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    made = bench(GONE, RuntimeError("a fault of ours"), Store())
    bugs = list[object]()
    tasks.bug.connect(bugs.append)
    made.begin()
    qtbot.waitUntil(lambda: len(bugs) == 1)
    assert made.reached == []
    made.link._look()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert "a task failed" in caplog.text
    caplog.clear()


def test_one_that_was_opened_and_could_not_be_taken_is_opened_anew(bench: Made, qtbot: QtBot) -> None:
    store = Store()
    made = bench(Store(), store)
    take, fails = made.side.take, [True]

    def once(store: object) -> None:
        if fails:
            fails.clear()
            raise GONE
        take(store)

    made.side.take = once  # type: ignore[method-assign]
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    assert made.side.told == [(StoreGone, GONE.sentence), store]


def test_what_was_opened_and_not_taken_is_let_go(tasks: Tasks, bench: Made, qtbot: QtBot) -> None:
    store = Store()
    made = bench(store)
    made.begin()
    tasks.close()
    made.link.close()
    assert store.closed or made.tries == 0
    assert made.side.told == []


def test_a_file_that_stirs_all_the_time_is_looked_at_once_more_not_as_often_as_it_stirs(
    bench: Made, qtbot: QtBot
) -> None:
    made, gate, looks, news = bench(Store()), threading.Event(), list[bool](), list[bool]()

    def changed() -> bool:
        looks.append(gate.wait(20))
        return True

    made.side.changed = changed  # type: ignore[method-assign]
    made.link.news.connect(lambda: news.append(True))
    made.begin()
    qtbot.waitUntil(lambda: made.reached == [True])
    for _ in range(20):
        made.link._watch.stirred.emit()
    gate.set()
    qtbot.waitUntil(lambda: len(news) == 2 and not made.link._tasks.under_way(linking._LOOK))
    assert len(looks) == 2, "what stirred while the first look was under way may have come after it"
    made.link._watch.stirred.emit()
    qtbot.waitUntil(lambda: len(news) == 3)
