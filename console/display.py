"""Whether a window can be opened here, said in words: Qt itself would end the process."""

from __future__ import annotations

import os
import sys

LIBRARIES = (
    "Install the system's libraries for Qt (on Debian: libegl1 libgl1 libdbus-1-3 libfontconfig1 "
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0)."
)


def no_display() -> bool:
    """True on a Linux without a screen, unless the person has chosen a platform."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(n) for n in named)


def check_qt() -> None:
    """Raise Expected when the system lacks what Qt needs."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as missing:
        from services.errors import Expected

        raise Expected(f"Qt does not start: {missing}.", LIBRARIES) from missing


def check_window() -> None:
    """Raise Expected when no window can be opened here."""
    check_qt()
    if no_display():
        from services.errors import Expected

        raise Expected(
            "There is no display here, so no window can be opened.",
            "Log in to a graphical session. The worker, the gateway and all commands run without one, the demo too.",
        )
