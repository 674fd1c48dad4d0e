"""Pictures of the desk or one of its panes, offscreen, with the real data of a home."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import Expected, Invalid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from console.app import Application
    from console.settings import Settings
    from console.window import Window

SECONDS = 60


def run(
    settings: Settings,
    file: Path,
    *,
    view: str = "desk",
    size: tuple[int, int] = (1600, 1000),
    theme: str = "light",
    select: str | None = None,
) -> int:
    """Write a PNG of a pane, with request `select` (a number) selected. Raises Expected."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from console.app import Application

    made = Application(settings, scheme=theme, sync=False)
    try:
        pane = _pane(made.window, view)
        made.show(size)
        wait_until(made, lambda: made.window.is_ready)
        if view == "supervise":
            made.window.supervising.show()
            wait_until(made, lambda: made.window.supervising.figures is not None)
        if select:
            _select(made, select)
        take(made, pane(), file)
    finally:
        made.close()
    return 0


def take(made: Application, pane: QWidget, file: Path) -> None:
    """Grab a pane into a PNG file. Raises Expected."""
    if made.window.map is not None:
        made.window.map.settle()
    made.qt.processEvents()
    if not pane.grab().save(str(file), "PNG"):
        raise Expected(f"The picture cannot be written to {file}.", "Name a file in a folder you may write to.")


def _pane(window: Window, view: str) -> Callable[[], QWidget]:
    panes: dict[str, Callable[[], QWidget]] = {
        "desk": lambda: window,
        "queue": lambda: window.queue,
        "map": lambda: window.map or window.map_slot,
        "detail": lambda: window.detail,
        "rail": lambda: window.rail,
        "top": lambda: window.top,
        "status": lambda: window.status,
        "supervise": lambda: window.supervising.view or window,
    }
    if view not in panes:
        raise Invalid(f"There is no pane “{view}”.", f"One of: {', '.join(panes)}.")
    return panes[view]


def _select(made: Application, number: str) -> None:
    done: list[bool] = []

    def found(request_id: object) -> None:
        made.desk.selection.set((int(str(request_id)),))
        done.append(True)

    problems: list[Expected] = []
    made.desk.problem.connect(problems.append)
    made.desk.ask(lambda side: side.request_id(number), found)
    wait_until(made, lambda: bool(problems) or (bool(done) and _is_shown(made)))
    if problems:
        raise problems[0]


def _is_shown(made: Application) -> bool:
    """Whether the request is there with the crews that are suggested for it."""
    current = made.desk.current
    return current is not None and (
        current.request.crew is not None or made.desk.pasts.lately(current.request.service) is not None
    )


def wait_until(made: Application, ready: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Run the event loop until `ready`. Raises Expected when that takes too long."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop

    limit = QDeadlineTimer(int(seconds * 1000))
    while not ready():
        if limit.hasExpired():
            raise Expected(f"The desk was not ready within {seconds:g} s.", "See the log in the home's folder “logs”.")
        made.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
