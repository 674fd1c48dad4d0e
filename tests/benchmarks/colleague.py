"""Another desk's process: for each line it reads it gives a request to another crew, and says when, and how long."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from console import opening
from console import settings as settings_files
from services.errors import Invalid
from services.store import commands


class Colleague:
    """That process, from here."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def assign(self, request_id: int) -> None:
        """Have it begin."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{request_id}\n")
        self._child.stdin.flush()

    def times(self) -> tuple[float, float]:
        """When its command began and when it had been saved, in seconds of time.perf_counter."""
        assert self._child.stdout is not None
        begun, ended = self._child.stdout.readline().split()
        return float(begun), float(ended)


@contextmanager
def working(home: Path) -> Iterator[Colleague]:
    """A colleague on this home, who has warmed up."""
    argv = [sys.executable, "-m", "tests.benchmarks.colleague", str(home)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield Colleague(child)
        finally:
            child.stdin.close()
            child.wait()


def main(home: Path) -> None:
    """Assign whatever is read, to one crew and another in turn."""
    settings = settings_files.load(home)
    store = opening.open_store(settings)
    acting, crews = opening.acting(store, settings), cycle((1, 2, 3))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        for line in sys.stdin:
            begun = time.perf_counter()
            try:
                commands.assign(acting, [int(line)], next(crews))
            except Invalid:  # that crew has it already
                begun = time.perf_counter()
                commands.assign(acting, [int(line)], next(crews))
            sys.stdout.write(f"{begun} {time.perf_counter()}\n")
            sys.stdout.flush()
    finally:
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
