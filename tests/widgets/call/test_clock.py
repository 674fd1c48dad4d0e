"""The clock of a call: its words, and that it rests while nobody sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from widgets.call import clock
from widgets.call.clock import CallClock, on_the_line


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s on the line"),
        (0, "0 s on the line"),
        (59, "59 s on the line"),
        (72, "1 m 12 s on the line"),
        (3_599, "59 m 59 s on the line"),
        (3_600, "1 h 0 m on the line"),
        (86_399, "23 h 59 m on the line"),
        (86_400, "begun 1 d ago"),
    ],
)
def test_the_words(seconds: int, words: str) -> None:
    assert on_the_line(seconds) == words


@given(st.integers(0, 86_399))
def test_the_words_add_up_to_no_more_than_has_gone_by(seconds: int) -> None:
    sizes = {"h": 3_600, "m": 60, "s": 1}
    words = on_the_line(seconds).removesuffix(" on the line").split()
    told = sum(int(number) * sizes[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert 0 <= seconds - told < (60 if "h" in words else 1)


def test_it_ticks_on_the_second_only_while_it_is_seen(
    look: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "SECOND_MS", 20)  # a second that a test can wait for
    made = CallClock()
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    stack.addWidget(made)
    stack.addWidget(QWidget())
    began = datetime.now(UTC)
    made.set_since(began)
    assert not made.ticking
    stack.show()
    assert made.ticking
    first = made.text()
    qtbot.waitUntil(lambda: made.text() != first)
    stack.setCurrentIndex(1)
    assert not made.ticking
    said = made.text()
    stack.setCurrentIndex(0)
    assert made.ticking
    assert int(made.text().split()[0]) >= int(said.split()[0])
    stack.hide()
    assert not made.ticking


def test_it_counts_from_the_moment_that_it_is_given(look: QApplication, qtbot: QtBot) -> None:
    made = CallClock()
    qtbot.addWidget(made)
    made.set_since(datetime.now(UTC) - timedelta(minutes=7, seconds=30))
    assert made.text().startswith("7 m 3")
    made.set_since(datetime.now(UTC) + timedelta(hours=1))
    assert made.text() == "0 s on the line"
