"""The order in which people count is the same for one text and for very many at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.queue.natural import fold, natural, natural_order
from services.queue.packed import MISSING, codes, extended, mark, values, words, words_of

texts = st.lists(st.text(st.sampled_from("aB Zé-0019ß\tΩ"), max_size=24) | st.text(max_size=12), max_size=40)


@given(texts)
@example(["9 Main St", "10 Main St", "9 main st", "", "009 Main St", "9", "Main St"])
@example(["", ""])
def test_many_are_ordered_as_each_by_itself(many: list[str]) -> None:
    made = words(many)
    order, step = natural_order(made.blob, made.ends)
    keys = [natural(many[i]) for i in order]
    assert keys == sorted(map(natural, many))
    assert step.tolist()[1:] == [a != b for a, b in pairwise(keys)]
    assert list(made) == many


@given(texts, texts)
def test_words_that_come_later_find_their_place(first: list[str], later: list[str]) -> None:
    base = words(first)
    assert len(base.ranks) == len(first)
    made = extended(base, later)
    fresh = words(first + later)
    assert list(made) == first + later
    assert made.ranks.tolist() == fresh.ranks.tolist()
    assert [rank == MISSING for rank in made.ranks] == [not text for text in first + later]


@given(texts, st.data())
def test_some_of_the_words(many: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(many) - 1), max_size=9)) if many else []
    numbers = words_of(codes([])).ends if not chosen else (words(["x"] * len(many)).ends - 1)[chosen]
    assert list(words(many).some(numbers)) == [many[i] for i in chosen]


def test_wards_numbers_and_accents() -> None:
    assert sorted(["Ward 10", "Ward 9", "ward 1"], key=natural) == ["ward 1", "Ward 9", "Ward 10"]
    assert fold("Çà Straße") == "ca strasse"
    assert natural("Àlamo 007") == natural("alamo 7")


@given(st.lists(st.tuples(st.integers(0, 10**8 - 1), st.integers(0, 10**10 - 1)), min_size=1))
def test_plain_numbers_are_read_as_people_order_them(parts: list[tuple[int, int]]) -> None:
    column = codes(f"{a}-{b:06d}" for a, b in parts)
    made = values(column, mark(column))
    assert made is not None
    order = sorted(range(len(parts)), key=lambda i: parts[i])
    assert [parts[i] for i in made.argsort(kind="stable")] == [parts[i] for i in order]
    digits = codes(f"{a:08d}" for a, _ in parts)
    read = values(digits, mark(digits))
    assert read is not None
    assert read.tolist() == [a for a, _ in parts]


@pytest.mark.parametrize(
    "odd", ["26-1-2", "26/1", "Ä-1", "261", "123456789-1", "26-12345678901", "26-1x", "26-"],
)  # fmt: skip
def test_numbers_of_another_shape_are_not_plain(odd: str) -> None:
    column = codes(["26-000001", odd])
    made = values(column, mark(column))
    assert (made is None) is (odd != "26-")
    assert words_of(column).ranks.tolist() == words(["26-000001", odd]).ranks.tolist()


def test_digits_only_may_be_eighteen() -> None:
    assert values(codes(["1" * 18]), 0) is not None
    assert values(codes(["1" * 19]), 0) is None
