"""The weekly report at a real desk: asked for by name, saved where the person says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console.weekly import of_widest
from services.domain.status import Role
from services.domain.values import Actor
from services.supervise.week import EMPTY, last_week, week
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.supervise.city import MOMENT, snapshot


def asked(desk: Sitting) -> QFileDialog:
    """The palette, then the chooser of files."""
    desk.press("Ctrl+K")
    desk.pick("weekly report")
    desk.until(lambda: desk.window.findChild(QFileDialog) is not None)
    found = desk.window.findChild(QFileDialog)
    assert found is not None
    return found


def test_it_is_saved_where_the_person_says(folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with sitting_at(town.build(folder, count=0, deaf=0), qtbot) as desk:
        chooser = asked(desk)
        assert Path(chooser.selectedFiles()[0]).suffix == ".pdf"
        (tmp_path / "week.pdf").write_bytes(b"old")
        chooser.fileSelected.emit(str(tmp_path / "week.pdf"))
        chooser.close()
        desk.until(lambda: desk.said() == f"Saved the weekly report in “week.pdf”. {EMPTY}")
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_place_that_cannot_be_written_is_said(desk: Sitting, tmp_path: Path) -> None:
    chooser = asked(desk)
    chooser.fileSelected.emit(str(tmp_path / "nowhere" / "week.pdf"))
    chooser.close()
    desk.until(lambda: desk.warned)
    assert desk.warned.startswith("“week.pdf” could not be written: No such file or directory")


def test_it_is_for_supervisors(desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.desk), "actor", Actor("Ana", frozenset({Role.DISPATCHER})))
    assert desk.window.registry["record.week"].disabled(desk.window) == "Only a supervisor may do this."


def test_its_areas_are_of_the_widest_kind(tmp_path: Path) -> None:
    square = [[-71.2, 42.2], [-71.0, 42.2], [-71.0, 42.4], [-71.2, 42.4], [-71.2, 42.2]]
    file = tmp_path / "zips.geojson"
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [square]}}
    file.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature | {"properties": {"name": "Zip 02125"}}]})
    )
    made = week(snapshot(), MOMENT, last_week(MOMENT), lambda *_: (0, 0))
    assert of_widest(made, ()) == made
    for series in of_widest(made, (tmp_path / "wards.geojson", file)).figures.charts["areas"].series:
        assert {part.label for part in series.parts} == {"Zip 02125", "no area"}
    assert len(made.figures.charts["areas"].series[0].parts) > 2
