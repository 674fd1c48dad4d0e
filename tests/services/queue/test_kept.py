"""Sorting by keys however far apart they lie, and orders put right after few and after many changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.kept import Ints, Key, Rows, argsort, current, kept
from services.queue.packed import MISSING


def sorted_rows(keys: Ints, *, reverse: bool) -> list[int]:
    rows = range(len(keys))[::-1] if reverse else range(len(keys))
    return sorted(rows, key=lambda i: int(keys[i]))


@given(st.lists(st.integers(-(2**62), 2**62) | st.integers(0, 3) | st.just(MISSING)), st.booleans())
def test_any_keys(listed: list[int], reverse: bool) -> None:
    keys = np.array(listed, np.int64)
    assert argsort(keys, reverse=reverse).tolist() == sorted_rows(keys, reverse=reverse)


@pytest.mark.parametrize("wild", [0, 5, 4000])
def test_keys_that_lie_too_far_apart_to_share_a_number_with_the_row(wild: int) -> None:
    rng = np.random.default_rng(1)
    keys = rng.integers(0, 2**20, 5000)
    keys[rng.choice(5000, wild, replace=False)] = rng.integers(-(2**62), 2**62, wild)
    for reverse in (False, True):
        assert argsort(keys, reverse=reverse).tolist() == sorted_rows(keys, reverse=reverse)


@pytest.mark.parametrize(("changes", "more"), [(0, 0), (3, 0), (0, 3), (2500, 100), (20_000, 5)])
@pytest.mark.parametrize("down", [False, True])
def test_after_few_and_many_changes(changes: int, more: int, down: bool) -> None:
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 50, (2, 40_000))
    first[rng.choice(40_000, 500)] = MISSING
    keys = [first, second]

    def asked() -> list[Key]:
        return [Key(lambda rows, k=column: k[rows], down) for column in keys]  # type: ignore[misc]

    before = kept(asked(), 40_000)
    stale = rng.choice(40_000, changes, replace=False)
    keys = [np.append(column, rng.integers(0, 50, more)) for column in keys]
    keys[0][stale] = rng.integers(0, 50, changes)
    after = current(before.after(np.sort(stale)), asked(), 40_000 + more)
    anew = kept(asked(), 40_000 + more)
    assert np.array_equal(after.rows, anew.rows)
    assert after.valued == anew.valued == np.count_nonzero(keys[0] != MISSING)
    assert np.array_equal(after.rank[after.rows], np.arange(40_000 + more))
    assert (after is before) is (changes + more == 0)


def test_a_key_turned_round_leaves_what_is_missing_last() -> None:
    def take(rows: Rows) -> Ints:
        return np.array([5, MISSING, -3])[rows]

    assert kept([Key(take, descending=True)], 3).rows.tolist() == [0, 2, 1]
