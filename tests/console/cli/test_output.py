"""What is printed: one line each, harmless for a terminal, times that survive the years 1 and 9999."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cli import output
from console.logs import ascii_json
from services.errors import NotFound


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    shown = output.plain(text)
    assert all(c in output._JOINERS or unicodedata.category(c) not in output._STEERING for c in shown)


def test_bidi_and_colours_are_taken_out_and_accents_stay() -> None:
    assert output.plain("a\x1b[31mé\u202eb\r\nc") == "a [31mé b  c"


def test_lines_of_ours_keep_their_indent(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("one\n  two\x07")
    assert capsys.readouterr().out == "one\n  two\n"


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"))))
def test_json_is_one_ascii_line_that_reads_back(value: dict[str, str]) -> None:
    line = ascii_json(value)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == value


def test_an_error_is_its_sentence_and_remedy_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain(NotFound("No\nsuch thing.", "Look elsewhere."))
    output.complain(NotFound("Nothing."))
    assert capsys.readouterr().err == "connect-console: No such thing. Look elsewhere.\nconnect-console: Nothing.\n"


def test_moments() -> None:
    noon = datetime(2026, 8, 29, 12, 0, 0, 5000, tzinfo=UTC)
    assert output.utc(noon) == "2026-08-29T12:00:00.005Z"
    assert output.utc(noon.replace(microsecond=0)) == "2026-08-29T12:00:00Z"
    assert output.utc(None) is None
    assert output.local(noon, ZoneInfo("America/New_York")) == "2026-08-29 08:00"
    assert output.local(None, UTC) == ""


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
def test_the_ends_of_time_are_printed(moment: datetime) -> None:
    for zone in (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago"), UTC):
        assert output.local(moment.replace(tzinfo=UTC), zone)


def test_a_table_lines_up_and_an_empty_one_is_nothing() -> None:
    assert output.table(("A", "B"), [("longer", "1"), ("x", "2\n3")]) == "A       B\nlonger  1\nx       2 3"
    assert output.table(("A", "B"), []) == ""
