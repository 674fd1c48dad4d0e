"""Collects garbage in the UI thread alone, wherever work is done in others.

A Qt object that ended in another thread would take the whole process along.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EACH_MS = 500


def look() -> None:
    """Collect as deep as Python would by now."""
    young, middle, old = (count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True))
    if young:
        gc.collect(2 if middle and old else 1 if middle else 0)


class Collector(QObject):
    """In the place of Python's own collector, which begins in whatever thread happens to make an object."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(look)
        self._timer.start()

    def spare(self) -> None:
        """What is there now stays: it is not looked through again, which took the window 100 ms."""
        gc.freeze()

    def stop(self) -> None:
        """Leave it to whoever had it before, once no other thread works."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
