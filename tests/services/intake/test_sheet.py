"""A table is read out of the shapes in which cities export them; what cannot be read is told, not lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Invalid, NotFound
from services.intake import sheet as sheets
from services.intake.sheet import Sheet, read


def made(tmp_path: Path, data: bytes | str) -> Sheet:
    file = tmp_path / "table"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(file)


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [line.cells for line in sheet.lines]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("id,name\n1,Müller\n".encode(), "CSV with commas, UTF-8"),
        ("id;name\r\n1;Müller\r\n".encode("utf-8-sig"), "CSV with semicolons, UTF-8"),
        ("id\tname\r1\tMüller\r".encode("cp1252"), "CSV with tabs, Windows-1252"),
        ("\nid|name\n\n1|Müller".encode("utf-16"), "CSV with bars, UTF-16"),
        (gzip.compress('"id","name"\n"1","Müller"'.encode(), mtime=0), "CSV with commas, UTF-8"),
        ('{"id": 1, "name": "Müller"}\n'.encode(), "JSON lines, UTF-8"),
        ('[\n {"id": 1, "name": "Müller"}\n]\n'.encode(), "JSON, UTF-8"),
    ],
)
def test_delimiter_and_encoding_are_seen(tmp_path: Path, data: bytes, form: str) -> None:
    sheet = made(tmp_path, data)
    assert (sheet.form, sheet.header, cells(sheet)) == (form, ("id", "name"), [("1", "Müller")])


def test_a_quotation_mark_too_many_breaks_one_row_only(tmp_path: Path) -> None:
    sheet = made(tmp_path, 'a,b,c\n1,"two\nlines",3\n4,"broken,6\n7,8,9\n"10",11,12\n13,14\n')
    assert cells(sheet) == [("1", "two\nlines", "3"), ("4", '"broken', "6"), ("7", "8", "9"), ("10", "11", "12")]
    assert [(b.number, b.reason) for b in sheet.broken] == [(7, "2 cells where the header has 3")]
    assert [line.number for line in sheet.lines] == [2, 4, 5, 6]


def test_a_cell_without_end_does_not_swallow_the_file(tmp_path: Path) -> None:
    sheet = made(tmp_path, 'a,b\n1,"' + "x" * 200_000 + "\n" + "2,3\n" * 3)
    assert cells(sheet)[1:] == [("2", "3")] * 3


def test_columns_without_a_name_or_with_the_same_are_numbered(tmp_path: Path) -> None:
    assert made(tmp_path, "id,,id\n1,2,3\n").header == ("id", "column 2", "id (3)")


def test_json_lines_may_lack_fields_and_be_broken(tmp_path: Path) -> None:
    sheet = made(tmp_path, '{"id": 1, "at": null}\nno\n[1]\n{"id": " 2 ", "more": [1, {"x": "é"}]}\n')
    assert sheet.header == ("id", "at", "more")
    assert cells(sheet) == [("1", "", ""), ("2", "", '[1, {"x": "é"}]')]
    assert [broken.number for broken in sheet.broken] == [2, 3]


def test_a_json_list_is_read_as_a_table_and_brackets_alone_are_not_json(tmp_path: Path) -> None:
    sheet = made(tmp_path, '[{"id": 1}, 7, {"id": 2, "at": "x\\ny"}]')
    assert (sheet.header, cells(sheet)) == (("id", "at"), [("1", ""), ("2", "x\ny")])
    assert [(broken.number, broken.cells) for broken in sheet.broken] == [(2, ("7",))]
    assert cells(made(tmp_path, "[id],[at]\n1,2\n")) == [("1", "2")]


def test_a_line_of_json_ends_where_the_file_ends_it(tmp_path: Path) -> None:
    sheet = made(tmp_path, '{"said": "a\u2028b"}\r\n{"said": "a\x85b"}\n')
    assert cells(sheet) == [("a\u2028b",), ("a\x85b",)]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(sheets, "LARGEST", 1 << 20)
    data = b"id\n" + b"1\n" * (1 << 19)
    with pytest.raises(Invalid, match="holds more than 1 MB"):
        made(tmp_path, gzip.compress(data) if packed else data)


@pytest.mark.parametrize("text", [",".join("ab" * 600), "\n".join(f'{{"{n}": 1}}' for n in range(1_001))])
def test_a_table_wider_than_any_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match="more than 1,000 columns"):
        made(tmp_path, text)


def test_what_is_no_table_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="no header"):
        made(tmp_path, "\n\n")
    with pytest.raises(Invalid, match="damaged"):
        made(tmp_path, gzip.compress(b"id\n1\n")[:-9])
    with pytest.raises(NotFound, match=r"“gone\.csv” cannot be read"):
        read(tmp_path / "gone.csv")
    monkeypatch.setattr(sheets, "MOST", 2)
    with pytest.raises(Invalid, match="more than 2 rows"):
        made(tmp_path, "id\n1\n2\n3\n")


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(st.lists(st.tuples(texts, texts), max_size=8), st.sampled_from(",;\t|"))
def test_what_a_program_wrote_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]],
                                                delimiter: str) -> None:  # fmt: skip
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([("first", "second"), *rows])
    sheet = made(tmp_path_factory.mktemp("csv"), written.getvalue())
    wanted = [tuple(map(sheets._cell, row)) for row in rows]
    assert cells(sheet) == [row for row in wanted if any(row)]
    assert not sheet.broken


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    try:
        sheet = made(tmp_path_factory.mktemp("any"), data)
    except Invalid:
        return
    assert all(len(line.cells) == len(sheet.header) for line in sheet.lines)
    assert json.dumps(sheet.header)
