"""Common words count by how rare they are, whatever their ending, case or accents."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.wordmatch import shares, words

TEXTS = st.lists(st.sampled_from(["hole", "holes", "bank", "bánk", "deep", "the", "x"]), max_size=5).map(" ".join)


def test_telling_words_are_kept() -> None:
    assert words("The HOLE by the Bánk, there!") == {"hole", "bank"}
    assert words("street lights dark", words("Street Light Outages")) == {"dark"}
    assert words("light lights lighting") == {"light"}
    assert words("car carpet") == {"car", "carpe"}


def test_a_rare_word_in_common_says_more() -> None:
    texts = [words("water on the road"), words("road closed"), words("road works"), words("")]
    rare, common, also, none = shares(words("road water"), texts)
    assert 1 == rare > common == also > 0
    assert isnan(none)
    assert shares(words("noise"), texts[:1]) == [0.0]


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_shares_are_between_nothing_and_all(said: str, texts: list[str]) -> None:
    made = shares(words(said), [words(t) for t in texts])
    for text, share in zip(texts, made, strict=True):
        assert isnan(share) == (not words(said) or not words(text))
        assert isnan(share) or 0 <= share <= 1 + 1e-9
        if words(said) and words(said) == words(text):
            assert share == pytest.approx(1)
