"""The line that says an alert: what has come to pass, since when, its requests, and who answers for it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from services.domain.alerts import Alert
from widgets import shapes, theme
from widgets.plain import Elided, PlainLabel, tip
from widgets.toast import announce

HEIGHT = 36


class AlertBar(QWidget):
    """One alert; hidden while there is none."""

    opened = Signal(object)
    """The Alert whose requests are wanted."""
    acknowledged = Signal(object)
    """The Alert that somebody answers for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.alert: Alert | None = None
        self.setFixedHeight(theme.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.words, self.beside = PlainLabel(weight=theme.SEMIBOLD), Elided(pixels=theme.BODY, muted=False)
        self.show_button, self.mine = QPushButton("Show them"), QPushButton("Acknowledge")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(40), theme.px(4), theme.px(8), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(self.words)
        row.addWidget(self.beside, 1)
        for button, wish in ((self.show_button, self.opened), (self.mine, self.acknowledged)):
            button.setProperty("compact", True)
            button.clicked.connect(lambda _=False, w=wish: self.alert is not None and w.emit(self.alert))
            row.addWidget(button)
        self.hide()

    def show_alert(
        self, alert: Alert | None, zone: tzinfo | None, more: int = 0, refusal: str = "", wrong: str = ""
    ) -> None:
        """Show this one; `more` others wait behind it.

        `refusal`: why it cannot be acknowledged here; `wrong`: why those who sit at no desk could not be told of it.
        """
        is_new = alert is not None and (self.alert is None or self.alert.id != alert.id)
        self.alert = alert
        if alert is None:
            self.hide()
            return
        parts = [f"since {_when(alert.begun_at, zone)}"]
        if alert.acknowledged_at is not None:
            parts.append(f"acknowledged by {alert.acknowledged_by} {_when(alert.acknowledged_at, zone)}")
        if more:
            parts.append(f"{more:,} more alert{'' if more == 1 else 's'} behind it")
        if wrong:
            parts.append(wrong)
        self.words.setText(alert.sentence)
        self.beside.setText(" · ".join(parts))
        self.mine.setVisible(alert.acknowledged_at is None)
        self.mine.setEnabled(not refusal)
        self.mine.setToolTip(tip(refusal))
        said = f"Alert. {alert.sentence}, {', '.join(parts)}"
        self.setAccessibleName(said)
        self.show()
        if is_new:
            announce(self, said)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of what is late, and its triangle."""
        p, painter = theme.current(), QPainter(self)
        painter.fillRect(self.rect(), theme.mix(p.overdue, p.surf, 0.14))
        shapes.paint_overdue(painter, QRectF(theme.px(14), (self.height() - 12) / 2, 12, 12), p)
        painter.end()


def _when(moment: datetime, zone: tzinfo | None) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
