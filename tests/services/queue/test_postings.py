"""Posting lists answer what FTS5 answers, for whatever people write; and what a plain model of words answers."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.queue import tokens
from services.queue.letters import Letters
from services.queue.postings import Segment, is_mask, merge
from services.queue.tokens import blocks
from services.store.search import LONGEST, TOKENIZER, expression
from services.store.wording import Wording

LETTERS = Letters()
SOME = [
    "a",
    "ab",
    "tree",
    "Tree",
    "Straße",
    "İstanbul",
    "ılık",
    "café",
    "cafe\u0301",
    "o'brien",
    "26-000123",
    "_",
    "é" * 9,
]
MORE = [
    "树木",
    "木",
    "😀",
    "x\0y",
    "\x01",
    "\u0301",
    "ǅ",
    "ﬁ",
    "½",
    "٣",
    "½a",
    "\ue000",
    "\u2028",
    "1 Main St.",
    "αβ",
    "ᾳ",
    "A\u030a",
]
LONG = ["w" * 16, "w" * 17, "w" * 16 + "a", "w" * 16 + "b", "é" * 8, "é" * 8 + "x", "z" * 40_000, "z" * LONGEST + "y"]
TEXTS = st.lists(st.sampled_from(SOME + MORE) | st.sampled_from(LONG) | st.text(max_size=6), max_size=6).map(" ".join)
GLUED = st.lists(st.sampled_from(SOME + MORE) | st.characters(), max_size=4).map("".join)
WORDINGS = st.lists(st.tuples(*[TEXTS | GLUED] * 5), max_size=12)


def wordings(columns: list[tuple[str, ...]]) -> list[Wording]:
    return [(i, *each) for i, each in enumerate(columns)]  # type: ignore[misc]


def indexed(made: list[Wording], size: int = 3) -> Segment:
    """The wordings in chunks of `size`, and in blocks of about sixteen tokens."""
    before, tokens.BLOCK = tokens.BLOCK, 16
    try:
        return merge(list(blocks(LETTERS, [made[i : i + size] for i in range(0, len(made), size)])))
    finally:
        tokens.BLOCK = before


def found(segment: Segment, words: str) -> list[int]:
    rows = segment.find(LETTERS.phrases(words))
    listed: list[int] = (np.flatnonzero(rows) if is_mask(rows) else rows).tolist()
    return listed


def asked(made: list[Wording], words: list[str]) -> list[list[int]]:
    """What FTS5 answers to each."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(
            f'CREATE VIRTUAL TABLE s USING fts5(number, place, description, callers, notes, tokenize="{TOKENIZER}")'
        )
        memory.executemany(
            "INSERT INTO s (rowid, number, place, description, callers, notes) VALUES (?,?,?,?,?,?)", made
        )
        question = "SELECT rowid FROM s WHERE s MATCH ? ORDER BY rowid"
        matches = (expression(word) for word in words)
        return [[row[0] for row in memory.execute(question, (match,))] if match else [] for match in matches]


@given(WORDINGS, st.lists(TEXTS | GLUED, min_size=1, max_size=8), st.data())
@example([("", "", "x\0y z", "", "")], ["x y", "x\0y"], None)
@example([("z" * 40_000, "", "", "", "")], ["z" * LONGEST, "z" * LONGEST + "q", "z" * 20_000], None)
@example([("a", "b", "", "", "c")], ["a-b", "a b", "b-c"], None)
@example([], ["a"], None)
def test_the_answer_is_that_of_fts5(
    columns: list[tuple[str, ...]], words: list[str], data: st.DataObject | None
) -> None:
    made = wordings(columns)
    if data is not None and made:
        written = data.draw(st.sampled_from([text for wording in made for text in wording[1:]]))
        start = data.draw(st.integers(0, len(written)))
        words = [*words, written, written[start:], written[: start + 1], written.upper(), written[start : start + 3]]
    segment = indexed(made)
    for word, expected in zip(words, asked(made, words), strict=True):
        assert found(segment, word) == expected, word


@given(
    st.lists(st.lists(st.sampled_from(["ab", "abc", "b", "bc", "c", "ca"]), max_size=40), min_size=1, max_size=60),
    st.data(),
)
def test_the_answer_is_that_of_a_plain_model(texts: list[list[str]], data: st.DataObject) -> None:
    """Also where many rows are found, and masks take the place of lists."""
    made = wordings([("", "", " ".join(text), "", "") for text in texts])
    segment = indexed(made, 25)
    for word in (["ab"], ["a", "c"], ["b", "ca", "abc"], [data.draw(st.sampled_from(["a", "abc", "d", "bc"]))]):
        expected = [i for i, text in enumerate(texts) if all(any(t.startswith(w) for t in text) for w in word)]
        assert found(segment, " ".join(word)) == expected
    pair = data.draw(st.tuples(st.sampled_from(["ab", "b", "c"]), st.sampled_from(["a", "b", "ca"])))
    follows = re.compile(rf"(^| ){pair[0]} {pair[1]}")
    assert found(segment, "-".join(pair)) == [i for i, text in enumerate(texts) if follows.search(" ".join(text))]


def test_a_rare_word_beside_a_common_one_is_looked_for_in_its_few_rows() -> None:
    made = wordings([("", "", f"tree number {i}" if i % 7 else f"street {i}", "", "") for i in range(2_000)])
    segment = indexed(made, 500)
    assert found(segment, "tree 1234") == [1234]
    assert found(segment, "street 1234") == []
    assert found(segment, "tree num 19") == [i for i in [19, *range(190, 200), *range(1900, 2000)] if i % 7]
    assert found(segment, "number-1234") == [1234]


def test_a_description_of_four_megabytes() -> None:
    text = " ".join(f"word{i}" for i in range(400_000))
    made = wordings([("1", "", "word7 only", "", ""), ("2", "", text, "", ""), ("3", "", "tree", "", "")])
    segment = indexed(made)
    assert len(text) > 4_000_000
    assert found(segment, "word399999") == [1]
    assert found(segment, "word7") == [0, 1]
    assert found(segment, "word399998-word399999") == [1]


def test_words_that_share_a_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the first salts words that differ in their last bits have one hash: they are drawn again."""
    real = np.random.default_rng
    drawn: list[int] = []

    class Salts:
        def __init__(self, seed: int) -> None:
            self._real = real(seed)

        def integers(
            self, low: int, high: int, size: int, dtype: type[np.uint64]
        ) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
            drawn.append(size)
            salts = self._real.integers(low, high, size, dtype)
            return salts if len(drawn) > 1 else np.zeros_like(salts)

    monkeypatch.setattr(np.random, "default_rng", Salts)
    stem = "a" * 15
    made = wordings([("", "", f"{stem}b", f"{stem}c", ""), ("", "", f"{stem}c", "", "")])
    segment = merge(list(blocks(LETTERS, [made])))
    assert len(drawn) == 2
    assert [found(segment, word) for word in (f"{stem}b", f"{stem}c", f"{stem}d", stem)] == [[0], [0, 1], [], [0, 1]]


def test_letters_are_learnt_once_and_kept() -> None:
    letters = Letters()
    assert letters.fold("ÀÉ ß\u0301-Я\0x") == "ae ß я\x01x".encode()
    assert letters.fold("ÀÉ") == b"ae"
    assert letters.phrases("O'Brien  ★ Æ-1") == [[b"o", b"brien"], ["æ".encode(), b"1"]]
    assert letters.phrases("\ud800 \0") == []
