"""A report taken down at the desk, as the store keeps it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.console import town
from tests.console.conftest import sitting_at
from widgets.call.draft import PhoneReportDraft


def test_a_caller_is_written_to_in_the_language_of_the_desk(folder: Path, qtbot: QtBot) -> None:
    spanish = town.CONFIG.format(crew="Tree").replace("[desk]", '[desk]\nlanguage = "es"')
    with sitting_at(town.build(folder, config=spanish), qtbot) as desk:
        desk.press("Ctrl+N")
        assert desk.window.call is not None
        code = desk.desk.last_state.services[0].code if desk.desk.last_state else ""
        draft = PhoneReportDraft(code, "city", "A limb.", "1 Elm St", 42.3, -71.0, "Rosa", "617 555 0100")
        desk.window.intake.file(desk.window.call, draft)
        desk.until(lambda: "logged" in desk.said())
        (caller,) = desk.stored(desk.chosen()[0]).callers
        assert (caller.name, caller.language) == ("Rosa", "es")
