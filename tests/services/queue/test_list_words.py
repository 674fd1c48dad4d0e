"""Words looked for in the list alone: what is found is what a plain reading of each row finds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from unicodedata import combining, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.list_words import ListWords
from services.queue.query import Moment, Order, parse, run
from services.queue.snapshot import apply, build
from tests.services.queue.rows import CREWS, queue_rows, queues

MOMENT = Moment(datetime(2026, 9, 21, tzinfo=UTC))
TYPED = st.lists(
    st.sampled_from(
        ["main", "MAIN", "st", "s", "9", "10", "Alamo", "álamo", "way 7", "pothole", "cafe", "ward", "26-0"]
    )
    | st.text("amo9-. é", max_size=5),
    max_size=3,
).map(" ".join)


def tokens(text: str) -> list[str]:
    """The words of a text without marks and capitals."""
    plain = "".join(c for c in normalize("NFD", text) if not combining(c))
    return re.findall(r"[^\W_]+", plain.casefold())


def holds(text: str, word: str) -> bool:
    """Whether the word's parts stand in the text one after the other, the last as a beginning."""
    have, want = tokens(text), tokens(word)
    *whole, last = want
    return any(
        have[i : i + len(whole)] == whole and have[i + len(whole)].startswith(last)
        for i in range(len(have) - len(whole))
    )


def expected(row: QueueRow, typed: str) -> bool:
    words = [word for word in typed.split() if tokens(word)]
    places = (row.address, row.service, row.area)
    return bool(words) and all(
        row.number.startswith(word) or any(holds(place, word) for place in places) for word in words
    )


@given(queues(), TYPED)
@example([], "main")
def test_it_is_what_reading_each_row_finds(rows: list[QueueRow], typed: str) -> None:
    snapshot = build(rows, CREWS)
    found = ListWords().search(snapshot, typed)
    asked = sorted(rows, key=lambda row: row.id)
    assert found.tolist() == [expected(row, typed) for row in asked]


@given(queues(), st.data())
def test_the_addresses_of_a_grown_list_are_read_anew(rows: list[QueueRow], data: st.DataObject) -> None:
    words, before = ListWords(), build(rows, CREWS)
    words.search(before, "main")
    new = data.draw(queue_rows(60))._replace(address="77 Quince Rd")
    after = apply(before, [new], CREWS, 1)
    assert words.search(after, "quin rd").tolist() == [request_id == 60 for request_id in after.ids.tolist()]


@pytest.mark.parametrize("typed", ["", " ", "—", "…", "\0"])
@given(queues())
def test_nothing_is_found_by_no_word(typed: str, rows: list[QueueRow]) -> None:
    assert not ListWords().search(build(rows, CREWS), typed).any()


@given(queue_rows(1), queue_rows(2))
def test_a_word_is_not_found_across_two_addresses(one: QueueRow, other: QueueRow) -> None:
    rows = [one._replace(address="9 Elm", number="a-1"), other._replace(address="Street 7", number="a-2")]
    assert ListWords().search(build(rows, CREWS), "elmstreet").tolist() == [False, False]
    assert ListWords().search(build(rows, CREWS), "elm-street").tolist() == [False, False]


@given(queue_rows(1))
def test_a_query_takes_it_as_its_search(row: QueueRow) -> None:
    snapshot = build([row._replace(address="9 Elm St", status="new")], CREWS)
    words = ListWords()
    for query, size in (("elm status:new", 1), ("elm status:closed", 0), ("oak", 0)):
        rows = run(snapshot, parse(query), MOMENT, partial(words.search, snapshot), Order())
        assert len(rows) == size
