"""The weekly report on paper: two pages of the country's size, vectors and letters of its own, whatever the theme."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.queue.snapshot import build
from services.supervise.week import Unit, Week, last_week, week
from tests.services.supervise import city
from widgets import theme
from widgets.supervise import weekly
from widgets.supervise.weekly import About, change, said

HOUR = 3_600_000


@pytest.fixture(scope="module")
def storm() -> Week:
    """The demo city's week that ends with the storm."""
    return week(city.snapshot(), city.MOMENT, last_week(city.MOMENT), lambda since, until: (12, 1))


def printed(made: Week, country: str = "US") -> bytes:
    return weekly.pdf(made, About("City of Boston", country))


@pytest.mark.parametrize(("country", "size"), [("US", (612, 792)), ("DE", (595, 842))])
def test_two_pages_of_the_countrys_paper(qtbot: QtBot, storm: Week, country: str, size: tuple[int, int]) -> None:
    data = printed(storm, country)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", data)) == 2
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\s*\]", data)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {size}
    assert b"/FontFile2" in data  # its letters are in it
    assert b"Service requests, 22 to 28 August 2011".decode().encode("utf-16-be") in data  # its title


def test_the_theme_of_the_desk_stays_and_does_not_matter(qtbot: QtBot, storm: Week) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    light = printed(storm)
    theme.set_scheme(app, "dark")
    try:
        dark = printed(storm)
        assert theme.current().dark
    finally:
        theme.set_scheme(app, "light")
    assert _undated(light) == _undated(dark)


def _undated(data: bytes) -> list[bytes]:
    """What is drawn, without each file's date and id, and the pen that a widget gets and none draws with."""
    parts = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    drawn = [_unpacked(part) for part in parts if b"xpacket" not in part]
    return [re.sub(rb"(?m)^.* SCN$", b"", part) for part in drawn]


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return part


def test_a_week_without_anything_is_a_report_too(qtbot: QtBot) -> None:
    empty = week(build([], ()), city.MOMENT, last_week(city.MOMENT), lambda since, until: (0, 0))
    assert len(re.findall(rb"/Type /Page\b", printed(empty))) == 2


@pytest.mark.parametrize(
    ("unit", "values", "words"),
    [
        (Unit.COUNT, (1922, 1871), ("1,922", "+3 %")),
        (Unit.COUNT, (5, 0), ("5", "")),
        (Unit.COUNT, (0, 10), ("0", "−100 %")),
        (Unit.COUNT, (0, None), ("0", "")),
        (Unit.SHARE, (0.77, 0.79), ("77 %", "−2 points")),
        (Unit.SHARE, (0.5, 0.0), ("50 %", "+50 points")),
        (Unit.SHARE, (0.93, 0.92), ("93 %", "+1 point")),
        (Unit.SHARE, (None, 0.5), ("–", "")),
        (Unit.LENGTH, (47 * HOUR, 94 * HOUR), ("47 h", "−50 %")),
    ],
)
def test_values_and_changes_in_words(
    unit: Unit, values: tuple[float | None, float | None], words: tuple[str, str]
) -> None:
    assert (said(unit, values[0]), change(unit, *values)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2011, 8, 22), date(2011, 8, 28), "22 to 28 August 2011"),
        (date(2011, 8, 29), date(2011, 9, 4), "29 August to 4 September 2011"),
        (date(2011, 12, 26), date(2012, 1, 1), "26 December 2011 to 1 January 2012"),
    ],
)
def test_the_days_in_words(storm: Week, first: date, last: date, words: str) -> None:
    period = replace(storm.period, first=first, last=last)
    assert weekly._days(replace(storm, period=period)) == words
