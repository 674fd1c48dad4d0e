"""The form of a crew: what is shown of one is read back as the same, and what cannot be is said before it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from services.domain.shifts import Hours, Shifts, weekdays
from services.domain.values import Crew, LatLon
from services.errors import Invalid
from tests.services.domain.test_shifts import day_lists, weeks
from tests.widgets.dialogs import opened
from widgets.crews.edit import CrewsDialog

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
TREE = Crew(
    1, "Tree 1", ("tree", "stump"), 8, areas=("Ward 3",), shifts=Shifts(weekdays(Hours(420, 930))),
    email="tree@example.org", base=(42.28069, -71.17868), place=(42.3, -71.1),
)  # fmt: skip
ANY = Crew(2, "Odd jobs", active=False)
word = st.text(st.characters(codec="utf-8", exclude_characters=";|", exclude_categories=("C", "Z")), min_size=1)
words = st.lists(word, max_size=3).map(tuple)
places = st.none() | st.tuples(st.integers(-85_00000, 85_00000), st.integers(-180_00000, 180_00000)).map(
    lambda pair: (pair[0] / 1e5, pair[1] / 1e5)
)
crews = st.builds(
    Crew, st.integers(1, 9), word, words, st.integers(1, 99), st.booleans(), words,
    st.builds(Shifts, weeks, day_lists), st.just(""), places,
)  # fmt: skip


def form(bot: QtBot, *crews_: Crew, may_edit: bool = True) -> CrewsDialog:
    dialog = opened(CrewsDialog(may_edit=may_edit), bot)
    dialog.show_crews(crews_ or (TREE, ANY))
    return dialog


def asked(dialog: CrewsDialog) -> tuple[list[Crew], list[tuple[int, LatLon | None]]]:
    """The crews that are to be saved, and the places that are, from now on."""
    saved: list[Crew] = []
    placed: list[tuple[int, LatLon | None]] = []
    dialog.save_wanted.connect(saved.append)
    dialog.place_wanted.connect(lambda crew, place: placed.append((crew, place)))
    return saved, placed


@pytest.fixture
def closed(qtbot: QtBot) -> CrewsDialog:
    """The form, not shown."""
    dialog = CrewsDialog(may_edit=True)
    qtbot.addWidget(dialog)
    return dialog


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crews)
def test_what_is_shown_of_a_crew_is_read_back_as_the_same(closed: CrewsDialog, crew: Crew) -> None:
    closed.show_crews([crew])
    assert closed.crew() == crew


def test_saving_without_a_change_asks_for_nothing(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    saved, placed = asked(dialog)
    dialog.save.click()
    assert (saved, placed) == ([], [])


def test_a_change_is_saved_and_a_place_apart_from_it(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    saved, placed = asked(dialog)
    dialog.capacity.setText(" 12 ")
    dialog.save.click()
    assert (saved, placed) == ([replace(TREE, capacity=12)], [])
    dialog.place.setText("")
    dialog.capacity.setText("8")
    dialog.save.click()
    assert (len(saved), placed) == (1, [(1, None)])


def test_enter_saves_from_any_field(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    saved, _ = asked(dialog)
    for field, text in ((dialog.name, "A"), (dialog.hours, "Mon 8-12"), (dialog.base, "42, -71")):
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(saved) == 3
    assert saved[-1].base == (42.0, -71.0)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("capacity", "", "no number of jobs"),
        ("capacity", "-1", "no number of jobs"),
        ("capacity", "8.5", "no number of jobs"),
        ("capacity", "٣", "no number of jobs"),
        ("capacity", "501", "no number of jobs"),
        ("capacity", "9" * 5000, "no number of jobs"),
        ("hours", "noon", "not days and hours"),
        ("hours", "Mon 8-8", "ends when it begins"),
        ("hours", "Foo 8-12", "not a day of the week"),
        ("days", "2026-02-30 off", "is not a day"),
        ("days", "2026-02-28 noon", "is not hours"),
        ("base", "here", "is no place"),
        ("base", "42.3", "is no place"),
        ("base", "42.3, -71.1, 5", "is no place"),
        ("base", "nan, -71.1", "is no place"),
        ("base", "142.3, -71.1", "is no place"),
        ("place", "inf, 0", "is no place"),
        ("place", "42,3 -71,1", "is no place"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_asked_for(qtbot: QtBot, field: str, text: str, said: str) -> None:
    dialog = form(qtbot)
    saved, placed = asked(dialog)
    shown: QLineEdit = getattr(dialog, field)
    shown.setText(text)
    dialog.save.click()
    assert said in dialog.bar.words.text()
    assert dialog.bar.words.text().endswith(".")
    assert (saved, placed) == ([], [])


def test_a_new_crew_begins_empty_and_has_no_id(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    saved, placed = asked(dialog)
    QTest.keyClick(dialog.fresh, Qt.Key.Key_Space)
    assert dialog.name.hasFocus()
    assert (dialog.shown, dialog.name.text(), dialog.capacity.text()) == (None, "", "8")
    assert dialog.active.isChecked()
    QTest.keyClicks(dialog.name, "Forestry 2")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert (saved, placed) == ([Crew(0, "Forestry 2")], [])


def test_the_list_goes_by_arrows_and_what_was_wrong_is_forgotten(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    dialog.capacity.setText("x")
    dialog.save.click()
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert (dialog.name.text(), dialog.active.isChecked()) == ("Odd jobs", False)
    assert not dialog.bar.isVisible()
    assert [dialog.list.item(i).text() for i in range(2)] == ["Tree 1", "Odd jobs (out of service)"]
    assert "offered for anything" in dialog.hint.text()


def test_after_saving_the_same_crew_is_shown_wherever_it_stands_now(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    dialog.show_crews([ANY, TREE])
    assert dialog.name.text() == "Tree 1"
    dialog.show_crews([ANY, TREE], "Odd jobs")
    assert dialog.name.text() == "Odd jobs"
    dialog.show_crews([TREE])
    assert dialog.name.text() == "Tree 1", "one that is gone gives its place to the first"
    dialog.show_crews([])
    assert (dialog.shown, dialog.name.text()) == (None, "")


def test_a_dispatcher_may_say_where_a_crew_is_and_nothing_else(qtbot: QtBot) -> None:
    dialog = form(qtbot, may_edit=False)
    saved, placed = asked(dialog)
    for field in dialog.findChildren(QLineEdit):
        if field is not dialog.place:
            QTest.keyClicks(field, "9")
    dialog.place.setText("42.4, -71.2")
    dialog.save.click()
    assert (saved, placed) == ([], [(1, (42.4, -71.2))])
    assert not dialog.active.isEnabled()
    assert not dialog.fresh.isEnabled()


def test_where_a_form_is_wrong_the_sentence_has_a_remedy(qtbot: QtBot) -> None:
    dialog = form(qtbot)
    dialog.capacity.setText("many")
    with pytest.raises(Invalid) as told:
        dialog.crew()
    assert (told.value.sentence, told.value.remedy) == (
        "“many” is no number of jobs a day.",
        "Write a whole number from 1 to 500.",
    )
