"""A table as CSV, and as tab-separated lines for pasting; no cell can be a formula."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path

from services.domain.spans import age
from services.reports.fields import Kind, Table, Value, local
from services.reports.text import inert

Cells = tuple[str, ...]


def write(path: Path, table: Table) -> None:
    """Fill the file: UTF-8 with a mark of it, dates in the city's time. Raises OSError."""
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        for lines in lines_of(table):
            file.write(comma_separated(lines).encode())


def lines_of(table: Table) -> Iterator[list[Cells]]:
    """The titles, then the rows as cells, some at a time."""
    yield [tuple(field.title for field in table.fields)]
    kinds = [field.kind for field in table.fields]
    for rows in table.parts:
        columns = zip(*rows, strict=True)
        yield list(
            zip(*(_cells(values, kind, table.zone) for values, kind in zip(columns, kinds, strict=True)), strict=True)
        )


def tab_separated(lines: Iterable[Cells]) -> str:
    """Lines of cells for pasting."""
    return "".join("\t".join(line) + "\n" for line in lines)


def comma_separated(lines: Iterable[Cells]) -> str:
    """Lines of cells as CSV (RFC 4180)."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(lines)
    return made.getvalue()


def _cells(values: Sequence[Value], kind: Kind, zone: tzinfo) -> list[str]:
    if kind is Kind.TEXT:
        return [inert(str(value)) for value in values]
    return ["" if value is None else _cell(value, kind, zone) for value in values]


def _cell(value: Value, kind: Kind, zone: tzinfo) -> str:
    match kind:
        case Kind.MOMENT:
            return local(int(value or 0), zone).isoformat(" ", "minutes")[:16]
        case Kind.SPAN:
            return age(int(value or 0))
        case Kind.SHARE:
            return f"{float(value or 0):.0%}"
    return str(value)
