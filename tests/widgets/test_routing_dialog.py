"""The dialog of the routing rules: what is typed is the rule, and only the newest answer is shown."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from services.domain.routing import Rule
from services.domain.shifts import parse_week
from tests.widgets.dialogs import LIGHTS, TREES, opened
from widgets.routing import RoutingDialog

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
COMMA = "Abandoned Vehicle, Private Property"
RULES = (
    Rule("Trees", 1, ("Tree Emergencies", "Stump Removal"), ("Ward 3",)),
    Rule("Cars", 1, (COMMA,)),
    Rule("Night", 1, week=parse_week("Mon-Sun 22-6")),
)


def made(bot: QtBot, rules: Sequence[Rule] = RULES) -> RoutingDialog:
    return opened(RoutingDialog(rules, [TREES, LIGHTS]), bot)


def item(dialog: RoutingDialog, at: int) -> QTreeWidgetItem:
    found = dialog.list.topLevelItem(at)
    assert found is not None
    return found


def texts(dialog: RoutingDialog, at: int) -> list[str]:
    return [item(dialog, at).text(column) for column in range(5)]


def choose(dialog: RoutingDialog, at: int) -> None:
    dialog.list.setCurrentItem(item(dialog, at))


def retype(field: QLineEdit, text: str) -> None:
    """As a person does it: all of it away, then letter by letter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def test_each_rule_stands_in_a_line_with_what_it_is_for(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    assert texts(dialog, 0)[:4] == ["Trees", "Tree Emergencies; Stump Removal · Ward 3", "always", "Tree 1"]
    assert texts(dialog, 1)[1] == f"{COMMA} · anywhere"
    assert texts(dialog, 2)[1:3] == ["any service · anywhere", "Mon-Sun 22:00-6:00"]


def test_a_name_with_a_comma_stays_one_name_whatever_else_is_edited(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    choose(dialog, 1)
    assert dialog.services.text() == COMMA
    retype(dialog.name, "Old cars")
    assert dialog.rules[1] == Rule("Old cars", 1, (COMMA,))


def test_what_is_typed_is_the_rule_at_once(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    retype(dialog.services, " Pothole ;; Sign; ")
    retype(dialog.areas, "Ward 1;Ward 2")
    retype(dialog.hours, "Mon 8-12")
    assert dialog.rules[0] == Rule("Trees", 1, ("Pothole", "Sign"), ("Ward 1", "Ward 2"), parse_week("Mon 8-12"))
    assert texts(dialog, 0)[1:3] == ["Pothole; Sign · Ward 1; Ward 2", "Mon 8:00-12:00"]


def test_hours_that_are_none_keep_it_from_being_saved_until_they_are(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    retype(dialog.hours, "Mon 8-")
    assert dialog.bar.isVisible()
    assert not dialog.save.isEnabled()
    assert dialog.rules[0].week == ()
    QTest.keyClicks(dialog.hours, "12")
    assert not dialog.bar.isVisible()
    assert dialog.save.isEnabled()
    assert dialog.rules[0].week == parse_week("Mon 8-12")


def test_rules_are_put_in_order_by_their_buttons_and_these_end_at_the_ends(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    assert (dialog.up.isEnabled(), dialog.down.isEnabled()) == (False, True)
    QTest.keyClick(dialog.down, Qt.Key.Key_Space)
    assert [r.name for r in dialog.rules] == ["Cars", "Trees", "Night"]
    assert (dialog.at, dialog.name.text()) == (1, "Trees")
    QTest.keyClick(dialog.down, Qt.Key.Key_Space)
    assert (dialog.at, dialog.up.isEnabled(), dialog.down.isEnabled()) == (2, True, False)
    QTest.keyClick(dialog.up, Qt.Key.Key_Space)
    QTest.keyClick(dialog.up, Qt.Key.Key_Space)
    assert dialog.rules == list(RULES)


def test_removing_chooses_the_next_and_of_the_last_the_one_before(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    choose(dialog, 1)
    dialog.remove.click()
    assert ([r.name for r in dialog.rules], dialog.name.text()) == (["Trees", "Night"], "Night")
    dialog.remove.click()
    assert (dialog.at, dialog.name.text()) == (0, "Trees")
    dialog.remove.click()
    assert dialog.rules == []
    assert dialog.at == -1
    for part in (dialog.name, dialog.services, dialog.areas, dialog.hours, dialog.crew, dialog.remove):
        assert not part.isEnabled()
    dialog.add.click()
    assert dialog.rules == [Rule("Rule 1", TREES.id)]
    assert dialog.name.isEnabled()
    assert dialog.name.selectedText() == "Rule 1"


def test_a_rule_is_switched_by_the_space_bar(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert [r.active for r in dialog.rules] == [False, True, True]
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.rules == list(RULES)


def test_crews_out_of_service_are_offered_only_where_a_rule_has_one(qtbot: QtBot) -> None:
    assert [made(qtbot).crew.itemText(i) for i in range(made(qtbot).crew.count())] == ["Tree 1"]
    dialog = made(qtbot, [Rule("Lights", LIGHTS.id)])
    assert [dialog.crew.itemText(i) for i in range(dialog.crew.count())] == ["Tree 1", "Lights 1"]
    assert dialog.crew.currentText() == "Lights 1"
    assert texts(dialog, 0)[3] == "Lights 1"


def test_without_crews_nothing_can_be_added(qtbot: QtBot) -> None:
    dialog = opened(RoutingDialog([], []), qtbot)
    assert not dialog.add.isEnabled()


def test_an_answer_to_rules_that_were_changed_since_is_passed_over(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    before = tuple(dialog.rules)
    retype(dialog.name, "Other")
    dialog.show_effect(before, ["old"] * 3, "old in all")
    assert [texts(dialog, at)[4] for at in range(3)] == [""] * 3
    assert dialog.effect.text() == "Being tried…"
    dialog.show_effect(tuple(dialog.rules), ["a", "b", "c"], "in all")
    assert [texts(dialog, at)[4] for at in range(3)] == ["a", "b", "c"]
    assert dialog.effect.text() == "in all"


def test_a_rule_that_is_off_says_so_in_the_place_of_what_it_did(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    item(dialog, 1).setCheckState(0, Qt.CheckState.Unchecked)
    dialog.show_effect(tuple(dialog.rules), ["a", "b", "c"], "")
    assert [texts(dialog, at)[4] for at in range(3)] == ["a", "off", "c"]


def test_they_are_tried_once_the_typing_rests_and_not_once_it_is_closed(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    tried: list[tuple[Rule, ...]] = []
    dialog.try_wanted.connect(tried.append)
    retype(dialog.name, "Quick")
    qtbot.waitUntil(lambda: bool(tried))
    assert [rules[0].name for rules in tried] == ["Quick"]
    QTest.keyClicks(dialog.name, "er")
    dialog.reject()
    assert not dialog._soon.isActive()


def test_saving_hands_over_all_in_their_order(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    with qtbot.waitSignal(dialog.save_wanted) as saved:
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert saved.args == [RULES]
    assert dialog.isVisible(), "whoever saves says whether it went well"


names = st.text(st.characters(codec="utf-8", exclude_characters=";", exclude_categories=("C", "Z")), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, max_size=3, unique=True), st.lists(names, max_size=2, unique=True))
def test_what_is_shown_of_a_rule_is_read_back_as_the_same(qtbot: QtBot, services: list[str], areas: list[str]) -> None:
    rule = Rule("R", TREES.id, tuple(services), tuple(areas))
    dialog = RoutingDialog([rule], [TREES])
    qtbot.addWidget(dialog)
    dialog._edited()
    assert dialog.rules == [rule]
