"""Raster tiles from an MBTiles or PMTiles file, a folder, or a URL template: bytes in, whitelisted image bytes out."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from services.errors import Expected, Invalid, NotFound, Unreadable

LARGEST = 2 * 2**20
"""Bytes; a larger tile is refused."""
FETCH = Callable[[str], bytes]
"""Gets the bytes of an address, off the UI thread; raises Expected errors."""
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def image_kind(data: bytes) -> str:
    """png, jpeg, gif or webp by the first bytes; "" for anything else, whatever its name says."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")


def checked(data: bytes | None, where: str) -> bytes | None:
    """The tile if it is an image of a known kind and size; None stays None. Raises Unreadable."""
    if data is None or (len(data) <= LARGEST and image_kind(data)):
        return data
    raise Unreadable(
        f"A tile of {where} is not a PNG, JPEG, WebP or GIF image.", "Only raster tiles can be shown: choose others."
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a set of tiles holds."""

    low: int = 0
    high: int = 19
    attribution: str = ""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees; None where not said."""


class Tiles(Protocol):
    """A set of raster tiles in the XYZ scheme (rows from the north)."""

    @property
    def facts(self) -> Facts:
        """Zooms and extent."""
        ...

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """One tile as image bytes; None where there is none. Raises Expected errors. Not for the UI thread."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class _Closing:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; nothing to do where none is held."""


class MBTiles(_Closing):
    """Tiles of an MBTiles file, which counts rows from the south. One thread at a time. Raises NotFound, Invalid."""

    def __init__(self, file: Path) -> None:
        if not file.is_file():
            raise _missing(file)
        self._name = file.name
        try:
            self._db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _damaged(file) from error
        try:
            self.facts = self._read_facts()
        except (sqlite3.Error, ValueError) as error:
            self._db.close()
            raise _damaged(file) from error
        except Expected:
            self._db.close()
            raise

    def _read_facts(self) -> Facts:
        said = {str(k): str(v) for k, v in self._db.execute("SELECT name, value FROM metadata")}
        kind = said.get("format", "png").lower()
        if kind not in ("png", "jpg", "jpeg", "webp", "gif"):
            raise Invalid(f"{self._name} holds {kind} tiles.", "Only raster tiles (PNG, JPEG, WebP, GIF) can be shown.")
        low, high = self._db.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        edges = [float(part) for part in said["bounds"].split(",")] if said.get("bounds") else []
        bounds = (edges[0], edges[1], edges[2], edges[3]) if len(edges) == 4 else None
        return Facts(int(low or 0), int(high or 0), said.get("attribution", ""), bounds)

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """One tile; None where there is none. Raises Unreadable."""
        try:
            with closing(
                self._db.execute(
                    "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                    (zoom, column, 2**zoom - 1 - row),
                )
            ) as found:
                line = found.fetchone()
        except sqlite3.Error as error:
            raise Unreadable(f"{self._name} cannot be read: {error}.", "Copy the file again.") from error
        return checked(None if line is None or line[0] is None else bytes(line[0]), self._name)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class PMTiles(_Closing):
    """Tiles of a PMTiles file (version 3). One thread at a time. Raises NotFound, Invalid."""

    def __init__(self, file: Path) -> None:
        from pmtiles.reader import Reader
        from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

        if not file.is_file():
            raise _missing(file)
        self._name = file.name
        self._compressed = False
        self._file = file.open("rb")
        try:
            self._reader = Reader(self._at)  # type: ignore[no-untyped-call]
            header = self._reader.header()  # type: ignore[no-untyped-call]
        except (MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError) as error:
            self._file.close()
            raise _damaged(file) from error
        if header["tile_type"] not in (TileType.PNG, TileType.JPEG, TileType.WEBP):
            self._file.close()
            raise Invalid(f"{file.name} holds no raster tiles.", "Only raster tiles (PNG, JPEG, WebP) can be shown.")
        self._compressed = header["tile_compression"] is Compression.GZIP
        edges = [header[k] / 1e7 for k in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
        self.facts = Facts(
            int(header["min_zoom"]), int(header["max_zoom"]), "", (edges[0], edges[1], edges[2], edges[3])
        )

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """One tile; None where there is none. Raises Unreadable."""
        try:
            data = self._reader.get(zoom, column, row)  # type: ignore[no-untyped-call]
            if data and self._compressed:
                data = zlib.decompressobj(wbits=31).decompress(data, LARGEST + 1)
        except (ValueError, IndexError, KeyError, EOFError, OSError, zlib.error) as error:
            raise Unreadable(f"{self._name} cannot be read.", "Copy the file again.") from error
        return checked(data or None, self._name)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Folder(_Closing):
    """Tiles in a folder as zoom/column/row.png (or jpg, jpeg, webp). Raises NotFound."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise _missing(folder)
        self._folder = folder
        zooms = sorted(int(p.name) for p in folder.iterdir() if p.name.isascii() and p.name.isdigit())
        self.facts = Facts(zooms[0], zooms[-1]) if zooms else Facts()

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """One tile; None where there is none. Raises Unreadable."""
        for kind in ("png", "jpg", "jpeg", "webp"):
            file = self._folder / str(zoom) / str(column) / f"{row}.{kind}"
            try:
                with file.open("rb") as stream:
                    return checked(stream.read(LARGEST + 1), self._folder.name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Unreadable(f"The tile {file.name} cannot be read.", "Check who may read the folder.") from error
        return None


class UrlTemplate(_Closing):
    """Tiles of a server, by an address with {z}, {x} and {y}; `fetch` gets the bytes. Raises Invalid."""

    def __init__(self, template: str, fetch: FETCH, facts: Facts | None = None) -> None:
        parts = urlsplit(template)
        if parts.scheme not in ("http", "https") or not all(mark in template for mark in ("{z}", "{x}", "{y}")):
            raise Invalid(
                "The address of the map tiles needs http(s) and {z}, {x} and {y}.",
                "For example https://tiles.example.org/{z}/{x}/{y}.png in [map] of config.toml.",
            )
        self._template, self._fetch = template, fetch
        self._host = parts.hostname or ""
        self.facts = facts or Facts()

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """One tile; None where the server has none. Raises what `fetch` raises, and Unreadable."""
        address = self._template.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
        try:
            return checked(self._fetch(address), self._host)
        except NotFound:
            return None


def open_tiles(where: str, fetch: FETCH | None = None) -> Tiles:
    """The tiles that [map] tiles names: a .mbtiles or .pmtiles file, a folder, or a URL template.

    Raises NotFound, Invalid.
    """
    if "://" in where:
        if fetch is None:
            raise Invalid("Map tiles from a server are not allowed here.", "Name a file or a folder in [map] tiles.")
        return UrlTemplate(where, fetch)
    path = Path(where).expanduser()
    if path.is_dir():
        return Folder(path)
    if path.suffix.lower() == ".pmtiles":
        return PMTiles(path)
    return MBTiles(path)


def _missing(path: Path) -> NotFound:
    return NotFound(f"There are no map tiles at {path}.", "Check [map] tiles in config.toml.")


def _damaged(path: Path) -> Invalid:
    return Invalid(f"{path.name} is not a readable tile file.", "Copy it again, or leave [map] tiles empty.")
