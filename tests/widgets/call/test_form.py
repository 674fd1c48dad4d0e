"""What the form says of who reports and how urgent it is, and that nothing needed is hidden in a small window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from services.domain.values import Service
from tests.services.domain.test_urgency import BLOCKED, DANGER
from tests.widgets.call.seen import used
from tests.widgets.call.test_band import FOUND
from widgets.call.channels import WAYS_IN, came
from widgets.call.draft import PhoneReportDraft
from widgets.call.foot import NO_PIN
from widgets.call.offers import Offer
from widgets.call.pane import CallPane

SLOW = Service("M", "Tree Maintenance", "city", "Trees", sla_hours=48.0)
QUICK = Service("W", "Water main", "city", "Water", sla_hours=1.0)
DRAFT = PhoneReportDraft(
    "M", "city", "A limb hangs over the path since the storm, and children play below it.", "610 E Fifth St",
    42.3341, -71.0361, "Rosa Almeida", "617 555 0142", "rosa@example.org",
)  # fmt: skip


@pytest.fixture
def pane(qapp: QApplication, qtbot: QtBot) -> Iterator[CallPane]:
    with used(qapp, qtbot, CallPane("en", (DANGER, BLOCKED)), (SLOW, QUICK), (512, 724)) as made:
        yield made


def within(pane: CallPane, widget: QWidget) -> bool:
    """Whether all of a widget is to be seen without scrolling."""
    pane.area.settle()
    view = pane.area.viewport()
    return view.rect().contains(QRect(widget.mapTo(view, QPoint(0, 0)), widget.size()))


def answer(pane: CallPane, row: int, key: Qt.Key) -> None:
    focus = pane.urgency.rows[row].choice.focusProxy()
    assert focus is not None
    QTest.keyClick(focus, key)


# urgency


def test_a_yes_says_at_once_what_it_brings_about(pane: CallPane, qtbot: QtBot) -> None:
    pane.set_draft(DRAFT)
    danger, blocked = pane.urgency.rows
    assert not danger.effect.isVisible()
    assert pane.foot.due.text() == "due within 2 d"
    with qtbot.waitSignal(pane.edited):
        answer(pane, 0, Qt.Key.Key_Y)
    assert danger.effect.text().startswith("Call 911. Moves up in the queue")
    assert pane.foot.due.text() == "due within 2 h"
    answer(pane, 1, Qt.Key.Key_Y)
    assert pane.foot.due.text() == "due within 2 h", "the soonest counts"
    answer(pane, 0, Qt.Key.Key_N)
    assert not danger.effect.isVisible()
    assert blocked.effect.isVisible()
    assert pane.foot.due.text() == "due within 4 h"
    assert pane.draft().urgency == {DANGER.question: False, BLOCKED.question: True}


def test_the_effect_is_that_of_the_service_that_is_chosen(pane: CallPane) -> None:
    pane.set_draft(replace(DRAFT, urgency={BLOCKED.question: True, "no longer asked": True}))
    effect = pane.urgency.rows[1].effect
    assert "Moves up" in effect.text()
    pane.service.choose("city", "W")
    assert effect.text().endswith("all the same.")
    assert pane.foot.due.text() == "due within 1 h"
    assert pane.draft().urgency == {BLOCKED.question: True}
    assert pane.urgency.rows[1].choice.options["yes"].accessibleDescription() == effect.text()


def test_nothing_is_asked_before_the_words_and_tab_goes_on_to_the_questions(pane: CallPane) -> None:
    assert pane.draft().urgency == {}
    pane.description.setFocus()
    QTest.keyClick(pane.description, Qt.Key.Key_Tab)
    assert pane.urgency.rows[0].choice.options["no"].hasFocus()


# how it comes in


@pytest.mark.parametrize("channel", list(WAYS_IN))
def test_the_form_speaks_of_who_is_there(pane: CallPane, qtbot: QtBot, channel: str) -> None:
    pane.set_draft(replace(DRAFT, name="", email="", phone=""))
    pane.channel.set_value("phone" if channel != "phone" else "web")
    with qtbot.waitSignal(pane.edited):
        QTest.mouseClick(pane.channel.options[channel], Qt.MouseButton.LeftButton)
    way = came(channel)
    assert pane.head.text() == pane.accessibleName() == way.head
    assert pane.foot.file.text() == pane.foot.file.accessibleName() == way.deed
    pane.set_saving(on=True)
    assert pane.foot.file.accessibleName() == "Saving…"
    pane.set_saving(on=False)
    assert pane.foot.file.text() == way.deed
    assert pane.reply.consent.accessibleName() == f"{way.who.capitalize()} agrees to be told"
    assert way.who in pane.foot.goal.text()
    pane.show_duplicates(FOUND[:1])
    assert pane.band.remark.text() == f"one key adds {way.who} to that request"
    assert pane.draft().channel == channel
    other = CallPane()
    qtbot.addWidget(other)
    other.set_draft(pane.draft())
    assert (other.draft().channel, other.head.text()) == (channel, way.head)


# who is told


def test_a_wish_never_to_be_called_is_kept_and_said(pane: CallPane, qtbot: QtBot) -> None:
    pane.set_draft(DRAFT)
    with qtbot.waitSignal(pane.edited):
        QTest.mouseClick(pane.reply.do_not_call, Qt.MouseButton.LeftButton)
    assert pane.draft().do_not_call
    assert pane.foot.goal.text().endswith("Rosa Almeida is never called or written to.")
    pane.set_draft(PhoneReportDraft())
    assert not pane.draft().do_not_call
    pane.set_person("Rosa", "", "email", "es", consent=True, do_not_call=True)
    assert pane.reply.do_not_call.isChecked()


def test_a_language_that_the_city_has_no_texts_in_is_kept(pane: CallPane) -> None:
    pane.set_draft(replace(DRAFT, language="pt", reply="email"))
    assert pane.draft().language == "pt"
    assert pane.reply.language.options["pt"].text() == "Português"
    assert pane.foot.goal.text().endswith("in English (there are no texts in Portuguese).")
    pane.set_person("Ana", "", "email", "ht", consent=True)
    assert pane.draft().language == "ht"
    assert "pt" not in pane.reply.language.options, "nobody speaks it here any more"
    pane.set_draft(PhoneReportDraft())
    assert pane.draft().language == "en"


# where


def test_that_there_is_no_pin_is_said_before_it_is_filed(pane: CallPane) -> None:
    pane.set_draft(replace(DRAFT, lat=None, lon=None, service_code=""))
    assert pane.foot.goal.text() == NO_PIN
    pane.service.choose("city", "M")
    assert pane.foot.goal.text().startswith(f"{NO_PIN} The report goes to")
    pane.set_place(42.3341, -71.0361)
    assert NO_PIN not in pane.foot.goal.text()
    pane.set_draft(PhoneReportDraft())
    assert pane.foot.goal.text() == ""


# room


def test_at_1280_by_800_nothing_that_is_needed_is_below_the_foot(pane: CallPane) -> None:
    pane.set_draft(replace(DRAFT, urgency={DANGER.question: True}, lat=None, lon=None))
    pane.show_duplicates(FOUND)
    assert len(pane.band.found) == 3
    everything = (pane.phone.line, pane.address.line, pane.band, pane.description, pane.urgency, pane.reply)
    for widget in everything:
        assert within(pane, widget), widget.accessibleName() or type(widget).__name__
    assert not pane.band.choose(4), "what is not shown is not taken"
    pane.resize(512, 724 - 36)
    assert all(within(pane, widget) for widget in everything), "nor where there are tabs above"
    assert len(pane.band.found) == 2
    pane.resize(512, 900)
    assert len(pane.band.found) == 5
    assert pane.band.choose(4)


def test_what_a_known_caller_asked_for_before_stays_in_sight(pane: CallPane) -> None:
    pane.resize(560, 900)
    earlier = Offer("Pothole", "9 Main St", 2, Status.NEW, key="asks")
    pane.phone.show_offers([Offer("Rosa", value=1), earlier])
    pane.set_person("Rosa", "", "email", "en", consent=True)
    assert pane.phone.offers == (earlier,)
    assert pane.phone.rows[0].isVisible()
    asked: list[object] = []
    pane.offer_taken.connect(asked.append)
    QTest.keyClick(pane.phone.line, Qt.Key.Key_Return)
    assert not asked, "Enter asks about none of them"
    QTest.mouseClick(pane.phone.rows[0], Qt.MouseButton.LeftButton)
    assert asked == [2]


def test_what_was_offered_for_the_number_folds_away_in_a_low_pane(pane: CallPane) -> None:
    pane.phone.show_offers([Offer("Rosa", value=1), Offer("Pothole", "9 Main St", 2)])
    assert pane.phone.rows[1].isVisible()
    pane.name.setFocus()
    assert not pane.phone.rows[0].isVisible()
    pane.resize(512, 900)
    assert pane.phone.rows[1].isVisible()


def test_long_reasons_are_cut_between_words_and_whole_in_the_tooltip(pane: CallPane) -> None:
    said = "same address, same service, 19 hours ago, “Tree came down in the night & blocks <b>both</b> lanes”"
    pane.show_duplicates([replace(FOUND[0], reasons=said)])
    row = pane.band.rows[0]
    assert "blocks &lt;b&gt;both&lt;/b&gt; lanes”" in row.toolTip()
    pane.area.settle()
    assert not row.grab().isNull()


@pytest.mark.parametrize("wide", [512, 560, 700])
def test_every_way_and_language_can_be_read(pane: CallPane, wide: int) -> None:
    pane.resize(wide, 900)
    pane.area.settle()
    pane.set_person("Ana", "", "email", "pt", consent=True)
    pane.area.settle()
    for choice in (pane.reply.way, pane.reply.language):
        for option in choice.options.values():
            assert option.width() >= option.sizeHint().width(), option.text()
            assert pane.reply.rect().contains(QRect(option.mapTo(pane.reply, QPoint(0, 0)), option.size()))


@pytest.mark.parametrize("wide", [400, 512, 560])
def test_no_field_widens_the_form(pane: CallPane, wide: int) -> None:
    pane.set_draft(replace(DRAFT, language="pt", urgency={DANGER.question: True, BLOCKED.question: True}))
    pane.resize(wide, 900)
    pane.area.settle()
    form = pane.area.widget()
    assert form is not None
    assert form.width() <= wide
