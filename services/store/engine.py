"""Opening the desk's store: where its file is, that it may be written, and one connection with every safeguard set."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from services import sqlite
from services.drives import refuse_network_drive
from services.errors import Invalid, StoreProblem

BUSY_SECONDS = sqlite.BUSY_MILLISECONDS / 1000
_CHOOSE = "Choose another place under [store] url in config.toml."


def store_path(url: str) -> Path:
    """The file behind "sqlite:///PATH". Raises Invalid for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise Invalid(
            f"“{url}” is not the address of a store.", 'Write it as "sqlite:///PATH" under [store] in config.toml.'
        )
    return Path(parsed.database).expanduser().absolute()


def create(path: Path) -> Engine:
    """An engine of one connection, with every safeguard set. Raises StoreProblem."""
    refuse_network_drive(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreProblem(f"The folder {path.parent} cannot be made: {error.strerror}.", _CHOOSE) from error
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreProblem(
            f"{path} may not be written.", "Give yourself the right to write it, or choose another file."
        )
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
        hide_parameters=True,  # a fault that is logged names no person
    )
    event.listen(engine, "connect", sqlite.prepare)
    return engine


def problem(error: DBAPIError | sqlite3.Error, path: Path) -> StoreProblem | None:
    """What happened to this file, as a sentence; None for a fault of our own code."""
    said = sqlite.fault(error)
    return StoreProblem(f"{said.sentence} ({path})", said.remedy) if said else None
