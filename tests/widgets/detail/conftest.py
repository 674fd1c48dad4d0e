"""A themed pane that is let go of after each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.detail.sample import ZONE
from widgets import theme
from widgets.detail.pane import DetailPane

FONTS = Path(__file__).parents[3] / "resources" / "fonts"


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light look."""
    theme.install(qapp, FONTS, "light")
    yield qapp
    theme.set_scheme(qapp, "light")


@pytest.fixture
def pane(themed: QApplication, qtbot: QtBot) -> Iterator[DetailPane]:
    """A detail pane as wide and high as on the smallest desk, seen."""
    made = DetailPane()
    qtbot.addWidget(made)
    made.set_zone(ZONE)
    made.resize(420, 800)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.stop()
    made.close()
