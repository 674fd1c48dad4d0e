"""The history as a file: the same lines, in the city's time; days are the city's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.domain.values import EventKind
from services.errors import Invalid
from services.reports import audit, saving
from services.store.audit import Sought
from services.store.commands import add_note, assign
from tests.services.reports.reading import read_csv, read_xlsx
from tests.services.store.conftest import Act, act, crew  # noqa: F401 - fixtures
from tests.services.store.parts import logged

BOSTON = ZoneInfo("America/New_York")


def test_what_is_asked_for_is_in_the_file(act: Act, crew: int, tmp_path: Path) -> None:  # noqa: F811
    logged(act("ana"))
    assign(act("ben"), [1], crew)
    add_note(act("ben"), [1], "=Gate\nis locked")
    for ending in ("csv", "xlsx"):
        assert saving.save(tmp_path / f"all.{ending}", audit.table(act(), Sought(), BOSTON))
    rows, cells = read_csv(tmp_path / "all.csv"), read_xlsx(tmp_path / "all.xlsx")
    assert rows[0] == cells[0] == ["When", "Who", "What", "Request", "From", "To", "Words"]
    number = rows[1][3]
    assert [row[1:] for row in rows[1:]] == [
        ["ben", "Note", number, "", "", "'=Gate is locked"],
        ["ben", "Assigned", number, "New", "Assigned; Forestry 2", ""],
        ["ana", "Logged", number, "", "New", ""],
    ]
    assert [[cell or "" for cell in row[1:]] for row in cells[2:]] == [row[1:] for row in rows[2:]]
    assert cells[1][6] == "=Gate is locked"
    assert [f"{row[0]:%Y-%m-%d %H:%M}" for row in cells[1:]] == [row[0] for row in rows[1:]]
    assert audit.table(act(), Sought(person="ana"), BOSTON).count == 1


def test_days_are_the_citys_and_both_are_included() -> None:
    made = audit.sought(" ana ", EventKind.NOTE, "2011-11-06", "2011-11-06", BOSTON)
    assert (made.person, made.kind) == ("ana", EventKind.NOTE)
    assert made.since == datetime(2011, 11, 6, 4, tzinfo=UTC)  # summer time ends on it: the day has 25 hours
    assert made.until == datetime(2011, 11, 7, 5, tzinfo=UTC)
    assert audit.sought("", None, "", " ", BOSTON) == Sought()


@pytest.mark.parametrize(("first", "last"), [("28.8.2011", ""), ("", "soon"), ("2011-08-29", "2011-08-28")])
def test_what_is_no_day_is_said(first: str, last: str) -> None:
    with pytest.raises(Invalid, match=r"no day\. Write it as|before"):
        audit.sought("", None, first, last, BOSTON)


def test_the_last_day_there_is_has_none_after_it() -> None:
    with pytest.raises(Invalid):
        audit.sought("", None, "", "9999-12-31", BOSTON)
