"""Raster tiles from a server: their maker is named, a missing one is missing, and nothing is left open."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.console import town
from tests.console.conftest import sitting_at
from tests.services.upstream.loopback import NOT_FOUND, Loopback

CREDIT = "Tiles: the county, <b>2026</b>"


def test_tiles_of_a_server_are_asked_for_and_credited(folder: Path, qtbot: QtBot) -> None:
    with Loopback(lambda ask: NOT_FOUND) as server:
        tiles = f'[map]\ntiles = "{server.url}/{{z}}/{{x}}/{{y}}.png"\ntiles_attribution = "{CREDIT}"\n'
        with sitting_at(town.build(folder, config=town.CONFIG.format(crew="Tree") + tiles), qtbot) as desk:
            view = desk.window.map
            assert view is not None
            desk.until(lambda: view.canvas.credit == CREDIT)
            desk.until(lambda: server.asks)
            assert desk.warned == "", "a tile that the server lacks is no fault"
