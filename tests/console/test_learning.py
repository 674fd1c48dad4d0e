"""Services are found by slips and everyday words at once, and by the words of past requests once these are learned."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import learning
from services.intake.services import WordModel
from tests.console import town
from tests.console.conftest import sitting_at


def test_what_is_typed_before_anything_is_learned_is_understood(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, real = threading.Event(), learning.words

    def held(store_url: str, ended: Callable[[], bool]) -> WordModel:
        go.wait(20)
        return real(store_url, ended)

    monkeypatch.setattr(learning, "words", held)
    with sitting_at(town.build(folder), qtbot) as desk:
        desk.press("Ctrl+N")
        pane = desk.window.call
        assert pane is not None

        def first() -> tuple[str, str]:
            offer = next(iter(pane.service.offers), None)
            return (offer.title, offer.note) if offer else ("", "")

        pane.service.setFocus()
        desk.type("potohle")
        desk.until(lambda: first() == ("Pothole", "“pothole” in its name"))
        pane.service.line.clear()
        desk.type("the lamp is out")
        assert first() == ("Street light", "“lamp” as another word for it")
        pane.service.line.clear()
        desk.type("number")
        assert first() == ("No service fits these words", "")
        go.set()
        desk.until(lambda: "request" in first()[1])
