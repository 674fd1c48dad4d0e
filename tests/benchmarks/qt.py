"""What the rows with windows share: the application at a fixed size, and proof that a widget painted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

import resources
from tests.benchmarks.harness import NotTheSame
from widgets import theme

W = TypeVar("W", bound=QWidget)
SIZE = (1200, 800)
"""Pixels of every pane that is timed, ours and peers'."""
FONTS = Path(resources.__file__).parent / "fonts"


def application() -> QApplication:
    """The running application with the desk's look, begun where there is none yet."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["benchmark"])
    theme.install(app, FONTS, "light")
    return app


def shown(widget: W, size: tuple[int, int] = SIZE) -> W:
    """The widget on screen at the common size."""
    widget.resize(*size)
    widget.show()
    application().processEvents()
    return widget


class Painted(QObject):
    """Counts the paint events of widgets, so that a repaint that drew nothing is never timed as one."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.widgets = widgets
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let through."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False

    def now(self) -> None:
        """Repaint every widget before returning. Raises NotTheSame where one did not paint."""
        before = self.count
        for widget in self.widgets:
            widget.repaint()
        if self.count < before + len(self.widgets):
            raise NotTheSame("a widget did not paint")


def close(*widgets: QWidget) -> None:
    """Take windows down now."""
    for widget in widgets:
        widget.close()
        widget.deleteLater()
    app = application()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
