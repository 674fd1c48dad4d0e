"""A call, hands on the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from services.domain.values import Service
from tests.services.intake.test_naming import ALL, HOLE, TREE
from tests.widgets.call.seen import seen
from widgets import theme
from widgets.call.draft import PhoneReportDraft
from widgets.call.form import FIELDS
from widgets.call.pane import CallPane

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window
EVIL = '<img src="file:///etc/hostname">'
FULL = PhoneReportDraft(
    "T",
    "city",
    "Limb on a car.",
    "610 E Fifth St",
    42.3341,
    -71.0361,
    "Rosa",
    "617",
    "r@x.org",
    {},
    "phone",
    "email",
    "en",
)


@pytest.fixture
def pane(qapp: QApplication, qtbot: QtBot) -> Iterator[CallPane]:
    with seen(qapp, qtbot, CallPane(), ALL, (560, 800)) as made:
        yield made


def test_a_call_is_filed_by_the_keyboard_alone(pane: CallPane, qtbot: QtBot) -> None:
    pane.start()
    for text in ("617 555 0142", "Rosa Almeida", "rosa@example.org", "hole"):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)
        if text != "hole":
            QTest.keyClick(focus, Qt.Key.Key_Tab)
    QTest.keyClick(pane.service.line, Qt.Key.Key_Return)
    assert pane.service.chosen is HOLE
    assert pane.foot.goal.text() == "The report goes to “city”. Rosa Almeida is told by e-mail in English."
    assert QApplication.focusWidget() is pane.address.line
    QTest.keyClicks(pane.address.line, "610 E Fifth St")
    QTest.keyClick(pane.address.line, Qt.Key.Key_Tab)
    assert pane.point.hasFocus()
    QTest.keyClick(pane.point, Qt.Key.Key_Tab)
    QTest.keyClicks(pane.description, "A hole in the road.")
    with qtbot.waitSignal(pane.filed) as filed:
        pane.submit()
    assert filed.args == [
        PhoneReportDraft(
            "P",
            "city",
            "A hole in the road.",
            "610 E Fifth St",
            name="Rosa Almeida",
            phone="617 555 0142",
            email="rosa@example.org",
            reply="email",
            language="en",
        )
    ]
    assert pane.address.text() == "610 E Fifth St"


def test_what_is_missing_is_said_beside_its_field(pane: CallPane, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pane.filed):
        QTest.mouseClick(pane.foot.file, Qt.MouseButton.LeftButton)
    assert pane.error("service").startswith("Choose what it is about")
    assert pane.error("address") == "Write where it is, or click the map."
    assert pane.error("description") == "Write what the caller says."
    assert pane.service.line.hasFocus()
    pane.point.setText("somewhere")
    pane.submit()
    assert "42.3341, -71.0361" in pane.error("point")
    assert pane.error("address") == ""
    pane.set_draft(FULL)
    assert not any(pane.error(key) for key in FIELDS)


def test_errors_from_the_other_side_stand_beside_their_field(pane: CallPane) -> None:
    pane.set_draft(FULL)
    pane.set_errors({"phone": "That is not a telephone number.", "email": EVIL})
    assert pane.error("phone") == "That is not a telephone number."
    assert pane.error("email") == EVIL
    assert pane.phone.hasFocus()
    assert pane.phone.accessibleDescription() == "That is not a telephone number."


def test_words_that_have_chosen_no_service_are_in_the_draft(pane: CallPane, qtbot: QtBot) -> None:
    QTest.keyClicks(pane.service.line, "tree")
    draft = pane.draft()
    assert (draft.service_words, draft.service_code, draft.is_empty) == ("tree", "", False)
    other = CallPane()
    qtbot.addWidget(other)
    other.set_draft(draft)
    other.set_services(ALL)
    assert other.draft() == draft
    assert other.service.offers, "what fits them is offered again"
    pane.set_draft(replace(draft, service_words=""))
    assert pane.service.text() == ""


def test_a_wish_that_is_taken_back_is_in_the_draft_until_another_number_is_typed(pane: CallPane) -> None:
    pane.phone.setFocus()
    QTest.keyClicks(pane.phone.line, "617 555 0142")
    pane.set_person("Ana", "", "phone", "en", consent=True, do_not_call=True)
    assert (pane.draft().do_not_call, pane.draft().asked_never) == (True, True)
    QTest.mouseClick(pane.reply.do_not_call, Qt.MouseButton.LeftButton)
    draft = pane.draft()
    assert (draft.do_not_call, draft.asked_never) == (False, True)
    pane.set_draft(PhoneReportDraft())
    assert not pane.draft().asked_never
    pane.set_draft(draft)
    assert pane.draft() == draft
    QTest.keyClicks(pane.phone.line, "9")
    assert not pane.draft().asked_never


def test_escape_keeps_the_draft(pane: CallPane, qtbot: QtBot) -> None:
    pane.set_draft(FULL)
    for widget in (pane.phone, pane.service.line, pane.description, pane.foot.file):
        with qtbot.waitSignal(pane.escaped):
            QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert pane.draft() == FULL
    pane.set_draft(PhoneReportDraft())
    assert pane.draft().is_empty


def test_every_edit_is_told_so_that_it_can_be_kept(pane: CallPane, qtbot: QtBot) -> None:
    for widget in (pane.phone.line, pane.name, pane.email, pane.service.line, pane.point, pane.description):
        with qtbot.waitSignal(pane.edited):
            QTest.keyClicks(widget, "1")


def test_the_map_and_the_form_share_the_point(pane: CallPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.place_edited) as pinned:
        pane.set_place(42.3341, -71.0361, "612 E Fifth St")
    assert pinned.args == [(42.3341, -71.0361)]
    assert pane.address.text() == "612 E Fifth St"
    pane.set_place(42.0, -71.0, "Elsewhere")
    assert pane.address.text() == "612 E Fifth St"
    assert (pane.draft().lat, pane.draft().lon) == (42.0, -71.0)
    pane.point.selectAll()
    with qtbot.waitSignal(pane.place_edited) as gone:
        QTest.keyClick(pane.point, Qt.Key.Key_Delete)
    assert gone.args == [None]


def test_arrows_move_in_the_services_and_a_click_takes_one(pane: CallPane, qtbot: QtBot) -> None:
    line = pane.service.line
    QTest.keyClicks(line, "tree")
    assert "Enter" not in line.accessibleDescription()
    first = line.accessibleDescription()
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert line.accessibleDescription() != first
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.accessibleDescription() == first
    hit = next(row for row in pane.service.rows if row.offer.value is TREE)
    QTest.mouseClick(hit, Qt.MouseButton.LeftButton)
    assert pane.service.chosen is TREE
    assert pane.address.line.hasFocus()
    assert not hit.isVisible(), "the line says what is chosen; the list has done its work"
    line.setFocus()
    assert pane.service.rows[0].isVisible()
    assert "chosen" in pane.service.rows[0].accessibleName()
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert pane.service.chosen is None
    assert pane.foot.goal.text() == ""
    line.selectAll()
    QTest.keyClicks(line, "zebra")
    assert line.accessibleDescription() == "No service fits these words"
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert pane.service.chosen is None


def test_new_services_keep_the_choice(pane: CallPane) -> None:
    pane.set_draft(FULL)
    pane.set_services((HOLE, TREE))
    assert pane.service.chosen is TREE
    pane.set_services((HOLE,))
    assert pane.service.chosen is None
    pane.set_services((Service("L", "Local thing", ""),))
    pane.service.choose("", "L")
    assert pane.foot.goal.text() == (
        "The report stays at this desk; no upstream takes it. Rosa is told by e-mail in English."
    )
    pane.set_services(())
    assert pane.service.line.placeholderText() == "No services are known here yet"


def test_everything_has_a_name_and_only_plain_text(pane: CallPane) -> None:
    pane.set_services((Service("E", EVIL, EVIL, EVIL, EVIL, (EVIL,)),))
    pane.service.choose(EVIL, "E")
    pane.set_errors(dict.fromkeys(FIELDS, EVIL))
    pane.grab()
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in pane.findChildren(QLabel))
    stops = [w for w in pane.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len([w for w in stops if w.accessibleName()]) >= 8
    assert not [w for w in stops if not w.accessibleName() and w.focusProxy() is None]


def test_the_theme_changes_at_run_time(pane: CallPane, qapp: QApplication) -> None:
    pane.set_draft(FULL)
    theme.set_scheme(qapp, "dark")
    assert pane.grab().toImage().pixelColor(4, 4).name().upper() == theme.DARK.surf
    theme.set_scheme(qapp, "light")
    assert pane.grab().toImage().pixelColor(4, 4).name().upper() == theme.LIGHT.surf
