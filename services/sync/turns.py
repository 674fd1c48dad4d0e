"""Who may sync a store: one process leads the loop, and one at a time, leader or not, takes a turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from services.errors import StoreProblem


class Turns:
    """Two lock files beside the store; the system lets go of them when a process dies, however it dies."""

    def __init__(self, store: Path) -> None:
        self._lead = FileLock(f"{store}.lead.lock", thread_local=False)
        self._turn = FileLock(f"{store}.sync.lock", thread_local=False)

    @contextmanager
    def lead(self) -> Iterator[bool]:
        """True when this process now leads: nobody else runs the loop until the block ends."""
        with _held(self._lead, 0) as held:
            yield held

    @contextmanager
    def turn(self, seconds: float = 0) -> Iterator[bool]:
        """True when the turn is ours, waited for up to so many seconds; nobody else pulls or sends in the block."""
        with _held(self._turn, seconds) as held:
            yield held


@contextmanager
def _held(lock: FileLock, seconds: float) -> Iterator[bool]:
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        yield False
        return
    except OSError as problem:
        raise StoreProblem(
            f"The lock beside the store cannot be made: {problem.strerror}.", "Make the folder writable for you."
        ) from problem
    try:
        yield True
    finally:
        lock.release()
