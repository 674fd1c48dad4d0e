"""A desk whose clock is a day off from its server's: that is said, and every time goes by the server's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from services.store.store import Store
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_team import fill, home_of, note

NEAR = timedelta(minutes=2)


class Wrong:
    """This machine's clock, as the store hears it."""

    def __init__(self, off: timedelta) -> None:
        self.off = off

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], Wrong]:
    def make(off: timedelta) -> Wrong:
        clock = Wrong(off)
        monkeypatch.setattr("services.store.store.utcnow", clock)
        monkeypatch.setattr("console.storeside.utcnow", clock)
        monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
        return clock

    return make


@pytest.fixture
def ana(tmp_path: Path, server_url: str, qtbot: QtBot, wrong: Callable[[timedelta], Wrong]) -> Iterator[Sitting]:
    fill(tmp_path, server_url)
    wrong(timedelta(days=1))
    with sitting_at(home_of(tmp_path, server_url, "ana"), qtbot) as sitting:
        sitting.until(lambda: sitting.ids)
        yield sitting


def test_it_is_said_in_the_bar_and_stays_in_the_status_bar(ana: Sitting) -> None:
    ana.until(lambda: "clock is 24 h ahead of the server's" in ana.warned)
    assert "Set it" in ana.warned
    assert ana.window.status.off.text() == "Clock 24 h ahead"
    ana.window.bar.clear()
    ana.desk.refresh()
    ana.until(lambda: not ana.desk.tasks.under_way("refresh"))
    assert ana.warned == "", "once"
    assert ana.window.status.off.isVisible()


def test_due_times_and_history_go_by_the_servers_clock(ana: Sitting) -> None:
    assert ana.desk.last_found is not None
    assert ana.desk.last_found.counts["overdue"] == 0
    assert abs(ana.desk.now() - datetime.now(UTC)) < NEAR
    first = ana.ids[0]
    note(ana, first, "Gate is locked")
    ana.until(lambda: [event.text for event in ana.stored(first).events if event.text])
    written = next(event for event in ana.stored(first).events if event.text == "Gate is locked")
    assert abs(written.at - datetime.now(UTC)) < NEAR
    ana.choose(first)
    ana.until(lambda: ana.window.detail.head.clock.text())
    assert "late" not in ana.window.detail.head.clock.text()
    assert ana.status(first) is Status.NEW


@pytest.mark.parametrize(("off", "said"), [(timedelta(hours=-3), "3 h behind"), (timedelta(minutes=5), "5 m ahead")])
def test_it_is_said_how_far_and_which_way(
    tmp_path: Path, server_url: str, qtbot: QtBot, wrong: Callable[[timedelta], Wrong], off: timedelta, said: str
) -> None:
    fill(tmp_path, server_url)
    clock = wrong(off)
    with sitting_at(home_of(tmp_path, server_url, "ana"), qtbot) as ana:
        ana.until(lambda: ana.window.status.off.text() == f"Clock {said}")
        clock.off = timedelta()  # they set it
        assert abs(ana.desk.now() - datetime.now(UTC)) < NEAR, "what it goes by does not jump"
        ana.desk.refresh()
        ana.until(lambda: not ana.window.status.off.isVisible())


def test_a_clock_that_is_right_is_not_spoken_of(tmp_path: Path, server_url: str, qtbot: QtBot) -> None:
    fill(tmp_path, server_url)
    with sitting_at(home_of(tmp_path, server_url, "ana"), qtbot) as ana:
        ana.until(lambda: ana.desk.last_state is not None)
        assert ana.warned == ""
        assert not ana.window.status.off.isVisible()
