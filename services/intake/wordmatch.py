"""How much of what one person says another has said too: common words, rare ones counting more."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from math import nan

_WORD = re.compile(r"\w+")
_SHORTEST = 3
_STEM = 4
"""So many letters make a word that another one may go on from: "light", "lights", "lighting"."""
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
    """The telling words of a text, small and without accents; `without`, say, those of the service's name."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    found = (word for word in _WORD.findall(plain) if len(word) >= _SHORTEST and word not in _COMMON)
    return frozenset(word for word in found if not any(alike(word, other) for other in without))


def alike(one: str, other: str) -> bool:
    """Whether two words are the same, or one goes on from the other."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _STEM and long.startswith(short))


def shares(said: frozenset[str], others: Sequence[frozenset[str]]) -> list[float]:
    """For each of some texts: the share of words common with `said`, of whichever says less; nan for no words.

    A word counts the less, the more of the texts have it.
    """
    seen = Counter(word for words_ in others for word in words_)
    return [_share(said, words_, seen) if said and words_ else nan for words_ in others]


def _share(said: frozenset[str], other: frozenset[str], seen: Counter[str]) -> float:
    if said.isdisjoint(other) and not any(alike(a, b) for a in said for b in other):
        return 0.0
    common = _weight((a for a in said if any(alike(a, b) for b in other)), seen)
    return min(1.0, common / min(_weight(said, seen), _weight(other, seen)))


def _weight(words_: Iterable[str], seen: Counter[str]) -> float:
    return sum(1 / max(1, seen[word]) for word in words_)
