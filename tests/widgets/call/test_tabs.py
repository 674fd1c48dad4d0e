"""Tabs of several calls: usual names are whole, long ones cut and whole in the tooltip."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QStyleOptionTab
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.call.calls import WIDEST, Calls
from widgets.call.pane import CallPane
from widgets.plain import whole_words

NAMES = ("Rosa Almeida", "+1 617-555-0142", "Smith & Sons <b>", "W" * 90)


def test_a_tab_has_room_for_its_name_in_the_heavier_face(qapp: QApplication, qtbot: QtBot) -> None:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", "light")
    calls = Calls()
    qtbot.addWidget(calls)
    for name in NAMES:
        pane = CallPane()
        pane.name.setText(name)
        calls.add(pane)
    calls.resize(700, 600)
    calls.show()
    metrics = QFontMetricsF(theme.font(theme.META, theme.SEMIBOLD))
    for i, name in enumerate(NAMES):
        room = calls.tabs.tabRect(i).width() - 24
        assert room >= min(metrics.horizontalAdvance(name), WIDEST - 24), name
        option = QStyleOptionTab()
        calls.tabs.initStyleOption(option, i)
        assert option.text == name.replace("&", "&&") or metrics.horizontalAdvance(name) > WIDEST - 24, "it is cut"
    assert calls.tabs.tabToolTip(2) == "<qt>Smith &amp; Sons &lt;b&gt;</qt>"
    assert calls.tabs.tabRect(3).width() == WIDEST
    calls.resize(500, 600)
    assert calls.tabs.tabRect(0).width() - 24 >= metrics.horizontalAdvance(NAMES[0]), "long names give way first"
    assert sum(calls.tabs.tabRect(i).width() for i in range(4)) <= 500


@given(st.text("abcdeW ,“”", max_size=60), st.floats(30, 300))
def test_a_line_is_cut_between_words(text: str, room: float) -> None:
    metrics = QFontMetricsF(theme.font(theme.META))
    shown = whole_words(text, metrics, room)
    words = " ".join(text.split())
    if shown == words:
        return
    kept = shown.removesuffix("…")
    assert shown.endswith("…")
    assert words.startswith(kept)
    assert metrics.horizontalAdvance(shown) <= room + 1
    rest = words[len(kept) :].lstrip(",")
    assert rest.startswith(" ") or " " not in kept, "no word is cut but the first"
