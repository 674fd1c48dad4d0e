"""A merged request leads to the one it was merged into, and that one to all that were merged into it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from services.domain.policy import LOCAL
from tests.widgets.detail.hands import press, seen
from tests.widgets.detail.sample import NOW, detail
from widgets.detail.pane import DetailPane
from widgets.detail.ties import MOST
from widgets.plain import PlainLabel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def words(pane: DetailPane) -> list[str]:
    return [link.text() for link in pane.head.ties.links]


def test_a_request_alone_says_nothing_of_it(pane: DetailPane) -> None:
    pane.set_detail(detail(), LOCAL, NOW)
    assert not seen(pane, pane.head.ties)


def test_a_merged_one_leads_to_the_one_that_was_kept(pane: DetailPane, qtbot: QtBot) -> None:
    pane.set_detail(replace(detail(), merged_into="26-000001"), LOCAL, NOW)
    assert seen(pane, pane.head.ties)
    assert words(pane) == ["Merged into #26-000001 ▸", "Unmerge"]
    with qtbot.waitSignal(pane.request_wanted) as asked:
        press(pane.head.ties.links[0])
    assert asked.args == ["26-000001"]
    with qtbot.waitSignal(pane.command_wanted) as wanted:
        press(pane.head.ties.links[1])
    assert wanted.args == ["request.unmerge"]
    pane.set_detail(detail(), LOCAL, NOW)
    assert not seen(pane, pane.head.ties)


def test_the_one_that_was_kept_lists_the_others(pane: DetailPane, qtbot: QtBot) -> None:
    numbers = tuple(f"26-00000{i}" for i in range(2, 9))
    pane.set_detail(replace(detail(), merged=numbers, merged_callers=(0, 1, 2, 0, 0, 0, 0)), LOCAL, NOW)
    assert words(pane) == [f"#{numbers[0]} ▸", "Unmerge", *(f"#{n} ▸" for n in numbers[1:MOST])]
    said = [label.text() for label in pane.head.ties.findChildren(PlainLabel)]
    plain = "was merged into this one"
    assert said == [plain, f"{plain}; 1 caller", f"{plain}; 2 callers", plain, plain, "and 2 more"]
    with qtbot.waitSignal(pane.request_wanted) as asked:
        press(pane.head.ties.links[-1])
    assert asked.args == [numbers[MOST - 1]]
    pane.set_detail(replace(detail(), merged=numbers[:1], merged_callers=(1,), merged_into="26-000099"), LOCAL, NOW)
    assert words(pane) == ["Merged into #26-000099 ▸", "Unmerge", f"#{numbers[0]} ▸"]
