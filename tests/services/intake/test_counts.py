"""A sparse table of words and services gives what a dictionary would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.intake.counts import Counts

Columns = list[dict[str, int]]
columns = st.lists(st.dictionaries(st.text("abé", min_size=1, max_size=3), st.integers(1, 99), max_size=6), max_size=4)


@given(columns, st.text("abé", max_size=3))
def test_it_counts_as_a_dictionary_would(said: Columns, asked: str) -> None:
    table = Counts(said)
    for span, its in (
        (table.word(asked), [{w: n for w, n in column.items() if w == asked} for column in said]),
        (table.beginning(asked), [{w: n for w, n in column.items() if w.startswith(asked)} for column in said]),
    ):
        assert [table.words[i] for i in span] == sorted({word for column in its for word in column})
        assert table.total(span).tolist() == [sum(column.values()) for column in its]
        assert table.best(span).tolist() == [max(column.values(), default=0) for column in its]
        for i, column in enumerate(its):
            most = max(column.values(), default=0)
            assert table.foremost(span, i) == (min((w for w, n in column.items() if n == most), default=""), most)


def test_a_table_may_be_empty() -> None:
    assert Counts([]).total(Counts([]).beginning("")).tolist() == []
    assert Counts([{}]).total(Counts([{}]).beginning("")).tolist() == [0]
