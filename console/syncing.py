"""Pulls and posts in a process of its own beside the desk: reading a city's year must not hold the window up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from services.errors import Bug, Expected

if TYPE_CHECKING:
    from console.settings import Settings

ARGV = (sys.executable, "-m", "console.syncing")
"""How the process is started; the home follows."""
NICE = 5
"""So much later than the window it gets its turn on a busy machine."""
CHANGED, PROBLEM = "changed", "problem"


class Syncing:
    """The desk's hold on the process. `run` belongs in a thread of its own, the rest to any thread."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._words: IO[str] | None = None
        self._over = False

    def run(self, on_change: Callable[[], None], on_problem: Callable[[Expected], None]) -> None:
        """Have it pull and post until `end`. Raises Bug when it ends by itself for a fault of ours.

        `on_change` is called after anything in the store may have changed; where it ends for a problem that a person
        can mend, that is the last thing that `on_problem` is told.
        """
        with self._started() as child:
            for line in child.stdout or ():
                kind, _, rest = line.rstrip("\n").partition(" ")
                if kind == CHANGED:
                    on_change()
                elif kind == PROBLEM:
                    on_problem(Expected(*msgspec.json.decode(rest, type=tuple[str, str])))
        if child.returncode:
            raise Bug(f"pulling and posting ended by itself ({child.returncode}); its report is in the log “sync”")

    @contextmanager
    def _started(self) -> Iterator[subprocess.Popen[str]]:
        argv = [*ARGV, str(self._home)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        with subprocess.Popen(argv, **pipes, **_background()) as child:  # type: ignore[call-overload]
            with self._lock:
                self._words = child.stdin
            if self._over:
                self.end()
            try:
                yield child
            finally:
                self._hang_up()

    def wake(self) -> None:
        """Look at everything at once."""
        with self._lock, suppress(OSError):  # one that has just ended hears nothing; `run` says so
            if self._words is not None:
                self._words.write("wake\n")
                self._words.flush()

    def end(self) -> None:
        """Let it finish what is under way, and `run` return."""
        self._over = True
        self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            words, self._words = self._words, None
        if words is not None:
            with suppress(OSError):
                words.close()


def _background() -> dict[str, int]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW}
    return {}


def main(home: Path) -> int:
    """Pull and relay until standard input ends: so it ends with the desk, however that ends."""
    from console import settings as files
    from console.logs import Log, known_secrets

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the desk, which hangs up
    if sys.platform != "win32":
        os.nice(NICE)
    with Log(home, "sync", known_secrets(home)):
        try:
            _sync(files.load(home))
        except Expected as problem:
            _say_problem(problem)
    return 0


def _sync(settings: Settings) -> None:
    from console.opening import locate
    from services.sync.sync import Syncer

    try:
        areas = locate(settings)
    except Expected as problem:
        areas = None
        _say_problem(problem)
    stop = threading.Event()
    syncer = Syncer(settings.store_url, settings.upstreams, areas)
    threading.Thread(target=_listen, args=(syncer.wake, stop), name="desk", daemon=True).start()
    syncer.run(stop, lambda: _say(CHANGED))


def _listen(wake: Callable[[], None], stop: threading.Event) -> None:
    for _ in sys.stdin:
        wake()
    stop.set()
    wake()


def _say_problem(problem: Expected) -> None:
    from console.logs import ascii_json

    _say(f"{PROBLEM} {ascii_json((problem.sentence, problem.remedy))}")


def _say(line: str) -> None:
    with suppress(OSError):  # a desk that is gone is seen by standard input
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
