"""The filter bar: one line of text whose query words look like chips, completed from lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QTextCharFormat
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from services.queue.words import KEYS, parse
from widgets import theme
from widgets.icons import paint_icon
from widgets.picklist import Choice, PickList, fitting

HEIGHT, WIDEST, CHIP, RADIUS, LEFT = 32, 920, 20, 4, 40
CHIP_PAD, CHIP_GAP = 6, 8
LIST_WIDTH = 480
HINT = "Ctrl+Shift+K"
_CHIP = re.compile(r'(?<!\S)-?(?P<key>[A-Za-z]+)[:<>](?:"[^"]*"?|[^\s"])+')
_WORD = re.compile(r'(?<!\S)-?(?P<key>[A-Za-z]*)(?P<op>[:<>]?)(?P<value>(?:"[^"]*"?|[^\s"])*)')
_Attribute = QInputMethodEvent.Attribute
_SAID_OF_KEYS = {
    "status": "where it stands",
    "service": "kind of work",
    "crew": "who goes",
    "claimed": "which colleague looks after it",
    "area": "ward or district",
    "channel": "how it came in",
    "upstream": "where it is kept besides here",
    "outcome": "how it ended",
    "number": "number:101000320036",
    "is": "overdue, mine, unassigned…",
    "due": "due<1d, due:today",
    "age": "age>3d",
    "since": "since:3d",
    "opened": "opened:2026-11-20, opened:today",
    "closed": "closed:2026-11-20..2026-11-22",
    "reopened": "closed before, and opened again: reopened:2026-11",
    "told": "an update was sent: told:today",
    "undelivered": "something was refused or is in doubt: undelivered:today",
    "touched": "how soon: touched<4h",
    "call": "how long on the telephone: call>5m",
    "took": "to close: took>3d",
    "overdue": "so many times over: overdue:3x",
    "risk": "to miss its due time: risk>50%",
}
MEANINGS = {
    "is": {
        "open": "every status but closed",
        "closed": "whatever its outcome",
        "overdue": "open, and past its due time",
        "unassigned": "open, and no crew has it",
        "mine": "open, and claimed by you; or by nobody, and you acted on it last",
        "noplace": "without a usable place",
        "differs": "its upstream says something else",
        "reopened": "was closed, and is open again",
        "kept": "closed by its due time",
        "missed": "closed after its due time",
        "undelivered": "something was refused or is in doubt",
        "callback": "a caller is to be called back",
        "visible": "on what the map shows now",
        "outside": "beyond the city's extent",
    },
    "status": {"open": "every status but closed"},
    "crew": {"none": "no crew has it"},
    "claimed": {"none": "nobody has claimed it"},
    "overdue": {"1x": "late, but not three times over", "3x": "three times what was allowed has gone by"},
    "risk": {"none": "nothing can be said of it"},
    "area": {"none": "in none of the city's areas"},
    "due": {"today": "from now until midnight", "tomorrow": "the day after", "none": "open, without a due time"},
}
"""What a value means, where its name does not say it: {key: {value: words}}."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A query word in the text: where it begins and ends, where its value begins, and whether it makes sense."""

    start: int
    value: int
    end: int
    good: bool


def chips(text: str) -> list[Chip]:
    """The query words of a text that are to look like chips."""
    found = []
    for match in _CHIP.finditer(text):
        if match["key"].lower() in KEYS:
            good = not parse(match[0]).problems
            found.append(Chip(match.start(), match.end("key") + 1, match.end(), good))
    return found


class FilterEdit(QLineEdit):
    """A line edit that draws a chip behind each query word; it stays text, edited by keyboard as any other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filter")
        self.setAccessibleName("Filter the queue")
        self.setPlaceholderText("Filter: status:new  area:“Ward 6”  due<1d  or any words")
        self.setTextMargins(theme.px(LEFT - 8), 0, theme.px(96), 0)
        self._composing = False
        self._chips: list[Chip] = []
        self.textChanged.connect(self._lay_out)

    def _lay_out(self) -> None:
        """Colour the keys and widen the spaces between chips, through the formats an input method may set."""
        self._chips = chips(self.text())
        if self._composing:
            return
        p = theme.current()
        keys, gap = QTextCharFormat(), QTextCharFormat()
        keys.setForeground(theme.colour(p.muted))
        gap.setFontWordSpacing(theme.px(2 * CHIP_PAD + CHIP_GAP) - self.fontMetrics().horizontalAdvance(" "))
        formats = [self._format(c.start, c.value, keys) for c in self._chips]
        formats += [self._format(c.end, c.end + 1, gap) for c in self._chips if c.end < len(self.text())]
        formats += [self._format(c.start - 1, c.start, gap) for c in self._chips if c.start and not self._ends(c.start)]
        QCoreApplication.sendEvent(self, QInputMethodEvent("", formats))

    def _ends(self, place: int) -> bool:
        return any(c.end == place - 1 for c in self._chips)

    def _format(self, start: int, end: int, made: QTextCharFormat) -> QInputMethodEvent.Attribute:
        return _Attribute(QInputMethodEvent.AttributeType.TextFormat, start - self.cursorPosition(), end - start, made)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Leave the formats alone while an input method composes a letter."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_chips"):
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frame(painter)
        painter.setClipRect(QRectF(theme.px(LEFT) - 8, 0, self.width() - theme.px(LEFT + 88), self.height()))
        for chip in self._chips:
            self._chip(painter, chip)
        painter.end()
        super().paintEvent(event)

    def _frame(self, painter: QPainter) -> None:
        p, focused = theme.current(), self.hasFocus()
        width = 2 if focused else 1
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        pen = painter.pen()
        pen.setColor(theme.colour(p.accent if focused else p.hair))
        pen.setWidth(width)
        painter.setPen(pen)
        painter.setBrush(theme.colour(p.surf))
        painter.drawRoundedRect(box, 6, 6)
        paint_icon(painter, QRectF(12, (self.height() - 16) / 2, 16, 16), "search", p.muted)
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.muted))
        inner = self.rect().adjusted(0, 0, -12, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, HINT)

    def _chip(self, painter: QPainter, chip: Chip) -> None:
        p = theme.current()
        left, right = self._x(chip.start), self._x(chip.end)
        height = theme.px(CHIP)
        box = QRectF(left - CHIP_PAD, (self.height() - height) / 2, right - left + 2 * CHIP_PAD, height)
        painter.setPen(Qt.PenStyle.NoPen)
        ground: QColor = theme.mix(p.accent if chip.good else p.overdue, p.surf, 0.12 if chip.good else 0.16)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _x(self, place: int) -> float:
        """Where the text before `place` ends, as it is laid out and scrolled (pixels)."""
        shown = self.cursorRect().center().x()
        return shown + self._advance(place) - self._advance(self.cursorPosition())

    def _advance(self, place: int) -> float:
        metrics, text = self.fontMetrics(), self.text()
        widened = sum(
            1 for i in range(place) if text[i] == " " and any(i == c.end or i == c.start - 1 for c in self._chips)
        )
        extra = theme.px(2 * CHIP_PAD + CHIP_GAP) - metrics.horizontalAdvance(" ")
        return metrics.horizontalAdvance(text[:place]) + widened * extra


class _Below(QFrame):
    """A plain panel under the field, for the completions."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAutoFillBackground(True)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what is in sight."""
        p, painter = theme.current(), QPainter(self)
        painter.fillRect(self.rect(), theme.colour(p.surf))
        painter.setPen(theme.colour(p.hair))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class FilterBar(QWidget):
    """The field with its completions."""

    edited = Signal(str)
    """The text, at each keystroke."""
    left = Signal()
    """Esc or Enter: the keyboard goes back to the list."""
    settled = Signal()
    """No completions are offered any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = FilterEdit()
        self.edit.setFixedHeight(theme.px(HEIGHT))
        self.setMaximumWidth(theme.px(WIDEST))
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        self._values: dict[str, Sequence[str]] = {}
        self._below: _Below | None = None
        self._set_programmatically = False
        self.list = PickList(self)
        self.list.hide()
        self.list.chosen.connect(self._complete)
        self.edit.textChanged.connect(self._changed)
        self.edit.cursorPositionChanged.connect(lambda: self._look())
        self.edit.installEventFilter(self)

    @property
    def text(self) -> str:
        """The filter as typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Show another filter without saying that the person edited it."""
        if text != self.edit.text():
            self._set_programmatically = True
            self.edit.setText(text)
            self._set_programmatically = False
        self._hide()

    def set_values(self, values: Mapping[str, Sequence[str]]) -> None:
        """What each query word can be completed with: {"status": ["new", …], "service": [...], …}."""
        self._values = dict(values)

    def focus(self) -> None:
        """Bring the keyboard here, with the text ready to be typed over or added to."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.end(False)

    def _changed(self, text: str) -> None:
        if not self._set_programmatically:
            self.edited.emit(text)
            self._look()

    # -- completion ---------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Offer completions of the word at the cursor."""
        if self._set_programmatically or not self.edit.hasFocus():
            return
        offered = self._offers()
        if offered:
            self.list.show_choices(offered)
            self._open(self.list.height_wanted() + 8)
        else:
            self._hide()

    def _word(self) -> re.Match[str] | None:
        """The word that ends at the cursor, if the cursor stands at a word's end."""
        text, place = self.text, self.edit.cursorPosition()
        if text[place : place + 1].strip():
            return None
        words = (m for m in _WORD.finditer(text[:place]) if m[0] and m.end() == place)
        return next(words, None)

    def _offers(self) -> list[Choice]:
        match = self._word()
        if match is None:
            return []
        key, typed = match["key"].lower(), match["value"].rpartition(",")[2].strip('"')
        if not match["op"]:
            fit = [k for k in KEYS if k.startswith(key) and key]
            return [Choice(f"{k}:", f"{k}:", keys=_SAID_OF_KEYS.get(k, "")) for k in fit]
        values = self._values.get(key, ())
        if match["op"] != ":" or typed.casefold() in (v.casefold() for v in values):
            return []
        said, icons = MEANINGS.get(key, {}), key == "status"
        return fitting([Choice(v, v, keys=said.get(v, ""), icon=v if icons else "") for v in values], typed)[:50]

    def _complete(self, value: str) -> None:
        """Put a completion in the place of the word at the cursor."""
        match = self._word()
        if match is None:
            return
        before, after = self.text[: match.start()], self.text[self.edit.cursorPosition() :]
        if match["op"]:
            kept = match[0][: len(match[0]) - len(match["value"].rpartition(",")[2])]
            value = f'"{value}"' if re.search(r'[\s",]', value) else value
            value = f"{kept}{value} "
        elif match[0].startswith("-"):
            value = f"-{value}"
        self.edit.setText(f"{before}{value}{after.lstrip() if value.endswith(' ') else after}")
        self.edit.setCursorPosition(len(before) + len(value))

    def _open(self, height: int) -> None:
        window = self.window()
        if self._below is None or self._below.parent() is not window:
            self._below = _Below(window)
            column = QVBoxLayout(self._below)
            column.setContentsMargins(1, 4, 1, 4)
            column.addWidget(self.list)
        self.list.show()
        width = min(self.width(), theme.px(LIST_WIDTH))
        place = self.mapTo(window, QPoint(0, self.height() // 2 + theme.px(HEIGHT) // 2 + 4))
        self._below.setGeometry(place.x(), place.y(), width, height)
        self._below.raise_()
        self._below.show()

    def _hide(self) -> None:
        if self._below is not None and not self._below.isHidden():
            self._below.hide()
            self.settled.emit()

    @property
    def completing(self) -> bool:
        """True while completions are offered."""
        return self._below is not None and self._below.isVisible()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Arrows and Tab choose a completion; Enter and Esc go back to the list."""
        if watched is self.edit and event.type() is QEvent.Type.FocusOut:
            self._hide()
        if watched is self.edit and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return False

    def _key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Down | Qt.Key.Key_Up if self.completing:
                self.list.step(1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Tab if self.completing:
                self.list.take()
            case Qt.Key.Key_Escape if self.completing:
                self._hide()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.completing and self._typed_key():
                self.list.take()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape | Qt.Key.Key_Down:
                self._hide()
                self.left.emit()
            case _:
                return False
        return True

    def _typed_key(self) -> bool:
        """Whether Enter takes the completion: after "status:" it does, in free words it does not."""
        match = self._word()
        return match is not None and bool(match["op"])
