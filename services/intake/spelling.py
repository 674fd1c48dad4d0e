"""Words as they are compared: folded, without accents and plurals; and those that are one slip of the fingers away."""

from __future__ import annotations

import re
import unicodedata

LEAST = 4
"""Shorter words are taken as they are spelt: too many others are one slip away."""
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


def slips(word: str, letters: str) -> set[str]:
    """Every word that becomes this one by one letter left out, doubled, mistaken, or swapped with its neighbour."""
    if len(word) < LEAST:
        return set()
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    made |= {a + c + b for a, b in cuts for c in letters}
    return made - {word}
