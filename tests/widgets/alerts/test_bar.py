"""The line that says an alert, and the list of those of the past: what is said when, and of what nothing is asked."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import widgets.alerts.bar
from services.domain.alerts import Alert
from tests.widgets.dialogs import EVIL, NOW, alert, opened
from widgets import theme
from widgets.alerts.bar import AlertBar
from widgets.alerts.past import HEIGHT, PastDialog, line
from widgets.plain import PlainLabel

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
BOSTON = ZoneInfo("America/New_York")
SEEN = alert(acknowledged_by="ana", acknowledged_at=NOW + timedelta(minutes=5))


def bar(bot: QtBot) -> AlertBar:
    made = AlertBar()
    bot.addWidget(made)
    made.resize(1000, made.height())
    return made


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader is told by itself."""
    said: list[str] = []
    monkeypatch.setattr(widgets.alerts.bar, "announce", lambda _, words: said.append(words))
    return said


def test_without_an_alert_there_is_no_bar(qtbot: QtBot, announced: list[str]) -> None:
    made = bar(qtbot)
    made.show_alert(alert(), BOSTON)
    assert made.isVisible()
    made.show_alert(None, BOSTON)
    assert not made.isVisible()
    assert made.alert is None
    assert len(announced) == 1


@pytest.mark.parametrize(
    ("shown", "more", "wrong", "beside"),
    [
        (alert(), 0, "", "since Mon 29 Aug 12:00"),
        (SEEN, 0, "", "since Mon 29 Aug 12:00 · acknowledged by ana Mon 29 Aug 12:05"),
        (alert(), 1, "", "since Mon 29 Aug 12:00 · 1 more alert behind it"),
        (alert(), 1200, "", "since Mon 29 Aug 12:00 · 1,200 more alerts behind it"),
        (alert(), 0, "The e-mail did not leave.", "since Mon 29 Aug 12:00 · The e-mail did not leave."),
    ],
)
def test_what_stands_beside_it(qtbot: QtBot, shown: Alert, more: int, wrong: str, beside: str) -> None:
    made = bar(qtbot)
    made.show_alert(shown, BOSTON, more, wrong=wrong)
    assert made.words.text() == "Storm: 155 requests"
    assert made.beside.text() == beside
    assert made.accessibleName() == f"Alert. Storm: 155 requests, {', '.join(beside.split(' · '))}"


def test_it_is_called_out_once_however_it_goes_on(qtbot: QtBot, announced: list[str]) -> None:
    made = bar(qtbot)
    for shown in (alert(), alert(peak=900.0), SEEN):
        made.show_alert(shown, BOSTON)
    assert len(announced) == 1
    made.show_alert(alert(2, "Other"), BOSTON)
    assert len(announced) == 2
    assert "Other" in announced[1]


def test_keys_show_its_requests_and_answer_for_it(qtbot: QtBot) -> None:
    made = bar(qtbot)
    asked: list[tuple[str, Alert]] = []
    made.opened.connect(lambda one: asked.append(("open", one)))
    made.acknowledged.connect(lambda one: asked.append(("mine", one)))
    made.show_alert(alert(), BOSTON)
    QTest.keyClick(made.show_button, Qt.Key.Key_Space)
    QTest.keyClick(made.mine, Qt.Key.Key_Space)
    assert asked == [("open", alert()), ("mine", alert())]


def test_what_somebody_answers_for_is_not_answered_for_again(qtbot: QtBot) -> None:
    made = bar(qtbot)
    made.show_alert(SEEN, BOSTON)
    assert not made.mine.isVisible()
    made.show_alert(alert(2), BOSTON)
    assert made.mine.isVisible()


def test_who_may_not_answer_sees_why(qtbot: QtBot) -> None:
    made = bar(qtbot)
    made.show_alert(alert(), BOSTON, refusal="Only a <b>supervisor</b> may.")
    assert not made.mine.isEnabled()
    assert "supervisor" in made.mine.toolTip()
    assert "<b>" not in made.mine.toolTip()
    QTest.mouseClick(made.mine, Qt.MouseButton.LeftButton)
    made.show_alert(alert(), BOSTON)
    assert made.mine.isEnabled()
    assert made.mine.toolTip() == ""


def test_a_rules_name_is_text(qtbot: QtBot) -> None:
    made = bar(qtbot)
    made.show_alert(alert(1, EVIL), UTC)
    for label in made.findChildren(QLabel):
        assert isinstance(label, PlainLabel)
    assert EVIL in made.words.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_ground_is_not_that_of_the_window(qtbot: QtBot, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    made = bar(qtbot)
    made.show_alert(alert(1, "x" * 2000), UTC, 3, wrong="y" * 2000)
    p = theme.current()
    ground = made.grab().toImage().pixelColor(QPoint(2, 2)).name().upper()
    assert ground == theme.mix(p.overdue, p.surf, 0.14).name().upper()
    assert ground != p.surf.upper()


@pytest.mark.parametrize(
    ("shown", "below"),
    [
        (alert(), "Mon 29 Aug 2011 12:00 until now · nobody acknowledged it"),
        (SEEN, "Mon 29 Aug 2011 12:00 until now · acknowledged by ana, Mon 29 Aug 2011 12:05"),
        (
            alert(ended_at=NOW + timedelta(days=1)),
            "Mon 29 Aug 2011 12:00 to Tue 30 Aug 2011 12:00 · nobody acknowledged it",
        ),
    ],
)
def test_an_alert_of_the_past_in_two_lines(shown: Alert, below: str) -> None:
    assert line(shown, BOSTON) == f"Storm: 155 requests\n{below}"


def test_the_past_is_gone_through_by_keys_and_enter_shows_one(qtbot: QtBot) -> None:
    dialog = opened(PastDialog([alert(2, "New"), alert(1, "Old")], UTC), qtbot)
    shown: list[Alert] = []
    dialog.opened.connect(shown.append)
    dialog.list.setFocus()
    dialog.list.setCurrentRow(0)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert [one.rule for one in shown] == ["Old"]
    assert not dialog.isVisible()


def test_no_alert_is_said_too(qtbot: QtBot) -> None:
    dialog = opened(PastDialog([], UTC), qtbot)
    assert dialog.height() < theme.px(HEIGHT) / 3, "no empty room for a list that is not there"
    assert dialog.about.text().startswith("No alert has begun yet. ")
    assert not dialog.list.isVisibleTo(dialog)
    assert dialog.list.count() == 0
