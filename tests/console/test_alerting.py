"""Alerts at a real desk: said once, shown, acknowledged by a person, and rules edited with a look at last month."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console import opening
from console.storeside import StoreSide
from services.domain.alerts import Alert, Measure, Rule
from services.store import alerts
from services.supervise.sending import Sender
from services.supervise.watcher import Looking
from tests.console import town
from tests.console.conftest import PATIENCE_MS, Sitting, sitting_at
from widgets.alerts.rules import RulesDialog

POTHOLES = Rule(0, "Potholes", "service:Pothole status:open", Measure.COUNT, 5)
SENDER = Sender(lambda: pytest.fail("no letter is to leave"), "City <311@example.org>", "Town", (), UTC)


def rule_kept(desk: Sitting, rule: Rule = POTHOLES) -> None:
    with closing(town.second(desk.settings)) as store:
        alerts.save_rule(opening.acting(store, desk.settings), rule)


def watched(desk: Sitting) -> None:
    """What the process that syncs does every half minute."""
    with closing(town.second(desk.settings)) as store:
        Looking(store, SENDER).look()


def past(desk: Sitting) -> list[Alert]:
    with closing(town.second(desk.settings)) as store:
        return alerts.history(store)


@pytest.fixture
def told(desk: Sitting) -> list[tuple[str, str]]:
    """What the screen's notifications said, once the desk has had its first look."""
    said: list[tuple[str, str]] = []
    alerting = desk.window.acts.alerting
    alerting.notify = lambda title, text: said.append((title, text))
    desk.until(lambda: alerting._told is not None)
    return said


def test_an_alert_is_said_once_shown_and_acknowledged(desk: Sitting, told: list[tuple[str, str]]) -> None:
    bar = desk.window.alerts
    assert bar.isHidden()
    rule_kept(desk)
    watched(desk)
    desk.until(bar.isVisible)
    assert bar.words.text() == "Potholes: 10 requests"
    watched(desk)
    with desk.bot.waitSignal(desk.desk.renewed, timeout=PATIENCE_MS):
        desk.desk.refresh()
    desk.until(lambda: not desk.desk.tasks.under_way("alerts"))
    assert told == [("Potholes", "10 requests")]
    desk.click(bar.show_button)
    desk.until(lambda: desk.desk.shown == POTHOLES.query)
    assert len(desk.ids) == 10
    desk.click(bar.mine)
    desk.until(bar.isHidden)
    assert desk.said() == "Alert “Potholes” acknowledged"
    (kept,) = past(desk)
    assert kept.acknowledged_by == "ana"
    assert kept.acknowledged_at is not None


def test_what_a_person_filters_asks_the_store_for_no_alerts(
    desk: Sitting, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.desk._tick.stop()
    asked: list[str] = []
    for what in ("alerts", "stops"):
        monkeypatch.setattr(StoreSide, what, _noted(asked, what, getattr(StoreSide, what)))
    desk.press("Ctrl+2")
    busy = desk.desk.tasks.under_way
    desk.until(lambda: "stops" in asked and not (busy("refresh") or busy("stops") or busy("alerts")))
    asked.clear()
    for query in ("service:Pothole", "status:open"):
        desk.desk.set_query(query)
        desk.until(partial(_shows, desk, query))
    assert asked == []
    desk.desk.refresh()
    desk.until(lambda: {*asked} == {"alerts", "stops"})
    assert told == []


def _shows(desk: Sitting, query: str) -> bool:
    return desk.desk.shown == query


def _noted(asked: list[str], what: str, real: Callable[..., object]) -> Callable[..., object]:
    def ask(*given: object) -> object:
        asked.append(what)
        return real(*given)

    return ask


def test_why_nobody_else_could_be_told_stands_beside_the_alert(desk: Sitting) -> None:
    rule_kept(desk, replace(POTHOLES, webhook="ops"))
    with closing(town.second(desk.settings)) as store:
        looking = Looking(store, SENDER)
        looking.look()
        looking.send(threading.Event())
    bar = desk.window.alerts
    desk.until(lambda: bar.isVisible() and "Webhook not sent" in bar.accessibleName())
    assert "There is no webhook “ops”." in bar.accessibleName()


def test_by_the_palette_alone(desk: Sitting, told: list[tuple[str, str]]) -> None:
    command = desk.window.registry["alert.acknowledge"]
    assert command.disabled(desk.window)
    rule_kept(desk)
    watched(desk)
    desk.until(lambda: not command.disabled(desk.window))
    desk.press("Ctrl+K")
    desk.pick("show the alert")
    desk.until(lambda: desk.desk.shown == POTHOLES.query)
    desk.press("Ctrl+K")
    desk.pick("acknowledge the alert")
    desk.until(lambda: past(desk)[0].acknowledged_by == "ana")
    desk.press("Ctrl+K")
    desk.pick("alerts of the past")
    desk.until(lambda: desk.window.acts.alerting.past is not None)
    dialog = desk.window.acts.alerting.past
    assert dialog is not None
    first, second = dialog.list.item(0).text().splitlines()
    assert first == "Potholes: 10 requests"
    assert "until now · acknowledged by ana, " in second
    assert len(told) == 1


def test_what_the_desk_finds_at_its_start_is_shown_but_not_called_out(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with closing(town.second(settings)) as store:
        alerts.save_rule(opening.acting(store, settings), POTHOLES)
        Looking(store, SENDER).look()
    with sitting_at(settings, qtbot) as desk:
        said: list[str] = []
        desk.window.acts.alerting.notify = lambda title, text: said.append(title)
        desk.until(desk.window.alerts.isVisible)
        assert said == []


def test_the_supervise_view_keeps_an_acknowledged_alert_in_sight(desk: Sitting) -> None:
    rule_kept(desk)
    watched(desk)
    desk.until(desk.window.alerts.isVisible)
    desk.click(desk.window.alerts.mine)
    desk.until(desk.window.alerts.isHidden)
    desk.window.focus_queue()
    desk.press("Ctrl+3")
    desk.until(desk.window.alerts.isVisible)
    assert desk.window.supervising.is_seen
    assert "acknowledged by ana" in desk.window.alerts.beside.text()
    assert desk.window.alerts.mine.isHidden()


def test_who_may_not_answer_sees_why(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "dispatcher"')
    with sitting_at(town.build(folder, config=config), qtbot) as desk:
        assert "supervisor" in desk.window.registry["alert.rules"].disabled(desk.window)


def rules_dialog(desk: Sitting) -> RulesDialog:
    desk.press("Ctrl+K")
    desk.pick("alert rules")
    desk.until(lambda: desk.window.acts.alerting.dialog is not None)
    dialog = desk.window.acts.alerting.dialog
    assert dialog is not None
    return dialog


def test_a_rule_is_written_tried_on_last_month_and_saved(desk: Sitting) -> None:
    dialog = rules_dialog(desk)
    QTest.keyClicks(dialog.name, "Potholes")
    QTest.keyClicks(dialog.query, "service:Pothole status:open")
    dialog.threshold.clear()
    QTest.keyClicks(dialog.threshold, "8")
    tried = "Now: 10 requests. It would have begun 1 alert in the last month."
    desk.until(lambda: dialog.preview.text() == tried)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    desk.until(lambda: dialog.list.count() == 1)
    with closing(town.second(desk.settings)) as store:
        (kept,) = alerts.rules(store)
    assert replace(kept, id=0) == replace(POTHOLES, threshold=8)
    dialog.active.setChecked(False)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    desk.until(lambda: dialog.list.item(0) and "(off)" in dialog.list.item(0).text())


@pytest.mark.parametrize(
    ("query", "measure", "says"),
    [
        ("service:nothing", Measure.COUNT, "find nothing at all"),
        ("", Measure.COUNT, "find every request"),
        ("is:mine", Measure.COUNT, "the same for everybody"),
        ("status:open", Measure.RATE, "whatever became of them"),
        ("sttaus:open", Measure.COUNT, "Did you mean status"),
        ("service:Pothole", Measure.RATE, "× normal for this hour"),
        ("is:unassigned", Measure.COUNT, "cannot be said"),
    ],
    ids=["nothing", "everything", "mine", "rate of a state", "misspelt", "rate", "unassigned"],
)
def test_what_is_wrong_with_a_rule_is_said_while_it_is_written(
    desk: Sitting, query: str, measure: Measure, says: str
) -> None:
    dialog = rules_dialog(desk)
    desk.until(lambda: dialog.preview.text() != "…")
    dialog.measure.setCurrentIndex(dialog.measure.findData(measure))
    dialog.query.setText(query)
    desk.until(lambda: says in dialog.preview.text())
    is_refused = says in {"the same for everybody", "whatever became of them", "Did you mean status"}
    assert dialog.save.isEnabled() is not is_refused


def test_a_name_that_is_taken_is_said_in_the_dialog(desk: Sitting) -> None:
    rule_kept(desk)
    dialog = rules_dialog(desk)
    desk.until(lambda: dialog.list.count() == 1)
    QTest.mouseClick(dialog.new, Qt.MouseButton.LeftButton)
    dialog.name.setText("Potholes")
    desk.until(lambda: dialog.preview.text() not in {"", "…"})
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    desk.until(dialog.bar.isVisible)
    assert "There is a rule “Potholes” already." in dialog.bar.words.text()


def test_a_webhook_that_this_desk_does_not_know_is_pointed_out(desk: Sitting) -> None:
    dialog = rules_dialog(desk)
    desk.until(lambda: dialog.preview.text() not in {"", "…"})
    dialog.webhook.setText("ops")
    desk.until(lambda: "names no webhook “ops”" in dialog.preview.text())
    assert dialog.save.isEnabled(), "another process may watch"
    dialog.webhook.setText("")
    desk.until(lambda: dialog.preview.text() not in {"", "…"} and "webhook" not in dialog.preview.text())
