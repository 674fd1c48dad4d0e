"""What the window was like when it was last closed: window.ini in the home, for the next start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from widgets.queue.model import NAMES
from widgets.queue.view import ORDERS

if TYPE_CHECKING:
    from console.window import Window

FILE = "window.ini"
SCHEMES = ("system", "light", "dark")
COLUMNS = {*NAMES, *(column for column, _, _ in ORDERS)}


class Remembered:
    """Place and size of the window, its splitters, the order of the queue, light or dark. Nothing of any request."""

    def __init__(self, home: Path) -> None:
        self._file = QSettings(str(home / FILE), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> str:
        """Light, dark or as the system, as it was last chosen at the desk; "" when it never was."""
        found = self._file.value("theme", "")
        return found if found in SCHEMES else ""

    def restore(self, window: Window) -> None:
        """Make the window as it was; what is missing or damaged stays at its default."""
        for name, put in (
            ("geometry", window.restoreGeometry),
            ("across", window.panes.across.restoreState),
            ("centre", window.panes.centre.restoreState),
        ):
            found = self._file.value(name)
            if isinstance(found, QByteArray):
                put(found)
        column, descending = self._file.value("column", ""), self._file.value("descending", "")
        if isinstance(column, str) and column in COLUMNS:
            window.sort(column, descending == "true")

    def keep(self, window: Window) -> None:
        """Write down how the window is now."""
        window.panes.settle()
        self._file.setValue("geometry", window.saveGeometry())
        self._file.setValue("across", window.panes.across.saveState())
        self._file.setValue("centre", window.panes.centre.saveState())
        if window.scheme:
            self._file.setValue("theme", window.scheme)
        column, descending = window.order
        if column:
            self._file.setValue("column", column)
            self._file.setValue("descending", "true" if descending else "false")
        self._file.sync()
