"""Distinct values are those of numpy's own `unique`, without what that imports."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from services.queue.distinct import distinct, is_first

QUEUE = """
import sys
from datetime import UTC, datetime
from services.queue.places import Places
from services.queue.query import Moment, parse, run
from services.queue.snapshot import build
print("numpy.random" in sys.modules)
from tests.services.queue.many import CREWS, many
snapshot = build(many(5_000), CREWS)
moment = Moment(datetime.now(UTC), UTC, "ana", None, None)
rows = run(snapshot, parse("status:open tree"), moment, lambda _: snapshot.ids[::2])
Places(snapshot.x, snapshot.y).filter(rows)
print("numpy.ma" in sys.modules)
"""


@given(st.lists(st.integers(-(2**31), 2**31 - 1)), st.sampled_from([np.int32, np.int64]))
def test_distinct(values: list[int], dtype: type[np.int32] | type[np.int64]) -> None:
    array: npt.NDArray[np.integer[Any]] = np.array(values, dtype)
    found = distinct(array)
    assert found.tolist() == sorted(set(values))
    assert found.dtype == dtype


def test_the_first_of_equal_ones() -> None:
    assert is_first(np.array([1, 1, 2, 5, 5, 5])).tolist() == [True, False, True, True, False, False]
    assert is_first(np.empty(0, np.int64)).tolist() == []


def test_the_queue_imports_no_more_of_numpy_than_it_needs() -> None:
    answer = subprocess.run([sys.executable, "-c", QUEUE], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]
