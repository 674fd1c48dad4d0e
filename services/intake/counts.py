"""Numbers that belong to words and services: which services have a word, a beginning of a word, and how much of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Span = range
"""Words that follow each other in alphabetical order, by their place in it."""
_AFTER = "\U0010ffff"


class Counts:
    """A sparse table, words by columns, of numbers over 0."""

    def __init__(self, columns: Sequence[Mapping[str, int]]) -> None:
        by_word: dict[str, list[tuple[int, int]]] = {}
        for column, numbers in enumerate(columns):
            for word, number in numbers.items():
                by_word.setdefault(word, []).append((column, number))
        self.words = sorted(by_word)
        lines = [by_word[word] for word in self.words]
        self._width = len(columns)
        self._starts = np.cumsum([0, *map(len, lines)])
        cells = np.array([cell for line in lines for cell in line], np.int32).reshape(-1, 2)
        self._columns, self._numbers = cells[:, 0].copy(), cells[:, 1].copy()

    def word(self, word: str) -> Span:
        """This word alone; empty where no column has it."""
        place = bisect_left(self.words, word)
        return range(place, place + (self.words[place : place + 1] == [word]))

    def beginning(self, letters: str) -> Span:
        """Every word that begins so."""
        return range(bisect_left(self.words, letters), bisect_left(self.words, letters + _AFTER))

    def total(self, span: Span) -> Floats:
        """Of every column, the sum over these words."""
        columns, numbers = self._cells(span)
        return np.bincount(columns, numbers, self._width).astype(np.float64)

    def best(self, span: Span) -> Floats:
        """Of every column, the highest among these words."""
        most = np.zeros(self._width)
        np.maximum.at(most, *self._cells(span))
        return most

    def foremost(self, span: Span, column: int) -> tuple[str, int]:
        """Which of these words a column has most of, and how much; ("", 0) where it has none."""
        columns, numbers = self._cells(span)
        here = np.flatnonzero(columns == column)
        if not len(here):
            return "", 0
        cell = int(here[numbers[here].argmax()])
        place = int(np.searchsorted(self._starts, self._starts[span.start] + cell, "right")) - 1
        return self.words[place], int(numbers[cell])

    def _cells(self, span: Span) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        cells = slice(int(self._starts[span.start]), int(self._starts[span.stop]))
        return self._columns[cells], self._numbers[cells]
