"""Possible duplicates: ranked, with reasons, and one key (or click) for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from tests.services.intake.test_naming import ALL
from tests.widgets.call.seen import used
from widgets import theme
from widgets.call.band import MOST, Duplicate
from widgets.call.pane import CallPane

FOUND = tuple(
    Duplicate(100 + i, f"26-00010{i}", f"{i} Main St", list(Status)[i], f"{8 * i} m away, same service")
    for i in range(1, 7)
)


@pytest.fixture
def pane(qapp: QApplication, qtbot: QtBot) -> Iterator[CallPane]:
    with used(qapp, qtbot, CallPane(), ALL, (560, 1000)) as made:
        yield made


def test_there_is_no_band_without_one(pane: CallPane) -> None:
    assert not pane.band.isVisible()
    assert not pane.foot.join.isVisible()
    assert not pane.band.choose(1)


def test_no_more_than_five_and_the_caller_is_named(pane: CallPane) -> None:
    pane.name.setText("Rosa")
    pane.show_duplicates(FOUND[:6])
    assert [found.request_id for found in pane.band.found] == [101, 102, 103, 104, 105]
    assert pane.band.head.text() == "5 possible duplicates"
    assert pane.band.remark.text() == "one key adds Rosa to that request"
    assert pane.foot.join.isVisible()
    pane.show_duplicates(FOUND[:1])
    assert pane.band.head.text() == "1 possible duplicate"
    pane.show_duplicates(())
    assert pane.band.found == []
    assert not pane.band.isVisible()


@pytest.mark.parametrize("rank", range(1, MOST + 1))
def test_each_is_taken_by_its_rank(pane: CallPane, qtbot: QtBot, rank: int) -> None:
    pane.show_duplicates(FOUND)
    with qtbot.waitSignal(pane.joined) as joined:
        assert pane.band.choose(rank)
    assert joined.args == [100 + rank]


def test_a_click_or_the_button_takes_one(pane: CallPane, qtbot: QtBot) -> None:
    pane.show_duplicates(FOUND)
    with qtbot.waitSignal(pane.joined) as joined:
        QTest.mouseClick(pane.band.rows[2], Qt.MouseButton.LeftButton)
    assert joined.args == [103]
    with qtbot.waitSignal(pane.joined) as joined:
        QTest.mouseClick(pane.foot.join, Qt.MouseButton.LeftButton)
    assert joined.args == [101]


def test_a_screen_reader_hears_rank_place_state_and_reason(pane: CallPane) -> None:
    pane.show_duplicates(FOUND)
    assert pane.band.rows[0].accessibleName() == (
        "Possible duplicate 1: 1 Main St, Acknowledged, 26-000101. 8 m away, same service. Alt+1 adds the caller to it"
    )
    pane.set_keys("", ["", "Ctrl+2", "Alt+3", "Alt+4", "Alt+5"])
    pane.show_duplicates(FOUND)
    said = [row.accessibleName().rpartition(". ")[2] for row in pane.band.rows[:2]]
    assert said == ["A click adds the caller to it", "Ctrl+2 adds the caller to it"]
    assert pane.foot.join.toolTip() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_words_are_cut_and_both_themes_paint(pane: CallPane, qapp: QApplication, scheme: str) -> None:
    theme.set_scheme(qapp, scheme)
    pane.show_duplicates([Duplicate(1, "9" * 60, "W" * 200, Status.NEW, "n" * 300)])
    assert pane.band.rows[0].width() <= pane.width()
    assert not pane.band.grab().isNull()
