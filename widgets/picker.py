"""A popup with a field and a list: type to filter, arrows to move, Enter to pick, Esc to leave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget

from widgets import theme
from widgets.picklist import Choice, PickList, fitting
from widgets.plain import PlainLabel

INSET = 8


class Picker(QFrame):
    """Shows choices over its parent's window; says which was picked, and closes."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, name: str, hint: str, width: int) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(name)
        self._width = width
        self._choices: list[Choice] = []
        self.title = PlainLabel(pixels=theme.META, weight=theme.SEMIBOLD, muted=True)
        self.field = QLineEdit()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.list = PickList()
        self.nothing = PlainLabel(muted=True, wrap=True)
        self.nothing.setContentsMargins(4, 4, 4, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, INSET, 1, INSET)
        column.setSpacing(INSET)
        head = QVBoxLayout()
        head.setContentsMargins(INSET, 0, INSET, 0)
        head.setSpacing(4)
        for part in (self.title, self.field, self.nothing):
            head.addWidget(part)
        column.addLayout(head)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.chosen.connect(self._picked)

    def offer(self, choices: Sequence[Choice], title: str = "") -> None:
        """Show these choices, all of them until something is typed."""
        self._choices = list(choices)
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.field.clear()
        self._filter("")

    def open_at(self, place: QPoint) -> None:
        """Open with the left top corner at `place` (screen pixels), kept within the screen."""
        self.adjust()
        room = self.screen().availableGeometry() if self.screen() else QRect(place, self.size())
        left = max(room.left(), min(place.x(), room.right() - self.width()))
        top = max(room.top(), min(place.y(), room.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.activateWindow()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def open_over(self, window: QWidget) -> None:
        """Open in the upper middle of a window."""
        self.adjust()
        self.open_at(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, theme.px(56))))

    def adjust(self) -> None:
        """Take the size that the choices need."""
        self.list.setFixedHeight(self.list.height_wanted())
        self.setFixedWidth(theme.px(self._width))
        if column := self.layout():
            column.activate()  # of what has just been hidden no room is left
        self.adjustSize()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the keyboard back to the window it was opened over, unless another program has it by now."""
        super().hideEvent(event)
        parent = self.parentWidget()
        if parent is not None and QApplication.activeWindow() is parent.window():
            parent.window().activateWindow()

    def _filter(self, typed: str) -> None:
        found = fitting(self._choices, typed)
        self.list.show_choices(found)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(f"Nothing here fits “{typed}”." if typed else "There is nothing to choose from.")
        if self.isVisible():
            self.adjust()

    def _picked(self, key: str) -> None:
        self.close()
        self.chosen.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc typed in the field go to the list."""
        if watched is self.field and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return False

    def _key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self.list.step(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self.list.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.list.take()
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        painter.fillRect(self.rect(), theme.colour(p.surf))
        painter.setPen(theme.colour(p.hair))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
