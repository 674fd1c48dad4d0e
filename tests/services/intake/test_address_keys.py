"""Addresses have one key exactly when they are the same words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from services.intake.address_keys import NO_ADDRESS, key, keys
from services.queue.packed import words

PARTS = st.sampled_from(["1", "10", "110", "Main", "MAIN", "St", "st", "Álamo", " ", "  ", ", ", "-", "#", "", "\x00"])
ADDRESSES = st.lists(PARTS, max_size=6).map("".join)


def model(text: str) -> str:
    kept = "".join(c.lower() if c.isascii() else c for c in text)
    return " ".join(re.findall(r"[a-z0-9\u0080-\U0010ffff]+", kept))


@given(st.lists(ADDRESSES, max_size=12))
def test_two_addresses_have_one_key_when_they_are_the_same_words(texts: list[str]) -> None:
    made = keys(words(texts)).tolist()
    assert len(made) == len(texts)
    assert made == [key(text) for text in texts]
    for a, first in zip(texts, made, strict=True):
        assert (first == NO_ADDRESS) == (not model(a))
        for b, second in zip(texts, made, strict=True):
            assert (first == second) == (model(a) == model(b))


def test_house_numbers_keep_apart() -> None:
    assert key("1-10 Main St") != key("110 Main St") != key("11 0 Main St")
    assert key("12 Main St  Boston  MA") == key("12 MAIN ST, Boston, MA ")
