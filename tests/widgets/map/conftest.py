"""A map pane that is shown, with a small town and six requests on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import Snapshot, build
from tests.widgets.map.making import placed, show, town
from tests.widgets.rows import NOW, row
from widgets.map.view import MapView
from widgets.selection import Selection

EVIL = "<img src='file:///etc/passwd'>"


def requests() -> Snapshot:
    """1 and 2 by themselves, 3 to 5 on one point, 6 without a place."""
    there = [placed(1, -100, 40), placed(2, -40, -60, service=EVIL, address=EVIL)]
    there += [placed(n, 90, -70, due_ms=NOW + (n - 4) * 60_000 - 1) for n in (3, 4, 5)]
    return build([*there, row(6, lat=None, lon=None)], ())


@pytest.fixture
def view(qtbot: QtBot, look: QApplication) -> Iterator[MapView]:
    made = MapView(Selection())
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.set_now(NOW)
    made.set_base(town())
    snapshot = requests()
    show(made, snapshot)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: not made.canvas.squares.missing(made.canvas.camera))
    yield made
    made.hide()
