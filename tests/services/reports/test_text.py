"""Text for a spreadsheet: no formula, no broken line, whatever stands in the store."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from services.reports.text import clean, inert


@given(st.text() | st.text("\u200b\ufeff\u2060\u200e \n=+a", max_size=6))
def test_no_cell_is_a_formula_or_breaks_its_line(text: str) -> None:
    line = clean(text)
    made = inert(line)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    seen = "".join(c for c in made if unicodedata.category(c) != "Cf")
    assert seen.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert not set(made) & set("\t\r\n\x00\u2028\uffff")
    assert (clean(made), inert(made), clean(line)) == (made, made, line)
    line.encode()


def test_what_looks_like_a_formula_stays_readable() -> None:
    assert inert("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert inert(clean(" \t+1")) == "'+1"
    assert inert("\u200b=1") == "'\u200b=1"
    assert inert("\ufeff \u200b@x") == "'\ufeff \u200b@x"
    assert inert("\u200bElm = Oak") == "\u200bElm = Oak"
    assert inert("") == ""


def test_what_a_file_cannot_hold_is_shown_to_be_missing() -> None:
    assert clean("12 Main St\nUnit 4") == "12 Main St Unit 4"
    assert clean("a\ud800b\uffffc") == "a\ufffdb\ufffdc"
    assert clean("a\x00\x07b\x1b") == "a b"
