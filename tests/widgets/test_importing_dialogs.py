"""Import, person and retention: what each dialog shows, asks for, and leaves alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.errors import Invalid
from tests.widgets.dialogs import EVIL, HEADER, ana, opened
from widgets.importing.dialog import LONGEST, PREVIEWED, ImportDialog
from widgets.importing.mapping import NONE, TITLES
from widgets.person import LISTED, PersonDialog, PersonLine
from widgets.retention import RetentionDialog

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]

# the import


@pytest.fixture
def importing(qtbot: QtBot) -> ImportDialog:
    dialog = opened(ImportDialog(), qtbot)
    dialog.show_file("old.csv", HEADER, {"id": "Id", "opened": "When"})
    return dialog


def test_what_was_guessed_is_chosen_and_the_rest_is_open(importing: ImportDialog) -> None:
    assert importing.columns.chosen == {"id": "Id", "opened": "When"}
    box = importing.columns.boxes["service"]
    assert (box.currentText(), box.count()) == (NONE, len(HEADER) + 1)


def test_a_cell_that_holds_a_book_is_cut(importing: ImportDialog) -> None:
    book = "x" * 100_000
    importing.show_rows([{"id": book, "opened": ""}])
    importing.show_report([book], 1, 0)
    item, line = importing.preview.item(0, 0), importing.report.item(0)
    assert item is not None
    for shown in (item.text(), item.toolTip(), line.text(), line.toolTip()):
        assert LONGEST <= len(shown) < LONGEST + 30


@pytest.mark.parametrize("field", TITLES)
def test_each_column_is_chosen_and_let_go_by_the_keyboard(importing: ImportDialog, qtbot: QtBot, field: str) -> None:
    box = importing.columns.boxes[field]
    box.setFocus()
    with qtbot.waitSignal(importing.changed):
        QTest.keyClick(box, Qt.Key.Key_End)
    assert importing.columns.chosen[field] == EVIL
    with qtbot.waitSignal(importing.changed):
        QTest.keyClick(box, Qt.Key.Key_Home)
    assert field not in importing.columns.chosen


def test_a_source_is_told_once_when_it_is_left(importing: ImportDialog, qtbot: QtBot) -> None:
    told: list[None] = []
    importing.changed.connect(lambda: told.append(None))
    field = importing.columns.source
    QTest.keyClicks(field, "crm")
    assert told == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(told) == 1


def test_no_more_rows_are_shown_than_there_is_room_for(importing: ImportDialog) -> None:
    importing.show_rows([{"id": str(i), "opened": "" if i < 9 else "2020"} for i in range(20)])
    assert (importing.preview.rowCount(), importing.preview.columnCount()) == (PREVIEWED, 2)
    assert importing.columns.examples["opened"].text() == "2020", "an example is looked for further down"
    importing.show_rows([])
    assert importing.preview.rowCount() == 0


@pytest.mark.parametrize(
    ("rows", "refused", "words", "summary"),
    [
        (0, 0, "Import", "0 to import"),
        (1, 0, "Import 1 request", "1 to import"),
        (1234, 5, "Import 1,234 requests", "1,234 to import, 5 refused"),
    ],
)
def test_the_buttons_say_what_they_would_do(
    importing: ImportDialog, rows: int, refused: int, words: str, summary: str
) -> None:
    importing.show_report([], rows, refused)
    assert (importing.take.text(), importing.take.isEnabled()) == (words, rows > 0)
    assert (importing.save.isEnabled(), importing.summary.text()) == (refused > 0, summary)


def test_while_rows_are_written_only_cancel_is_left(importing: ImportDialog, qtbot: QtBot) -> None:
    importing.show_report([], 10, 1)
    importing.show_writing(5, 10)
    for part in (importing.take, importing.save, importing.another, importing.columns):
        assert not part.isEnabled()
    assert (importing.progress.value(), importing.progress.maximum()) == (5, 10)
    with qtbot.waitSignal(importing.stop_wanted):
        QTest.keyClick(importing.cancel, Qt.Key.Key_Space)
    assert importing.isVisible()
    importing.show_report([], 10, 1)
    QTest.keyClick(importing, Qt.Key.Key_Escape)
    assert not importing.isVisible()


def test_a_problem_leaves_nothing_of_the_report_before(importing: ImportDialog) -> None:
    importing.show_report(["3 × no place"], 3, 0)
    importing.show_nothing()
    importing.say_problem(Invalid("No.", "Old remedy."), "Mend it.")
    assert (importing.report.count(), importing.take.isEnabled(), importing.bar.words.text()) == (
        0,
        False,
        "No. Mend it.",
    )


# the person


@pytest.fixture
def person(qtbot: QtBot) -> PersonDialog:
    return opened(PersonDialog(""), qtbot)


def test_nothing_typed_finds_nobody(person: PersonDialog) -> None:
    asked: list[str] = []
    person.find_wanted.connect(asked.append)
    QTest.keyClick(person.field, Qt.Key.Key_Return)
    QTest.keyClicks(person.field, " a ")
    QTest.keyClick(person.field, Qt.Key.Key_Return)
    assert asked == [" a "]


def test_another_person_takes_the_question_away(person: PersonDialog) -> None:
    person.show_people([ana("Ana", sharing=(1,)), ana("Bo", "one", "two", sharing=(0,))])
    person.erase.click()
    person.confirm.field.setText("ERASE")
    person.people.setCurrentRow(1)
    assert not person.erasing.isVisible()
    assert person.requests.count() == 2
    person.erase.click()
    assert (person.confirm.field.text(), person.chosen) == ("", [1])


def test_ticking_another_asks_for_the_word_anew(person: PersonDialog, qtbot: QtBot) -> None:
    person.show_people([ana("Ana", sharing=(1,)), ana("Bo", sharing=(0,))])
    person.erase.click()
    person.confirm.field.setText("ERASE")
    person.boxes[1].click()
    assert (person.confirm.field.text(), person.chosen) == ("", [0, 1])
    person.confirm.field.setText("ERASE")
    with qtbot.waitSignal(person.erase_wanted) as asked:
        QTest.keyClick(person.confirm.field, Qt.Key.Key_Return)
    assert asked.args == [[0, 1]]


def test_who_shares_with_the_chosen_and_is_not_chosen_stays(person: PersonDialog) -> None:
    person.show_people([ana("A", sharing=(1, 2)), ana("B", sharing=(0, 2)), ana("C", sharing=(0, 1)), ana("D")])
    assert person.sharing([0]) == [1, 2]
    assert person.sharing([0, 2]) == [1]
    assert person.sharing([3]) == []


def test_a_number_that_stands_for_unknown_leaves_the_window_quick(person: PersonDialog) -> None:
    many = range(20_000)
    person.show_people([PersonLine(f"Caller {n}", "617 555 0000", ("Pothole",), many) for n in many])
    assert person.people.count() == LISTED
    assert person.summary.text() == "20,000 found; the first 500 are shown"
    person.people.setCurrentRow(3)
    person.erase.click()
    assert [box.text() for box in person.boxes] == ["Caller 3, 1 request"]
    assert "not erased: 19,999 others." in person.confirm.words.text()
    assert person.sharing(person.chosen) == [n for n in many if n != 3]


def test_of_very_many_requests_the_newest_are_shown(person: PersonDialog) -> None:
    person.show_people([ana("Ana", *(f"{n}" for n in range(LISTED + 7)))])
    assert person.requests.count() == LISTED + 1
    assert person.requests.item(LISTED).text() == "and 7 more"


def test_fewer_found_than_before_shows_what_is_there(person: PersonDialog) -> None:
    person.show_people([ana(n) for n in ("A", "B", "C")])
    person.people.setCurrentRow(2)
    person.show_people([ana("D", "only")])
    assert (person.people.currentRow(), person.requests.item(0).text()) == (0, "only")
    person.show_people([])
    assert person.requests.count() == 0


# retention


@pytest.fixture
def retention(qtbot: QtBot) -> RetentionDialog:
    return opened(RetentionDialog(6), qtbot)


def test_the_count_of_other_months_is_not_taken_for_these(retention: RetentionDialog) -> None:
    retention.show_counts(7, {2020: 3})
    assert retention.years.count() == 0
    retention.show_counts(6, {2019: 1, 2020: 1200})
    assert [retention.years.item(i).text() for i in range(2)] == ["Closed in 2019: 1", "Closed in 2020: 1,200"]
    assert retention.confirm.button.text() == "Erase 1,201 callers"


@pytest.mark.parametrize("typed", ["", "0", "1201", "-3"])
def test_what_are_no_months_is_said(retention: RetentionDialog, typed: str) -> None:
    retention.months.setText(typed)
    assert retention.confirm.words.text() == "Months are 1 to 1,200."
    assert not retention.confirm.field.isEnabled()


def test_what_is_typed_quickly_is_counted_once(retention: RetentionDialog, qtbot: QtBot) -> None:
    asked: list[int] = []
    retention.count_wanted.connect(asked.append)
    retention.months.selectAll()
    QTest.keyClicks(retention.months, "24")
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [24]
