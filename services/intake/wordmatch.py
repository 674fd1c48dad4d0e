"""How much of what one person says another has said too: common words, rare ones counting more."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from math import nan

_WORD = re.compile(r"\w+")
_SHORTEST = 3
_STEM = 5
"""So many letters tell a word, whatever its ending: "light", "lights", "lighting"."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """about also and are been before but can cannot could did does for from had has have her here him his how into
        its just like more near need needs next not now off one onto our out over please said says she side some someone
        still street than that the their them then there these they this too two under until very want wants was were
        what when where which who why will with would you your""",
    )
)
"""Words that say nothing about what happened."""


def words(text: str, without: frozenset[str] = frozenset()) -> frozenset[str]:
    """The stems of a text's telling words; `without` some, say those of the service's name."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    found = {word for word in _WORD.findall(plain) if len(word) >= _SHORTEST}
    return frozenset(map(stem, found - _COMMON)) - without


def stem(word: str) -> str:
    """What is left of a word without its ending."""
    return word.removesuffix("s")[:_STEM]


def shares(said: frozenset[str], others: Sequence[frozenset[str]]) -> list[float]:
    """For each of some texts: the share of words common with `said`, of whichever says less; nan for no words.

    A word counts the less, the more of the texts have it.
    """
    seen = Counter(word for words_ in others for word in words_)
    return [_share(said, words_, seen) if said and words_ else nan for words_ in others]


def _share(said: frozenset[str], other: frozenset[str], seen: Counter[str]) -> float:
    common = said & other
    return _weight(common, seen) / min(_weight(said, seen), _weight(other, seen)) if common else 0.0


def _weight(words_: Iterable[str], seen: Counter[str]) -> float:
    return sum(1 / max(1, seen[word]) for word in words_)
