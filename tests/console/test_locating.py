"""Where a call's place is, on the real desk: another town, the online geocoder over HTTP, a click on a mark, areas."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console import locating
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.upstream.loopback import Loopback, Reply, as_json
from widgets.call.pane import CallPane

ADDRESSES = "number,street,zip,lat,lon,area\n" + "".join(
    f"{i},Main St,02127,{42.30 + i * 0.004:.5f},-71.05,Southside\n" for i in range(40)
)
FOUND = [{"lat": "42.33", "lon": "-71.06", "display_name": "Old Mill, Town", "importance": 0.4}]
FAR = [{"lat": "44.33", "lon": "-71.06", "display_name": "Old Mill, Elsewhere", "importance": 0.4}]
ROW = "Look up at 127.0.0.1 ▸"


def area(name: str, west: float, east: float) -> dict[str, object]:
    ring = [[west, 42], [east, 42], [east, 43], [west, 43], [west, 42]]
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def config(home: Path, geocoder: str = "", areas: bool = False) -> str:
    """The town's, with addresses and neighbours, and whatever else."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "addresses.csv").write_text(ADDRESSES, encoding="utf-8")
    files = {
        "wards": [area("Ward 1", -72, -71.05), area("Ward 2", -71.05, -70)],
        "parts": [area("Southside", -72, -70)],
    }
    for name, features in files.items():
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (home / f"{name}.geojson").write_text(text, encoding="utf-8")
    maps = '[map]\naddresses = ["addresses.csv"]\n' + ('areas = ["wards.geojson", "parts.geojson"]\n' if areas else "")
    said = 'outside_message = "Please call 311 of that town."\nneighbours = ["Otherville"]\n'
    return town.CONFIG.format(crew="Tree").replace("[city]\n", f"{geocoder}{maps}[city]\n{said}")


@contextmanager
def calling(home: Path, bot: QtBot, **more: object) -> Iterator[tuple[Sitting, CallPane]]:
    """A desk with a call whose address has the keyboard."""
    with sitting_at(town.build(home, config=config(home, **more)), bot) as desk:  # type: ignore[arg-type]
        desk.press("Ctrl+N")
        pane = desk.window.call
        assert pane is not None
        pane.address.setFocus()
        desk.until(lambda: desk.window.intake.answering.where.places.is_read)
        yield desk, pane


def geocoder(server: Loopback, more: str = "") -> str:
    return f'[geocoder]\nkind = "nominatim"\nurl = "http://127.0.0.1:{server.port}"\n{more}'


def titles(pane: CallPane) -> list[str]:
    return [offer.title for offer in pane.address.offers]


# another town


def test_another_town_is_said_and_enter_alone_does_not_take_the_citys_street(folder: Path, qtbot: QtBot) -> None:
    with calling(folder, qtbot) as (desk, pane):
        desk.type("9 Main St, Otherville")
        desk.until(lambda: pane.error("address"))
        assert pane.error("address") == "Otherville is not in Town. Please call 311 of that town."
        assert titles(pane)[0] == "9 Main St"
        desk.press("Return")
        assert pane.draft().lat is None
        desk.press("Down", "Return")
        assert pane.draft().address == "9 Main St"
        assert pane.error("address") == ""


def test_a_name_that_nobody_knows_is_said_too_and_goes_with_the_words(folder: Path, qtbot: QtBot) -> None:
    with calling(folder, qtbot) as (desk, pane):
        desk.type("9 Main St, Farawayton")
        desk.until(lambda: pane.error("address").startswith("“Farawayton” is not known in Town. If it is another town"))
        for _ in "Farawayton":
            desk.press("Backspace")
        desk.type("Southside")
        desk.until(lambda: titles(pane) and pane.address.text().endswith("Southside") and not pane.address._awaited)
        assert pane.error("address") == ""


# online


def test_the_geocoder_is_asked_when_its_row_is_taken_and_not_before(folder: Path, qtbot: QtBot) -> None:
    with (
        Loopback(lambda _: as_json(FOUND)) as server,
        calling(folder, qtbot, geocoder=geocoder(server)) as (desk, pane),
    ):
        desk.type("old mill")
        desk.until(lambda: ROW in titles(pane))
        desk.press("Return")
        assert server.asks == []
        desk.press("Down", "Return")
        desk.until(lambda: titles(pane) == ["Old Mill, Town"])
        assert [ask.get("q") for ask in server.asks] == ["old mill"]
        assert desk.focus is pane.address.line
        desk.press("Return")
        assert (pane.draft().address, pane.draft().lat, pane.draft().lon) == ("Old Mill, Town", 42.33, -71.06)


def test_what_the_citys_file_knows_is_not_sent_anywhere(folder: Path, qtbot: QtBot) -> None:
    with (
        Loopback(lambda _: as_json(FOUND)) as server,
        calling(folder, qtbot, geocoder=geocoder(server)) as (desk, pane),
    ):
        for typed in ("9 Main St", "9 Main St, Otherville", "old"):
            pane.address.line.clear()
            desk.type(typed)
            desk.until(lambda: not pane.address._awaited)
            assert ROW not in titles(pane)
        assert server.asks == []


def test_by_itself_it_is_asked_once_for_the_finished_words(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locating, "REST_MS", 50)
    with (
        Loopback(lambda _: as_json(FOUND)) as server,
        calling(folder, qtbot, geocoder=geocoder(server, 'asked = "by itself"\n')) as (desk, pane),
    ):
        desk.type("old mill")
        desk.until(lambda: titles(pane) == ["Old Mill, Town"])
        assert [ask.get("q") for ask in server.asks] == ["old mill"]


def test_a_late_answer_for_other_words_is_not_shown(folder: Path, qtbot: QtBot) -> None:
    go = threading.Event()

    def slow(_: object) -> Reply:
        go.wait(20)
        return as_json(FOUND)

    with Loopback(slow) as server, calling(folder, qtbot, geocoder=geocoder(server)) as (desk, pane):
        desk.type("old mill")
        desk.until(lambda: ROW in titles(pane))
        desk.press("Down", "Return")
        desk.until(lambda: server.asks)
        assert titles(pane) == ["Asking 127.0.0.1…"]
        pane.address.line.clear()
        desk.type("9 main")
        desk.until(lambda: titles(pane) == ["9 Main St"])
        go.set()
        desk.until(lambda: not any(desk.desk.tasks._open[key] for key in desk.desk.tasks._open if "online" in key))
        assert titles(pane) == ["9 Main St"]


@pytest.mark.parametrize(
    ("reply", "row", "said"),
    [
        (
            as_json({}, 503),
            "Try again at 127.0.0.1 ▸",
            "The geocoder is out of order (503). Choose the place on the map meanwhile.",
        ),
        (as_json([]), "127.0.0.1 does not know it", ""),
        (as_json(FAR), "127.0.0.1 knows it only outside of Town", "Please call 311 of that town."),
    ],
    ids=["a fault", "nothing", "outside"],
)
def test_what_came_of_it_is_said_and_it_can_be_asked_again(
    folder: Path, qtbot: QtBot, reply: Reply, row: str, said: str
) -> None:
    mended = threading.Event()
    with (
        Loopback(lambda _: as_json(FOUND) if mended.is_set() else reply) as server,
        calling(folder, qtbot, geocoder=geocoder(server)) as (desk, pane),
    ):
        desk.type("old mill")
        desk.until(lambda: ROW in titles(pane))
        desk.press("Down", "Return", "Return")
        desk.until(lambda: titles(pane) == [row])
        assert pane.error("address") == said
        assert pane.draft().lat is None
        assert desk.warned == ""
        mended.set()
        desk.press("Down", "Return")
        desk.until(lambda: titles(pane) == ["Old Mill, Town" if "503" in said else row])


def test_the_command_asks_whatever_stands_there(folder: Path, qtbot: QtBot) -> None:
    with (
        Loopback(lambda _: as_json(FOUND)) as server,
        calling(folder, qtbot, geocoder=geocoder(server)) as (desk, pane),
    ):
        desk.type("9 Main St")
        desk.until(lambda: titles(pane) == ["9 Main St"])
        command = desk.window.registry["call.online"]
        assert command.disabled(desk.window) == ""
        desk.window.run(command)
        desk.until(lambda: titles(pane) == ["Old Mill, Town"])
        assert server.asks[0].get("q") == "9 Main St"


# the map


def test_a_click_on_a_mark_while_a_call_is_taken_down_places_the_pin(folder: Path, qtbot: QtBot) -> None:
    with calling(folder, qtbot) as (desk, pane):
        view = desk.window.map
        assert view is not None
        before = desk.chosen()
        click_on_mark(desk, 5)
        desk.until(lambda: pane.draft().lat is not None)
        assert desk.chosen() == before
        desk.window.intake.leave()
        click_on_mark(desk, 9)
        desk.until(lambda: desk.chosen() != before)


def click_on_mark(desk: Sitting, row: int) -> None:
    """Click where a request, or the cluster that holds it, is seen."""
    view = desk.window.map
    assert view is not None
    x, y = view.canvas.camera.to_screen(*view.canvas.shown.place(row))
    layout = view.canvas.discs.layout(view.canvas.camera)
    away = [(cx - view.canvas.camera.left - x) ** 2 + (cy - view.canvas.camera.top - y) ** 2
            for cx, cy in zip(layout.x, layout.y, strict=True)]  # fmt: skip
    nearest = away.index(min(away))
    at = QPoint(round(layout.x[nearest] - view.canvas.camera.left), round(layout.y[nearest] - view.canvas.camera.top))
    assert view.hit_at(at) is not None
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)


# areas


@pytest.mark.parametrize(("lon", "areas"), [(-71.06, "Ward 1, Southside"), (-71.04, "Ward 2, Southside"), (-60, "")])
def test_a_report_is_filed_with_the_areas_of_its_pin(folder: Path, qtbot: QtBot, lon: float, areas: str) -> None:
    with calling(folder, qtbot, areas=True) as (desk, pane):
        file(desk, pane, lon)
        assert desk.stored(desk.chosen()[0]).request.place.area == areas


def test_a_bad_file_of_areas_keeps_no_report_from_being_filed(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with calling(folder, qtbot) as (desk, pane):
        from console import places
        from services.errors import NotFound

        def missing(_: object) -> Callable[[object], list[str]]:
            raise NotFound("There is no map file.")

        monkeypatch.setattr(places, "locate", missing)
        desk.window.intake.answering.where.places._areas_read = False
        file(desk, pane, -71.06)
        assert desk.stored(desk.chosen()[0]).request.place.area == ""
        assert caplog.messages == ["a place is filed without its area (There is no map file.)"]
        caplog.clear()


def file(desk: Sitting, pane: CallPane, lon: float) -> None:
    pane.set_place(42.34, lon)
    pane.service.choose("city", "0")
    pane.description.set_text("A limb.")
    pane.description.setFocus()
    desk.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said() and desk.chosen())
