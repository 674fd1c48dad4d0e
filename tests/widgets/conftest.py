"""A themed application, and a desk's worth of made-up rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from widgets import theme

FONTS = Path(__file__).parents[2] / "resources" / "fonts"


@pytest.fixture
def look(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light look; light again afterwards."""
    theme.install(qapp, FONTS, "light")
    yield qapp
    theme.set_scheme(qapp, "light")
