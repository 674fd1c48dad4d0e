"""`export` saves what a query means, by the ending of the file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.cli.conftest import Run
from tests.services.reports.reading import asked, read_csv, read_xlsx


@pytest.fixture
def backlog(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    lines = (
        "id,opened,type,address,status,latitude,longitude,description,caller name,caller phone",
        "A-1,2020-04-13 10:00,Pothole,1 Main St,Open,42.36,-71.06,=Hole(),Ana Lima,617 555 0142",
        "A-2,2020-04-14 10:00,Tree,2 Main St,Open,,,Fell over,,",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    told = run("import", str(file))
    assert told.code == 0, told.err


def test_each_format_holds_what_the_query_means(run: Run, backlog: None, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "gpkg"):
        told = run("export", str(tmp_path / f"out.{ending}"), "service:pothole")
        assert (told.code, told.out) == (0, f"1 request in “out.{ending}”.\n")
    said = dict(zip(*read_csv(tmp_path / "out.csv"), strict=True))
    assert (said["Service"], said["Address"], said["Description"]) == ("Pothole", "1 Main St", "'=Hole()")
    assert "Caller" not in said
    cell = dict(zip(*read_xlsx(tmp_path / "out.xlsx"), strict=True))
    assert (cell["Description"], cell["Latitude"]) == ("=Hole()", 42.36)
    found = "SELECT description, geom NOT NULL FROM service_requests"
    assert asked(tmp_path / "out.gpkg", found) == [("=Hole()", 1)]


def test_an_area_or_service_that_no_request_has_is_said(run: Run, backlog: None, tmp_path: Path) -> None:
    told = run("export", str(tmp_path / "out.csv"), "service:Potthole,tree", "area:none")
    assert (told.code, told.out) == (0, "1 request in “out.csv”.\n")
    assert told.err == "connect-console: No request has the service “Potthole”. The nearest is “Pothole”.\n"
    told = run("list", "area:Wrd", "-service:nothing")
    assert told.code == 0
    assert told.err.splitlines()[-1].startswith("connect-console: No request has the area “Wrd”.")


def test_words_with_a_minus_leave_out_and_none_means_all(run: Run, backlog: None, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    run("export", str(file))
    number = read_csv(file)[0].index("Number")
    assert [row[number] for row in read_csv(file)[1:]] == [row["number"] for row in run("list", "--json").rows]
    run("export", str(file), "-service:pothole")
    assert [row[1] for row in read_csv(file)] == ["Service", "Tree"]


def test_callers_only_when_asked_for_and_allowed(run: Run, backlog: None, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    assert run("export", "--callers", str(file), "service:pothole").code == 0
    assert read_csv(file)[1][-3:] == ["Ana Lima", "617 555 0142", ""]
    file.unlink()
    home.joinpath("config.toml").write_text(
        '[desk]\nrole = "call_taker"\n[rights]\nsee_contacts = ["supervisor"]\n', encoding="utf-8"
    )
    told = run("export", str(file), "--callers")
    assert (told.code, file.exists(), "contacts" in told.err) == (1, False, True), told.err
    assert run("export", str(file)).code == 0


@pytest.mark.parametrize(
    "words", ["out.pdf status:new", "out.csv status:nonsense"], ids=["another ending", "a query that nobody knows"]
)
def test_what_cannot_be_done_is_said(run: Run, words: str, tmp_path: Path) -> None:
    file, query = words.split()
    told = run("export", str(tmp_path / file), query)
    assert told.code == 1
    assert told.err.count(". ") >= 1
    assert list(tmp_path.glob("out*")) == []


def test_the_history_is_saved_and_filtered(run: Run, backlog: None, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    number = run("list", "--json").rows[0]["number"]
    assert run("do", "note", number, "Gate is locked", "--as", "zoe").code == 0
    told = run("audit", str(file))
    assert (told.code, told.out) == (0, "3 lines in “history.csv”.\n")
    assert run("audit", str(file), "--person", "zoe", "--request", number).code == 0
    (line,) = read_csv(file)[1:]
    assert line[1:] == ["zoe", "Note", number, "", "", "Gate is locked"]
    assert run("audit", str(file), "--until", "1999-12-31").out == "0 lines in “history.csv”.\n"
    for words in (["--since", "soon"], ["--request", "nonsense"], ["--as", "bo"]):
        assert run("audit", str(file), *words).code == (0 if "bo" in words else 1)
    assert "End it in .csv or .xlsx" in run("audit", str(tmp_path / "out.gpkg")).err


def test_the_weekly_report_of_a_day_and_of_the_last_week(
    run: Run, backlog: None, tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")  # as it was, afterwards
    file = tmp_path / "week.pdf"
    told = run("report", "--week", "2020-04-15", str(file))
    assert (told.code, told.out) == (0, "The week from 2020-04-13 to 2020-04-19 in “week.pdf”.\n")
    assert file.read_bytes().startswith(b"%PDF-")
    assert told.err == ""
    empty = run("report", "--week", str(file))
    assert (empty.code, empty.err) == (0, "connect-console: Nothing came in and nothing was closed in that week.\n")
    assert "not over" in run("report", "--week", "2999-01-01", str(file)).err
    assert run("report", "--week", "soon", str(file)).code == 2
    assert run("report", str(file)).code == 2
    other = tmp_path / "week.txt"
    refused = run("report", "--week", "2020-04-15", str(other))
    assert (refused.code, "End its name in .pdf." in refused.err, other.exists()) == (1, True, False)


def test_without_a_history_no_risk_is_foreseen_and_that_is_said(run: Run, backlog: None, tmp_path: Path) -> None:
    told = run("list", "risk>50%")
    assert (told.code, "No forecast: no closings are known yet" in told.err) == (1, True), told.err
    assert run("list", "overdue:3x", "service:pothole", "--json").rows == []
    run("export", str(tmp_path / "out.csv"))
    risk = read_csv(tmp_path / "out.csv")[0].index("Risk")
    assert [row[risk] for row in read_csv(tmp_path / "out.csv")[1:]] == ["", ""]
