"""Telephone numbers and e-mail addresses are kept in one spelling, or refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contact import email, phone
from services.errors import Invalid


@pytest.mark.parametrize("text", ["228 868 5700", "(228) 868-5700", "+1 228 868 5700", " 2288685700 "])
def test_one_number_has_one_spelling(text: str) -> None:
    assert phone(text, "US") == "+1 228-868-5700"


def test_a_number_without_plus_is_meant_as_at_home() -> None:
    assert phone("020 7946 0018", "GB") == "+44 20 7946 0018"


@pytest.mark.parametrize("text", ["12", "no number", "+999 1", "228 868 57000000000000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no telephone number"):
        phone(text, "US")


def test_an_address_is_kept_in_its_normal_spelling() -> None:
    assert email(" Ana.Pereira@EXAMPLE.org ") == "Ana.Pereira@example.org"


@pytest.mark.parametrize("text", ["ana", "ana@", "@example.org", "a b@example.org", "ana@example..org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no e-mail address"):
        email(text)


@pytest.mark.parametrize("text", ["", "  "])
def test_none_given_is_no_error(text: str) -> None:
    assert phone(text, "US") == ""
    assert email(text) == ""


@given(st.text())
def test_any_text_is_kept_or_refused(text: str) -> None:
    for check in (email, lambda t: phone(t, "US")):
        try:
            kept = check(text)
        except Invalid:
            continue
        assert check(kept) == kept
