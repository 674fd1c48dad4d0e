"""The alerts of the past, newest first: when each began, who acknowledged it, and when it was over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QWidget

from services.domain.alerts import Alert
from widgets.dialog import Dialog, button

WIDTH, HEIGHT = 720, 480
EMPTY = 128
"""How high it is while there is nothing to list."""
NONE = "No alert has begun yet. One begins when what a rule watches reaches its threshold: “Alert rules…” (Ctrl+K)."


class PastDialog(Dialog):
    """A list; Enter shows the requests of one."""

    opened = Signal(object)
    """The Alert whose requests are wanted."""

    def __init__(self, alerts: Sequence[Alert], zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__("Alerts", WIDTH, HEIGHT if alerts else EMPTY, parent)
        self.about.setText("The newest first. Enter shows its requests." if alerts else NONE)
        self.list, self.leave = QListWidget(), button("Close")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setObjectName("plain")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Alerts")
        self.list.addItems([line(alert, zone) for alert in alerts])
        self.list.itemActivated.connect(lambda item: self._open(alerts[self.list.row(item)]))
        self.leave.clicked.connect(self.reject)
        self.list.setVisible(bool(alerts))
        self.body.addWidget(self.list, 1)
        self.body.addStretch()
        self.foot.addStretch(1)
        self.foot.addWidget(self.leave)

    def _open(self, alert: Alert) -> None:
        self.opened.emit(alert)
        self.accept()


def line(alert: Alert, zone: tzinfo | None) -> str:
    """Two lines: what came to pass, and when and by whom."""
    until = f"to {_when(alert.ended_at, zone)}" if alert.ended_at else "until now"
    seen = "nobody acknowledged it"
    if alert.acknowledged_at is not None:
        seen = f"acknowledged by {alert.acknowledged_by}, {_when(alert.acknowledged_at, zone)}"
    return f"{alert.sentence}\n{_when(alert.begun_at, zone)} {until} · {seen}"


def _when(moment: datetime, zone: tzinfo | None) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
