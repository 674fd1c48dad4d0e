"""`connect-console wall`: the wall display by itself, on a screen with nobody at it; it reads and sends nothing."""

from __future__ import annotations

import signal

from PySide6.QtCore import QTimer

import widgets  # noqa: F401 - first: the source of what is imported after it is not read
from console import front
from console.app import FONTS
from console.desk import Desk
from console.remembering import Remembered
from console.settings import Settings
from console.tasks import Tasks
from console.walling import Walling
from widgets import theme
from widgets.wall.choice import Choice, ordered


def run(
    settings: Settings, pages: list[str] | None = None, seconds: int | None = None, query: str | None = None
) -> int:
    """Show this, and for what is None as was last chosen at this home's desk, until Esc. Returns the exit code.

    Raises Expected for what cannot be shown.
    """
    remembered = Remembered(settings.home)
    last = remembered.wall
    choice = Choice(
        ordered(pages) if pages else last.pages,
        last.seconds if seconds is None else seconds,
        last.query if query is None else query,
    )
    choice.check()
    app = front.application()
    theme.install(app, FONTS, remembered.scheme or settings.config.desk.theme)
    tasks = Tasks()
    desk = Desk(settings, tasks, sync=False)
    wall = Walling(desk)
    wall.closed.connect(app.quit)
    desk.problem.connect(wall.say)
    for ends in (signal.SIGTERM, signal.SIGINT):  # it may come amidst anything: what runs comes to its end first
        signal.signal(ends, lambda *_: QTimer.singleShot(0, app.quit))
    QTimer.singleShot(0, desk.open)
    wall.open(choice)
    code = app.exec()
    wall.closed.disconnect(app.quit)
    wall.close()
    desk.close()
    for part in (wall, desk, tasks):
        part.deleteLater()
    return code
