"""A copy of the store in one file, and putting one back."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.drives import refuse_network_drive
from services.errors import StoreProblem
from services.store.engine import BUSY_SECONDS, problem, store_path
from services.store.schema import HEAD, check_known


def backup(store_url: str, file: Path | str) -> Path:
    """Copy the store, in use or not, into a new file, and check the copy. Raises StoreProblem, Invalid."""
    source, target = store_path(store_url), Path(file).absolute()
    if not source.exists():
        raise StoreProblem(f"There is no store at {source}.", "Look at [store] url in config.toml.")
    if not target.parent.is_dir():
        raise StoreProblem(f"There is no folder {target.parent}.", "Make it, or give another place.")
    if target.exists():
        raise StoreProblem(f"{target} exists already and is left as it is.", "Give another name.")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with _opened(source) as ours, _opened(part) as copy:
            ours.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _check(copy, part)
        os.replace(part, target)
    except OSError as error:
        raise StoreProblem(f"{target} cannot be written: {error.strerror}.", "Give another place.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def restore(file: Path | str, store_url: str) -> Path:
    """Put a copy in the place of the store; what was there is kept beside it. Gives the store's path.

    What still waited in the copy may have left since it was made, so the relay reads it back before sending it.
    Raises StoreProblem, Invalid.
    """
    source, target = Path(file).absolute(), store_path(store_url)
    if not source.exists():
        raise StoreProblem(f"There is no file {source}.", "Give the file that connect-console backup wrote.")
    refuse_network_drive(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _opened(source) as copy:
        _check(copy, source)
        with _marked(copy, target.with_name(f"{target.name}.restoring")) as whole:
            _keep(target)
            with _opened(target) as ours:
                whole.backup(ours)
    return target


@contextlib.contextmanager
def _marked(copy: sqlite3.Connection, part: Path) -> Iterator[sqlite3.Connection]:
    """The copy with all that waits marked, in a file of its own: a kill on the way leaves the old store or the new."""
    part.unlink(missing_ok=True)
    try:
        with _opened(part) as made:
            copy.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")
            made.execute("UPDATE outbox SET state = 'sending' WHERE state = 'queued'")
            yield made
    finally:
        part.unlink(missing_ok=True)


def _keep(target: Path) -> None:
    """Copy what is there aside, once more than any copy before; a damaged file is moved."""
    if not target.exists():
        return
    number = 1
    while (aside := target.with_name(f"{target.name}.before-restore-{number}")).exists():
        number += 1
    try:
        with _opened(target) as ours, _opened(aside) as copy:
            ours.backup(copy)
    except StoreProblem:
        aside.unlink(missing_ok=True)
        os.replace(target, aside)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        said = problem(error, path)
        if said is None:
            raise
        raise said from error


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreProblem unless this is a whole store that this version knows."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreProblem(f"{path} is damaged: {found}.", "Take another copy.")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "request", "event", "outbox"} <= tables:
        raise StoreProblem(f"{path} is not a copy of a Connect Console store.", f"One has the schema {HEAD} or older.")
    check_known(str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]))
