"""Gives memory that nothing uses any more back to the system, where the C library keeps it."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Let go of what is free: after much was read glibc holds on to it. Takes some ms; elsewhere it does nothing."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none, and keeps little
        if trim is not None:
            trim(0)
