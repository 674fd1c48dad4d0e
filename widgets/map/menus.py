"""The map's menus: how requests are shown, and which layers of the ground are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from widgets.map.canvas import Canvas
from widgets.map.layer import Mode

MODES = {
    Mode.CLUSTERS: "Clusters", Mode.POINTS: "Points", Mode.HEAT: "Heat", Mode.AREAS: "Areas",
}  # fmt: skip
LAYERS = (("streets", "Streets"), ("parks", "Parks"), ("borders", "Neighborhoods"), ("names", "Names"))


def mode_menu(parent: QWidget, choose: Callable[[Mode, bool], None]) -> QMenu:
    """Ways of showing requests; `choose` is given the way, and whether areas are coloured by what is overdue."""
    menu = QMenu(parent)
    for mode, text in MODES.items():
        if mode is not Mode.AREAS:
            menu.addAction(text).triggered.connect(lambda _=False, m=mode: choose(m, False))
    menu.addAction("Areas by count").triggered.connect(lambda: choose(Mode.AREAS, False))
    menu.addAction("Areas by share overdue").triggered.connect(lambda: choose(Mode.AREAS, True))
    return menu


def layer_menu(parent: QWidget, canvas: Canvas) -> QMenu:
    """Layers of the ground that can be left out."""
    menu = QMenu(parent)
    for name, text in LAYERS:
        action = QAction(text, menu, checkable=True)
        action.setChecked(bool(getattr(canvas.layers, name)))
        action.toggled.connect(_layer_setter(canvas, name))
        menu.addAction(action)
    return menu


def _layer_setter(canvas: Canvas, name: str) -> Callable[[bool], None]:
    def change(on: bool) -> None:
        canvas.layers = replace(canvas.layers, **{name: on})
        canvas.repaint_ground()

    return change


def add_outlines(menu: QMenu, titles: list[str], chosen: int, choose: Callable[[int], None]) -> None:
    """Let one of several kinds of areas be chosen: wards or neighborhoods."""
    menu.addSeparator()
    group = QActionGroup(menu)
    for i, title in enumerate(titles):
        action = QAction(f"Areas: {title}", menu, checkable=True)
        action.setChecked(i == chosen)
        action.triggered.connect(lambda _=False, at=i: choose(at))
        group.addAction(action)
        menu.addAction(action)
