"""A person at a real desk: the whole application on a real store, driven by keys and clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.app import Application
from console.settings import Settings
from services.domain.detail import Detail
from services.domain.status import Status
from services.queue.snapshot import STATUSES
from services.store import queries
from tests.console import town
from widgets import toast
from widgets.picker import Picker

PATIENCE_MS = 20_000


class Sitting:
    """Keys and clicks in; what is on screen and in the store out."""

    def __init__(self, made: Application, bot: QtBot) -> None:
        self.made, self.bot = made, bot
        self.window, self.desk, self.settings = made.window, made.desk, made.settings
        self.table = made.window.queue.table

    def until(self, condition: Callable[[], object]) -> None:
        """Run the event loop until the condition holds."""
        self.bot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    @property
    def ids(self) -> list[int]:
        """The queue's rows, as they stand."""
        return [self.table.rows.id_at(row) for row in range(self.table.rows.rowCount())]

    def id_of(self, upstream_id: str) -> int:
        store = town.second(self.settings)
        try:
            return queries.find(store, upstream_id)
        finally:
            store.close()

    def stored(self, request_id: int) -> Detail:
        """The request as it stands in the store."""
        store = town.second(self.settings)
        try:
            return queries.detail(store, request_id)
        finally:
            store.close()

    def status(self, request_id: int) -> Status:
        """The status as the desk's snapshot has it."""
        assert self.desk.last_found is not None
        snapshot = self.desk.last_found.snapshot
        return STATUSES[int(snapshot.status[snapshot.row_of(request_id)])]

    def turns(self, request_id: int, status: Status) -> None:
        """Wait until the desk shows the request in this status."""
        self.until(lambda: self.status(request_id) is status)

    def chosen(self) -> tuple[int, ...]:
        """What is selected."""
        return tuple(self.desk.selection.ids.tolist())

    def choose(self, *ids: int) -> None:
        """Select requests and see their detail; the list has the keyboard."""
        self.desk.selection.set(ids)
        self.until(lambda: self.window.detail.ids == ids)
        if len(ids) == 1:
            self.until(lambda: self.desk.current is not None and self.desk.current.request.id == ids[0])
        self.window.focus_queue()

    @property
    def focus(self) -> QWidget:
        """What has the keyboard: in an open chooser, else in the window.

        Without a window manager nobody gives the keyboard back when a popup or another window closes.
        """
        popup = QApplication.activePopupWidget()
        if popup is None and QApplication.focusWidget() is None:
            self.come_back()
        found = (popup.focusWidget() or popup) if popup else QApplication.focusWidget()
        assert found is not None
        return found

    def come_back(self) -> None:
        """Click into the main window's title, as it were."""
        self.window.activateWindow()
        self.until(lambda: self.window.isActiveWindow() and QApplication.focusWidget() is not None)

    def press(self, *keys: str) -> None:
        """Press keys, written as QKeySequence writes them."""
        for key in keys:
            QTest.keySequence(self.focus, QKeySequence(key))

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def pick(self, text: str) -> None:
        """Type into the open chooser, and Enter."""
        self.until(lambda: isinstance(QApplication.activePopupWidget(), Picker))
        self.type(text)
        self.press("Return")

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def said(self) -> str:
        """The newest toast."""
        shown = self.window.toasts.shown
        return shown[-1].words.text() if shown else ""

    @property
    def warned(self) -> str:
        """What the bar says; "" while it is hidden."""
        return self.window.bar.words.text() if self.window.bar.isVisible() else ""


@contextmanager
def sitting_at(settings: Settings, bot: QtBot, size: tuple[int, int] = (1600, 1000)) -> Iterator[Sitting]:
    """A desk that is open and loaded, and closed with nothing left."""
    made = Application(settings, scheme="light", sync=False)
    try:
        made.show(size)
        made.window.activateWindow()
        sitting = Sitting(made, bot)
        sitting.until(lambda: made.window.is_ready and made.window.isActiveWindow())
        yield sitting
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def lasting_toasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said is still there when a slow machine comes to look at it."""
    monkeypatch.setattr(toast, "SHOWN_MS", 10 * PATIENCE_MS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """The town's desk."""
    with sitting_at(town.build(folder), qtbot) as made:
        yield made
