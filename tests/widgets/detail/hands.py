"""What the tests of the detail pane do with their hands and eyes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.detail.pane import DetailPane
from widgets.selection import NOBODY


def written(said: list[Any] | None) -> tuple[str, list[int]]:
    """The text that was submitted, and for which requests."""
    text, ids = said or ("", NOBODY)
    return text, ids.tolist()


def seen(pane: DetailPane, widget: QWidget) -> bool:
    return widget.isVisibleTo(pane)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
