"""A refresh that brings nothing new paints nothing again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from tests.widgets.map.making import placed, show, town
from widgets.map.layer import Mode
from widgets.map.view import MapView
from widgets.selection import Selection

ROWS = [placed(n, 3 * n % 150, 7 * n % 130) for n in range(1, 200)]


@pytest.fixture
def view(qtbot: QtBot, look: QApplication) -> Iterator[MapView]:
    made = MapView(Selection())
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.set_base(town())
    made.set_mode(Mode.POINTS)
    made.show()
    yield made
    made.close()


def test_the_same_rows_again_paint_nothing_and_others_do(view: MapView) -> None:
    snapshot = build(ROWS, [])
    show(view, snapshot)
    view._selection.set([1, 2, 3])
    view.settle()
    before = view.canvas.shown.news
    show(view, snapshot)
    assert view.canvas.shown.news == before
    assert not view.canvas.layer.work(view.canvas.camera, 1.0)
    show(view, snapshot, snapshot.rows_of([1, 2]))
    assert view.canvas.shown.news > before
    assert view.canvas.layer.work(view.canvas.camera, 1.0)
