"""The map and the desk together: only what is seen, areas, and what the map cannot show."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from console.commands.mapping import MAPPING
from console.mapside import asks_visible, with_area, with_word
from services.queue.words import parse
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.helpsheet import HelpSheet
from widgets.map.camera import Camera
from widgets.map.layer import Mode


@pytest.mark.parametrize(
    ("before", "on", "after"),
    [
        ("status:open", True, "status:open is:visible"),
        ("status:open is:visible", True, "status:open is:visible"),
        ("is:visible status:open", False, "status:open"),
        ("is:visible", False, ""),
        ("-is:visible", False, "-is:visible"),
        ("", True, "is:visible"),
        ("is:VISIBLE status:open", False, "status:open"),
        ("status:open Is:Visible", True, "status:open Is:Visible"),
        ("status:open is:visible,overdue  tree", False, "status:open is:overdue tree"),
        ('is:"visible",mine is:overdue', False, "is:mine is:overdue"),
        ('"so is:visible it was" is:visible', False, '"so is:visible it was"'),
        ('"tree"is:visible', False, '"tree"'),
    ],
)
def test_the_word_for_what_is_seen_comes_and_goes(before: str, on: bool, after: str) -> None:
    assert with_word(before, "is:visible", on=on) == after
    assert asks_visible(after) == (on and bool(after))


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("status:open", "Ward 3", 'status:open area:"Ward 3"'),
        ('area:"Ward 3" main st', "Mattapan", "main st area:Mattapan"),
        ('status:new area:"Ward 3"', "Ward 3", "status:new"),
        ("-area:Mattapan", "Mattapan", "-area:Mattapan area:Mattapan"),
        ("AREA:Mattapan", "Mattapan", ""),
        ('area:"Ward 3","Ward 4" tree', "Ward 3", 'tree area:"Ward 3"'),
        ("status:open", 'The "Point"', 'status:open area:"The Point"'),
        ('status:open area:"The Point"', 'The "Point"', "status:open"),
        ("status:open", '"Back Bay", "East"', 'status:open area:"Back Bay , East"'),
    ],
)
def test_one_area_takes_the_place_of_another(before: str, name: str, after: str) -> None:
    assert with_area(before, name) == after


@given(st.from_regex(r"\w[\w \",.'-]*\w", fullmatch=True), st.sampled_from(["status:open", "", 'a "b c" -area:x']))
def test_an_area_of_any_name_is_asked_for_and_given_up(name: str, before: str) -> None:
    asked = with_area(before, name)
    assert [t for t in parse(asked).terms if t.key == "area" and not t.negated]
    assert not parse(asked).problems
    assert with_area(asked, name) == before


def test_only_what_i_see_follows_the_map_and_says_so_in_the_filter(desk: Sitting) -> None:
    window, view = desk.window, desk.window.map
    assert view is not None
    every = len(desk.ids)
    eye = view.tools.buttons["eye"]
    first = view.canvas.shown.place(view.canvas.shown.snapshot.row_of(desk.id_of("city-0")))
    view.canvas.look(Camera(first[0], first[1], 74, view.canvas.camera.width, view.canvas.camera.height))
    eye.click()
    assert window.top.filter.text == "status:open is:visible"
    desk.until(lambda: 0 < len(desk.ids) < every)
    seen = desk.ids
    assert desk.id_of("city-0") in seen
    drawn = len(view.canvas.shown)
    assert drawn > len(seen)
    view.canvas.look(view.canvas.camera.moved(100_000, 0))
    desk.until(lambda: len(desk.ids) == 0)
    assert len(view.canvas.shown) == drawn
    eye.click()
    desk.until(lambda: len(desk.ids) == every)
    assert not eye.isChecked()


def test_everything_on_the_map_can_be_done_by_keyboard(desk: Sitting) -> None:
    window, view = desk.window, desk.window.map
    assert view is not None

    def run(command: str) -> None:
        window.run(window.registry[command])

    for way in ("points", "heat", "areas", "clusters"):
        run(f"map.{way}")
        assert view.canvas.mode.value == way
    run("map.overdue")
    assert view.canvas.choropleth.by_overdue
    assert view.canvas.mode is Mode.AREAS
    run("map.areas")
    assert not view.canvas.choropleth.by_overdue
    every = len(desk.ids)
    run("map.lasso")
    assert view.canvas.gestures.lasso
    run("map.lasso")
    assert not view.canvas.gestures.lasso
    place = view.canvas.shown.place(view.canvas.shown.snapshot.row_of(desk.id_of("city-0")))
    view.canvas.look(Camera(*place, 74, view.canvas.camera.width, view.canvas.camera.height))
    run("map.select")
    assert desk.id_of("city-0") in window.desk.selection.ids.tolist()
    run("map.visible")
    assert window.top.filter.text == "status:open is:visible"
    desk.until(lambda: 0 < len(desk.ids) < every)
    run("map.visible")
    desk.until(lambda: len(desk.ids) == every)
    run("map.fit")
    assert view.canvas.camera.level < 74
    run("map.layers")
    assert view.around.layers.isVisible()
    view.around.layers.close()
    before = window.desk.selection.ids
    view.canvas.look(view.canvas.camera.moved(10_000_000, 0))
    run("map.select")
    assert window.desk.selection.ids is before


def test_before_the_map_is_there_its_commands_say_so(desk: Sitting) -> None:
    window, view = desk.window, desk.window.map
    window.map = None
    for command in MAPPING:
        assert "being drawn" in command.disabled(window)
        command.run(window)
    window.map = view


def test_the_help_sheet_says_what_mouse_and_keys_do_on_the_map(desk: Sitting) -> None:
    desk.window.show_help()
    sheet = desk.window.findChild(HelpSheet)
    assert sheet is not None
    said = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for words in (
        "Shift+drag",
        "lasso",
        "the wheel",
        "Click, in a call",
        "Double click",
        "Ctrl+Shift+O",
        "Ctrl+0",
        "Ctrl+K, then “map”",
    ):
        assert words in said
    sheet.close()


def wards(folder: Path) -> Path:
    ring = [[-72, 42], [-70, 42], [-70, 43], [-72, 43], [-72, 42]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    shape = {"type": "Feature", "properties": {"name": "Ward 6"}, "geometry": geometry}
    file = folder / "wards.geojson.gz"
    file.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection", "features": [shape]}).encode()))
    return file


def test_an_area_on_the_map_is_an_area_in_the_queue(tmp_path: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree") + f"[map]\nareas = [{json.dumps(str(wards(tmp_path)))}]\n"
    with sitting_at(town.build(tmp_path / "home", config=config), qtbot) as desk:
        areas(desk)


def areas(desk: Sitting) -> None:
    window, view = desk.window, desk.window.map
    assert view is not None
    view.set_mode(Mode.AREAS)
    desk.until(lambda: view.canvas.choropleth.outlines is not None)
    view.areaAsked.emit("Ward 6")
    desk.until(lambda: window.top.filter.text == 'status:open area:"Ward 6"')
    view.areaAsked.emit("Ward 6")
    assert window.top.filter.text == "status:open"
    view.unplacedAsked.emit()
    assert window.top.filter.text == "status:open is:noplace"
    view.outsideAsked.emit()
    assert window.top.filter.text == "status:open is:noplace is:outside"
    window.show_query("status:open")
