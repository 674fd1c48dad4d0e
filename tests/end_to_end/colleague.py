"""One of many desks on a server, in a process of its own: logs, assigns and closes at random until it is told to end.

Reads "end" and "tell" from its standard input; writes "ready", then for each "tell" a digest of what it shows.
"""

from __future__ import annotations

import hashlib
import random
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from console import settings as files
from console.app import Application
from console.screenshot import wait_until
from console.spool import Assignment, Call, Turn, Work
from services.domain.status import Outcome, Status
from services.domain.values import Place
from services.queue.snapshot import OUTCOMES, STATUSES, Snapshot
from services.store.commands import PhoneReport

EACH_MS = 400
"""Between two things that somebody does at this desk."""
Row = tuple[int, str, str, int]
"""Id, status, outcome and crew (0: none)."""


def digest(rows: Iterable[Row]) -> str:
    """The same for the same rows, in whatever order."""
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def shown(snapshot: Snapshot) -> list[Row]:
    """What a desk shows, as the store would tell it."""
    crews = [crew.id for crew in snapshot.crews]
    return [
        (
            int(snapshot.ids[row]),
            STATUSES[int(snapshot.status[row])].value,
            _outcome(int(snapshot.outcome[row])),
            crews[int(snapshot.crew_idx[row])] if snapshot.crew_idx[row] >= 0 else 0,
        )
        for row in range(len(snapshot))
    ]


def _outcome(index: int) -> str:
    return OUTCOMES[index].value if 0 <= index < len(OUTCOMES) else ""


class Colleague(QObject):
    """Sits at one desk."""

    heard = Signal(str)

    def __init__(self, made: Application, seed: int) -> None:
        super().__init__()
        self._made, self._chance = made, random.Random(seed)
        self.over = False
        self.done = 0
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(self._do)
        self._timer.start()
        self.heard.connect(self._hear)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.heard.emit(line.strip())
        self.heard.emit("quit")

    def _hear(self, word: str) -> None:
        if word == "end":
            self._timer.stop()
        elif word == "tell":
            found = self._made.desk.last_found
            assert found is not None
            sys.stdout.write(f"{digest(shown(found.snapshot))} {len(found.snapshot)} {self.done}\n")
            sys.stdout.flush()
        elif word == "quit":
            self.over = True

    def _do(self) -> None:
        found = self._made.desk.last_found
        assert found is not None
        snapshot = found.snapshot
        kind = self._chance.randrange(3)
        if kind == 0 or not len(snapshot):
            work: Work = Call(PhoneReport("0", f"Tree {self.done}", Place("1 Main St", 42.35, -71.06), upstream="city"))
        else:
            row = self._chance.randrange(len(snapshot))
            ids, crew = [int(snapshot.ids[row])], self._chance.choice(list(snapshot.crews)).id
            closed = Turn(ids, Status.CLOSED, Outcome.FIXED, "", None)
            work = Assignment(ids, crew, None) if kind == 1 else closed
        self._made.window.acts.waiting.do(work, lambda _: self._count())

    def _count(self) -> None:
        self.done += 1


def main(home: str, seed: str) -> int:
    """Open a desk on a home, and work there until standard input ends."""
    made = Application(files.load(Path(home)), scheme="light", sync=False)
    made.show((1280, 800))
    wait_until(made, lambda: made.window.is_ready and made.desk.last_found is not None)
    person = Colleague(made, int(seed))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    wait_until(made, lambda: person.over, seconds=3_600)
    made.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
