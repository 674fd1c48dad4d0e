"""Pulls and posts in a process of its own beside the desk: reading a city's year must not hold the window up."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import msgspec

from services.errors import Bug, Expected

if TYPE_CHECKING:
    from console.settings import Settings

ARGV = (sys.executable, "-P", "-m", "console.syncing")
"""How the process is started; home and store follow. Nothing of the folder that the desk was started in is run."""
NICE = 5
"""So much later than the window it gets its turn on a busy machine."""
GRACE = 60.0
"""Seconds to finish the call in hand once it is to end, longer than a call may take; then it is killed."""
CHANGED, PROBLEM, ENDED = "changed", "problem", "ended"
_SAID = 4_000
log = logging.getLogger(__name__)


class Syncing:
    """The desk's hold on the process. `run` belongs in a thread of its own, the rest to any thread."""

    def __init__(self, home: Path, store_url: str) -> None:
        self._argv = (str(home), store_url)
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._wanted = self._over = False
        """A wish, and the end, that came before there was a process to hear them."""

    def run(self, on_change: Callable[[], None], on_problem: Callable[[Expected], None]) -> None:
        """Have it pull and post until `end`. Raises Expected when it cannot, and Bug when it ended for a fault of ours.

        `on_change` is called after anything in the store may have changed.
        """
        ended: Expected | None = None
        with TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
            with self._started(errors) as child:
                for line in child.stdout or ():
                    kind, _, rest = line.rstrip("\n").partition(" ")
                    if kind == CHANGED:
                        on_change()
                    elif kind == PROBLEM:
                        on_problem(_read(rest))
                    elif kind == ENDED:
                        ended = _read(rest)
            if child.returncode and not self._over:
                errors.seek(0)
                log.error("pulling and posting ended by itself: %s", errors.read()[-_SAID:])
                raise Bug(f"pulling and posting ended by itself ({child.returncode})")
        if ended is not None:
            raise ended

    @contextmanager
    def _started(self, errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": errors, "text": True}
        made = subprocess.Popen([*ARGV, *self._argv], **pipes, encoding="utf-8", **_apart())  # type: ignore[call-overload]
        with made as child:
            kill = threading.Timer(GRACE, child.kill)
            kill.daemon = True
            with self._lock:
                self._child, self._kill, wanted = child, kill, self._wanted
            if wanted:
                self.wake()
            if self._over:
                self.end()
            try:
                yield child
                child.wait()
            finally:
                self._hang_up()
                kill.cancel()

    def wake(self) -> None:
        """Look at everything at once; where it is just being started, as soon as it can."""
        with self._lock, suppress(OSError):  # one that has just ended hears nothing; `run` says so
            self._wanted = self._child is None
            if self._child is not None and self._child.stdin is not None:
                self._child.stdin.write("wake\n")
                self._child.stdin.flush()

    def end(self) -> None:
        """Let it finish what is under way, and `run` return; what takes too long is killed."""
        self._over = True
        if self._hang_up():
            self._kill.start()

    def _hang_up(self) -> bool:
        """Close its standard input; false when that is closed already."""
        with self._lock:
            child, self._child = self._child, None
        if child is None or child.stdin is None:
            return False
        with suppress(OSError):
            child.stdin.close()
        return True


def _read(plain: str) -> Expected:
    return Expected(*msgspec.json.decode(plain, type=tuple[str, str]))


def _apart() -> dict[str, Any]:
    """Out of the way of the window, and of what is sent to the terminal that it was started in."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def main(home: Path, store_url: str) -> int:
    """Pull and relay until standard input ends: so it ends with the desk, however that ends."""
    from console import settings as files
    from console.logs import Log, known_secrets

    faulthandler.enable()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())  # whoever ends all that this person runs lets the call end
    if sys.platform != "win32":
        os.nice(NICE)
    with Log(home, "sync", known_secrets(home)):
        try:
            _sync(files.load(home), store_url, stop)
        except Expected as problem:
            _say(ENDED, problem)
    return 0


def _sync(settings: Settings, store_url: str, stop: threading.Event) -> None:
    from console.opening import besides, locate, notifier
    from services.sync.sync import Syncer

    if settings.store_url != store_url:
        raise Expected("config.toml names another store than the desk shows.", "Start the desk again.")
    try:
        areas = locate(settings)
    except Expected as problem:
        areas = None
        _say(PROBLEM, problem)
    letters, beside = notifier(settings), besides(settings)
    syncer = Syncer(settings.store_url, settings.upstreams, areas, notifier=letters, beside=beside)
    threading.Thread(target=_listen, args=(syncer.wake, stop), name="desk", daemon=True).start()
    syncer.run(stop, lambda: _say(CHANGED))


def _listen(wake: Callable[[], None], stop: threading.Event) -> None:
    for _ in sys.stdin:
        wake()
    stop.set()
    wake()


def _say(kind: str, problem: Expected | None = None) -> None:
    from console.logs import ascii_json

    told = f" {ascii_json((problem.sentence, problem.remedy))}" if problem else ""
    with suppress(OSError):  # a desk that is gone is seen by standard input
        sys.stdout.write(f"{kind}{told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
