"""Words are compared without case, accents, apostrophes and plurals; a slip or two of the fingers are forgiven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.spelling import nearest, stem, typed, words

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


KNOWN = sorted(["graffiti", "light", "pothole", "pot", "sign", "tree", "trees", "word", "work", "ohm"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *((typed, ["pothole"]) for typed in ("pothle", "potholee", "pothloe", "pathole", "ppothole", "opthole")),
        ("grafitti", ["graffiti"]),
        ("graffitti", ["graffiti"]),
        ("ligth", ["light"]),
        ("sing", ["sign"]),
        ("worn", []),
        ("treet", ["tree", "trees"]),
        ("opt", []),
        ("zebra", []),
        ("", []),
    ],
)
def test_what_a_misspelt_word_is_meant_for(typed: str, meant: list[str]) -> None:
    assert nearest(typed, KNOWN) == meant


@given(st.text(LETTERS, min_size=5, max_size=12), st.integers(1, 20), st.sampled_from(LETTERS))
def test_one_slip_behind_the_first_letter_leads_back(word: str, at: int, letter: str) -> None:
    at = min(at, len(word) - 1)
    for slip in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        if slip != word and len(slip) > 4:
            assert nearest(slip, [word]) == [word]


@given(st.text(LETTERS, max_size=9), st.lists(st.text(LETTERS, max_size=9)).map(sorted))
def test_a_word_is_never_meant_for_itself_nor_one_far_off(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert word not in found
    assert all(abs(len(other) - len(word)) <= 2 for other in found)
    assert not found or len(word) >= 4
