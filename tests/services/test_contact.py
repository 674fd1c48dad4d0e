"""Telephone numbers and e-mail addresses are kept in one spelling, or refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contact import email, email_key, masked_email, masked_phone, phone, phone_key, told_apart
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


PARTS = st.tuples(st.integers(201, 989), st.integers(200, 999), st.integers(0, 9999))
WAYS = (
    "{}{}{}",
    "({}) {}-{}",
    "+1 {}-{}-{}",
    "1.{}.{}.{}",
    "+1({}){}{}",
    " {} {}  {} ",
    "011 1 {} {} {}",
    "{}/{}/{} x5",
)


@given(PARTS, st.sampled_from(WAYS), st.sampled_from(WAYS))
def test_a_number_has_one_key_however_it_is_typed(parts: tuple[int, int, int], one: str, other: str) -> None:
    area, middle, last = f"{parts[0]}", f"{parts[1]}", f"{parts[2]:04d}"
    keys = {phone_key(way.format(area, middle, last), "US") for way in (one, other)}
    kept = phone(one.format(area, middle, last), "US")
    assert keys == {f"+1{area}{middle}{last}"} == {phone_key(kept, "GB")}


@pytest.mark.parametrize(
    ("typed", "key"),
    [("", ""), ("none", ""), ("911", "911"), ("12 34", "1234"), ("٦١٧ ٥٥٥ ٠١٤٢", "+16175550142"), ("+9", "9")],
)
def test_what_is_no_number_is_known_by_its_digits(typed: str, key: str) -> None:
    assert phone_key(typed, "US") == key


def test_an_address_has_one_key_in_any_case() -> None:
    assert email_key(" Ana@EXAMPLE.org ") == email_key("ana@example.ORG") == "ana@example.org"


@given(st.text())
def test_what_is_masked_says_no_more_than_its_ends(text: str) -> None:
    assert phone_key(text, "US").removeprefix("+").isdecimal() or not phone_key(text, "US")
    assert sum(c.isdecimal() for c in masked_phone(text)) <= 4
    assert len(masked_email(text).rpartition("@")[0]) <= 4
    assert bool(masked_phone(text)) is bool(masked_email(text)) is bool(text)


@given(st.text())
def test_any_text_is_kept_or_refused(text: str) -> None:
    for check in (email, lambda t: phone(t, "US")):
        try:
            kept = check(text)
        except Invalid:
            continue
        assert check(kept) == kept


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(617) 555-0142", ("(617) 555-0142", "", "")),
        (" +44 20 7946 0018 ", ("+44 20 7946 0018", "", "")),
        ("Ana@Example.org", ("", "Ana@Example.org", "")),
        ("Ana Ruiz", ("", "", "Ana Ruiz")),
        ("Ana 2nd", ("", "", "Ana 2nd")),
        ("12", ("12", "", "")),
        ("", ("", "", "")),
    ],
)
def test_what_is_typed_to_find_a_person_is_told_apart(text: str, parts: tuple[str, str, str]) -> None:
    assert told_apart(text) == parts


@given(st.text())
def test_whatever_is_typed_is_one_thing_and_none_of_it_is_lost(text: str) -> None:
    parts = told_apart(text)
    assert "".join(parts) == text.strip()
    assert sum(map(bool, parts)) <= 1
