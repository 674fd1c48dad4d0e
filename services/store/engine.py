"""Opening SQLite so that an acknowledged change survives a power cut, and saying in words what went wrong."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from services.errors import Invalid, StoreProblem
from services.sqlite import wal_is_safe

BUSY_SECONDS = 15
NETWORK_TYPES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ncpfs",
        "ceph",
        "glusterfs",
        "lustre",
        "webdav",
    }
    | {"fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs", "fuse.glusterfs", "davfs", "davfs2", "gfs2", "ocfs2"}
)
_REMOTE_DRIVE = 4


def journal(version: tuple[int, ...]) -> tuple[str, str]:
    """Journal mode and synchronous for a SQLite version: WAL only where its reset bug is mended."""
    return ("wal", "FULL") if wal_is_safe(version) else ("delete", "EXTRA")


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


def refuse_network_drive(path: Path, mounts: str | None = None) -> None:
    """Raise StoreProblem when the file would be on a network drive, where SQLite's locks cannot be trusted."""
    kind = _drive(path, _mounts() if mounts is None else mounts)
    if kind:
        raise StoreProblem(
            f"{path} is on a network drive ({kind}), where two desks could damage the store.",
            "Put the store on a disk of this machine: [store] url in config.toml.",
        )


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _drive(path: Path, mounts: str) -> str:
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{path.resolve().anchor}") == _REMOTE_DRIVE
        return "a shared folder" if remote or str(path.resolve()).startswith("\\\\") else ""
    real = path.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode(errors="surrogateescape").decode("unicode_escape"))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in NETWORK_TYPES else ""


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
    event.listen(engine, "connect", lambda connection, _record: _set_up(connection))
    return engine


def _set_up(connection: DBAPIConnection) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    mode, synchronous = journal(sqlite3.sqlite_version_info)
    found = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if found != mode:
        found = cursor.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0]
        if found != mode:
            raise sqlite3.OperationalError("database is locked")
    for pragma in (
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "recursive_triggers = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_CHOOSE = "Choose another place under [store] url in config.toml."
_AGAIN = "Nothing was changed. Try again."
_RESTORE = "Put a copy back: connect-console restore FILE."
_SENTENCES = {
    sqlite3.SQLITE_FULL: (
        "The disk is full; nothing of this was saved.",
        "Free some space and do it again. What was saved before is safe.",
    ),
    sqlite3.SQLITE_BUSY: ("The store is busy: another program is writing to it.", _AGAIN),
    sqlite3.SQLITE_LOCKED: ("The store is busy: another program is writing to it.", _AGAIN),
    sqlite3.SQLITE_READONLY: (
        "The store may not be written.",
        "Give yourself the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk answered with an error; nothing of this was saved.",
        "Look at the disk, then try again.",
    ),
    sqlite3.SQLITE_CORRUPT: ("The store is damaged.", _RESTORE),
    sqlite3.SQLITE_NOTADB: (
        "This file is not a store, or it is damaged.",
        "Put a copy back: connect-console restore FILE.",
    ),
    sqlite3.SQLITE_CANTOPEN: ("The store cannot be opened.", _CHOOSE),
}


def problem(error: DBAPIError | sqlite3.Error, path: Path) -> StoreProblem | None:
    """What happened, as a sentence; None for a fault of our own code."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None and "locked" in str(cause):
        code = sqlite3.SQLITE_BUSY
    sentence = _SENTENCES.get(code & 0xFF) if code is not None else None
    return StoreProblem(f"{sentence[0]} ({path})", sentence[1]) if sentence else None
