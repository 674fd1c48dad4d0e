"""Words are compared without case, accents, apostrophes and plurals; one slip of the fingers is forgiven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.spelling import slips, stem, typed, words

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def test_words_are_folded() -> None:
    assert words("Doesn't the ÁRBOL’s   branches… re-grow?") == ["doesnt", "the", "arbol", "branch", "re", "grow"]
    assert words("") == words("!? _") == []


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("holes", "hole"),
        ("hole", "hole"),
        ("boxes", "box"),
        ("gas", "gas"),
        ("glass", "glass"),
        ("this", "this"),
        ("citrus", "citrus"),
    ],
)
def test_only_the_plural_goes(word: str, kept: str) -> None:
    assert stem(word) == kept


def test_the_last_word_is_not_done_until_a_sign_follows() -> None:
    assert typed("Holes holes roa") == (["hole"], "roa")
    assert typed("holes roads ") == (["hole", "road"], "")
    assert typed("holes,") == (["hole"], "")
    assert typed("s") == ([], "s")
    assert typed(" ") == ([], "")


@pytest.mark.parametrize("typed", ["pothle", "potholee", "pothloe", "pathole", "ppothole", "othole"])
def test_one_slip_leads_back(typed: str) -> None:
    assert "pothole" in slips(typed, LETTERS)


@given(st.text(LETTERS, min_size=4, max_size=9))
def test_slips_are_close_and_never_the_word_itself(word: str) -> None:
    made = slips(word, LETTERS)
    assert word not in made
    assert all(abs(len(other) - len(word)) <= 1 for other in made)
    assert slips(word[:3], LETTERS) == set()
