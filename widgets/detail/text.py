"""Text that is shown or typed, never read as markup: 20 px lines, as high as its text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextBlockFormat, QTextCursor, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from widgets import theme

LINE = 20


class PlainEdit(QTextEdit):
    """A plain-text field without scroll bars that grows with its text, between two numbers of lines."""

    submitted = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None, *, least: int = 1, most: int = 12) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._fit)
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Show this text, as it is; what was typed before cannot be brought back by Ctrl+Z."""
        self.document().setUndoRedoEnabled(False)
        self.setPlainText(text)
        form = QTextBlockFormat()
        form.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)
        self.document().setUndoRedoEnabled(not self.isReadOnly())
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._fit()

    def text(self) -> str:
        """What stands in the field."""
        return self.toPlainText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text only, whatever else is on the clipboard."""
        self.insertPlainText(source.text())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Only text can be pasted or dropped."""
        return source.hasText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter submits, Esc leaves."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the pane, not the field, while the field shows all of its text."""
        if self._lines() > self._most:
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit again when the font or the style changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def sizeHint(self) -> QSize:
        """As wide as there is room, as high as set."""
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        """May be narrow; the text wraps."""
        return QSize(40, self.height())

    def _lines(self) -> int:
        return max(1, round(self.document().size().height() / LINE))

    def _fit(self) -> None:
        margins = self.contentsMargins()
        lines = min(self._most, max(self._least, self._lines()))
        height = lines * LINE + margins.top() + margins.bottom()
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if self._lines() > self._most else policy.ScrollBarAlwaysOff
        )
        if height != self.height():
            self.setFixedHeight(height)

    def restyle(self) -> None:
        """Take the colours from the theme in force."""


class PlainText(PlainEdit):
    """Text from outside that can be selected and copied, but not changed; always as high as it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, most=100_000)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.restyle()

    def restyle(self) -> None:
        """Take the colours from the theme in force."""
        p = theme.current()
        self.setStyleSheet(
            f"QTextEdit {{ background: transparent; color: {p.text}; border: none; padding: 0;"
            f" selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}"
        )


class Field(PlainEdit):
    """The bordered field of a message: hairline, 2 px accent when it has the focus."""

    def __init__(self, parent: QWidget | None = None, *, least: int = 2, most: int = 10) -> None:
        super().__init__(parent, least=least, most=most)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours from the theme in force."""
        p = theme.current()
        self.setStyleSheet(
            f"QTextEdit {{ background: {p.surf}; color: {p.text}; border: 1px solid {p.hair}; border-radius: 4px;"
            f" padding: 8px 8px; placeholder-text-color: {p.muted};"
            f" selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}"
            f"QTextEdit:focus {{ border: 2px solid {p.accent}; padding: 7px 7px; }}"
            f"QTextEdit:disabled {{ background: {p.win}; color: {p.muted}; }}"
        )
        self._fit()


class StaffField(PlainEdit):
    """The field of a staff note, straight on the staff ground; 2 px accent when it has the focus."""

    PAD = 6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, least=1, most=10)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours from the theme in force."""
        p = theme.current()
        self.setStyleSheet(
            f"QTextEdit {{ background: transparent; color: {p.staff_ink}; border: 2px solid transparent;"
            f" border-radius: 4px; padding: 2px 4px; selection-background-color: {p.accent};"
            f" selection-color: {p.on_accent}; placeholder-text-color: {p.staff_ink}; }}"
            f"QTextEdit:focus {{ border: 2px solid {p.accent}; }}"
        )
        self._fit()
