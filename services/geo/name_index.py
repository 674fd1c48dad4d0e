"""Finds names by the words that somebody types: begun, misspelt, heard wrongly, left out or in another order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.geo import street_names

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BEGUN, ABBREVIATED = 0.91, 0.9
"""What a word is worth of which only the beginning was typed: the last word, another."""
HEARD, SPELT = 0.6, 0.28
"""What a word is worth that sounds alike, and what the share of its letters that are right adds."""
SURE = 0.9
"""From here on nothing was forgiven."""
_ALIKE = 0.4
"""The least share of letters that are right in what only sounds alike."""
_PER_SLIP = 1.1
_UNTYPED = 0.15
"""How much a name loses when nothing of it but an area was typed; what is typed of it is worth that much less."""
_LEAST = 0.5
"""A word that is worth less does not name anything."""
_GOOD, _TALK = 0.75, 0.04
"""Where no name is worth so much, the last words are tried as talk; each that is left out costs so much."""
_WEAK = 0.86
"""Where the best name is worth less, words are also tried written together or apart."""
_TOGETHER = 0.92
_AREA = 0.95
_NONE = np.empty(0)
_MOST_WORDS = 12
_KEPT = 64
"""Typed words whose worth is kept."""


@dataclass(frozen=True, slots=True)
class Hits:
    """For each name, from 0 to 1: how well it fits what was typed, and how well the word that fits it least."""

    fit: Floats
    least: Floats


@dataclass(slots=True)
class _Fit:
    fit: Floats
    by_word: Floats
    """Shape (typed, n)."""
    weights: Floats


class NameIndex:
    """Names with further words beside each (its area) that help to tell it from others, and are never missed."""

    def __init__(self, names: Sequence[str], beside: Sequence[str] = ()) -> None:
        self._size = len(names)
        parts = {name: street_names.parts(name) for name in set(names)}
        areas = {text: street_names.words(text) for text in set(beside)}
        numbers: dict[str, int] = defaultdict(lambda: len(numbers))
        flat: list[int] = []
        weights: list[float] = []
        starts = [0]
        for row, name in enumerate(names):
            for part in parts[name]:
                flat.append(numbers[part.word])
                weights.append(part.weight)
            more = areas[beside[row]] if beside else ()
            flat += [numbers[word] for word in more] or [numbers[""]]
            weights += [0.0] * max(1, len(more))
            starts.append(len(flat))
        self._words = np.array(flat, np.int64)
        self._weights = np.array(weights)
        self._starts = np.array(starts[:-1], np.int64)
        self._whole = np.maximum(np.add.reduceat(self._weights, self._starts), street_names.KIND) if names else _NONE
        self._table = _Words(list(numbers))
        joined = {name: "".join(p.word for p in parts[name] if p.weight > street_names.KIND) for name in parts}
        self._joined = sorted(set(joined.values()))
        places = {text: row for row, text in enumerate(self._joined)}
        self._joins = np.array([places[joined[name]] for name in names], np.int64)

    def __len__(self) -> int:
        return self._size

    def find(self, typed: Sequence[str], *, begun: bool = True, talk: int = 0) -> tuple[Hits, int]:
        """How well each name fits some typed words, shape (n,), and how many of the last words were left out for that.

        `begun` says that the last word may go on. Where nothing fits well, up to `talk` words are taken for talk.
        """
        typed = typed[:_MOST_WORDS]
        if not self._size or not typed:
            return Hits(np.zeros(self._size), np.zeros(self._size)), 0
        best, left_out = self._fit(typed, begun=begun), 0
        for less in range(1, min(talk, len(typed) - 1) + 1):
            if best.fit.max() >= _GOOD:
                break
            shorter = self._fit(typed[:-less], begun=False)
            shorter.fit = np.maximum(shorter.fit - _TALK * less, 0.0)
            if shorter.fit.max() > best.fit.max():
                best, left_out = shorter, less
        if best.fit.max() < _WEAK:
            self._together(typed[: len(typed) - left_out], best)
        return Hits(best.fit, best.by_word.min(axis=0)), left_out

    def _fit(self, typed: Sequence[str], *, begun: bool) -> _Fit:
        weights = np.array([street_names.weight(word) for word in typed])
        worth = self._table.worth(typed, begun=begun)[:, self._words]
        worth[:, self._weights == 0] *= _AREA
        by_word = np.maximum.reduceat(worth, self._starts, axis=1)
        fit = (weights @ by_word) / weights.sum()
        rows = np.flatnonzero(fit >= _LEAST)
        kept, fit = fit[rows], np.zeros(self._size)
        if len(rows):
            flat, starts = self._flat(rows)
            found, heavy = worth[:, flat].max(axis=0), self._weights[flat]
            missed = np.add.reduceat(heavy * (1 - found), starts) / self._whole[rows]
            named = np.maximum.reduceat(np.where(heavy >= street_names.DIRECTION, found, 0), starts)
            fit[rows] = np.where(named >= _LEAST, kept * (1 - _UNTYPED * missed), 0)
        return _Fit(fit, by_word, weights)

    def _flat(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where the words of some names stand, and where each name begins among those."""
        sizes = np.diff(self._starts, append=len(self._words))[rows]
        ends = np.cumsum(sizes)
        return np.arange(int(ends[-1])) + np.repeat(self._starts[rows] - (ends - sizes), sizes), ends - sizes

    def _together(self, typed: Sequence[str], found: _Fit) -> None:
        """Try the words that are a name written together; those that say "street" count as before."""
        is_name = found.weights > street_names.KIND
        text = "".join(word for word, name in zip(typed, is_name, strict=True) if name)
        alike = process.cdist([text], self._joined, scorer=OSA.normalized_similarity, score_cutoff=0.7)[0]
        rows = np.flatnonzero(alike[self._joins])
        kinds = np.where(is_name, 0, found.weights)
        fit = (alike[self._joins[rows]] * _TOGETHER + kinds @ found.by_word[:, rows]) / (1 + kinds.sum())
        found.fit[rows] = np.maximum(found.fit[rows], fit)


class _Words:
    """The words of all names in all their spellings, and what a typed word is worth as each of them."""

    def __init__(self, known: Sequence[str]) -> None:
        spelt = sorted((form, number) for number, word in enumerate(known) for form in street_names.spellings(word))
        self._known = len(known)
        self._forms = [form for form, _ in spelt]
        self._numbers = np.array([number for _, number in spelt], np.int64)
        self._lengths = np.array([len(form) for form in self._forms], np.int64)
        self._begun: dict[int, list[str]] = {}
        self._kept: dict[tuple[str, bool], Floats] = {}
        full = [row for row, (form, number) in enumerate(spelt) if form == known[number] and form.isalpha()]
        sounds = sorted((street_names.sound(self._forms[row]), row) for row in full)
        self._sounds = [sound for sound, _ in sounds]
        self._sounding = np.array([row for _, row in sounds], np.int64)

    def worth(self, typed: Sequence[str], *, begun: bool) -> Floats:
        """What each typed word is worth as each known word, shape (typed, known)."""
        last = len(typed) - 1
        return np.stack([self._worth(word, open_end=begun and row == last) for row, word in enumerate(typed)])

    def _worth(self, word: str, *, open_end: bool) -> Floats:
        """Kept, as all words but one are the same at the next keystroke."""
        kept = self._kept.get((word, open_end))
        if kept is None:
            kept = np.zeros(self._known)
            np.maximum.at(kept, self._numbers, self._as_forms(word, open_end=open_end))
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[word, open_end] = kept
        return kept

    def _as_forms(self, word: str, *, open_end: bool) -> Floats:
        found = self._misspelt(word, open_end=open_end) if word.isalpha() else np.zeros(len(self._forms))
        first, last = bisect_left(self._forms, word), bisect_left(self._forms, word + "\U0010ffff")
        if open_end or len(word) > 2:
            share = len(word) / self._lengths[first:last]
            found[first:last] = BEGUN + (0.99 - BEGUN) * share if open_end else ABBREVIATED
        exact = slice(first, bisect_left(self._forms, word + "\0"))
        found[exact] = 1
        return found

    def _misspelt(self, word: str, *, open_end: bool) -> Floats:
        found = _alike(word, self._forms, self._lengths)
        if open_end and len(word) > 3:
            if len(word) not in self._begun:
                self._begun[len(word)] = [form[: len(word)] for form in self._forms]
            found = np.maximum(found, 0.95 * _alike(word, self._begun[len(word)], np.minimum(self._lengths, len(word))))
        if len(word) > 2:
            sound = street_names.sound(word)
            first, last = bisect_left(self._sounds, sound), bisect_left(self._sounds, sound + "\0")
            for row in self._sounding[first:last].tolist() if len(sound) > 1 else ():
                alike = OSA.normalized_similarity(word, self._forms[row])
                if alike >= _ALIKE:
                    found[row] = max(found[row], HEARD + SPELT * alike)
        return found


def _alike(word: str, forms: Sequence[str], lengths: Ints) -> Floats:
    """1 less the share of letters that were mistyped; 0 where those are too many."""
    slips = min(3, (len(word) + 1) // 3) if len(word) > 2 else 0
    if not slips:
        return np.zeros(len(forms))
    apart = process.cdist([word], forms, scorer=OSA.distance, score_cutoff=slips, dtype=np.uint8)[0]
    worth = 1 - _PER_SLIP * apart / np.maximum(lengths, len(word))
    return np.where((apart <= slips) & (lengths > 2), np.minimum(worth, 0.89), 0)
