"""The composition root: settings, look, one desk, one window; read this first."""

from __future__ import annotations

import faulthandler
import logging
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

import resources
from console.cityfiles import CityFiles
from console.desk import Desk
from console.instance import Instance, raise_running
from console.remembering import Remembered
from console.settings import Settings
from console.tasks import Tasks
from console.window import Window
from services.errors import Expected
from widgets import theme

FONTS = Path(resources.__file__).parent / "fonts"
SIZE = (1600, 1000)
OFFSCREEN = "This plugin does not support "
"""How Qt's offscreen platform says that it cannot hint, raise or grab a window: no picture needs that."""
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
        self.settings = settings
        self.remembered = Remembered(settings.home) if remember else None
        chosen = self.remembered.scheme if self.remembered else ""
        self.qt = _qt(scheme or chosen or settings.config.desk.theme)
        self.tasks = Tasks()
        self.desk = Desk(settings, self.tasks, sync=sync)
        self.window = Window(self.desk, CityFiles(settings, mail_folder), demo)
        self.tasks.bug.connect(self._report)

    def show(self, size: tuple[int, int] = SIZE) -> None:
        """Show the window; the store and the map follow after its first paint."""
        self.window.resize(*size)
        if self.remembered:
            self.remembered.restore(self.window)
        self.window.show()

    def close(self) -> None:
        """Close the window, finish what is being written, end the threads."""
        if self.remembered:
            self.remembered.keep(self.window)
        self.window.close()
        self.desk.close()
        self.window.deleteLater()

    def _report(self, fault: BaseException) -> None:
        self.window.show_problem(
            Expected(
                f"Something in the desk went wrong ({type(fault).__name__}); what you did before is saved.",
                f"The report is in {self.settings.home / 'logs'}.",
            )
        )


def run(settings: Settings, *, demo: str = "", mail_folder: Path | None = None) -> int:
    """Open the desk on this home; a second start raises the window that is open already. Returns the exit code."""
    made = Application(settings, demo=demo, mail_folder=mail_folder, remember=True)
    if raise_running(settings.store_url):
        made.tasks.close()
        return 0
    _catch_faults(made)
    instance = Instance(settings.store_url, made.window.come_forward)
    made.show()
    code = made.qt.exec()
    instance.close()
    made.close()
    return code


def _qt(scheme: str) -> QApplication:
    _hear_qt()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Connect Console")
    app.setApplicationDisplayName("")
    theme.install(app, FONTS, scheme)
    return app


def _hear_qt() -> None:
    """What Qt says goes to the log, except to somebody who listens already, as the tests do."""
    before = qInstallMessageHandler(_log_qt)
    if before not in {None, _log_qt}:
        qInstallMessageHandler(before)


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


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message.startswith(OFFSCREEN):
        return
    if kind is QtMsgType.QtFatalMsg:
        sys.stderr.write(f"Qt cannot go on: {message}\n")
    level = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}.get(kind, logging.WARNING)
    log.log(level, "Qt: %s", message)
