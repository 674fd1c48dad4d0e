"""The server that tests run on says why it does not start, finds another port, and leaves nothing behind for ever."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import postgres
from tests.services.postgres import Failed, Postgres, running, sweep


def test_a_port_that_was_taken_meanwhile_is_left_to_whoever_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    free = postgres.free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = [taken.getsockname()[1]]
        monkeypatch.setattr(postgres, "free_port", lambda: ports.pop() if ports else free())
        with running() as server:
            assert server.port != taken.getsockname()[1]
            assert server.ask("SHOW port") == [(str(server.port),)]


def test_why_it_does_not_start_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no_such_setting"), running(no_such_setting="1"):
        pass
    with pytest.raises(Failed, match="initdb failed"):
        Postgres(tmp_path, 1).run("initdb", "--no-such-option")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that whoever runs the server may enter, too."""
    with tempfile.TemporaryDirectory(prefix="connect-swept-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_server_whose_test_run_was_killed_is_ended_and_swept(place: Path) -> None:
    code = """
from tests.services import postgres
postgres._MEMORY = postgres.Path("nowhere")
with postgres.running() as server:
    print(server.folder, server.ask("SELECT pg_backend_pid()") and server.port, flush=True)
    input()
"""
    environ = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    ) as run:
        assert run.stdout
        folder, port = run.stdout.readline().split()
        assert Path(folder).parent == place
        sweep(place)
        assert Postgres(Path(folder), int(port)).ask("SELECT 1") == [(1,)], "its owner lives"
        run.kill()
    sweep(place)
    assert not Path(folder).exists()
    with socket.socket() as nobody:
        assert nobody.connect_ex(("127.0.0.1", int(port))) != 0


def test_folders_of_dead_servers_are_swept_after_a_day(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name, pid, age in (("dead", ended.pid, 2), ("alive", os.getpid(), 2), ("fresh", ended.pid, 0)):
        pid_file = tmp_path / f"connect-pg-{name}" / "data" / "postmaster.pid"
        pid_file.parent.mkdir(parents=True)
        pid_file.write_text(f"{pid}\n")
        then = pid_file.stat().st_mtime - age * 86_400
        os.utime(pid_file, (then, then))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["connect-pg-alive", "connect-pg-fresh"]
