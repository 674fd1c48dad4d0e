"""Every dialog: reachable by keyboard, named for a screen reader, and outside text is only text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTextEdit,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.widgets.dialogs import MADE, fill, opened
from widgets.dialog import Dialog
from widgets.plain import PlainLabel

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
CONTROLS = (QLineEdit, QComboBox, QAbstractItemView, QAbstractButton, QPlainTextEdit)


def shown(name: str, bot: QtBot) -> Dialog:
    """That dialog, open, with all that can be on it."""
    dialog = opened(MADE[name](), bot)
    fill(dialog)
    return dialog


def controls(dialog: Dialog) -> set[QWidget]:
    """What the keyboard is to come to."""
    found = {w for kind in CONTROLS for w in dialog.findChildren(kind) if w.isVisible() and w.isEnabled()}
    return {w for w in found if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not w.objectName().startswith("qt_")}


def test_no_dialog_is_left_out(qtbot: QtBot) -> None:
    dialogs = [make() for make in MADE.values()]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.done(0)
    made = {type(dialog).__name__ for dialog in dialogs}
    assert made == {kind.__name__ for kind in Dialog.__subclasses__() if kind.__module__.startswith("widgets.")}


@pytest.mark.parametrize("name", MADE)
def test_every_control_says_what_it_is_and_no_two_fields_the_same(name: str, qtbot: QtBot) -> None:
    dialog = shown(name, qtbot)
    kinds = (QLineEdit, QComboBox, QListWidget, QTreeWidget, QTableWidget, QPlainTextEdit, QAbstractButton)
    found = [w for kind in kinds for w in dialog.findChildren(kind) if w.isVisible()]
    assert len(found) >= 2
    for control in found:
        words = control.text() if isinstance(control, QAbstractButton) else ""
        assert control.accessibleName() or words or "qt_" in control.objectName(), type(control)
    assert dialog.accessibleName() == dialog.windowTitle() != ""
    for kind in (QLineEdit, QComboBox, QPlainTextEdit):
        names = [w.accessibleName() for w in dialog.findChildren(kind) if w.isVisible() and w.accessibleName()]
        assert len(names) == len(set(names)), names


@pytest.mark.parametrize("name", MADE)
def test_tab_reaches_every_control_and_comes_round_both_ways(name: str, qtbot: QtBot) -> None:
    dialog = shown(name, qtbot)
    wanted = controls(dialog)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        reached = set[QWidget]()
        for _ in range(len(wanted) + 12):
            focus = QApplication.focusWidget()
            assert focus is not None
            reached.add(focus)
            QTest.keyClick(focus, key)
        assert wanted <= reached, [(type(w).__name__, w.accessibleName()) for w in wanted - reached]


@pytest.mark.parametrize("name", MADE)
def test_outside_text_is_shown_as_text(name: str, qtbot: QtBot) -> None:
    dialog = shown(name, qtbot)
    for label in dialog.findChildren(QLabel):
        assert isinstance(label, PlainLabel), label.text()
        assert label.textFormat() is Qt.TextFormat.PlainText
    assert not dialog.findChildren(QTextEdit)
    for widget in dialog.findChildren(QWidget):
        assert "<img" not in widget.toolTip()


@pytest.mark.parametrize("name", MADE)
def test_escape_closes_it(name: str, qtbot: QtBot) -> None:
    dialog = opened(MADE[name](), qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_cut_at_the_size_it_opens_with(name: str, qtbot: QtBot) -> None:
    dialog = shown(name, qtbot)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    for pressed in dialog.findChildren(QAbstractButton):
        if pressed.isVisible() and pressed.text():
            assert pressed.width() >= pressed.sizeHint().width(), pressed.text()
            assert dialog.rect().contains(pressed.mapTo(dialog, pressed.rect().bottomRight())), pressed.text()


@pytest.mark.parametrize("name", MADE)
def test_enter_presses_nothing_but_the_primary_button(name: str, qtbot: QtBot) -> None:
    dialog = shown(name, qtbot)
    buttons = [b for b in dialog.findChildren(QPushButton) if b.isVisible()]
    primary = [b for b in buttons if b.property("primary")]
    assert len(primary) <= 1
    assert {b for b in buttons if b.isDefault()} <= set(primary)
