"""What lies over the map leaves room for what is on it, at every size of the pane."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from tests.widgets.map.conftest import requests
from tests.widgets.map.making import placed, show
from tests.widgets.rows import every_row
from widgets.map.layer import Mode
from widgets.map.view import MapView
from widgets.selection import Selection


@pytest.mark.parametrize("size", [(900, 500), (800, 338), (1180, 430), (420, 300), (300, 120)])
def test_nothing_lies_beneath_the_furniture_after_a_fit(view: MapView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.fit()
    layout, camera = view.canvas.discs.layout(view.canvas.camera), view.canvas.camera
    assert len(layout.seen(camera)) == len(layout.count)
    if size[1] > 300:
        for x, y, radius in zip(layout.x - camera.left, layout.y - camera.top, layout.radius, strict=True):
            box = QRect(round(x - radius), round(y - radius), round(2 * radius), round(2 * radius))
            assert not any(cover.intersects(box) for cover in view.canvas.covers)


def test_the_legend_stands_in_one_row_beside_the_tools_of_a_narrow_desk(view: MapView) -> None:
    view.resize(802, 338)
    assert view.legend.height() == 24
    assert view.legend.geometry().right() < view.modes.x()
    view.resize(420, 338)
    assert view.legend.height() > 24


def test_a_map_of_nothing_says_what_would_be_here(qtbot: QtBot, look: QApplication) -> None:
    made = MapView(Selection())
    qtbot.addWidget(made)
    made.resize(800, 338)
    with qtbot.waitExposed(made):
        made.show()
    assert made.empty.isVisible()
    assert made.empty.title.text() == "No place is known yet"
    assert not made.legend.isVisible()
    snapshot = requests()
    show(made, snapshot)
    assert not made.empty.isVisible()
    assert made.legend.isVisible()
    show(made, snapshot, every_row(snapshot)[:0])
    assert made.empty.isVisible()
    made.set_extent(-71.2, 42.2, -71.0, 42.4)
    assert not made.empty.isVisible()
    made.hide()


@pytest.mark.parametrize("size", [(900, 500), (420, 300), (300, 140)])
@pytest.mark.parametrize("words", [["Tree Emergencies", "New"], ["W" * 4_000, "m" * 4_000, "", "#1"]])
def test_the_card_stays_within_the_pane(view: MapView, size: tuple[int, int], words: list[str]) -> None:
    view.resize(*size)
    for x in (0, 5, size[0] // 2, size[0] - 1):
        for y in (0, size[1] // 2, size[1] - 1):
            view.card.say(words, QPoint(x, y))
            assert view.rect().contains(view.card.geometry())
    assert view.card.words.splitlines()[0][:10] == words[0][:10]
    assert len(view.card.words.splitlines()) == len([line for line in words if line])


@pytest.mark.parametrize("mode", list(Mode))
def test_a_whole_town_fits_beside_the_furniture_in_every_mode(view: MapView, mode: Mode) -> None:
    rng = np.random.default_rng(5)
    many = [placed(n, *rng.normal(0, 90, 2).clip(-190, 190).tolist()) for n in range(1, 1_500)]
    show(view, build(many, ()))
    view.set_mode(mode)
    view.resize(960, 432)
    view.fit()
    view.settle()
    camera, shown = view.canvas.camera, view.canvas.shown
    for row_ in range(len(shown.snapshot)):
        x, y = camera.to_screen(*shown.place(row_))
        assert not any(cover.contains(round(x), round(y)) for cover in view.canvas.covers)
    for x, y, radius in view.canvas.layer.discs(camera).tolist() if mode is Mode.CLUSTERS else []:
        box = QRect(round(x - radius), round(y - radius), round(2 * radius), round(2 * radius))
        assert view.rect().contains(box)
        assert not any(cover.intersects(box) for cover in view.canvas.covers)
