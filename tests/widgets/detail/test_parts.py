"""Lines that give way: cut with … where the room ends, whole in the tooltip, never markup, never pushing the pane."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.widgets.detail.sample import EVIL
from widgets.plain import Elided


def test_a_line_gives_way_and_says_the_whole_in_its_tooltip(qtbot: QtBot) -> None:
    line = Elided(f"due 25 November at 01:23 {EVIL}")
    qtbot.addWidget(line)
    line.show()
    assert line.minimumSizeHint().width() <= 16
    line.resize(60, 20)
    assert "due 25 November" in line.toolTip()
    assert "<img" not in line.toolTip()
    line.grab()
    line.resize(line.sizeHint().width() + 1, 20)
    assert line.toolTip() == ""
