"""How long the caller has been on the line: a quiet line of words that goes on only while it is seen."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent

from widgets import theme
from widgets.plain import PlainLabel

SECOND_MS = 1_000
LONGEST_CALL = 4 * 3_600
"""Seconds."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def on_the_line(seconds: int) -> str:
    """The words for so many seconds since the call began; the larger they are, the less exact."""
    if seconds < _MINUTE:
        return f"{max(0, seconds)} s on the line"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} m {seconds % _MINUTE} s on the line"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} m on the line"
    return f"begun {seconds // _DAY} d ago"


def handled(since: datetime) -> int | None:
    """How many seconds a call that began then has taken; None for one left so long that it was none all the time."""
    gone = int((datetime.now(UTC) - since).total_seconds())
    return gone if 0 <= gone <= LONGEST_CALL else None


class CallClock(PlainLabel):
    """Follows the system's clock, so that it says the same after the desk has been closed in between."""

    def __init__(self) -> None:
        super().__init__(pixels=theme.META, muted=True)
        self._since = datetime.now(UTC)
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._tick)

    @property
    def ticking(self) -> bool:
        """Whether it goes on: only while it is seen."""
        return self._next.isActive()

    def set_since(self, moment: datetime) -> None:
        """When the call began (UTC)."""
        self._since = moment
        self._tick()

    def showEvent(self, event: QShowEvent) -> None:
        """It is seen: go on from now."""
        super().showEvent(event)
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: rest."""
        super().hideEvent(event)
        self._next.stop()

    def _tick(self) -> None:
        """Say how long it is, and again at the next whole second."""
        gone = int((datetime.now(UTC) - self._since).total_seconds() * 1000)
        self.setText(on_the_line(gone // SECOND_MS))
        if self.isVisible():
            self._next.start(SECOND_MS - gone % SECOND_MS)
