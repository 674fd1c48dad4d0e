"""The status bar says when nobody pulls an upstream that another process has to pull."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.statusbar import StatusBar, UpstreamLine

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def line(silent_s: float, patience_s: float | None = 600, problem: str = "") -> UpstreamLine:
    return UpstreamLine("city", NOW - timedelta(seconds=silent_s), problem, patience_s)


@pytest.mark.parametrize(
    ("told", "misses"),
    [
        (line(600), False),
        (line(601), True),
        (line(90_000, None), False),
        (line(90_000, 200_000), False),
        (UpstreamLine("city", None, "", 600), False),
    ],
)
def test_how_long_one_is_waited_for(told: UpstreamLine, misses: bool) -> None:
    assert told.misses(NOW) is misses
    assert told.at(NOW).problem == ("nobody pulls it" if misses else "")


def test_what_the_worker_says_is_wrong_stands_before_its_silence() -> None:
    assert line(5_000, problem="It answers nonsense.").at(NOW).problem == "It answers nonsense."


def test_silence_is_seen_as_the_clock_goes_on_and_ends_with_the_next_pull(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.set_upstreams([line(0), UpstreamLine("other", NOW, "", None)], NOW)
    assert bar.upstream.text() == "2 upstreams ok"
    bar.set_now(NOW + timedelta(seconds=600), "10:10")
    assert bar.upstream.text() == "2 upstreams ok"
    bar.set_now(NOW + timedelta(seconds=601), "10:11")
    assert bar.upstream.text() == "city: nobody pulls it"
    assert bar.pulled.text() == "pulled 10 m ago"
    assert "city: nobody pulls it" in bar.upstream.toolTip()
    again = NOW + timedelta(seconds=700)
    bar.set_upstreams([UpstreamLine("city", again, "", 600)], again)
    assert bar.upstream.text() == "Upstream ok"


def test_before_anything_was_pulled_a_desk_says_what_it_waits_for(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.alone = "No upstream is pulled for this team"
    bar.set_upstreams([], NOW)
    assert bar.upstream.text() == "No upstream is pulled for this team"
