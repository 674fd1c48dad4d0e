"""Words as they are compared: folded, without accents and plurals; and which known ones a misspelt one is meant for."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST, LONG = 4, 7
"""Shorter words are taken as they are spelt, of those of LEAST letters only two may be swapped: too many others are one
slip away. From LONG letters on two slips are forgiven."""
_AFTER = "\U0010ffff"
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’")


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    text = text.casefold().translate(_APOSTROPHES)
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text, each as `stem` gives it."""
    return list(map(stem, _WORD.findall(fold(text))))


def typed(text: str) -> tuple[list[str], str]:
    """What has been typed: the words that are done, and the beginning of the one that is not ("" after a space)."""
    found = _WORD.findall(fold(text))
    last = found.pop() if found and text[-1:].isalnum() else ""
    return list(dict.fromkeys(map(stem, found))), last


def stem(word: str) -> str:
    """A folded word without its plural."""
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


def nearest(word: str, known: Sequence[str]) -> list[str]:
    """Of the known words, in alphabetical order, those that this one (stemmed) may have been meant for.

    They begin with its first letter, or its second where those were swapped, and are one slip of the fingers away (a
    letter left out, doubled, mistaken, or swapped with its neighbour), two for a long word. Only the nearest are given.
    """
    slips = 2 if len(word) >= LONG else int(len(word) >= LEAST)
    if not slips:
        return []
    begun = [known[bisect_left(known, c) : bisect_left(known, c + _AFTER)] for c in sorted(set(word[:2]))]
    found = [
        (int(apart), other)
        for part in begun
        for other, apart, _ in process.extract(word, part, scorer=OSA.distance, score_cutoff=slips, limit=None)
        if other != word and (len(word) > LEAST or sorted(word) == sorted(other))
    ]
    least = min((apart for apart, _ in found), default=0)
    return sorted(other for apart, other in found if apart == least)
