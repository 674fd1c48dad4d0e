"""Telephone numbers as they are handed over: every spelling of one gives the same, everything else a sentence."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dialled import LONGEST, number
from services.errors import Invalid

PLAIN = "+1 228-555-0112"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("228 555 0112", PLAIN),
        ("(228) 555-0112", PLAIN),
        ("+12285550112", PLAIN),
        ("tel:+1-228-555-0112", PLAIN),
        ("TEL:2285550112", PLAIN),
        ("tel:%2B1%20228%20555%200112", PLAIN),
        ("callto:+12285550112", PLAIN),
        ("callto://+12285550112/", PLAIN),
        ("callto:+12285550112?call", PLAIN),
        ("tel:228-555-0112;phone-context=example.com", PLAIN),
        ("tel:5550112;phone-context=+1228", PLAIN),
        ("tel:+1-228-555-0112;ext=5", f"{PLAIN} ext. 5"),
        ("tel:+1-228-555-0112;cpc=ordinary;ext=5", f"{PLAIN} ext. 5"),
        ("+1 228 555 0112 x5", f"{PLAIN} ext. 5"),
        ("tel:+44-20-7946-0958", "+44 20 7946 0958"),
    ],
)
def test_every_spelling_gives_the_number(text: str, found: str) -> None:
    assert number(text, "US") == found


@pytest.mark.parametrize(
    "text", ["", " ", "tel:", "anonymous", "tel:*67", "callto:ana.smith", "911x" * 40, "%2B12285550112%0Aforward", "••"]
)
def test_what_is_none_is_said_with_a_remedy(text: str) -> None:
    with pytest.raises(Invalid) as said:
        number(text, "US")
    assert said.value.sentence.endswith(".")
    assert said.value.remedy.endswith(".")
    assert len(str(said.value)) < LONGEST + 100


@given(st.text(max_size=2 * LONGEST) | st.text("0123456789+-();=extl:%2B ", max_size=30))
def test_any_text_gives_a_number_of_one_line_or_a_sentence(text: str) -> None:
    try:
        found = number(text, "US")
    except Invalid:
        return
    assert found.startswith("+")
    assert found.isprintable()
    assert number(found, "US") == found


@given(st.integers(200, 999), st.integers(200, 999), st.integers(0, 9_999), st.integers(0, 9_999))
def test_all_spellings_of_one_number_agree(area: int, office: int, line: int, extension: int) -> None:
    plain = f"+1 {area}-{office}-{line:04}"
    spelt = (f"{area} {office} {line:04}", f"+1{area}{office}{line:04}", f"tel:+1-{area}-{office}-{line:04}")
    assert {number(text, "US") for text in spelt} == {plain}
    assert {number(quote(text), "US") for text in spelt} == {plain}
    assert number(f"{spelt[2]};ext={extension}", "US") == f"{plain} ext. {extension}"
