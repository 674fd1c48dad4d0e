"""The demo city as a person starts it, without a display: the job is done once by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from console import demo
from services.errors import Invalid


@pytest.mark.chaos
@pytest.mark.timeout(180)
def test_the_demo_does_the_job_by_itself(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    env = {k: v for k, v in os.environ.items() if k not in hidden}
    ran = subprocess.run(
        [sys.executable, "-m", "console.cli", "demo", "--home", str(tmp_path / "home")],
        capture_output=True, text=True, timeout=170, check=False, cwd=tmp_path, env=env,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    for step in ("1. ", "2. ", "3. ", "4. ", "5. ", "6. ", "7. "):
        assert any(line.startswith(step) for line in ran.stdout.splitlines()), ran.stdout
    assert (tmp_path / "desk.png").read_bytes()[:4] == b"\x89PNG"
    assert "Traceback" not in ran.stderr


def test_a_home_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "config.toml"
    kept.write_text("[desk]\n", encoding="utf-8")
    with pytest.raises(Invalid, match="holds something that is no demo city"), demo.city(tmp_path):
        raise AssertionError
    assert kept.read_text(encoding="utf-8") == "[desk]\n"


def test_a_second_demo_leaves_the_home_of_the_first_alone(tmp_path: Path) -> None:
    (tmp_path / ".demo-city").touch()
    (tmp_path / "desk.db").write_bytes(b"in use")
    with FileLock(tmp_path / ".demo-city.lock"):
        with pytest.raises(Invalid, match="runs already"), demo.city(tmp_path):
            raise AssertionError
        assert (tmp_path / "desk.db").read_bytes() == b"in use"
