"""The distinct values of an array: numpy's own `unique` imports numpy.ma to ask it for a mask, which takes 7 MB."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.integer[Any])


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Each of the values once, ascending."""
    ordered = np.sort(values)
    return ordered[is_first(ordered)]


def is_first(ordered: npt.NDArray[Number]) -> npt.NDArray[np.bool_]:
    """Which of the ascending values is another than the one before it."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first
