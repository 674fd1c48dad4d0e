"""What a desk leaves on the disk of its list, for a start that is quick, and for one while its server is gone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from console import asof
from console.asof import AsOf
from services.domain.values import Crew
from services.files import sweep
from services.queue import file as snapshots
from services.queue.snapshot import Snapshot
from services.store import wording
from services.store.store import Store

SNAPSHOT, AS_OF = ".queue", ".asof"
"""What is put behind the store's name where its list is kept, and what else a team's desk knew then."""
RESTED = 600.0
"""Seconds: what nobody has written to for so long is no longer being written."""
log = logging.getLogger(__name__)


class Left:
    """For the store's thread only. `login`: who logs in where at a team's server; "" where the store is a file."""

    def __init__(self, beside: Path, login: str = "") -> None:
        self._file, self._as_of = (beside.with_name(f"{beside.name}{ending}") for ending in (SNAPSHOT, AS_OF))
        self._login = login
        self._saved: tuple[int, Sequence[Crew]] | None = None
        self._mark = (-1, "")
        """The head of the list that is used, and the history it is of."""

    @property
    def was_used(self) -> bool:
        """Whether a list was taken up from the disk, or saved there."""
        return self._saved is not None

    def mark(self, store: Store, snapshot: Snapshot) -> None:
        """This list was read from that store; noted at once, since a server may be gone when it is saved."""
        if self._mark[0] != snapshot.head:
            self._mark = snapshot.head, _history(store, snapshot.head)

    def is_of(self, store: Store, snapshot: Snapshot) -> bool:
        """Whether the store has the history from which this list was read; no more, once an older copy was put back."""
        return self._mark == (snapshot.head, _history(store, snapshot.head))

    def take_up(self, store: Store) -> Snapshot | None:
        """The list that was saved of this very store and of no other history; None where there is none."""
        sweep(self._file, rested=RESTED)
        told = snapshots.owner(self._file)
        if told is None or told[0] != _history(store, told[1]):
            return None
        return self._taken(snapshots.load(self._file, told[0]), told[0])

    def known(self) -> tuple[Snapshot | None, AsOf | None]:
        """The list, and what stood beside it, that was saved for this login; for while its server cannot be asked."""
        known = asof.read(self._as_of, self._login)
        told = snapshots.owner(self._file)
        if known is None or told is None or told[0].split()[0] != known.store_id:
            return None, known
        return self._taken(snapshots.load(self._file, told[0]), told[0]), known

    def _taken(self, left: Snapshot | None, history: str) -> Snapshot | None:
        if left is not None:
            self._saved, self._mark = _state_of(left), (left.head, history)
        return left

    def save(self, snapshot: Snapshot, known: AsOf | None = None) -> None:
        """Leave this list for the next start, where it is not there already, and what is known beside it."""
        if self._mark[0] == snapshot.head and _state_of(snapshot) != self._saved:
            if snapshots.save(snapshot, self._file, self._mark[1]):
                self._saved = _state_of(snapshot)
            else:
                log.info("the list cannot be kept at %s", self._file)
                return
        if known is not None:
            asof.keep(self._as_of, known)

    def forget(self) -> None:
        """Delete all of it: whoever sits here is not let in any more."""
        self._saved, self._mark = None, (-1, "")
        for file in (self._file, self._as_of):
            with suppress(OSError):
                file.unlink(missing_ok=True)


def _history(store: Store, head: int) -> str:
    """This store, with a digest of its history's event at `head`: another once an older copy was put back."""
    return f"{store.store_id} {wording.mark(store, head)}"


def _state_of(snapshot: Snapshot) -> tuple[int, Sequence[Crew]]:
    """What tells one state of the store from another; a snapshot itself would keep the memory of its columns."""
    return snapshot.head, tuple(snapshot.crews)
