"""What is offered below a line: found by typing, moved through with the arrows, taken with Enter or a click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from widgets import theme
from widgets.call.offers import Offer, OfferField

OFFERS = (
    Offer("Rosa Almeida", "e-mail, English", "rosa"),
    Offer("Pothole", "9 Main St · 26 Aug", 7, Status.IN_PROGRESS),
    Offer("Trash", "", 8, Status.CLOSED),
)


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> Iterator[OfferField]:
    theme.install(qapp, Path(__file__).parents[3] / "resources" / "fonts", "light")
    made = OfferField("Telephone number", 3)
    qtbot.addWidget(made)
    made.resize(440, 200)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(made.line.hasFocus)
    yield made
    made.close()


def test_nothing_is_offered_at_first(field: OfferField) -> None:
    assert field.offers == ()
    assert not any(row.isVisible() for row in field.rows)
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    QTest.keyClick(field.line, Qt.Key.Key_Return)


def test_enter_takes_the_first_and_arrows_go_round(field: OfferField, qtbot: QtBot) -> None:
    field.show_offers(OFFERS)
    taken: list[object] = []
    field.taken.connect(taken.append)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(field.line, key)
        QTest.keyClick(field.line, Qt.Key.Key_Enter)
    assert taken == ["rosa", 7, 8, "rosa", 8]


def test_a_click_takes_that_one(field: OfferField, qtbot: QtBot) -> None:
    field.show_offers(OFFERS)
    with qtbot.waitSignal(field.taken) as taken:
        QTest.mouseClick(field.rows[1], Qt.MouseButton.LeftButton)
    assert taken.args == [7]


def test_no_more_than_there_is_room_for_and_none_marked_where_that_is_asked(field: OfferField) -> None:
    field.show_offers((*OFFERS, Offer("Fourth", value=9)), mark=-1)
    assert len(field.offers) == 3
    taken: list[object] = []
    field.taken.connect(taken.append)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert not taken
    QTest.keyClick(field.line, Qt.Key.Key_Up)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert taken == [8, "rosa"]


def test_a_screen_reader_hears_what_enter_would_take(field: OfferField) -> None:
    field.show_offers(OFFERS)
    assert field.line.accessibleDescription() == "Rosa Almeida, e-mail, English"
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    assert field.line.accessibleDescription() == "In progress, Pothole, 9 Main St · 26 Aug"
    field.show_offers(())
    assert field.line.accessibleDescription() == ""


def test_the_mark_stands_only_where_the_keyboard_is(field: OfferField) -> None:
    field.show_offers(OFFERS)
    with_mark = field.rows[0].grab().toImage()
    field.line.clearFocus()
    assert field.rows[0].grab().toImage() != with_mark


def test_typing_is_told_and_text_put_in_is_not(field: OfferField) -> None:
    typed: list[str] = []
    field.typed.connect(typed.append)
    field.setText("617")
    QTest.keyClicks(field.line, "5")
    assert typed == ["6175"]
    assert field.text() == "6175"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_words_are_cut_and_both_themes_paint(field: OfferField, qapp: QApplication, scheme: str) -> None:
    theme.set_scheme(qapp, scheme)
    field.show_offers([Offer("W" * 200, "n" * 300, 1, Status.NEW), Offer("&amp; <b>x</b>", "", 2)])
    assert not field.rows[0].grab().isNull()
    assert field.rows[1].accessibleName() == "&amp; <b>x</b>"


def test_a_note_has_the_room_of_a_key_that_is_not_there(field: OfferField) -> None:
    def ink(note: str, key: str) -> bool:
        """Whether anything is painted where the key stands, but for the edge of the last letter."""
        field.show_offers([Offer("A"), Offer("B", note, 1, key=key)])
        row = field.rows[1]
        shown = row.grab(QRect(row.width() - 70, 0, 50, row.height())).toImage()
        return any(shown.pixel(x, 14) != shown.pixel(0, 0) for x in range(shown.width()))

    assert not ink("", "")
    assert ink("n" * 300, "")
    assert ink("", "chosen")


def test_enter_waits_for_what_is_still_looked_up(field: OfferField) -> None:
    taken: list[object] = []
    field.taken.connect(taken.append)
    field.show_offers(OFFERS)
    QTest.keyClicks(field.line, "6")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert not taken, "what stands there is for other words"
    field.wait("Reading…")
    assert field.rows[0].accessibleName() == "Reading…"
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    field.show_offers(OFFERS[1:])
    assert taken == [7]
    QTest.keyClicks(field.line, "1")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    QTest.keyClicks(field.line, "7")
    field.show_offers(OFFERS)
    assert taken == [7], "who typed on wants something else"
