"""The wall display by keys: chosen in its dialog, cycling, current, nothing to press, and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from console.remembering import Remembered
from services.domain.alerts import Measure, Rule
from services.domain.status import Outcome, Status
from services.domain.values import Changes
from services.errors import Invalid
from services.store import alerts, commands
from services.store.acting import Acting
from tests.console.conftest import Sitting
from widgets.wall.choice import TITLES, Choice
from widgets.wall.dialog import WallDialog
from widgets.wall.display import WallDisplay
from widgets.wall.lay import Text, wide


def display(desk: Sitting) -> WallDisplay:
    found = desk.window.walling.display
    assert found is not None
    return found


def started(desk: Sitting, choice: Choice) -> WallDisplay:
    desk.window.walling.open(choice, desk.window)
    desk.until(lambda: desk.window.walling.display is not None and display(desk).has_contents)
    return display(desk)


def written(shown: WallDisplay) -> str:
    return " | ".join(mark.text for mark in shown.laid().marks if isinstance(mark, Text))


def ink(text: Text) -> QRectF:
    """Where the words of a text are."""
    made = QRectF(0, 0, wide(text.text, text.pixels, bold=text.bold) - 2, text.pixels)
    made.moveCenter(text.box.center())
    if text.right:
        made.moveRight(text.box.right() - 1)
    else:
        made.moveLeft(text.box.left() + 1)
    return made


def test_it_is_chosen_shown_and_left_by_key(desk: Sitting) -> None:
    desk.window.run(desk.window.registry["wall"])
    dialog = desk.window.findChild(WallDialog)
    assert dialog is not None
    dialog.boxes["flow"].setChecked(False)
    dialog.query.setText("rosa")
    dialog.start.click()
    assert dialog.bar.isVisible()
    assert desk.window.walling.display is None
    dialog.query.setText("service:Pothole")
    dialog.seconds.setText("7")
    dialog.start.click()
    desk.until(lambda: desk.window.walling.display is not None and display(desk).has_contents)
    shown = display(desk)
    assert shown.isFullScreen()
    assert "| 10 |" in written(shown)
    assert "as of" in written(shown)
    QTest.keyClick(shown, Qt.Key.Key_A)
    QTest.keyClick(shown, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert shown.isVisible()
    assert desk.window.call is None
    QTest.keyClick(shown, Qt.Key.Key_F11)
    assert not shown.isFullScreen()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    desk.until(lambda: desk.window.walling.display is None)
    kept = Remembered(desk.settings.home)
    kept.keep(desk.window)
    assert kept.wall == Choice(("now", "alerts", "age", "targets", "areas", "map"), 7, "service:Pothole")


def test_pages_follow_one_another(desk: Sitting) -> None:
    shown = started(desk, Choice(("now", "age", "map"), 5))
    assert shown.timer.interval() == 5_000
    shown.timer.setInterval(1)
    seen: list[str] = []
    shown.turned.connect(seen.append)
    desk.until(lambda: len(seen) >= 3)
    assert seen[:3] == ["age", "map", "now"]


def test_what_changes_is_on_the_wall(desk: Sitting) -> None:
    shown = started(desk, Choice(("now",)))
    assert "| 30 |" in written(shown)
    desk.window.walling._soon.setInterval(0)
    desk.desk.act(lambda acting: commands.set_status(acting, desk.ids[:2], Status.CLOSED, Outcome.FIXED))
    desk.until(lambda: "| 28 |" in written(shown))


def test_an_alert_that_begins_is_on_the_wall_and_goes_when_it_is_over(desk: Sitting) -> None:
    shown = started(desk, Choice(("alerts",)))
    assert "No alert stands." in written(shown)
    desk.window.walling._soon.setInterval(0)

    def begin(acting: Acting) -> Changes:
        alerts.save_rule(acting, Rule(0, "Potholes", "service:Pothole", Measure.COUNT, 5))
        (rule,) = alerts.rules(acting.store)
        alerts.begin(acting.store, rule, 10.0)
        return Changes(kinds=alerts.KINDS)

    def end(acting: Acting) -> Changes:
        alerts.end(acting.store, alerts.lasting(acting.store)[0].id)
        return Changes(kinds=alerts.KINDS)

    desk.desk.act(begin)
    desk.until(lambda: "Potholes | 10 requests · since" in written(shown))
    assert "Potholes: 10 requests" in shown.accessibleDescription()
    desk.desk.act(end)
    desk.until(lambda: "No alert stands." in written(shown))


def test_it_says_since_when_the_server_is_gone(desk: Sitting) -> None:
    shown = started(desk, Choice(("now",)))
    desk.desk.link.gone_since = desk.desk.now()
    desk.window.walling._tell_time()
    assert "No connection to the server since" in written(shown)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (3840, 2160)])
def test_all_text_is_large_and_within_its_box(desk: Sitting, width: int, height: int) -> None:
    shown = started(desk, Choice(tuple(TITLES), 600))
    shown.showNormal()
    for wrong in ("", "No connection to the server since 11:40."):
        shown.show_time(desk.desk.now(), wrong)
        for _ in TITLES:
            shown._turn()
            shown.resize(width, height)
            texts = [mark for mark in shown.laid().marks if isinstance(mark, Text)]
            assert len(texts) >= 3
            for text in texts:
                assert text.pixels >= height / 24
                assert wide(text.text, text.pixels, bold=text.bold) <= text.box.width() + 1, (shown.page, text)
                assert shown.rect().toRectF().adjusted(-1, -1, 1, 1).contains(text.box), (shown.page, text)
                assert text.pixels <= text.box.height()
            inked = [ink(text) for text in texts]
            for i, one in enumerate(inked):
                assert not any(one.intersects(other) for other in inked[:i]), (shown.page, texts[i])


@pytest.mark.parametrize(
    "choice", [Choice(()), Choice(("nope",)), Choice(seconds=1), Choice(query="claimed:ana"), Choice(query="age<<")]
)
def test_what_cannot_be_shown_is_said(choice: Choice) -> None:
    with pytest.raises(Invalid):
        choice.check()
    assert Choice.read(choice.write()) == Choice()
