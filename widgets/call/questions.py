"""The questions a service asks, one under the other: what is read out, and a field for each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget

from services.domain.questions import MANY, ONE, fault, kept
from services.domain.values import Attribute
from widgets import theme
from widgets.combo import Combo
from widgets.detail import parts
from widgets.detail.text import Field
from widgets.plain import PlainLabel

BOX = 16
GAP = 8


class Choice(QCheckBox):
    """A check box whose words wrap, so that a long answer does not widen the pane."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__()
        self.key = key
        self.say(words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, words: str) -> None:
        """Have these words beside the box."""
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """The words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the words need in `width` px, and no less than 24 px."""
        room = QRect(0, 0, max(1, width - BOX - 2 * GAP), 10_000)
        return max(24, QFontMetrics(self.font()).boundingRect(room, _WRAP, self._words).height() + GAP)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        """May be narrow."""
        return QSize(80, 24)

    def hitButton(self, pos: QPoint) -> bool:
        """A click on the words counts too."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, tick and words; 2 px of accent around the box when it has the focus."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - BOX) // 2 if self.height() <= 28 else 4
        box = QRect(0, top, BOX, BOX)
        on = self.isChecked()
        edge = 2 if self.hasFocus() else 1
        ink = p.text if on and edge == 2 else p.accent if on or edge == 2 else p.muted
        painter.setPen(QPen(theme.colour(ink), edge))
        painter.setBrush(theme.colour(p.accent if on else p.surf))
        painter.drawRoundedRect(box.toRectF().adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), 3, 3)
        if on:
            painter.setPen(QPen(theme.colour(p.on_accent), 2))
            painter.drawPolyline([QPoint(4, top + 8), QPoint(7, top + 11), QPoint(12, top + 5)])
        painter.setPen(theme.colour(p.text))
        painter.setFont(self.font())
        words = self.rect().adjusted(BOX + GAP, 0, -GAP, 0)
        painter.drawText(words, _WRAP | Qt.AlignmentFlag.AlignVCenter.value, self._words)
        painter.end()


_WRAP = Qt.TextFlag.TextWordWrap.value


class _List(Combo):
    """One of a list of answers; the wheel scrolls the pane and changes no answer."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Question(QWidget):
    """One question: its words, the field for its answer, and what is wrong with it."""

    edited = Signal()

    def __init__(self, asked: Attribute) -> None:
        super().__init__()
        self.asked = asked
        self.problem = parts.Problem()
        self.words = PlainLabel(asked.description or asked.code, wrap=True)
        self.fields: list[QWidget] = []
        self.hint = PlainLabel(self._hint(), pixels=theme.META, muted=True, wrap=True)
        column = parts.column(self, spacing=4)
        for label in (self.words, self.hint):
            label.setMinimumWidth(1)
            column.addWidget(label)
        self.hint.setHidden(not self.hint.text())
        if asked.variable:
            self.fields = self._made()
        for field in self.fields:
            column.addWidget(field)
        column.addWidget(self.problem)
        self._name_fields()

    def _hint(self) -> str:
        several = self.asked.datatype == MANY and self.asked.values
        said = (
            "Required." if self.asked.variable and self.asked.required else "",
            "More than one can be chosen." if several else "",
            self.asked.datatype_description,
        )
        return " ".join(filter(None, said))

    def _made(self) -> list[QWidget]:
        values = self.asked.values
        if self.asked.datatype == MANY and values:
            boxes = [Choice(value.key, value.name or value.key) for value in values]
            for box in boxes:
                box.toggled.connect(self.edited)
            return list(boxes)
        if self.asked.datatype == ONE and values:
            return [self._list()]
        if self.asked.datatype == "text":
            text = Field(least=2, most=6)
            text.textChanged.connect(self.edited)
            return [text]
        line = QLineEdit()
        line.setPlaceholderText({"number": "Number", "datetime": "2026-08-29 14:30"}.get(self.asked.datatype, ""))
        line.textEdited.connect(self.edited)
        return [line]

    def _list(self) -> QComboBox:
        made = _List()
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(8)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.addItem("", "")
        for value in self.asked.values:
            made.addItem(value.name or value.key, value.key)
        made.currentIndexChanged.connect(self.edited)
        return made

    def _name_fields(self) -> None:
        name = self.words.text() + (", required" if self.asked.required else "")
        for field in self.fields:
            field.setAccessibleName(f"{name}: {field.accessibleName()}" if isinstance(field, Choice) else name)

    def answer(self) -> tuple[str, ...]:
        """What is answered: keys where there is a list, else words; () without an answer."""
        said: list[str] = []
        for field in self.fields:
            if isinstance(field, Choice):
                said += [field.key] if field.isChecked() else []
            elif isinstance(field, QComboBox):
                said.append(str(field.currentData() or ""))
            elif isinstance(field, QLineEdit | Field):
                said.append(field.text())
        return kept(said)

    def set_answer(self, given: Sequence[str]) -> None:
        """Put an answer into its field; keys that are no longer among the answers are left out."""
        for field in self.fields:
            if isinstance(field, Choice):
                field.setChecked(field.key in given)
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(max(0, field.findData(given[0])) if given else 0)
            elif isinstance(field, QLineEdit):
                field.setText(given[0] if given else "")
            elif isinstance(field, Field):
                field.set_text(given[0] if given else "")

    def say(self, sentence: str) -> None:
        """Say what is wrong, also to a screen reader; "" takes it away."""
        self.problem.say(sentence)
        for field in self.fields:
            field.setAccessibleDescription(sentence)

    def fault(self) -> str:
        """What is wrong with the answer; "" when nothing is."""
        return fault(self.asked, self.answer())


class Questions(QWidget):
    """The questions of one service, in its order; hidden while there are none."""

    edited = Signal()
    escaped = Signal()

    def __init__(self, label_width: int) -> None:
        super().__init__()
        self.rows: tuple[Question, ...] = ()
        self._label_width = label_width
        self._body: QWidget | None = None
        self._column = parts.column(self)
        self.hide()

    def show_questions(self, asked: Sequence[Attribute], answers: Mapping[str, Sequence[str]]) -> None:
        """Show these questions with what has been answered; the same ones again are left as they are."""
        in_order = tuple(sorted(asked, key=lambda question: question.order))
        if in_order == tuple(row.asked for row in self.rows):
            return
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self.rows = tuple(Question(question) for question in in_order)
        self._body = self._laid()
        self._column.addWidget(self._body)
        self._body.show()
        for row in self.rows:
            row.set_answer(answers.get(row.asked.code, ()))
            row.edited.connect(self.edited)
            for field in row.fields:
                if isinstance(field, Field):
                    field.escaped.connect(self.escaped)
        self.setVisible(bool(self.rows))

    def _laid(self) -> QWidget:
        body = QWidget()
        column = parts.column(body)
        before = ""
        for made in self.rows:
            side = "Ask" if made.asked.variable else "Read out"
            column.addSpacing(16)
            line = parts.row(0)
            label = PlainLabel(side if side != before else "", muted=True)
            label.setFixedWidth(self._label_width)
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(made, 1)
            column.addLayout(line)
            before = side
        return body

    def order_after(self, before: QWidget) -> None:
        """Let Tab go from `before` through the answers, and on to what followed it."""
        for stop in self.stops():
            QWidget.setTabOrder(before, stop)
            before = stop

    def stops(self) -> list[QWidget]:
        """Every field that takes an answer, in order."""
        return [field for row in self.rows for field in row.fields]

    def answers(self) -> dict[str, tuple[str, ...]]:
        """What is answered, by the question's code; nothing for a question without an answer."""
        return {row.asked.code: said for row in self.rows if (said := row.answer())}
