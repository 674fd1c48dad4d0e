"""Files that are there whole or not at all: written beside their place under a name of their own, then put into it."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_PART = ".part"


@contextmanager
def replaced(path: Path, *, lasting: bool = True) -> Iterator[BinaryIO]:
    """A new file, for its owner alone, to write and read; it takes the place of `path` when the block ends well.

    `lasting` waits until the disk has all of it. Else, and on any fault, what was at `path` stays. Raises OSError.
    """
    with placed(path, lasting=lasting) as part, part.open("r+b") as file:
        yield file


@contextmanager
def placed(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """As `replaced`, for who opens it by its name: where a new and empty file is; to be closed when the block ends."""
    part = path.with_name(f"{path.name}.{os.urandom(8).hex()}{_PART}")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        if lasting:
            with part.open("r+b") as file:
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def sweep(path: Path, *, rested: float = 0.0) -> None:
    """Remove what writers that were broken off left beside `path`.

    `rested` is for how many seconds nobody has written to it: more than 0 where somebody may be writing now.
    """
    for part in path.parent.glob(f"{glob.escape(path.name)}.*{_PART}"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime >= rested:
                part.unlink()


def why(fault: OSError) -> str:
    """What the system says was wrong, for a sentence: "No space left on device"."""
    return fault.strerror or type(fault).__name__
