"""Top bar, status bar, toasts, message bar, help sheet and empty state, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from services.errors import Offline
from widgets import theme
from widgets.empty import EmptyState
from widgets.helpsheet import HelpSheet, KeyLine
from widgets.keybutton import KeyButton
from widgets.messagebar import MessageBar
from widgets.plain import PlainLabel
from widgets.statusbar import GAP, LEAST, RIM, StatusBar, UpstreamLine, ago
from widgets.toast import MOST, Toast, Toasts
from widgets.topbar import TopBar

LEFT = Qt.MouseButton.LeftButton
NOW = datetime(2011, 8, 29, 16, 0, tzinfo=UTC)


@pytest.fixture
def pane(look: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(960, 432)
    made.show()
    yield made
    made.close()


@pytest.fixture
def toasts(pane: QWidget) -> Iterator[Toasts]:
    made = Toasts(pane)
    yield made
    for toast in made.shown:
        toast.leave()


def test_the_top_bar_asks(look: QApplication, qtbot: QtBot) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.resize(1600, 48)
    with qtbot.waitSignal(bar.commands_wanted):
        QTest.mouseClick(bar.commands, LEFT)
    with qtbot.waitSignal(bar.call_wanted):
        QTest.keyClick(bar.call, Qt.Key.Key_Space)
    menu = QMenu(bar)
    bar.set_menu(menu)
    assert bar.menu_button.menu() is menu


@pytest.mark.parametrize("width", [900, 1280, 1600])
def test_the_top_bar_fits(look: QApplication, qtbot: QtBot, width: int) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.set_narrow_rail(width < 1400)
    bar.resize(width, 48)
    bar.show()
    assert bar.call.geometry().right() <= width - 16
    assert bar.filter.width() >= 300
    assert bar.filter.width() <= 920
    assert bar.filter.geometry().right() < bar.commands.geometry().left()
    assert bar.title.isVisible() is (width >= 1400)
    bar.close()


def test_a_key_button_shows_its_key_until_there_is_little_room(look: QApplication, qtbot: QtBot) -> None:
    button = KeyButton("Log a call", "Ctrl+N", "plus", primary=True)
    qtbot.addWidget(button)
    wide = button.sizeHint().width()
    button.set_short(True)
    assert button.sizeHint().width() < wide
    button.set_short(False)
    button.set_key("Ctrl+Shift+N")
    assert button.sizeHint().width() > wide
    assert "Ctrl+Shift+N" in button.toolTip()
    button.setEnabled(False)
    assert button.grab().toImage().pixelColor(6, 6).name().upper() == theme.current().track


def test_the_status_bar_in_good_order(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.set_upstreams([UpstreamLine("city", NOW - timedelta(seconds=12))], NOW)
    bar.set_outbox(2, 0, 0)
    bar.set_now(NOW + timedelta(seconds=3), "Mon 29 Aug 2011 12:00")
    bar.set_demo("Demo city")
    bar.set_who("ana")
    bar.set_saving(False)
    assert bar.upstream.text() == "Upstream ok"
    assert bar.pulled.text() == "pulled 15 s ago"
    assert bar.waiting.text() == "2 waiting to post"
    assert bar.refused.isHidden()
    assert (bar.clock.text(), bar.who.text(), bar.saved.text()) == ("Mon 29 Aug 2011 12:00", "ana", "everything saved")


def test_the_words_of_the_status_bar_stand_evenly_apart(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 28)
    bar.set_upstreams([UpstreamLine("city", NOW)], NOW)
    bar.show()

    def gaps() -> list[int]:
        shown = [p.geometry() for p in (bar.upstream, bar.pulled, bar.waiting, bar.refused, bar.saved) if p.isVisible()]
        return [b.left() - a.right() - 1 for a, b in pairwise(shown)]

    assert set(gaps()) == {GAP - 2 * RIM}
    for part in (bar.upstream, bar.pulled, bar.waiting):
        assert abs(part.width() - part.fontMetrics().horizontalAdvance(part.text()) - 2 * RIM) <= 2
    bar.set_outbox(0, 1, 0)
    qtbot.waitUntil(lambda: len(gaps()) == 4 and set(gaps()) == {GAP - 2 * RIM})


def test_the_status_bar_while_the_server_is_gone(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 28)
    bar.set_upstreams([UpstreamLine("city", NOW)], NOW)
    bar.show()
    assert bar._dot.good
    bar.set_away("List as of 14:03 · server gone since 14:05")
    bar.set_upstreams([UpstreamLine("city", NOW)], NOW)
    bar.set_now(NOW, "Mon 29 Aug 2011 12:00")
    shown = [part.text() for part in (bar.away, bar.upstream, bar.pulled, bar.waiting) if part.isVisible()]
    assert shown == ["List as of 14:03 · server gone since 14:05"], "what was known of the upstream is old"
    assert not bar._dot.good
    bar.set_kept(2)
    assert bar.saved.text() == "2 kept here for the server"
    bar.set_saving(True)
    assert bar.saved.text() == "saving…"
    bar.set_kept(1)
    assert bar.saved.text() == "saving…"
    bar.set_saving(False)
    assert bar.saved.text() == "1 kept here for the server"
    bar.set_undecided(3)
    assert bar.saved.text() == "1 kept here for the server, 3 not saved"
    bar.set_undecided(0)
    bar.set_kept(0)
    bar.set_away("")
    shown = [part.text() for part in (bar.away, bar.upstream, bar.pulled, bar.waiting) if part.isVisible()]
    assert shown == ["Upstream ok", "pulled just now", "nothing waits to post"]
    assert (bar.saved.text(), bar._dot.good) == ("everything saved", True)


def test_the_status_bar_with_a_clock_that_is_off(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    assert not bar.off.isVisible()
    bar.set_clock_off("Clock 24 h ahead")
    assert bar.off.isVisible()
    assert bar.off.text() == "Clock 24 h ahead"
    bar.set_clock_off("")
    assert not bar.off.isVisible()


def test_the_status_bar_in_trouble_can_be_pressed(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 28)
    bar.set_upstreams([UpstreamLine("city", None, "cannot be reached")], NOW)
    bar.set_outbox(0, 1, 2)
    bar.show()
    assert bar.upstream.text() == "city: cannot be reached"
    assert bar.pulled.text() == "not pulled yet"
    assert bar.refused.text() == "1 refused, 2 in doubt"
    assert bar.refused.accessibleName() == "1 refused, 2 in doubt: show them"
    with qtbot.waitSignal(bar.outbox_wanted):
        QTest.mouseClick(bar.refused, LEFT)
    with qtbot.waitSignal(bar.upstream_wanted):
        QTest.keyClick(bar.upstream, Qt.Key.Key_Space)
    theme.set_scheme(look, "dark")
    bar.grab()
    bar.close()


@pytest.mark.parametrize("width", [1180, 900])
def test_the_status_bar_makes_no_window_wide(look: QApplication, qtbot: QtBot, width: int) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    sentence = "The server answered 503 Service Unavailable, and it is tried again until it answers. " * 3
    bar.set_upstreams([UpstreamLine("city", NOW, sentence)], NOW)
    bar.set_outbox(58137, 12345, 432)
    bar.set_demo("Demo city, 26 August 2011, 100,000 requests made from 3,000 real ones")
    bar.set_mails(here=True)
    bar.set_now(NOW, "Mon 29 Aug 2011 12:00")
    bar.set_who("a dispatcher with a long name")
    assert bar.minimumSizeHint().width() <= width
    bar.resize(width, 28)
    bar.show()
    shown = [bar.upstream, bar.pulled, bar.waiting, bar.refused, bar.saved, bar.mails, bar.demo, bar.clock, bar.who]
    places = [part.geometry() for part in shown]
    assert all(b.left() > a.right() for a, b in pairwise(places)), "nothing lies on anything"
    assert places[-1].right() <= width
    assert bar.upstream.accessibleName() == f"city: {sentence}"
    assert bar.upstream.width() >= LEAST
    assert bar.upstream.shown.startswith("city: The server")
    assert bar.upstream.shown.endswith("…")


def test_a_sentence_that_fits_is_never_cut(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1600, 28)
    bar.show()
    for words in ("Upstream ok", "No upstream: this desk works alone", *(f"city: {'il' * n}w" for n in range(40))):
        bar.upstream.setText(words)
        bar.upstream.fit()
        qtbot.waitUntil(lambda: bar.upstream.width() == bar.upstream.sizeHint().width())
        assert bar.upstream.shown == words


def test_several_upstreams_and_none(look: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    lines = [UpstreamLine("a", NOW), UpstreamLine("b", NOW - timedelta(minutes=5))]
    bar.set_upstreams(lines, NOW)
    assert (bar.upstream.text(), bar.pulled.text()) == ("2 upstreams ok", "pulled 5 m ago")
    bar.set_upstreams([UpstreamLine("a", NOW, "x"), UpstreamLine("b", NOW, "y")], NOW)
    assert bar.upstream.text() == "2 upstreams have a problem"
    bar.set_upstreams([], NOW)
    assert (bar.upstream.text(), bar.pulled.text()) == ("No upstream: this desk works alone", "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "just now"), (0, "just now"), (119, "119 s ago"), (120, "2 m ago"), (7200, "2 h ago"), (200_000, "2 d ago")],
)
def test_ago(seconds: int, said: str) -> None:
    assert ago(timedelta(seconds=seconds)) == said


def test_a_toast_offers_undo_and_goes(toasts: Toasts, qtbot: QtBot) -> None:
    toast = toasts.say("3 requests assigned to Tree 2", "op-1")
    assert (toast.height(), toast.x()) == (40, 16)
    assert toast.geometry().bottom() == 432 - 16 - 1
    assert (toast.button.text(), toast.key.text()) == ("Undo", "Ctrl+Z")
    with qtbot.waitSignal(toasts.undo_wanted) as asked:
        QTest.mouseClick(toast.button, LEFT)
    assert asked.args == ["op-1"]
    assert toasts.shown == []


def test_toasts_stack_and_the_oldest_gives_way(toasts: Toasts) -> None:
    for number in range(MOST + 2):
        toasts.say(f"{number}", f"op-{number}")
    shown = toasts.shown
    assert [t.words.text() for t in shown] == ["2", "3", "4"]
    tops = [t.y() for t in shown]
    assert tops == sorted(tops)
    assert all(b - a == 48 for a, b in pairwise(tops))
    assert [t.key.isVisible() for t in shown] == [False, False, True]
    toasts.take_back("op-3")
    assert [t.words.text() for t in toasts.shown] == ["2", "4"]
    toasts.take_back("op-4")
    assert shown[0].key.isVisible()


def test_a_toast_is_never_a_window_of_its_own(toasts: Toasts, look: QApplication) -> None:
    """A part shown before it has a parent is a window for a moment, and takes the keyboard with it."""
    windows: list[QObject] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                windows.append(watched)
            return False

    watch = Watch()
    look.installEventFilter(watch)
    toast = toasts.say("Saved", "op-1")
    look.removeEventFilter(watch)
    assert windows == []
    assert toast.button.isVisible()
    assert toast.key.isVisible()


def test_a_toast_leaves_by_itself_but_not_under_mouse_or_keyboard(toasts: Toasts, qtbot: QtBot) -> None:
    toast = toasts.say("Saved")
    assert toast.button.isHidden()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.timer.isActive()
    point = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    assert not toast.timer.isActive()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.timer.isActive()
    QApplication.sendEvent(toast.button, QFocusEvent(QEvent.Type.FocusIn))
    assert not toast.timer.isActive()
    QApplication.sendEvent(toast.button, QFocusEvent(QEvent.Type.FocusOut))
    toast.timer.start(0)
    with qtbot.waitSignal(toast.gone):
        pass
    assert toasts.shown == []


def test_toasts_follow_the_panes_size(toasts: Toasts, pane: QWidget) -> None:
    toast = toasts.say("A very long sentence about what was done " * 6, "op")
    pane.resize(500, 300)
    assert toast.geometry().bottom() == 300 - 16 - 1
    assert toast.width() == 500 - 32


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_toast_is_painted_on_its_own_ground(pane: QWidget, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    toast = Toast(pane, "Done", "Undo", "Ctrl+Z", "op")
    toast.show()
    assert toast.grab().toImage().pixelColor(20, 4).name().upper() == theme.current().toast
    toast.leave()


def test_the_message_bar_says_the_error_and_its_remedy(pane: QWidget, qtbot: QtBot) -> None:
    bar = MessageBar(pane)
    assert bar.isHidden()
    bar.say_error(Offline("The city cannot be reached.", "It is tried again in 30 s."), ("retry", "Try now"))
    bar.resize(700, 36)
    assert bar.isVisible()
    assert bar.words.text() == "The city cannot be reached. It is tried again in 30 s."
    assert bar.accessibleName() == bar.words.text()
    with qtbot.waitSignal(bar.acted) as acted:
        QTest.mouseClick(bar.button, LEFT)
    assert acted.args == ["retry"]
    with qtbot.waitSignal(bar.closed):
        QTest.mouseClick(bar.close_button, LEFT)
    assert bar.isHidden()
    with qtbot.assertNotEmitted(bar.closed):
        bar.clear()


def test_the_message_bar_grows_with_its_sentence(pane: QWidget, look: QApplication) -> None:
    bar = MessageBar(pane)
    bar.say("Short.", problem=False)
    assert bar.heightForWidth(400) <= 40
    bar.say("A long sentence that goes on. " * 12)
    assert bar.heightForWidth(400) > 80
    theme.set_scheme(look, "dark")
    bar.resize(400, bar.heightForWidth(400))
    tint = theme.mix(theme.DARK.overdue, theme.DARK.surf, 0.14).name()
    assert bar.grab().toImage().pixelColor(2, 2).name() == tint


def test_the_help_sheet_holds_every_key(look: QApplication, qtbot: QtBot) -> None:
    lines = [KeyLine(g, f"{g} {n}", f"Ctrl+{n}") for g in ("Moving", "Requests", "Desk") for n in range(5)]
    sheet = HelpSheet(lines)
    qtbot.addWidget(sheet)
    sheet.show()
    words = [label.text() for label in sheet.findChildren(PlainLabel)]
    for line in lines:
        assert line.title in words
        assert line.keys in words
    assert words.count("Moving") == 1
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_an_empty_state_hides_what_it_does_not_need(pane: QWidget, qtbot: QtBot) -> None:
    empty = EmptyState(pane)
    empty.say("No outbox", "Nothing waits.")
    assert empty.button.isHidden()
    assert empty.remedy.isHidden()
    empty.say("No outbox", "Nothing waits.", "Look later.", ("look", "Look"))
    empty.resize(400, 300)
    empty.show()
    with qtbot.waitSignal(empty.acted) as acted:
        QTest.mouseClick(empty.button, LEFT)
    assert acted.args == ["look"]


def test_the_residents_mails_are_one_click_away_where_they_are_here(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    assert bar.mails.isHidden()
    bar.set_mails(here=True)
    assert not bar.mails.isHidden()
    with qtbot.waitSignal(bar.mails_wanted):
        bar.mails.click()


def test_what_is_said_by_the_way_takes_nothing_away_that_waits_for_an_answer(pane: QWidget) -> None:
    bar = MessageBar(pane)
    bar.say_once("The server cannot be reached.")
    bar.say("An assignment was not saved.", "", ("wait", "Do it later"))
    bar.say_once("The server cannot be reached.", "Showing the list as of 14:03.")
    assert (bar.words.text(), bar.button.text()) == ("An assignment was not saved.", "Do it later")
    bar.clear()
    bar.say_once("The server cannot be reached.")
    assert (bar.words.text(), bar.button.isHidden()) == ("The server cannot be reached.", True)
