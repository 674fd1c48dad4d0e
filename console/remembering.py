"""What the window was like when it was last closed: window.ini in the home, for the next start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QWidget

from widgets.queue.columns import Arrangement, SortKeys, read_keys, write_keys
from widgets.wall.choice import Choice

if TYPE_CHECKING:
    from console.window import Window

FILE = "window.ini"
SCHEMES = ("system", "light", "dark")


FRAME = QSize(16, 48)
"""What a system's frame and title add to a window, at most (pixels); it is known only once the window is shown."""


def take_place(window: QWidget, wanted: tuple[int, int]) -> None:
    """Give a window its first size (pixels); where that and a frame do not fit on the screen, fill the screen."""
    room = window.screen().availableGeometry().size() - FRAME
    size = QSize(*wanted).boundedTo(room)
    window.resize(size)
    if size != QSize(*wanted):
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


class Remembered:
    """Place and size of the window, its splitters, the queue's columns and order, light or dark; of no request."""

    def __init__(self, home: Path) -> None:
        self._file = QSettings(str(home / FILE), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> str:
        """Light, dark or as the system, as it was last chosen at the desk; "" when it never was."""
        found = self._file.value("theme", "")
        return found if found in SCHEMES else ""

    @property
    def wall(self) -> Choice:
        """What the wall display last showed."""
        return Choice.read({name: self._text(f"wall/{name}") for name in Choice().write()})

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
        window.queue.table.arrange(Arrangement.read(self._text("columns"), self._text("widths")))
        window.walling.choice = self.wall
        keys = self._keys()
        if keys:
            window.sort(keys)

    def _text(self, name: str) -> str:
        """A line of text; what was written with commas by another hand comes as a list."""
        found = self._file.value(name, "")
        return " ".join(map(str, found)) if isinstance(found, list) else str(found or "")

    def _keys(self) -> SortKeys:
        """The order of the queue; a file of an older desk holds one column."""
        old = read_keys(self._text("column"))[:1]
        return read_keys(self._text("order")) or tuple((c, self._text("descending") == "true") for c, _ in old)

    def keep(self, window: Window) -> None:
        """Write down how the window is now."""
        window.panes.settle()
        self._file.setValue("geometry", window.window().saveGeometry())
        self._file.setValue("across", window.panes.across.saveState())
        self._file.setValue("centre", window.panes.centre.saveState())
        if window.scheme:
            self._file.setValue("theme", window.scheme)
        columns, widths = window.queue.table.arrangement.write()
        self._file.setValue("columns", columns)
        self._file.setValue("widths", widths)
        for name, value in window.walling.choice.write().items():
            self._file.setValue(f"wall/{name}", value)
        if window.order:
            self._file.setValue("order", write_keys(window.order))
        for old in ("column", "descending"):
            self._file.remove(old)
        self._file.sync()
