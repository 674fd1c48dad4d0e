"""The call form on a screen, as its tests need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.values import Service
from widgets import theme
from widgets.call.pane import CallPane


@contextmanager
def seen(
    app: QApplication, bot: QtBot, pane: CallPane, services: Sequence[Service], size: tuple[int, int]
) -> Iterator[CallPane]:
    """The form in a window of its own, in these pixels, with these services; closed afterwards."""
    theme.install(app, Path(__file__).parents[3] / "resources" / "fonts", "light")
    bot.addWidget(pane)
    pane.set_services(services)
    pane.resize(*size)
    with bot.waitExposed(pane):
        pane.show()
    yield pane
    pane.close()


@contextmanager
def used(
    app: QApplication, bot: QtBot, pane: CallPane, services: Sequence[Service], size: tuple[int, int]
) -> Iterator[CallPane]:
    """The same, with the keyboard where a call begins."""
    with seen(app, bot, pane, services, size):
        pane.activateWindow()
        pane.start()
        bot.waitUntil(pane.phone.line.hasFocus)
        yield pane
