"""What every test stands on: no screen, no leftovers (threads, widgets, timers), no stray log lines."""

from __future__ import annotations

import gc
import itertools
import logging
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from console.collecting import look
from services.store.engine import File
from services.store.store import Store
from tests.server import postgres, server_url, template
from tests.services.postgres import quick_place

__all__ = ["postgres", "server_url", "template"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
for name in ("CONNECT_CONSOLE_HOME", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(name, None)

gc.disable()  # for good: garbage of Qt's that ends in a test's own thread takes the process along; see `own_garbage`
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.environ.get("TMPDIR") or str(quick_place()))

settings.register_profile(
    "suite", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

PATIENCE_MS = 20_000
"""A machine may be busy with something else for longer than pytest-qt's own 5 s."""
for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    wait.__kwdefaults__ = {**(wait.__kwdefaults__ or {}), "timeout": PATIENCE_MS}


def pytest_collection_finish() -> None:
    """The tests themselves are no garbage: to look through them is a quarter of the time."""
    gc.freeze()


windows = itertools.count(1)


@pytest.fixture(autouse=True)
def own_garbage(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test leaves is collected here, in Qt's thread; its windows (8 MB each) not each time: it takes long."""
    yield
    if "qtbot" in request.fixturenames and next(windows) % 40 == 0:
        gc.collect()
    else:
        look()


@pytest.fixture(autouse=True, scope="session")
def new_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new file becomes what the first new file became when it was made: the same in a fifth of the time."""
    prepare, first = File.prepare, tmp_path_factory.mktemp("first") / "desk.db"

    def copied(backend: File, store: Store) -> None:
        driver = store._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if driver.execute("PRAGMA page_count").fetchone()[0] == 0 and store.path != first:
            if not first.exists():
                Store.open(f"sqlite:///{first}").close()
            with closing(sqlite3.connect(first)) as made:
                made.backup(driver)
            driver.execute("UPDATE meta SET value = ? WHERE key = 'store_id'", (str(uuid.uuid4()),))
        prepare(backend, store)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(File, "prepare", copied)
        yield


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """A test that starts a thread ends it."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.name.startswith("Dummy-")]
    for thread in left:
        thread.join(PATIENCE_MS / 1000)
    left = [t for t in left if t.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def no_stray_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning or error that is logged and not looked at by the test is a fault of the product.

    A test that expects one calls `caplog.clear()` after having looked at it.
    """
    yield
    stray = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not stray, f"logged: {[r.getMessage() for r in stray]}"


@pytest.fixture(autouse=True)
def no_leftover_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that opens a window closes it, and leaves no timer running."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qtbot")
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.topLevelWidgets()  # of earlier tests; a new look may start their timers, too
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    left = [w for w in app.topLevelWidgets() if w.isVisible()]
    made = [w for w in app.topLevelWidgets() if w not in before]
    running = [t for w in made for t in w.findChildren(QTimer) if t.isActive()]
    for widget in left:
        widget.hide()
        widget.deleteLater()
    assert not left, f"windows left behind: {left}"
    assert not running, f"timers left running: {running}"
