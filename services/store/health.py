"""How sound a store is: its integrity, how it is kept, and how much is in it; for the doctor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from services import sqlite
from services.store.store import Store
from services.store.tables import request

_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at the whole file found."""

    damage: str
    """What SQLite's integrity check or the foreign keys complain of first; "" when the file is sound."""
    journal: str
    synchronous: str
    requests: int

    @property
    def is_durable(self) -> bool:
        """True when the file is kept as this SQLite needs it, so that what was acknowledged survives a power cut."""
        return (self.journal, self.synchronous) == sqlite.journal()


def health(store: Store) -> Health:
    """Read the whole file and say how it is; takes seconds on a large one. Raises StoreProblem."""
    with store.read() as connection:
        found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        return Health(
            damage="" if found == "ok" and dangling is None else found if found != "ok" else f"{dangling} dangles",
            journal=str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()),
            synchronous=_SYNCHRONOUS[int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())],
            requests=connection.execute(select(func.count()).select_from(request)).scalar_one(),
        )
