"""The dialog of the alert rules: what is written is the rule, it is tried once the typing rests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.domain.alerts import Measure, Rule
from services.errors import Invalid
from tests.widgets.dialogs import opened
from widgets.alerts.rules import RulesDialog

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
STORM = Rule(1, "Storm", "service:tree is:open", Measure.RATE, 3, mail="chief@example.org", webhook="ops")
OLD = Rule(2, "Old ones", "is:open", Measure.OLDEST, 48, desktop=False, active=False)
line = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=12)
rules = st.builds(
    Rule, st.integers(1, 9), line, line, st.sampled_from(Measure), st.integers(1, 999).map(float), st.booleans(),
    line, line, st.booleans(),
)  # fmt: skip


def shown(bot: QtBot, *given_: Rule) -> RulesDialog:
    dialog = opened(RulesDialog(), bot)
    dialog.show_rules(given_)
    return dialog


@pytest.fixture
def closed(qtbot: QtBot) -> RulesDialog:
    """The dialog, not shown."""
    dialog = RulesDialog()
    qtbot.addWidget(dialog)
    return dialog


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules)
def test_what_is_shown_of_a_rule_is_read_back_as_the_same(closed: RulesDialog, rule: Rule) -> None:
    closed.show_rules([rule])
    assert closed.rule == rule


def test_each_stands_in_the_list_with_its_condition(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM, OLD)
    assert [dialog.list.item(i).text() for i in range(2)] == [
        "Storm\narrivals 3× normal",
        "Old ones (off)\noldest 48 h or more",
    ]
    assert dialog.rule == STORM
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.rule == OLD


def test_the_one_that_was_saved_is_looked_at_wherever_it_stands(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM, OLD)
    dialog.show_rules([STORM, OLD], "Old ones")
    assert dialog.rule == OLD
    dialog.show_rules([STORM, OLD], "gone")
    assert dialog.rule == STORM


@pytest.mark.parametrize(
    ("typed", "threshold"), [("20", 20.0), ("2.5", 2.5), ("", 0.0), ("x", 0.0), ("-1", 0.0), ("0", 0.0), ("1e", 0.0)]
)
def test_a_threshold_that_is_no_number_is_nothing_which_cannot_be_kept(
    qtbot: QtBot, typed: str, threshold: float
) -> None:
    dialog = shown(qtbot, STORM)
    dialog.threshold.setText(typed)
    assert dialog.rule.threshold == threshold


def test_it_is_tried_once_the_typing_rests(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    tried: list[Rule] = []
    dialog.preview_wanted.connect(tried.append)
    dialog._soon.setInterval(1)
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "Rain")
    assert dialog.preview.text() == "…"
    qtbot.waitUntil(lambda: bool(tried))
    assert tried == [replace(STORM, name="Rain")]
    dialog.show_preview("Now: 3 requests.")
    assert dialog.preview.text() == "Now: 3 requests."


def test_every_field_makes_it_be_tried_anew(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    changes: tuple[Callable[[], object], ...] = (
        lambda: dialog.query.setText("is:open"),
        lambda: dialog.threshold.setText("4"),
        lambda: dialog.mail.setText(""),
        lambda: dialog.webhook.setText(""),
        lambda: dialog.measure.setCurrentIndex(0),
        lambda: dialog.desktop.click(),
        lambda: dialog.active.click(),
    )
    for change in changes:
        dialog._soon.stop()
        change()
        assert dialog._soon.isActive()
    assert dialog.rule == Rule(1, "Storm", "is:open", Measure.COUNT, 4, desktop=False, active=False)


def test_looking_at_another_rule_tries_that_once_not_field_by_field(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM, OLD)
    dialog._soon.setInterval(1)
    qtbot.waitUntil(lambda: not dialog._soon.isActive())
    tried: list[Rule] = []
    dialog.preview_wanted.connect(tried.append)
    dialog.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: bool(tried))
    assert tried == [OLD]


def test_what_is_wrong_keeps_it_from_being_saved(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    dialog.say_wrong(Invalid("“sttaus” is no word.", "Look at the help."))
    assert not dialog.save.isEnabled()
    assert dialog.preview.text() == "“sttaus” is no word. Look at the help."
    dialog.show_preview("Now: 3 requests.")
    assert dialog.save.isEnabled()


def test_a_new_rule_begins_empty_with_the_keyboard_in_its_name(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    QTest.keyClick(dialog.new, Qt.Key.Key_Space)
    assert dialog.name.hasFocus()
    assert dialog.list.currentRow() == -1
    assert dialog.rule == Rule(0, "", "", Measure.COUNT, 20)


def test_what_is_being_written_stays_when_no_rule_is_left(qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    QTest.keyClicks(dialog.name, "Half")
    dialog.show_rules([])
    assert dialog.name.text() == "Half"
    dialog.name.clear()
    dialog.show_rules([])
    assert dialog.rule.id == 0


def test_enter_saves_what_is_written(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    dialog.mail.setText("other@example.org")
    with qtbot.waitSignal(dialog.save_wanted) as saved:
        QTest.keyClick(dialog.mail, Qt.Key.Key_Return)
    assert saved.args == [replace(STORM, mail="other@example.org")]
    assert dialog.isVisible()


def test_closing_tries_nothing_more(qtbot: QtBot) -> None:
    dialog = shown(qtbot, STORM)
    dialog.name.setText("x")
    assert dialog._soon.isActive()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog._soon.isActive()
