"""`import` says what it takes for what, imports it once, and writes the refused rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.cli.conftest import Run

LINES = (
    "Case Id;Opened;Closed;Type;Where it is;Status",
    "A-1;13/04/2020 10:00;;Pothole;1 Main St;Open",
    "A-2;14/04/2020 10:00;15/04/2020 11:00;Tree;2 Main St;Closed",
    "A-3;14/04/2020 10:00;13/04/2020;Tree;3 Main St;Closed",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "old.csv"
    made.write_text("\n".join(LINES), encoding="utf-8-sig")
    return made


def test_a_dry_run_only_says_so(run: Run, file: Path) -> None:
    ran = run("import", str(file), "--dry-run", "--map", "address=Where it is")
    assert ran.code == 0
    assert "CSV with semicolons, UTF-8: 3 rows, 6 columns." in ran.out
    assert "address      Where it is  1 Main St" in ran.out
    assert "1 refused: closed before it was opened" in ran.out
    assert "  line 4: closed before it was opened: 13/04/2020, 14/04/2020 10:00" in ran.out
    assert ran.out.endswith("2 would be imported.\n")
    assert "1 Main St" not in run("list").out


def test_it_is_imported_once_and_undone_at_once(run: Run, file: Path, tmp_path: Path) -> None:
    refused = tmp_path / "refused.csv"
    words = ("import", str(file), "--map", "address=Where it is", "--refused", str(refused))
    assert "2 requests imported from “old.csv”. `connect-console do undo` takes it back." in run(*words).out
    assert refused.read_text("utf-8-sig").splitlines()[1].startswith("4,")
    assert run("show", "A-2", "--json").code == 0
    assert run(*words).out.endswith("Nothing was imported.\n")
    assert "Undone: 2 requests imported" in run("do", "undo").out
    again = run("import", str(file), "--json")
    assert again.json["rows"] == 2
    assert again.json["columns"]["opened"] == "Opened"
    undone = run("do", "undo", "--json").json
    assert [number.partition("-")[2] for number in undone["numbers"]] == ["000001", "000002"]


def test_what_it_cannot_know_it_asks(run: Run, file: Path) -> None:
    file.write_text("opened,type\n3/4/2020,Hole\n", encoding="utf-8")
    ran = run("import", str(file))
    assert (ran.code, "(--dates dmy or --dates mdy)" in ran.err) == (1, True)
    assert run("import", str(file), "--dates", "dmy", "--dry-run").code == 0
    file.write_text("opened,type\nsoon,Hole\n", encoding="utf-8")
    ran = run("import", str(file), "--map", "opened=opened", "--refused", str(file / "none" / "refused.csv"))
    assert (ran.code, "cannot be written" in ran.err) == (1, True)


def test_sources_with_the_same_ids_do_not_clash(run: Run, file: Path) -> None:
    assert run("import", str(file), "--json").json["rows"] == 2
    assert run("import", str(file), "--json").json["known"] == 2
    assert run("import", str(file), "--source", "crm", "--json").json["rows"] == 2
    assert "Imported from “old.csv” by" in run("show", "crm:A-1").out
