"""What has come: everything that was not there before, but for one's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.queue.arrivals import arrived
from services.queue.snapshot import build
from tests.widgets.rows import CREWS, row

IDS = st.sets(st.integers(1, 900), min_size=1)


@given(IDS, IDS)
def test_it_is_what_was_not_there_before(before: set[int], more: set[int]) -> None:
    """In whatever order transactions that gave themselves an id were saved."""
    was = build([row(n) for n in before], CREWS)
    now = build([row(n) for n in before | more], CREWS)
    assert arrived(was, now, "ana").tolist() == sorted(more - before)
    assert arrived(now, now, "ana").tolist() == []


def test_ones_own_is_no_news() -> None:
    was = build([row(1)], CREWS)
    now = build([row(1), row(2, handler="ana"), row(3, handler="bo"), row(4)], CREWS)
    assert arrived(was, now, "ana").tolist() == [3, 4]
    assert arrived(was, now, "").tolist() == [2, 3]


def test_the_first_list_of_all_is_no_news() -> None:
    assert arrived(build([], CREWS), build([row(1)], CREWS), "ana").tolist() == []
    assert arrived(build([row(1)], CREWS), build([], CREWS), "ana").tolist() == []
