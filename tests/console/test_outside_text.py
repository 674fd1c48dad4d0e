"""Markup from outside is shown as it stands, in every widget of the whole window; every control has a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console import opening
from services.domain.values import Place
from services.store import commands
from services.store.commands import PhoneReport
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.console.town import EVIL
from widgets.map import picking
from widgets.selection import as_ids


@pytest.fixture
def evil(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A desk on which every outside text is markup, with a call in front of it."""
    settings = town.build(folder, text=EVIL, count=4, deaf=2)
    store = town.second(settings)
    acting = opening.acting(store, settings)
    made = commands.log_call(
        acting,
        PhoneReport(service_code="0", description=EVIL, place=Place(EVIL), name=EVIL, phone="+16175550100",
                    email="", upstream="city"),
    )  # fmt: skip
    commands.add_note(acting, made.ids, EVIL)
    commands.send_message(acting, made.ids, EVIL)
    commands.assign(acting, made.ids, 1)
    store.close()
    with sitting_at(settings, qtbot) as desk:
        desk.choose(*made.ids)
        yield desk


def everything() -> list[QWidget]:
    return [w for top in QApplication.topLevelWidgets() for w in (top, *top.findChildren(QWidget))]


def check_texts() -> None:
    for widget in everything():
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText, (widget.objectName(), widget.text())
        assert "<img" not in widget.toolTip(), widget
        assert "<table" not in widget.toolTip(), widget
        if isinstance(widget, QTextEdit):
            assert not widget.acceptRichText(), type(widget).__name__
            assert widget.document().isEmpty() or "\ufffc" not in widget.toPlainText()


def check_names() -> None:
    for widget in everything():
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        kinds = (QAbstractButton, QLineEdit, QTextEdit, QAbstractItemView)
        if takes_keys and (isinstance(widget, kinds) or widget.hasFocus()):
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert name, (type(widget).__name__, type(widget.parent()).__name__)


def test_no_widget_of_the_window_reads_markup(evil: Sitting) -> None:
    window = evil.window
    assert EVIL in window.detail.head.address.text()
    check_texts()
    window.show_upstreams()
    window.show_statuses()
    check_texts()
    for keys in ("A", "S", "Ctrl+K"):
        evil.press("Escape", keys)
        check_texts()
    evil.press("Escape")
    evil.press("Ctrl+N")
    check_texts()
    evil.press("Escape", "?")
    check_texts()
    check_names()
    evil.press("Escape")
    assert window.map is not None
    card = window.map.card
    shown = window.map.canvas.shown
    hit = window.map.canvas.layer.hit(shown.snapshot.rows_of([evil.ids[0]]).astype(np.int32))
    assert hit is not None
    card.say(picking.words(shown, hit), window.map.rect().center())
    check_texts()
    evil.press("Ctrl+A")
    evil.until(window.detail.several.isVisible)
    check_texts()
    window.acts.assign(as_ids(evil.chosen()), 1)
    evil.until(lambda: evil.said())
    check_texts()
    window.top.filter.focus()
    evil.press("Ctrl+A")
    evil.type(f"crew:{EVIL}")
    check_texts()


def test_every_control_of_the_window_has_a_name(desk: Sitting) -> None:
    check_names()
    desk.choose(desk.id_of("city-0"))
    check_names()
    desk.press("Ctrl+N")
    check_names()
    desk.press("Escape", "A")
    check_names()
    desk.press("Escape", "Ctrl+K")
    check_names()
    desk.press("Escape", "Ctrl+Shift+M", "Ctrl+Shift+D")
    check_names()
