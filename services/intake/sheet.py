"""A table out of a file as cities export them: any usual delimiter and encoding, JSON, gzipped or not."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from services.errors import Invalid, NotFound

MOST = 200_000
"""Rows that are taken at a time: all of them are one operation, while which a call that is filed has to wait (5 s)."""
WIDEST = 1_000
"""Columns; a wider table is none of requests."""
LARGEST = 1 << 30
"""Bytes of text: a file says little of how much it unpacks to."""
_PART = 1 << 20
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row, with where in the file it begins; as many cells as the header has, blanks around them left out."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read."""

    number: int
    cells: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class Sheet:
    """A table as it was read."""

    header: tuple[str, ...]
    form: str
    """What the file was taken for: "CSV with commas, UTF-8"."""
    lines: list[Line] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """Every cell of a column."""
        place = self.header.index(name)
        return [line.cells[place] for line in self.lines]


def read(path: Path) -> Sheet:
    """Read a file. Raises NotFound or Invalid."""
    try:
        with path.open("rb") as file:
            data = _whole(path, file)
    except OSError as error:
        raise NotFound(f"“{path.name}” cannot be read: {error.strerror}.", "Look at its name and place.") from error
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = _whole(path, packed)
        except (OSError, EOFError, zlib.error) as error:
            raise Invalid(f"“{path.name}” is compressed, and damaged.", "Fetch it anew.") from error
    text, encoding = _decoded(data)
    sheet = _json(text, encoding) or _csv(text, encoding)
    if not sheet.header:
        raise Invalid(f"“{path.name}” has no header and no rows.", "Its first line must name the columns.")
    return sheet


def _whole(path: Path, file: BinaryIO | gzip.GzipFile) -> bytes:
    parts, size = [], 0
    while part := file.read(_PART):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            said = f"“{path.name}” holds more than {LARGEST >> 20:,} MB."
            raise Invalid(said, "Part the file, and import one part after the other.")
    return b"".join(parts)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig").upper()
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "Windows-1252"


class _Pages:
    """The physical lines of a text, of which any can be gone back to."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self._lines):
            raise StopIteration
        self.at += 1
        return f"{self._lines[self.at - 1]}\n"

    def line(self, at: int) -> str:
        """One of them by its place."""
        return self._lines[at]


def _csv(text: str, encoding: str) -> Sheet:
    pages = _Pages(text)
    delimiter = max(_DELIMITERS, key=_outside_quotes(text.lstrip("\n").partition("\n")[0]).count)
    sheet = Sheet((), f"CSV with {_DELIMITERS[delimiter]}, {encoding}")
    for number, cells in _records(pages, delimiter, sheet):
        if not any(cells):
            continue
        if not sheet.header:
            sheet.header = _named(_few(cells))
        elif len(cells) == len(sheet.header):
            _take(sheet, Line(number, cells))
        else:
            reason = f"{len(cells)} cells where the header has {len(sheet.header)}"
            sheet.broken.append(Broken(number, cells, reason))
    return sheet


def _records(pages: _Pages, delimiter: str, sheet: Sheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every record with the number of its first line.

    One that has another length than the header and runs over several lines has a quotation mark too many or too few:
    its first line is read without regard to them, and reading goes on after it.
    """
    reader = csv.reader(pages, delimiter=delimiter)
    while True:
        begun = pages.at
        try:
            cells = next(reader, None)
        except csv.Error:
            cells = []
        if cells is None:
            return
        if sheet.header and len(cells) != len(sheet.header) and (pages.at > begun + 1 or not cells):
            pages.at, reader = begun + 1, csv.reader(pages, delimiter=delimiter)
            cells = pages.line(begun).split(delimiter)
        yield begun + 1, tuple(_cell(cell) for cell in cells)


def _cell(cell: str) -> str:
    """A cell without blanks around it, and without the apostrophe that keeps it from being a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _few(names: Collection[str]) -> tuple[str, ...]:
    """The names of the columns. Raises Invalid for more than anybody could look through."""
    if len(names) > WIDEST:
        raise Invalid(f"There are more than {WIDEST:,} columns.", "Is it the right file?")
    return tuple(names)


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for columns: those without one, and those that share one, are numbered."""
    names: list[str] = []
    for i, cell in enumerate(cells, 1):
        name = cell or f"column {i}"
        names.append(f"{name} ({i})" if name in names else name)
    return tuple(names)


def _take(sheet: Sheet, line: Line) -> None:
    if len(sheet.lines) >= MOST:
        raise Invalid(f"There are more than {MOST:,} rows.", "Part the file, and import one part after the other.")
    sheet.lines.append(line)


def _json(text: str, encoding: str) -> Sheet | None:
    """A list of objects, or an object a line; None for what is neither."""
    begun = text.lstrip()[:1]
    if begun == "[":
        values = _parsed(text)
        if not isinstance(values, list):
            return None
        rows = [(number, value, json.dumps(value, ensure_ascii=False)) for number, value in enumerate(values, 1)]
        return _objects(rows, Sheet((), f"JSON, {encoding}"))
    if begun == "{":
        lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        return _objects([(n, _parsed(line), line) for n, line in lines], Sheet((), f"JSON lines, {encoding}"))
    return None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _objects(rows: Sequence[tuple[int, object, str]], sheet: Sheet) -> Sheet:
    """The sheet with these objects, each with its number and how it is written."""
    found = [(number, value) for number, value, _ in rows if isinstance(value, dict)]
    sheet.broken = [
        Broken(number, (said,), "no JSON object") for number, value, said in rows if not isinstance(value, dict)
    ]
    names: dict[str, None] = {}
    for _, value in found:
        names |= dict.fromkeys(map(str, value))
        _few(names)
    sheet.header = tuple(names)
    for number, value in found:
        _take(sheet, Line(number, tuple(_written(value.get(name)) for name in sheet.header)))
    return sheet


def _written(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
