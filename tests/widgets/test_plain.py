"""Text from outside stays text: in every label, tooltip and painted list of every widget module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from services.domain.values import Crew
from services.queue.snapshot import build
from services.queue.views import View
from tests.widgets.rows import NOW, every_row, row
from widgets.empty import EmptyState
from widgets.filterbar import FilterBar
from widgets.helpsheet import HelpSheet, KeyLine
from widgets.keybutton import KeyButton
from widgets.messagebar import MessageBar
from widgets.palette import CommandPalette
from widgets.picklist import Choice
from widgets.plain import PlainLabel, tip
from widgets.queue.view import QueuePane
from widgets.rail import Rail
from widgets.selection import Selection
from widgets.statusbar import StatusBar, UpstreamLine
from widgets.toast import Toasts
from widgets.topbar import TopBar

EVIL = "<img src=file:///etc/hostname><b>bold</b>"
ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "widgets").rglob("*.py"), *(ROOT / "console").rglob("*.py")])


def _empty() -> QWidget:
    made = EmptyState()
    made.say(EVIL, EVIL, EVIL, ("x", EVIL))
    return made


def _filter() -> QWidget:
    made = FilterBar()
    made.set_values({"status": [EVIL]})
    made.set_text(f"status:{EVIL}")
    return made


def _message() -> QWidget:
    made = MessageBar()
    made.say(EVIL, EVIL, ("x", EVIL))
    made.hide()
    return made


def _palette() -> QWidget:
    made = QWidget()
    palette = CommandPalette(made)
    palette.offer([Choice("1", EVIL, note=EVIL, keys=EVIL), Choice("2", EVIL, enabled=False, reason=EVIL)], EVIL)
    return made


def _queue() -> QWidget:
    made = QueuePane(Selection())
    shot = build([row(1, address=EVIL, service=EVIL, area=EVIL)._replace(number=EVIL)], [Crew(1, EVIL)])
    made.set_rows(shot, every_row(shot), NOW, query=EVIL)
    made.set_rows(shot, every_row(shot)[:0], NOW, query=EVIL)
    return made


def _rail() -> QWidget:
    made = Rail()
    made.set_views([View("a", EVIL, EVIL, "layers", "x")], [])
    made.set_crews([(Crew(1, EVIL), 3)])
    return made


def _status() -> QWidget:
    made = StatusBar()
    now = datetime(2011, 8, 29, tzinfo=UTC)
    made.set_upstreams([UpstreamLine(EVIL, now, EVIL)], now)
    made.set_demo(EVIL)
    made.set_who(EVIL)
    return made


def _toast() -> QWidget:
    made = QWidget()
    for toast in [Toasts(made).say(EVIL, EVIL, EVIL, EVIL)]:
        toast.timer.stop()
    return made


MAKERS: tuple[Callable[[], QWidget], ...] = (
    _empty, _filter, _message, _palette, _queue, _rail, _status, _toast,
    lambda: HelpSheet([KeyLine(EVIL, EVIL, EVIL)]), lambda: KeyButton(EVIL, EVIL), TopBar, lambda: PlainLabel(EVIL),
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_no_label_and_no_tooltip_reads_markup(look: QApplication, qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    widget = make()
    qtbot.addWidget(widget)
    for part in [widget, *widget.findChildren(QWidget)]:
        if isinstance(part, QLabel):
            assert part.textFormat() is Qt.TextFormat.PlainText, part
        assert "<img" not in part.toolTip(), part
    widget.grab()


def test_a_tip_shows_markup_as_text() -> None:
    assert tip("") == ""
    assert tip("a & <b>\nc") == "<qt>a &amp; &lt;b&gt;<br>c</qt>"


def _calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")), node


def _is_safe(argument: ast.expr) -> bool:
    """A constant, or what `tip` has made, or a choice between such."""
    if isinstance(argument, ast.IfExp):
        return _is_safe(argument.body) and _is_safe(argument.orelse)
    if isinstance(argument, ast.Constant):
        return True
    return isinstance(argument, ast.Call) and getattr(argument.func, "id", getattr(argument.func, "attr", "")) == "tip"


_MARKUP = {"QLabel", "QMessageBox", "QTextBrowser", "QTextEdit", "setHtml", "insertHtml"}
_ON_PAPER = {"setHtml"}
"""What is printed is marked up by `services.dispatch.paper`, which escapes all that it is given (tested there)."""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(ROOT)))
def test_labels_are_plain_and_tooltips_escaped_in_every_module(module: Path) -> None:
    for name, call in _calls(module):
        where = f"{module.name}:{call.lineno}"
        assert name not in _MARKUP - (_ON_PAPER if module.match("widgets/crews/paper.py") else set()), where
        if name == "setToolTip":
            assert _is_safe(call.args[-1]), f"{where}: a tooltip with outside text goes through widgets.plain.tip"
