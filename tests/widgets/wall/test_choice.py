"""Which pages, for how long, of which requests: kept and read back, and nothing on a wall that names anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.errors import Invalid
from tests.widgets.dialogs import opened
from widgets.wall.choice import LEAST, MOST, SECONDS, TITLES, USUAL, Choice, ordered
from widgets.wall.dialog import WallDialog

pages = st.lists(st.sampled_from(list(TITLES)), min_size=1, unique=True).map(ordered)
queries = st.sampled_from(["", "area:Dorchester", 'service:"Tree Emergencies" is:overdue', "-channel:app", "age>3d"])
choices = st.builds(Choice, pages, st.integers(LEAST, MOST), queries)


@given(choices)
def test_a_choice_is_kept_and_read_back(choice: Choice) -> None:
    choice.check()
    assert Choice.read(choice.write()) == choice


@given(st.dictionaries(st.sampled_from(["pages", "seconds", "query", "other"]), st.text(max_size=20)))
def test_whatever_was_kept_something_that_can_be_shown_is_read(lines: dict[str, str]) -> None:
    Choice.read(lines).check()


@given(st.lists(st.sampled_from([*TITLES, "nope", "later"]), max_size=12))
def test_pages_come_in_the_order_of_the_list_each_once(some: list[str]) -> None:
    found = ordered(some)
    assert set(found) == set(some)
    assert len(found) == len(set(found))
    known = [page for page in found if page in TITLES]
    assert known == sorted(known, key=list(TITLES).index)
    assert list(found[: len(known)]) == known


BAD: dict[str, tuple[Choice, str]] = {
    "no page": (Choice(()), "Nothing is chosen"),
    "an unknown page": (Choice(("now", "nope")), "no page “nope”"),
    "too short": (Choice(seconds=LEAST - 1), "that long"),
    "too long": (Choice(seconds=MOST + 1), "that long"),
    "who has it": (Choice(query="claimed:ana"), "may not stand on a wall"),
    "one request": (Choice(query="number:26-000001"), "may not stand on a wall"),
    "free text": (Choice(query="rosa area:North"), "may not stand on a wall"),
    "a word of a name": (Choice(query='"Rosa Lee"'), "may not stand on a wall"),
    "no query": (Choice(query="age<<"), "age<<"),
    "no status": (Choice(query="status:wrong"), "is no status"),
}


@pytest.mark.parametrize(("choice", "said"), BAD.values(), ids=BAD)
def test_what_cannot_stand_on_a_wall_is_said_with_what_to_do(choice: Choice, said: str) -> None:
    with pytest.raises(Invalid, match=said) as told:
        choice.check()
    assert told.value.remedy.endswith(".")
    assert Choice.read(choice.write()) == Choice()


@pytest.mark.parametrize("seconds", [LEAST, SECONDS, MOST])
def test_both_ends_of_the_time_are_within_it(seconds: int) -> None:
    Choice(seconds=seconds).check()


@pytest.mark.usefixtures("look")
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_dialog_by_keys_alone(qtbot: QtBot) -> None:
    dialog = opened(WallDialog(Choice()), qtbot)
    assert [page for page, box in dialog.boxes.items() if box.isChecked()] == list(USUAL)
    assert dialog.start.hasFocus()
    QTest.keyClick(dialog.boxes["crews"], Qt.Key.Key_Space)
    QTest.keyClick(dialog.boxes["now"], Qt.Key.Key_Space)
    dialog.seconds.selectAll()
    QTest.keyClicks(dialog.seconds, "9")
    QTest.keyClicks(dialog.query, " is:overdue ")
    with qtbot.waitSignal(dialog.started) as begun:
        QTest.keyClick(dialog.query, Qt.Key.Key_Return)
    assert begun.args == [Choice(("alerts", "flow", "age", "targets", "areas", "crews", "map"), 9, "is:overdue")]
    assert not dialog.isVisible()


@pytest.mark.usefixtures("look")
@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("typed", ["", "1", "4"])
def test_a_time_that_is_none_is_said_and_the_dialog_stays(qtbot: QtBot, typed: str) -> None:
    dialog = opened(WallDialog(Choice()), qtbot)
    dialog.seconds.setText(typed)
    begun: list[Choice] = []
    dialog.started.connect(begun.append)
    dialog.start.click()
    assert "5 to 600 seconds" in dialog.bar.words.text()
    assert dialog.isVisible()
    assert begun == []
