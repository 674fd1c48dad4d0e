"""The map of overdue requests: each area where the city says it is, with its number, and opened by mouse and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.geo import outlines
from services.geo.outlines import Outlines
from services.supervise.parts import Chart, Part, Series
from widgets import theme
from widgets.supervise.areamap import TITLE, AreaMap

pytestmark = pytest.mark.usefixtures("look")
PLACES = {"North": (0, 2), "South": (0, 0), "East": (2, 1), "Nowhere": (9, 9)}
COUNTS = {"South": 40, "North": 7, "East": 0, "no area": 3}


def square(x: float, y: float) -> list[list[float]]:
    """A square of a hundredth of a degree, so many of them east and north of a corner."""
    west, south = -71.2 + x / 100, 42.2 + y / 100
    return [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]


@pytest.fixture
def city(tmp_path: Path) -> Outlines:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [square(*at)]},
        }
        for name, at in PLACES.items()
    ]
    file = tmp_path / "wards.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return outlines.load(file)


def chart(**counts: int) -> Chart:
    late = tuple(Part(name, n, f'area:"{name}" is:overdue') for name, n in counts.items())
    every = tuple(Part(name, n + 1, "") for name, n in counts.items())
    return Chart("areas", "Targets kept, by area", "", (Series("Open", every), Series("Overdue", late)))


@pytest.fixture
def shown(qtbot: QtBot, city: Outlines) -> AreaMap:
    made = AreaMap()
    qtbot.addWidget(made)
    made.resize(400, 360)
    made.set_outlines(city)
    made.show_chart(chart(**COUNTS))
    made.show()
    return made


def names(shown: AreaMap) -> list[str]:
    return [cell.part.label for cell in shown.cells]


def test_each_area_that_has_an_outline_and_a_number_is_there_from_north_to_south(shown: AreaMap) -> None:
    assert names(shown) == ["North", "East", "South"]
    assert [cell.said for cell in shown.cells] == ["North: 7 overdue", "East: 0 overdue", "South: 40 overdue"]
    assert shown.title == TITLE


def test_what_is_on_no_map_is_said_beside_the_title(shown: AreaMap) -> None:
    assert shown.remark() == "3 in no area"
    assert shown.accessibleDescription() == "3 in no area"
    shown.show_chart(chart(South=1))
    assert shown.remark() == ""


def test_north_is_up_and_east_is_right_and_all_lie_within(shown: AreaMap) -> None:
    box = {cell.part.label: cell.box for cell in shown.cells}
    assert box["North"].bottom() < box["South"].top()
    assert box["East"].left() > box["South"].right()
    assert all(shown.body.contains(one) for one in box.values())
    for one in box.values():
        assert one.width() == pytest.approx(one.height() * 0.74, rel=0.02), "as wide as Mercator has it at 42° north"


def test_a_click_opens_the_area_under_it_and_beside_it_nothing(shown: AreaMap) -> None:
    asked: list[str] = []
    shown.opened.connect(asked.append)
    for cell in shown.cells:
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=cell.box.center().toPoint())
    between = QPointF(shown.cells[0].box.center().x(), shown.cells[1].box.center().y()).toPoint()
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=between)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(2, 358))
    assert asked == [f'area:"{name}" is:overdue' for name in ("North", "East", "South")]


def test_keys_go_from_north_to_south_and_open(shown: AreaMap) -> None:
    asked: list[str] = []
    shown.opened.connect(asked.append)
    for _ in range(5):
        QTest.keyClick(shown, Qt.Key.Key_Return)
        QTest.keyClick(shown, Qt.Key.Key_Down)
    assert asked == [f'area:"{name}" is:overdue' for name in ("North", "East", "South", "South", "South")]
    assert shown.accessibleName() == f"{TITLE}: South: 40 overdue"


def test_why_there_is_no_map_is_said(qtbot: QtBot, city: Outlines) -> None:
    made = AreaMap()
    qtbot.addWidget(made)
    made.resize(400, 360)
    made.show_chart(chart(**COUNTS))
    assert "[map] areas in config.toml" in made.nothing()
    assert made.cells == []
    made.set_outlines(city)
    assert len(made.cells) == 3
    made.show_chart(chart(Elsewhere=4))
    assert (made.cells, made.nothing()) == ([], "Nothing is open here.")
    made.grab()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("counts", [COUNTS, {"South": 0, "North": 0}, {"South": 1}], ids=["some", "none", "one"])
def test_areas_with_more_are_of_another_colour_than_those_with_none(
    shown: AreaMap, look: QApplication, scheme: str, counts: dict[str, int]
) -> None:
    theme.set_scheme(look, scheme)
    shown.show_chart(chart(**counts))
    picture = shown.grab().toImage()
    ground = {cell.part.label: picture.pixelColor(cell.box.topLeft().toPoint() + QPoint(4, 4)) for cell in shown.cells}
    for name, colour in ground.items():
        assert (colour.name() == theme.colour(theme.current().land).name()) == (counts[name] == 0)


@pytest.mark.parametrize("size", [(60, 80), (1200, 100), (90, 900)])
def test_it_fits_whatever_room_it_has(shown: AreaMap, size: tuple[int, int]) -> None:
    shown.resize(*size)
    shown.grab()
    assert len(shown.cells) == 3
    assert all(cell.box.width() > 0 for cell in shown.cells)


def test_of_two_kinds_of_areas_the_list_has_the_one_that_is_drawn(shown: AreaMap) -> None:
    """A ward is part of a neighborhood: one list of both would count everything twice."""
    mixed = chart(**COUNTS, **{"Ward 1": 5, "Ward 2": 6})
    of_kind = shown.of_kind(mixed)
    assert [part.label for part in of_kind.series[0].parts] == list(COUNTS)
    assert [part.count for part in of_kind.series[1].parts] == list(COUNTS.values())
    assert shown.of_kind(chart(**{"Ward 1": 5, "no area": 1})) == chart(**{"Ward 1": 5, "no area": 1})


@pytest.mark.parametrize("wide", [180, 260, 400, 700])
def test_no_name_or_number_is_written_over_another(shown: AreaMap, monkeypatch: pytest.MonkeyPatch, wide: int) -> None:
    written: list[tuple[str, QRectF]] = []
    monkeypatch.setattr(AreaMap, "_halo", lambda _, __, box, text, *___: written.append((text, QRectF(box))))
    shown.resize(wide, 360)
    shown.grab()
    said = [text for text, _ in written]
    assert {"7", "0", "40"} <= set(said)
    if wide >= 400:
        assert said.index("40") < said.index("South") < said.index("North"), "the highest is named first"
    for i, (_, box) in enumerate(written):
        assert not any(box.intersects(other) for _, other in written[:i])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_area_without_anything_overdue_is_seen(shown: AreaMap, look: QApplication, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    shown.show_chart(chart(North=0, South=0, East=0))
    shown.clearFocus()
    picture = shown.grab().toImage()
    box = shown.cells[1].box.toRect()
    line = {picture.pixelColor(x, box.center().y()).lightness() for x in range(box.left() - 3, box.left() + 4)}
    assert max(line) - min(line) > 20
