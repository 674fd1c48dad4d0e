"""The rail by keys and clicks: views with counts, crews with loads, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.values import Crew
from services.queue.query import parse
from services.queue.views import TEAM_VIEWS, VIEWS
from tests.widgets.rows import CREWS
from widgets import theme
from widgets.queue.model import mime_of
from widgets.rail import CrewEntry, Rail, ViewEntry, _short, _short_name, quoted

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rail(look: QApplication, qtbot: QtBot) -> Iterator[Rail]:
    made = Rail()
    qtbot.addWidget(made)
    made.set_views(VIEWS, TEAM_VIEWS)
    made.set_counts({"new": 143, "overdue": 1092})
    made.set_crews([(CREWS[0], 8), (CREWS[1], 6), (CREWS[2], 0)])
    made.resize(220, 900)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    made.close()


def crews(rail: Rail) -> list[CrewEntry]:
    return [e for e in rail.entries if isinstance(e, CrewEntry)]


def test_a_click_asks_for_the_views_query(rail: Rail, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rail.view_chosen) as asked:
        QTest.mouseClick(rail.entries[1], LEFT)
    assert asked.args == ["is:overdue"]


def test_a_crew_asks_for_its_open_requests(rail: Rail, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rail.view_chosen) as asked:
        QTest.mouseClick(crews(rail)[1], LEFT)
    assert asked.args == ['crew:"Tree 2" status:open']


@pytest.mark.parametrize("name", ["Tree 2", 'He said "now"', "a,b"])
def test_a_quoted_name_is_one_value(name: str) -> None:
    query = parse(f"crew:{quoted(name)}")
    assert not query.problems
    assert [t.key for t in query.terms] == ["crew"]


def test_the_active_view_follows_the_filter(rail: Rail) -> None:
    rail.set_query(" status:open ")
    assert [e.title for e in rail.entries if e.isChecked()] == ["All open"]
    QTest.mouseClick(rail.entries[0], LEFT)
    assert [e.title for e in rail.entries if e.isChecked()] == ["All open"]
    rail.set_query("hole")
    assert not [e for e in rail.entries if e.isChecked()]


def test_arrows_walk_and_enter_chooses(rail: Rail, qtbot: QtBot) -> None:
    rail.entries[0].setFocus()
    QTest.keyClick(rail.entries[0], Qt.Key.Key_Down)
    QTest.keyClick(rail.entries[1], Qt.Key.Key_Down)
    assert rail.entries[2].hasFocus()
    QTest.keyClick(rail.entries[2], Qt.Key.Key_Up)
    assert rail.entries[1].hasFocus()
    with qtbot.waitSignal(rail.view_chosen) as asked:
        QTest.keyClick(rail.entries[1], Qt.Key.Key_Return)
    assert asked.args == ["is:overdue"]
    with qtbot.waitSignal(rail.view_chosen):
        QTest.keyClick(rail.entries[1], Qt.Key.Key_Space)


def test_counts_and_loads_are_said(rail: Rail) -> None:
    names = [e.accessibleName() for e in rail.entries]
    assert names[:3] == ["New, 143", "Overdue, 1,092", "Due today"]
    assert [c.words for c in crews(rail)] == ["full · 8 of 8", "6 of 8", "0 of 6"]
    before = crews(rail)
    rail.set_crews([(CREWS[0], 3), (CREWS[1], 9), (CREWS[2], 6)])
    assert crews(rail) == before
    assert [c.words for c in crews(rail)] == ["3 of 8", "over · 9 of 8", "full · 6 of 6"]
    rail.set_crews([(Crew(9, "New crew", capacity=0), 1)])
    assert [c.words for c in crews(rail)] == ["over · 1 of 0"]


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*:DeprecationWarning")
def test_requests_dropped_on_a_crew_are_to_be_assigned(rail: Rail, qtbot: QtBot) -> None:
    data, crew = mime_of(np.array([4, 17])), crews(rail)[1]
    arguments = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    arriving = QDragEnterEvent(crew.rect().center(), *arguments)
    crew.dragEnterEvent(arriving)
    assert arriving.isAccepted()
    with qtbot.waitSignal(rail.dropped_on_crew) as dropped:
        crew.dropEvent(QDropEvent(QPointF(5, 5), *arguments))
    assert dropped.args is not None
    crew_id, ids = dropped.args
    assert (crew_id, ids.tolist()) == (2, [4, 17])


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*:DeprecationWarning")
def test_other_things_are_not_taken(rail: Rail) -> None:
    data = QMimeData()
    data.setText("4")
    no_keys = Qt.KeyboardModifier.NoModifier
    arriving = QDragEnterEvent(crews(rail)[0].rect().center(), Qt.DropAction.CopyAction, data, LEFT, no_keys)
    arriving.ignore()
    crews(rail)[0].dragEnterEvent(arriving)
    assert not arriving.isAccepted()


def test_narrow_keeps_counts_crews_and_the_keyboard(rail: Rail) -> None:
    rail.set_query("status:new")
    rail.entries[3].setFocus()
    rail.set_narrow(True)
    assert rail.narrow
    assert rail.width() == 56
    assert len(rail.entries) == len(VIEWS) + len(TEAM_VIEWS) + 1 + 3
    assert rail.entries[3].hasFocus()
    assert rail.entries[0].isChecked()
    assert rail.entries[0].accessibleName() == "New, 143"
    rail.set_narrow(False)
    assert rail.width() == 220


@pytest.mark.parametrize(("count", "said"), [(None, ""), (0, "0"), (9999, "9,999"), (36_410, "36 k")])
def test_narrow_counts_fit(count: int | None, said: str) -> None:
    assert _short(count) == said


def test_a_crew_has_a_short_name_of_its_own() -> None:
    assert _short_name("Tree 3 (contract)") == "Tre 3"
    assert _short_name("Hotline") == "Hot"
    assert _short_name("") == ""
    assert _short_name("Health 1") != _short_name("Highway 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("narrow", [False, True])
def test_it_paints_in_both_themes_and_widths(rail: Rail, look: QApplication, scheme: str, narrow: bool) -> None:
    theme.set_scheme(look, scheme)
    rail.set_narrow(narrow)
    rail.set_query("status:new")
    rail.entries[1].setFocus()
    entry = rail.entries[0]
    assert isinstance(entry, ViewEntry)
    picture = entry.grab().toImage()
    p = theme.current()
    assert picture.pixelColor(1, 10).name().upper() == p.accent
    assert picture.pixelColor(entry.width() - 2, 3).name().upper() == p.selection
    full = crews(rail)[0].grab().toImage()
    assert full.pixelColor(crews(rail)[0].width() // 2, 32).name().upper() == p.text
