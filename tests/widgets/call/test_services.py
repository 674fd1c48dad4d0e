"""The field asks whoever it was told to ask, and by the services' names until then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.values import Service
from services.intake.naming import Suggestion
from tests.services.intake.test_naming import ALL, CAR, TREE
from widgets.call.services import LONGEST, ServiceField


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> Iterator[ServiceField]:
    made = ServiceField()
    qtbot.addWidget(made)
    made.set_services(ALL)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(made.line.hasFocus)
    yield made
    made.close()


def shown(field: ServiceField) -> list[str]:
    return [row.offer.title for row in field.rows if row.isVisible()]


def test_who_suggests_can_be_told(field: ServiceField) -> None:
    QTest.keyClicks(field.line, "tree car")
    assert field.offers[0].value is TREE
    field.set_suggest(lambda services, typed, most: [Suggestion(services[2], f"{typed}, so it is")])
    assert [(offer.value, offer.note) for offer in field.offers] == [(CAR, "tree car, so it is")]


def test_enter_chooses_nothing_before_a_word_is_typed(field: ServiceField) -> None:
    assert shown(field) == [service.name for service in ALL]
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.chosen is None
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.chosen is ALL[0]


def test_that_nothing_fits_is_said_and_cannot_be_taken(field: ServiceField) -> None:
    QTest.keyClicks(field.line, "zebra")
    assert shown(field) == ["No service fits these words"]
    QTest.mouseClick(field.rows[0], Qt.MouseButton.LeftButton)
    assert field.chosen is None
    assert field.text() == "zebra"


def test_where_nothing_fits_the_general_services_are_offered_and_enter_takes_none(field: ServiceField) -> None:
    parks, works = Service("G1", "Parks General Request", "city"), Service("G2", "General Works", "city")
    field.set_services([*ALL, works, parks])
    QTest.keyClicks(field.line, "zebra")
    assert [(offer.value, offer.note) for offer in field.offers] == [
        (works, "No service fits these words"),
        (parks, "No service fits these words"),
    ]
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.chosen is None
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.chosen is works


def test_words_that_chose_nothing_are_what_is_kept(field: ServiceField) -> None:
    QTest.keyClicks(field.line, " tre ")
    assert field.words == "tre"
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert (field.chosen, field.words) == (TREE, "")


def test_the_list_is_open_only_while_it_is_of_use(field: ServiceField) -> None:
    field.line.clearFocus()
    assert shown(field) == []
    field.line.setFocus()
    QTest.keyClicks(field.line, "tree")
    field.line.clearFocus()
    assert shown(field), "words that have chosen nothing are not done"
    field.choose(TREE.upstream, TREE.code)
    assert shown(field) == []


def test_what_is_pasted_is_searched_for_no_further_than_anybody_types(field: ServiceField) -> None:
    asked: list[str] = []

    def suggest(_: object, typed: str, __: int) -> list[Suggestion]:
        asked.append(typed)
        return []

    field.set_suggest(suggest)
    QApplication.clipboard().setText("hole " * 10_000)
    field.line.paste()
    assert len(asked[-1]) <= LONGEST
