"""What the map needs of the city's own files: base layers and raster tiles, read off the UI thread; and photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.settings import Settings
from services.errors import Expected, Invalid, NotFound, Refused

if TYPE_CHECKING:
    from console.desk import Desk
    from services.geo.basemap import Basemap
    from services.geo.tiles import Facts, Tiles
    from services.store.queries import UpstreamState
    from services.upstream.http import Session
    from widgets.map.view import MapView


class CityFiles:
    """Base layers, tiles and photos of one city."""

    def __init__(self, settings: Settings, mail_folder: Path | None = None) -> None:
        self.settings = settings
        self.mail_folder = mail_folder
        self.loading = False
        """True while the base layer is being read."""
        self._tiles: Tiles | None = None
        self._session: Session | None = None

    def load(self, desk: Desk, view: MapView) -> None:
        """Have the map drawn with what the settings name."""
        extent = self.settings.config.city.extent
        if extent:
            view.set_extent(*extent)
        if self.settings.base_map or self.settings.map_layers:
            self.loading = True

            def show(base: Basemap) -> None:
                view.set_base(base)
                self.loading = False

            desk.tasks.run("network", self._base, show, desk.problem.emit)
        if self.settings.tiles:
            view.tilesWanted.connect(partial(self._want, desk, view))
            desk.tasks.run("network", self._open_tiles, view.set_raster, desk.problem.emit)

    def _base(self) -> Basemap:
        from services.geo import basemap

        if self.settings.base_map:
            return basemap.load(self.settings.base_map)
        layers = self.settings.map_layers
        known = (*basemap.LAYERS, "streets")
        unknown = [name for name in layers if name not in known]
        if unknown:
            raise Invalid(
                f"[map] layers names “{unknown[0]}”, which the map does not draw.",
                f"It draws {', '.join(known)}.",
            )
        return basemap.from_geojson(layers)

    def _open_tiles(self) -> Facts:
        from services.geo.tiles import open_tiles
        from services.upstream.http import Session

        self._session = Session("The tile server")
        self._tiles = open_tiles(self.settings.tiles, partial(_tile, self._session))
        credit = self.settings.config.map.tiles_attribution
        return replace(self._tiles.facts, attribution=credit) if credit else self._tiles.facts

    def _want(self, desk: Desk, view: MapView, wanted: object) -> None:
        tiles = self._tiles
        if tiles is None or not isinstance(wanted, list):
            return
        for zoom, column, row in wanted:

            def put(data: bytes | None, at: tuple[int, int, int] = (zoom, column, row)) -> None:
                view.put_tile(*at, data)

            def missing(problem: Expected, put: Callable[[bytes | None], None] = put) -> None:
                put(None)
                desk.problem.emit(problem)

            desk.tasks.run("network", partial(tiles.read, zoom, column, row), put, missing)

    def fetch_photo(self, url: str, upstream: str, states: Iterable[UpstreamState] = ()) -> bytes:
        """The bytes of a photo; from public addresses or the upstream's own host. Raises Expected. Not for the UI.

        `states`: how the store has the upstreams, where they are served by a team's worker.
        """
        from services.sync.policies import served
        from services.upstream.photos import fetch_photo

        own = next((u.url for u in served(self.settings.upstreams, states) if u.name == upstream), "")
        return fetch_photo(url, urlsplit(own).netloc)

    def close(self) -> None:
        """Let go of the tile file, and of the tile server."""
        for held in (self._tiles, self._session):
            if held is not None:
                held.close()
        self._tiles = self._session = None


def _tile(session: Session, url: str) -> bytes:
    """The bytes at a tile's address. Raises NotFound where the server has none there, Refused, Offline, Unreadable."""
    answer = session.get(url)
    if answer.status in {204, 404, 410}:
        raise NotFound("There is no tile there.")
    if not answer.ok:
        raise Refused(f"The tile server said no (HTTP {answer.status}).", "Check [map] tiles.", status=answer.status)
    return answer.body
