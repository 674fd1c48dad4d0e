"""The composition root: settings, look, one desk, one window; read this first."""

from __future__ import annotations

import faulthandler
import logging
import sys
import time
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication

import resources
import widgets  # noqa: F401 - first: the source of what is imported after it is not read
from console import front, leaving
from console.cityfiles import CityFiles
from console.desk import Desk
from console.front import Frame
from console.instance import CALL, FORWARD, Instance, tell
from console.remembering import Remembered, take_place
from console.ringing import Ringing
from console.screenshot import wait_until
from console.settings import Settings
from console.tasks import Tasks
from console.window import Window
from services import memory
from services.errors import Expected
from widgets import theme

FONTS = Path(resources.__file__).parent / "fonts"
SIZE = (1600, 1000)
STARTING_SECONDS = 20
"""How long a call waits, at most, for a desk that is just being opened or closed."""
SWITCH = 0.0001
"""Seconds that other work keeps the interpreter while the window waits for it: every call into Qt may have to wait."""
LEAVING_SECONDS = 10
"""How long closing waits for the store, at most, before it leaves no picture of the desk."""
log = logging.getLogger(__name__)


class Application:
    """Everything the desk consists of, built once and taken down in order."""

    def __init__(
        self,
        settings: Settings,
        *,
        scheme: str = "",
        demo: str = "",
        mail_folder: Path | None = None,
        sync: bool = True,
        remember: bool = False,
    ) -> None:
        sys.setswitchinterval(SWITCH)
        self.settings = settings
        self.remembered = Remembered(settings.home) if remember else None
        chosen = self.remembered.scheme if self.remembered else ""
        self.qt = _qt(scheme or chosen or settings.config.desk.theme)
        self.tasks = Tasks()
        self.desk = Desk(settings, self.tasks, sync=sync)
        self.window = Window(self.desk, CityFiles(settings, mail_folder), demo)
        self.ringing = Ringing(self.window)
        self.tasks.bug.connect(self._report)
        self.desk.found.connect(self._spare)
        self.frame: Frame | None = None

    def show(self, size: tuple[int, int] | None = None, frame: Frame | None = None) -> None:
        """Show the window; the store and the map follow after its first paint, with a `frame` before it.

        `size` in pixels; without it, that of the design as far as the screen has room.
        """
        if size:
            self.window.resize(*size)
        else:
            take_place(self.window, SIZE)
        if self.remembered:
            self.remembered.restore(self.window)
        if frame is None:
            self.window.show()
            return
        self.frame = frame
        self.window.resize(frame.size())
        for said in (self.desk.reading, self.desk.found, self.desk.problem):
            said.connect(self._settle)
        self.window.begin()

    def _settle(self, *_: object) -> None:
        """Let the desk stand in the first window, once it has rows to show or something to say."""
        if self.frame is not None and self.window.window() is not self.frame:
            self.frame.settle(self.window)
            self.window.focus_queue()
            self.frame.replay(self.window.queue.table)

    def _spare(self, _: object) -> None:
        """Once all is there, spare the collector what stays, and give back what opening took."""
        if self.window.is_ready:
            self.desk.found.disconnect(self._spare)
            self.tasks.collector.spare()
            memory.give_back()

    def leave(self) -> None:
        """When the window has been closed: leave in the home how the next start is to look first."""
        if not self.window.is_ready or self.desk.link.why is not None:
            return
        landed: list[object] = []
        leaving.stand_as_at_start(self.window)
        self.desk.found.connect(landed.append)
        self.desk.refresh()
        try:
            wait_until(self, lambda: bool(landed), LEAVING_SECONDS)
        except Expected:
            log.info("the store was busy: the first window of the next start is an older one")
        else:
            leaving.keep(self.window)

    def close(self) -> None:
        """Close the window, finish what is being written, end the threads."""
        if self.remembered:
            self.remembered.keep(self.window)
        top = self.frame or self.window
        top.close()
        self.window.close()
        self.desk.close()
        for part in (top, self.window, self.desk, self.tasks):
            part.deleteLater()  # left to the garbage collector, it could end in a thread that is not Qt's

    def _report(self, fault: BaseException) -> None:
        self.window.show_problem(
            Expected(
                f"Something in the desk went wrong ({type(fault).__name__}); what you did before is saved.",
                f"The report is in {self.settings.home / 'logs'}.",
            )
        )


def run(
    settings: Settings,
    *,
    demo: str = "",
    mail_folder: Path | None = None,
    frame: Frame | None = None,
    number: str = "",
) -> int:
    """Open the desk on this home, in the `frame` that is shown already; a second start raises the window that is open.

    `number` (+CODE NUMBER) rings there, or in this desk once its store is there. Returns the exit code.
    """
    front.application()
    message = f"{CALL}{number}" if number else FORWARD
    if tell(settings.store_url, message) or (frame is not None and frame.closed):
        return 0
    held = frame.lock if frame else front.lock(settings.home)
    if number and held is None:
        held = _after_another(settings, message)
        if held is None:
            return 0
    made = Application(settings, demo=demo, mail_folder=mail_folder, remember=True)
    _catch_faults(made)
    instance = Instance(settings.store_url, made.ringing.hear)
    if number:
        made.ringing.ring(number)
    made.show(frame=frame)
    code = made.qt.exec() if frame is None or not frame.closed else 0
    instance.close()
    if not demo:
        made.leave()
    made.close()
    if held is not None:
        held.unlock()
    return code


def _after_another(settings: Settings, message: str) -> QLockFile | None:
    """Where another desk is just being opened or closed: wait until that has heard the message, or is gone.

    Returns the hold on the home, None once the message was heard. Raises Expected.
    """
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        if tell(settings.store_url, message):
            return None
        if (held := front.lock(settings.home)) is not None:
            return held
        time.sleep(0.1)
    raise Expected("A desk of this home is open, but it does not answer.", "Log the call there (Ctrl+N).")


def _qt(scheme: str) -> QApplication:
    app = front.application()
    theme.install(app, FONTS, scheme)
    return app


def _catch_faults(made: Application) -> None:
    """Bugs are logged and said; the desk goes on."""
    faulthandler.enable()

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            made.qt.quit()
            return
        log.error("a fault reached the event loop", exc_info=(kind, fault, trace))
        made.window.show_problem(fault if isinstance(fault, Expected) else _said(fault))

    sys.excepthook = hook


def _said(fault: BaseException) -> Expected:
    return Expected(f"Something in the desk went wrong ({type(fault).__name__}); what you did before is saved.")
