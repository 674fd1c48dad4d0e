"""What the command line writes as a PDF: the name that such a file must have, and Qt without a screen to paint it."""

from __future__ import annotations

import os
from pathlib import Path

from console import display
from services.errors import Invalid


def check(file: Path) -> None:
    """Raise Invalid for a name by which nobody would know a PDF."""
    if file.suffix.lower() != ".pdf":
        raise Invalid(f"“{file.name}” would not be known as a PDF.", "End its name in .pdf.")


def ready() -> None:
    """Start Qt with the desk's fonts, but without a window. Raises Expected where the system lacks what Qt needs."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    display.check_qt()
    from console import front
    from console.app import FONTS
    from widgets import theme

    theme.install(front.application(), FONTS, "light")
