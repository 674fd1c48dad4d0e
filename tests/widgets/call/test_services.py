"""The field asks whoever it was told to ask, and by the services' names until then."""

from __future__ import annotations

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from services.intake.naming import Suggestion
from tests.services.intake.test_naming import ALL, CAR, TREE
from widgets.call.services import ServiceField


def test_who_suggests_can_be_told(qtbot: QtBot) -> None:
    field = ServiceField()
    qtbot.addWidget(field)
    field.set_services(ALL)
    QTest.keyClicks(field.line, "tree car")
    assert field.rows[0].hit is not None
    assert field.rows[0].hit.service is TREE
    field.set_suggest(lambda services, typed, most: [Suggestion(services[2], f"{typed}, so it is")])
    assert field.rows[0].hit == Suggestion(CAR, "tree car, so it is")
    assert field.rows[1].hit is None
