"""Routing rules at a real desk: added, ordered, tried and saved by keys and clicks, and gone by afterwards."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from console import opening
from services.domain.exchange import Page
from services.domain.routing import Rule
from services.store import ingest, queries
from services.store.routing import rules, save_rules
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting
from widgets.routing import RoutingDialog


def opened(desk: Sitting) -> RoutingDialog:
    """The palette, then the dialog."""
    desk.press("Ctrl+K")
    desk.pick("routing")
    desk.until(lambda: desk.window.acts.routing.dialog is not None)
    dialog = desk.window.acts.routing.dialog
    assert dialog is not None
    return dialog


def told(dialog: RoutingDialog) -> list[str]:
    """What each rule would have done."""
    items = [dialog.list.topLevelItem(i) for i in range(dialog.list.topLevelItemCount())]
    return [item.text(4) for item in items if item]


def test_rules_are_added_tried_ordered_saved_and_gone_by(desk: Sitting) -> None:
    dialog = opened(desk)
    desk.click(dialog.add)
    desk.type("Everything")
    desk.click(dialog.add)
    desk.type("Trees")
    dialog.services.setFocus()
    desk.type("fallen tree")
    desk.until(lambda: told(dialog) == ["takes everything", "takes nothing"])
    desk.click(dialog.up)
    desk.until(lambda: told(dialog) == ["takes 10 of 30", "takes 20 of 30"])
    assert dialog.effect.text() == "The rules would have taken all of 30 requests of the last 30 days."
    assert dialog.at == 0
    dialog.crew.setFocus()
    desk.press("Down")
    desk.click(dialog.list)
    desk.click(dialog.save)
    desk.until(lambda: desk.window.acts.routing.dialog is None)
    with closing(town.second(desk.settings)) as store:
        kept = rules(store)
        assert [(rule.name, rule.services) for rule in kept] == [("Trees", ("fallen tree",)), ("Everything", ())]
        policy = policies(desk.settings.upstreams, queries.upstream_states(store))["city"]
        now = datetime.now(UTC)
        ingest.apply_page(store, policy, Page((town.request("city", 100, now, ""),), (), "2"))
        crew = queries.detail(store, queries.find(store, "city-100")).request.crew
    assert crew is not None
    assert crew.id == kept[1].crew_id


def test_hours_that_are_none_are_said_and_not_saved_and_closing_saves_nothing(desk: Sitting) -> None:
    dialog = opened(desk)
    desk.click(dialog.add)
    dialog.hours.setFocus()
    desk.type("someday")
    assert not dialog.save.isEnabled()
    assert "is not days and hours" in dialog.bar.words.text()
    dialog.hours.selectAll()
    desk.type("Mon-Fri 8-17")
    assert dialog.save.isEnabled()
    desk.click(dialog.remove)
    assert not dialog.rules
    assert not dialog.name.isEnabled()
    desk.click(dialog.leave)
    desk.until(lambda: desk.window.acts.routing.dialog is None)
    with closing(town.second(desk.settings)) as store:
        assert rules(store) == ()


def test_two_rules_of_one_name_are_refused_beside_them(desk: Sitting) -> None:
    dialog = opened(desk)
    for _ in range(2):
        desk.click(dialog.add)
        desk.type("Same")
    desk.click(dialog.save)
    desk.until(lambda: "two rules" in dialog.bar.words.text())
    assert desk.window.acts.routing.dialog is dialog


def test_rules_that_are_damaged_are_said_so_and_written_anew(desk: Sitting) -> None:
    with closing(town.second(desk.settings)) as store:
        save_rules(opening.acting(store, desk.settings), [Rule("All", 1)])
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE routing SET rules = '[]'")
    dialog = opened(desk)
    assert "cannot be read" in dialog.bar.words.text()
    desk.click(dialog.add)
    desk.type("Everything")
    desk.click(dialog.save)
    desk.until(lambda: desk.window.acts.routing.dialog is None)
    with closing(town.second(desk.settings)) as store:
        assert [rule.name for rule in rules(store)] == ["Everything"]
