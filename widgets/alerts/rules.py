"""The dialog of the alert rules: at the left all, at the right the one that is looked at and what it would do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from services.domain.alerts import Measure, Rule
from services.errors import Expected
from widgets import theme
from widgets.combo import Combo
from widgets.dialog import Dialog, button, head, labelled
from widgets.plain import PlainLabel

WIDTH, HEIGHT, LEFT = 880, 520, 260
TYPING_MS = 400
"""How long a rule rests before it is looked at what it would do."""
_MEASURES = {
    Measure.COUNT: "Requests that the words find: so many or more",
    Measure.OLDEST: "The oldest of them: so many hours old",
    Measure.RATE: "Arrivals of an hour: so many times what is normal",
}


class RulesDialog(Dialog):
    """Shows rules, and asks for what is to be done with them. It reads and writes nothing itself."""

    preview_wanted = Signal(object)
    """A Rule of which it is to be said what it would do; answer with `show_preview` or `say_wrong`."""
    save_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Alert rules", WIDTH, HEIGHT, parent)
        self.about.setText("Watched for all desks; however much comes, an alert is said once, until it is over.")
        self._rule = Rule(0, "", "", Measure.COUNT, 20)
        self._rules: list[Rule] = []
        self._filling = False
        self.list = QListWidget()
        self.name, self.query, self.threshold = QLineEdit(), QLineEdit(), QLineEdit()
        self.mail, self.webhook = QLineEdit(), QLineEdit()
        self.measure, self.desktop = Combo(), QCheckBox("Say it on the screens of the desks")
        self.active = QCheckBox("Watch it")
        self.preview = PlainLabel(wrap=True)
        self.new, self.leave, self.save = button("New rule"), button("Close"), button("Save", primary=True)
        self._soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._soon.timeout.connect(lambda: self.preview_wanted.emit(self.rule))
        self._build()
        self._connect()
        self._fill(self._rule)

    def _build(self) -> None:
        for measure, words in _MEASURES.items():
            self.measure.addItem(words, measure)
        self.threshold.setValidator(QDoubleValidator(0, 1e9, 3, self.threshold))
        self.query.setPlaceholderText('service:"Tree Emergencies" is:overdue area:"Ward 3"')
        self.mail.setPlaceholderText("nobody")
        self.webhook.setPlaceholderText("none, or the name of a [[webhook]] in config.toml")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setObjectName("plain")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.list.setAccessibleName("Alert rules")
        self.list.setFixedWidth(theme.px(LEFT))
        form = QFormLayout()
        form.setSpacing(theme.px(8))
        for words, field in (
            ("Name", self.name), ("Requests", self.query), ("Alert on", self.measure), ("Threshold", self.threshold),
            ("E-mail to", self.mail), ("Webhook", self.webhook), ("", self.desktop), ("", self.active),
        ):  # fmt: skip
            labelled(form, words, field)
            field.setAccessibleName(words)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        right.addLayout(form)
        right.addSpacing(theme.px(8))
        right.addWidget(head("What it would do"), 0, Qt.AlignmentFlag.AlignTop)
        right.addWidget(self.preview, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.px(24))
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.foot.addWidget(self.new)
        self.foot.addStretch(1)
        self.foot.addWidget(self.leave)
        self.foot.addWidget(self.save)

    def _connect(self) -> None:
        for field in (self.name, self.query, self.threshold, self.mail, self.webhook):
            field.textChanged.connect(self._changed)
        self.measure.currentIndexChanged.connect(self._changed)
        for box in (self.desktop, self.active):
            box.toggled.connect(self._changed)
        self.list.currentRowChanged.connect(self._chosen)
        self.new.clicked.connect(self._begin)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.rule))
        self.leave.clicked.connect(self.reject)

    @property
    def rule(self) -> Rule:
        """The rule as it is written; a threshold that is no number is 0."""
        number = self.threshold.text().replace(",", "")
        return Rule(
            self._rule.id, self.name.text(), self.query.text(), Measure(self.measure.currentData()),
            float(number) if self.threshold.hasAcceptableInput() else 0.0, self.desktop.isChecked(), self.mail.text(),
            self.webhook.text(), self.active.isChecked(),
        )  # fmt: skip

    def show_rules(self, rules: Sequence[Rule], chosen: str = "") -> None:
        """Show these; the one of that name, else the first, is looked at."""
        self._rules = list(rules)
        self.list.clear()
        for rule in rules:
            off = "" if rule.active else " (off)"
            self.list.addItem(f"{rule.name}{off}\n{rule.condition}")
        names = [rule.name for rule in rules]
        if rules:
            self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        elif not (self.name.text() or self.query.text()):  # nobody has begun to write one
            self._begin()

    def show_preview(self, sentence: str) -> None:
        """Say what the rule would do."""
        self.bar.clear()
        self.preview.setText(sentence)
        self.save.setEnabled(True)

    def say_wrong(self, problem: Expected) -> None:
        """Say why the rule cannot be kept as it is written."""
        self.preview.setText(str(problem))
        self.save.setEnabled(False)

    def _begin(self) -> None:
        self.list.setCurrentRow(-1)
        self._fill(Rule(0, "", "", Measure.COUNT, 20))
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self._rules):
            self._fill(self._rules[row])

    def _fill(self, rule: Rule) -> None:
        self._rule, self._filling = rule, True
        for field, words in (
            (self.name, rule.name), (self.query, rule.query), (self.threshold, f"{rule.threshold:g}"),
            (self.mail, rule.mail), (self.webhook, rule.webhook),
        ):  # fmt: skip
            field.setText(words)
        self.measure.setCurrentIndex(self.measure.findData(rule.measure))
        self.desktop.setChecked(rule.desktop)
        self.active.setChecked(rule.active)
        self._filling = False
        self._changed()

    def _changed(self) -> None:
        if not self._filling:
            self.preview.setText("…")
            self._soon.start()

    def done(self, result: int) -> None:
        """Closing leaves nothing being looked at."""
        self._soon.stop()
        super().done(result)
