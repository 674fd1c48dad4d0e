"""A person at a real terminal: a command behind a pseudo-terminal of its own, keys in, what is on it out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 60.0
"""Seconds that anything may take."""
_TAKE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"  # as at a terminal
    " os.close(os.open(os.ttyname(0), os.O_RDWR));"  # a session's first terminal becomes its own
    " os.execv(sys.executable, [sys.executable, '-m', 'console.cli', *sys.argv[1:]])"
)


class Terminal:
    """One command's."""

    def __init__(self, keys: int, process: subprocess.Popen[bytes]) -> None:
        self._keys, self._process = keys, process
        self.pid = process.pid
        self.screen = ""
        """All that was ever on it."""

    @property
    def shows_keys(self) -> bool:
        """Whether what is typed appears."""
        return bool(termios.tcgetattr(self._keys)[3] & termios.ECHO)

    def until(self, text: str) -> None:
        """Wait until this stands at the end of the screen."""
        end = time.monotonic() + PATIENCE
        while not self.screen.endswith(text):
            assert self._reads(end), self.screen

    def type(self, text: str) -> None:
        os.write(self._keys, text.encode())

    def ended(self) -> int:
        """Wait until the command has ended; its exit code."""
        end = time.monotonic() + PATIENCE
        while self._reads(end):
            pass
        return self._process.wait(PATIENCE)

    def _reads(self, end: float) -> bool:
        """Take what has come; False at the end of all."""
        ready, _, _ = select.select([self._keys], [], [], max(0, end - time.monotonic()))
        assert ready, self.screen
        with suppress(OSError):  # nobody is there any more
            piece = os.read(self._keys, 4096)
            self.screen += piece.decode().replace("\r\n", "\n")
            return bool(piece)
        return False


@contextmanager
def at_terminal(*words: str, environment: dict[str, str]) -> Iterator[Terminal]:
    """`connect-console` with these words, begun by a person."""
    keys, screen = pty.openpty()
    command = [sys.executable, "-c", _TAKE, *words]
    process = subprocess.Popen(
        command, stdin=screen, stdout=screen, stderr=screen, start_new_session=True, env=environment
    )
    os.close(screen)
    try:
        yield Terminal(keys, process)
    finally:
        process.kill()
        process.wait()
        os.close(keys)


def who_shows(secret: str) -> list[str]:
    """Every process whose arguments, title or environment others, or its own children, could read it from."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        for part in ("cmdline", "environ"):
            with suppress(OSError):
                if int(process.name) != os.getpid() and secret.encode() in (process / part).read_bytes():
                    found.append(f"{process.name} {part}")
    return found
