"""Toasts: what was just done, with Undo and its key; they leave by themselves, but not under mouse or keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from widgets import theme
from widgets.icons import paint_icon
from widgets.plain import PlainLabel, tip

HEIGHT, INSET, GAP, MOST = 40, 16, 8, 3
SHOWN_MS = 10_000


class Toast(QWidget):
    """One sentence with an action."""

    acted = Signal(str)
    """The token it was shown with, when its action is pressed."""
    gone = Signal()

    def __init__(self, parent: QWidget, sentence: str, action: str, key: str, token: str, mark: str = "check") -> None:
        super().__init__(parent)
        self.token, self._mark = token, mark
        p = theme.current()
        self.words = PlainLabel(sentence)
        self.words.setStyleSheet(f"color: {p.toast_text};")
        self.words.setToolTip(tip(sentence))
        self.button = QToolButton()
        self.button.setText(action)
        self.button.setAccessibleName(f"{action}: {sentence}")
        self.button.setStyleSheet(
            f"QToolButton {{ color: {p.toast_undo}; font-weight: 600; border: 2px solid transparent; "
            "border-radius: 4px; background: transparent; padding: 3px 2px 1px 2px; } "
            f"QToolButton:focus {{ border-color: {p.toast_undo}; }}"
        )
        self.button.clicked.connect(self._act)
        self.key = PlainLabel(key, pixels=theme.META)
        self.key.setStyleSheet(f"color: {theme.mix(p.toast_text, p.toast, 0.72).name()};")
        self.setFixedHeight(theme.px(HEIGHT))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12 + 16 + 12), 0, theme.px(12), 0)
        row.setSpacing(theme.px(8))
        for part in (self.words, self.button, self.key):
            row.addWidget(part)
        self.button.setVisible(bool(action))  # only here: a part without a parent would show as a window of its own
        self.key.setVisible(bool(key))
        self.setAccessibleName(sentence)
        self.timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self.timer.timeout.connect(self.leave)
        self.button.installEventFilter(self)
        self.timer.start()

    def leave(self) -> None:
        """Go away now."""
        self.timer.stop()
        self.hide()
        self.gone.emit()
        self.deleteLater()

    def _act(self) -> None:
        self.acted.emit(self.token)
        self.leave()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse comes."""
        super().enterEvent(event)
        self.timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse leaves."""
        super().leaveEvent(event)
        self.timer.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay while the keyboard is on the button."""
        if event.type() is QEvent.Type.FocusIn:
            self.timer.stop()
        elif event.type() is QEvent.Type.FocusOut:
            self.timer.start()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(p.toast))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        side = theme.px(16)
        box = QRectF(theme.px(12), (self.height() - side) / 2, side, side)
        paint_icon(painter, box, self._mark, p.toast_text)


class Toasts(QObject):
    """The toasts of one pane, stacked at its left bottom, the newest lowest; or of what stands in its place."""

    undo_wanted = Signal(str)
    """The token (an operation) whose Undo was pressed."""

    def __init__(self, pane: QWidget, body: QStackedWidget | None = None) -> None:
        super().__init__(pane)
        self._home = self._pane = pane
        self._shown: list[Toast] = []
        self._offered: list[str] = []
        pane.installEventFilter(self)
        if body is not None:
            body.currentChanged.connect(lambda at: self._stand_on(body.widget(at)))

    @property
    def shown(self) -> list[Toast]:
        """The toasts in sight, oldest first."""
        return list(self._shown)

    def offer(self, token: str) -> None:
        """Remember what can be taken back, the newest last; its toast goes sooner."""
        if token:
            self._offered.append(token)

    def take_newest(self) -> str:
        """The token of the newest that can be taken back, which is offered no more; "" where there is nothing."""
        return self._offered.pop() if self._offered else ""

    def say(self, sentence: str, token: str = "", action: str = "Undo", key: str = "Ctrl+Z") -> Toast:
        """Show a sentence and have it read out; with a token, its action can be taken."""
        self.offer(token)
        if not token:
            action = key = ""
        toast = Toast(self._pane, sentence, action, key, token)
        toast.acted.connect(self.undo_wanted)
        toast.gone.connect(lambda: self._forget(toast))
        self._shown.append(toast)
        for old in self._shown[:-MOST]:
            old.leave()
        toast.show()
        toast.raise_()
        self._place()
        announce(self._pane, sentence)
        return toast

    def take_back(self, token: str) -> None:
        """Forget an offer, and let its toast go: it was taken."""
        self._offered = [offered for offered in self._offered if offered != token]
        for toast in self.shown:
            if toast.token == token:
                toast.leave()

    def _stand_on(self, current: QWidget | None) -> None:
        """What is said is seen, whatever stands in the pane's place."""
        pane = self._home if current is None or current.isAncestorOf(self._home) else current
        if pane is not self._pane:
            self._pane.removeEventFilter(self)
            self._pane = pane
            pane.installEventFilter(self)
            for toast in self._shown:
                toast.setParent(pane)
                toast.show()
                toast.raise_()
            self._place()

    def _forget(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            self._place()

    def _place(self) -> None:
        """Stack them; the key stands beside the newest only, since that is what the key takes back."""
        offers = [t for t in self._shown if t.token]
        for toast in offers:
            toast.key.setVisible(toast is offers[-1] and bool(toast.key.text()))
        inset = theme.px(INSET)
        bottom = self._pane.height() - inset
        for toast in reversed(self._shown):
            room = QSize(self._pane.width() - 2 * inset, toast.height())
            toast.resize(min(toast.sizeHint().width(), room.width()), toast.height())
            toast.move(inset, bottom - toast.height())
            bottom -= toast.height() + theme.px(GAP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the left bottom when the pane changes its size."""
        if watched is self._pane and event.type() is QEvent.Type.Resize:
            self._place()
        return False


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say a sentence."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    QAccessible.updateAccessibility(event)
