"""A table as an Excel sheet: text that is no formula, real dates in the city's time, little memory however long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from services.errors import Bug, Expected
from services.reports.fields import Kind, Table, Value, local

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Writer = Callable[[int, int, Value], int]
"""Writes a value to a row and column; anything but 0 says that it was not written."""
MOST_ROWS = 1_048_575
"""Below the titles; a sheet holds no more."""
MOST_LETTERS = 32_767
"""Of a cell, in UTF-16."""
_EMPTY = (None, "")
_DAY = 86_400_000
_FIRST = datetime(1900, 3, 1)
_FORMATS = {Kind.MOMENT: "yyyy-mm-dd hh:mm", Kind.SPAN: "[h]:mm", Kind.DEGREES: "0.000000", Kind.SHARE: "0%"}
_WIDTHS = {Kind.TEXT: 20, Kind.MOMENT: 16, Kind.SPAN: 10, Kind.DEGREES: 12, Kind.SHARE: 8}


def write(path: Path, table: Table) -> None:
    """Fill the file. Raises OSError, and Expected for more rows than a sheet can hold."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    if table.count > MOST_ROWS:
        said = f"An Excel sheet holds {MOST_ROWS:,} rows, and these are {table.count:,}."
        raise Expected(said, "Save them as CSV or as a GeoPackage, or narrow the query.")
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.", ignore_cleanup_errors=True) as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book = Workbook(str(path), options)
        formats = {kind: book.add_format({"num_format": words}) for kind, words in _FORMATS.items()}
        sheet = book.add_worksheet(table.name)
        _head(sheet, table, book.add_format({"bold": True}))
        writers = [_writer(sheet, table, field.kind, formats.get(field.kind)) for field in table.fields]
        try:
            _fill(table, writers)
        except BaseException:
            sheet.row_data_fh.close()
            raise
        try:
            book.close()
        except FileCreateError as fault:
            raise fault.args[0] if isinstance(fault.args[0], OSError) else OSError(str(fault)) from None


def _head(sheet: Worksheet, table: Table, bold: Any) -> None:  # noqa: ANN401 - a format of the library
    sheet.freeze_panes(1, 0)
    if table.fields:
        sheet.autofilter(0, 0, table.count, len(table.fields) - 1)
    for column, field in enumerate(table.fields):
        sheet.set_column(column, column, _WIDTHS[field.kind])
        sheet.write_string(0, column, field.title, bold)


def _fill(table: Table, writers: Sequence[Writer]) -> None:
    for row, line in enumerate(chain.from_iterable(table.parts), 1):
        for column, value in enumerate(line):
            if value not in _EMPTY and writers[column](row, column, value):
                raise Bug(f"A cell of “{table.fields[column].title}” was not written.")


def _writer(sheet: Worksheet, table: Table, kind: Kind, form: Any) -> Writer:  # noqa: ANN401
    """Writes values of this kind."""

    def text(row: int, column: int, value: Value) -> int:
        return int(sheet.write_string(row, column, shortened(str(value))))

    def moment(row: int, column: int, value: Value) -> int:
        when = local(int(value or 0), table.zone).replace(tzinfo=None)
        if when < _FIRST:
            return text(row, column, when.isoformat(" ", "minutes"))
        return int(sheet.write_datetime(row, column, when, form))

    def span(row: int, column: int, value: Value) -> int:
        return int(sheet.write_number(row, column, int(value or 0) / _DAY, form))

    def number(row: int, column: int, value: Value) -> int:
        return int(sheet.write_number(row, column, float(value or 0), form))

    return {Kind.TEXT: text, Kind.MOMENT: moment, Kind.SPAN: span, Kind.DEGREES: number, Kind.SHARE: number}[kind]


def shortened(text: str) -> str:
    """What of a text fits into a cell; an ellipsis stands for the rest."""
    if len(text) <= MOST_LETTERS // 2 or _units(text) <= MOST_LETTERS:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST_LETTERS - 1)].decode("utf-16-le", "ignore")
    return f"{kept}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
