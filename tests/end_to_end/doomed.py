"""A command of the command line, or the window, in its own process, dying by SIGKILL at one chosen commit or send."""

from __future__ import annotations

import multiprocessing
import os
import signal
import smtplib
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

import requests.adapters
from sqlalchemy.engine.default import DefaultDialect

from console.cli import main as command_line

LONG = 60
"""Seconds after which a test that waits for a process gives up."""
_SERVER = multiprocessing.get_context("forkserver")
_PRELOADED = ["tests.end_to_end.preloaded"]
_SERVER.set_forkserver_preload(_PRELOADED)


def preload(*modules: str) -> None:
    """Before the first child: have these imported once for all of them, where many are to be started."""
    _SERVER.set_forkserver_preload([*_PRELOADED, *modules])


@dataclass(frozen=True)
class Point:
    """A place where the process dies: before or after its n-th commit or send (from 1)."""

    kind: str
    when: str
    n: int

    def __str__(self) -> str:
        return f"{self.when} {self.kind} {self.n}"


class Child:
    """One running command. What it prints, and each commit and send it makes, comes over a pipe."""

    def __init__(
        self,
        argv: Sequence[str],
        point: Point | None = None,
        run: Callable[[list[str]], int] = command_line,
        **environ: str,
    ) -> None:
        self._pipe, theirs = _SERVER.Pipe(duplex=False)
        self.process: ForkServerProcess = _SERVER.Process(target=_live, args=(theirs, list(argv), point, run, environ))
        self.process.start()
        theirs.close()
        self.said: list[str] = []
        self.done: list[str] = []
        """Commits and sends, in order: "commit", "send"."""

    def until_it_says(self, start: str) -> str:
        """Wait for a line; raises EOFError when it dies before."""
        while not self.said or not self.said[-1].startswith(start):
            self.hear()
        return self.said[-1]

    def ends(self) -> int | None:
        """Wait for the end; gives the exit code, which is -9 after a SIGKILL."""
        try:
            while True:
                self.hear()
        except EOFError:
            self.process.join(LONG)
        code = self.process.exitcode
        self._close()
        return code

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self.process.terminate()
        code = self.ends()
        assert code == 0, f"{code}: {self.said}"

    def kill(self) -> None:
        """End it in any case; for clearing up."""
        self.process.kill()
        self.process.join(LONG)
        self._close()

    def hear(self) -> None:
        """Wait for the next line, commit or send; raises EOFError when there are no more."""
        assert self._pipe.poll(LONG), f"nothing was heard for {LONG} s after {self.said}"
        kind, text = self._pipe.recv()
        (self.said if kind == "say" else self.done).append(text)

    def _close(self) -> None:
        self._pipe.close()
        self.process.close()


class _Mouth:
    """The child's standard output, as messages to the parent."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._line = ""

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._pipe.send(("say", line))
        return len(text)

    def flush(self) -> None:
        """Lines leave at once anyway."""


class _Fate:
    """Counts commits and sends, tells them, and kills at the chosen one."""

    def __init__(self, pipe: Connection, point: Point | None) -> None:
        self._pipe, self._point = pipe, point
        self._counts = {"commit": 0, "send": 0}

    def around(self, kind: str, act: Callable[[], Any]) -> Any:
        self._counts[kind] += 1
        self._strike(kind, "before")
        result = act()
        self._strike(kind, "after")
        self._pipe.send(("did", kind))
        return result

    def _strike(self, kind: str, when: str) -> None:
        if self._point == Point(kind, when, self._counts[kind]):
            os.kill(os.getpid(), signal.SIGKILL)


def _live(
    pipe: Connection, argv: list[str], point: Point | None, run: Callable[[list[str]], int], environ: dict[str, str]
) -> None:
    os.environ.update(environ)
    sys.stdout = sys.stderr = _Mouth(pipe)
    _watch(_Fate(pipe, point))
    code = run(argv)
    pipe.close()
    os._exit(code)


def _watch(fate: _Fate) -> None:
    """Every commit that saves something, every HTTP post and every letter handed over goes through `fate`."""
    changes: dict[int, int] = {}
    commit, send, sendmail = DefaultDialect.do_commit, requests.adapters.HTTPAdapter.send, smtplib.SMTP.sendmail

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        driver: sqlite3.Connection = getattr(connection, "driver_connection", connection)
        saved = driver.total_changes != changes.get(id(driver), 0)
        changes[id(driver)] = driver.total_changes
        act = partial(commit, self, connection)
        if saved:
            fate.around("commit", act)
        else:
            act()

    def do_send(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        act = partial(send, self, request, *args, **options)
        return fate.around("send", act) if request.method == "POST" else act()

    def do_sendmail(self: Any, *args: Any, **options: Any) -> Any:
        return fate.around("send", partial(sendmail, self, *args, **options))

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    requests.adapters.HTTPAdapter.send = do_send  # type: ignore[method-assign]
    smtplib.SMTP.sendmail = do_sendmail  # type: ignore[method-assign]
