"""The dialog of the routing rules: their order, what each is for, and what they would have done last month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from services.domain.routing import Rule
from services.domain.shifts import parse_week, week_said
from services.domain.values import Crew
from services.errors import Invalid
from widgets import theme
from widgets.combo import Combo
from widgets.dialog import Dialog, button, head
from widgets.plain import PlainLabel, tip

WIDTH, HEIGHT, TYPING_MS = 1080, 640, 300
HEADS = ("Rule", "For", "When", "Crew", "Last 30 days")
WIDTHS = (176, 248, 136, 136)


class RoutingDialog(Dialog):
    """Edits rules, which are tried while they are edited; it reads and saves nothing itself."""

    try_wanted = Signal(object)
    """The rules, in order, to be tried on the last month."""
    save_wanted = Signal(object)

    def __init__(self, rules: Sequence[Rule], crews: Sequence[Crew], parent: QWidget | None = None) -> None:
        super().__init__("Routing rules", WIDTH, HEIGHT, parent)
        self.about.setText("What arrives goes to the crew of the first rule that takes it; a person may change it.")
        self.rules, self.crews = list(rules), [c for c in crews if c.active or c.id in {r.crew_id for r in rules}]
        self.list, self.effect = QTreeWidget(), PlainLabel("Being tried…", wrap=True, muted=True)
        self.name, self.services, self.areas, self.hours = (QLineEdit() for _ in range(4))
        self.crew = Combo()
        self.add, self.remove, self.up, self.down = map(button, ("Add", "Remove", "Up", "Down"))
        self.leave, self.save = button("Close"), button("Save", primary=True)
        self._soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._soon.timeout.connect(lambda: self.try_wanted.emit(tuple(self.rules)))
        self._build()
        self._connect()
        self._show(0)

    def _build(self) -> None:
        shown = self.list
        shown.setAccessibleName("Rules in their order")
        shown.setHeaderLabels(HEADS)
        shown.setRootIsDecorated(False)
        shown.setUniformRowHeights(True)
        shown.setFrameShape(QTreeWidget.Shape.NoFrame)
        shown.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for column, width in enumerate(WIDTHS):
            shown.setColumnWidth(column, theme.px(width))
        shown.header().setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        for crew in self.crews:
            self.crew.addItem(crew.name, crew.id)
        moves = QHBoxLayout()
        moves.setSpacing(theme.px(8))
        for part in (self.add, self.remove, self.up, self.down):
            moves.addWidget(part)
        moves.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        fields = (
            *(("Name", self.name, ""), ("Services", self.services, "Any; names with “;” between them")),
            *(("Areas", self.areas, "Any; names with “;” between them"), ("Crew", self.crew, "")),
            ("Hours", self.hours, "Always; such as Mon-Fri 7:00-15:30"),
        )
        for row, (title, field, hint) in enumerate(fields):
            grid.addWidget(PlainLabel(title, muted=True), row, 0)
            grid.addWidget(field, row, 1)
            field.setAccessibleName(title)
            if isinstance(field, QLineEdit):
                field.setPlaceholderText(hint)
        self.body.addWidget(shown, 1)
        self.body.addWidget(self.effect)
        self.body.addLayout(moves)
        self.body.addWidget(head("The rule chosen"))
        self.body.addLayout(grid)
        self.foot.addStretch(1)
        self.foot.addWidget(self.leave)
        self.foot.addWidget(self.save)

    def _connect(self) -> None:
        for field in (self.name, self.services, self.areas, self.hours):
            field.textEdited.connect(self._edited)
        self.crew.activated.connect(self._edited)
        self.list.currentItemChanged.connect(lambda *_: self._fill())
        self.list.itemChanged.connect(self._switched)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.leave.clicked.connect(self.reject)
        self.save.clicked.connect(lambda: self.save_wanted.emit(tuple(self.rules)))

    @property
    def at(self) -> int:
        """Which rule is chosen; −1 for none."""
        item: QTreeWidgetItem | None = self.list.currentItem()
        return -1 if item is None else self.list.indexOfTopLevelItem(item)

    def _show(self, at: int) -> None:
        """Show all rules, that one chosen, and have them tried."""
        self.list.blockSignals(True)
        self.list.clear()
        items = [QTreeWidgetItem() for _ in self.rules]
        self.list.addTopLevelItems(items)
        for item, rule in zip(items, self.rules, strict=True):
            self._say(item, rule)
        if items:
            self.list.setCurrentItem(items[max(0, min(at, len(items) - 1))])
        self.list.blockSignals(False)
        self._fill()
        self._try()

    def _say(self, item: QTreeWidgetItem, rule: Rule) -> None:
        parts = ("; ".join(rule.services) or "any service", "; ".join(rule.areas) or "anywhere")
        crew = next((c.name for c in self.crews if c.id == rule.crew_id), "")
        for column, text in enumerate((rule.name, " · ".join(parts), week_said(rule.week) or "always", crew)):
            item.setText(column, text)
            item.setToolTip(column, tip(text))
        item.setCheckState(0, Qt.CheckState.Checked if rule.active else Qt.CheckState.Unchecked)

    def _fill(self) -> None:
        at = self.at
        rule = self.rules[at] if at >= 0 else Rule("", 0)
        self.name.setText(rule.name)
        self.services.setText("; ".join(rule.services))
        self.areas.setText("; ".join(rule.areas))
        self.hours.setText(week_said(rule.week))
        self.crew.setCurrentIndex(self.crew.findData(rule.crew_id))
        for field in (self.name, self.services, self.areas, self.hours, self.crew, self.remove):
            field.setEnabled(at >= 0)
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < len(self.rules) - 1)
        self.add.setEnabled(bool(self.crews))

    def _edited(self) -> None:
        at = self.at
        item = self.list.topLevelItem(at)
        if item is None:
            return
        try:
            week = parse_week(self.hours.text())
        except Invalid as problem:
            self.say_problem(problem)
            self.save.setEnabled(False)
            return
        self.bar.clear()
        self.save.setEnabled(True)
        made = replace(
            self.rules[at],
            name=self.name.text(),
            services=_names(self.services.text()),
            areas=_names(self.areas.text()),
            crew_id=int(self.crew.currentData()),
            week=week,
        )
        self.rules[at] = made
        self.list.blockSignals(True)
        self._say(item, made)
        self.list.blockSignals(False)
        self._try()

    def _switched(self, item: QTreeWidgetItem) -> None:
        at = self.list.indexOfTopLevelItem(item)
        self.rules[at] = replace(self.rules[at], active=item.checkState(0) is Qt.CheckState.Checked)
        self._try()

    def _add(self) -> None:
        self.rules.append(Rule(f"Rule {len(self.rules) + 1}", self.crews[0].id))
        self._show(len(self.rules) - 1)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _remove(self) -> None:
        at = self.at
        del self.rules[at]
        self._show(at)

    def _move(self, by: int) -> None:
        at = self.at
        self.rules[at], self.rules[at + by] = self.rules[at + by], self.rules[at]
        self._show(at + by)

    def _try(self) -> None:
        self._soon.start()

    def show_effect(self, tried: Sequence[Rule], said: Sequence[str], total: str) -> None:
        """What each of these rules would have done, and all of them; nothing where they were changed since."""
        if list(tried) != self.rules:
            return
        self.list.blockSignals(True)
        for at, text in enumerate(said):
            item = self.list.topLevelItem(at)
            if item is not None:
                item.setText(len(HEADS) - 1, text if tried[at].active else "off")
                item.setToolTip(len(HEADS) - 1, tip(text))
        self.list.blockSignals(False)
        self.effect.setText(total)

    def done(self, result: int) -> None:
        """Closing leaves nothing waiting."""
        self._soon.stop()
        super().done(result)


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(";"))))
