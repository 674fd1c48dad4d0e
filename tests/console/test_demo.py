"""The demo city as a person starts it, without a display: the job is done once by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from console import demo, opening
from services.errors import Invalid
from services.store import queries
from services.sync.sync import Syncer


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
    assert "  14,407 remembered that were closed since July" in ran.stdout
    assert "  5,554 pulled" in ran.stdout
    assert (tmp_path / "desk.png").read_bytes()[:4] == b"\x89PNG"
    assert "Traceback" not in ran.stderr


@pytest.mark.timeout(120)
def test_a_city_with_many_requests_says_of_how_many_they_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with demo.city(tmp_path / "home", seconds=0.0, requests=6_000) as (settings, _):
        store = opening.open_store(settings)
        rows = queries.columns(store)
        head = store.head()
        report = Syncer(settings.store_url, settings.upstreams, opening.locate(settings)).once()
        assert len(rows) == 6_000
        assert (report.problems, store.head()) == ([], head)
        store.close()
    said = capsys.readouterr().out
    assert "Making 446 more from 7,971 real ones" in said
    assert "446 made" in said
    assert "remembered" not in said
    assert {row.area for row in rows if row.upstream_id.startswith("3")} > {"Ward 6, South Boston"}
    assert demo.label(1_000_000) == "Demo city: Boston, 1,000,000 requests made from 7,971 real ones"
    assert demo.label(0) == demo.LABEL


def test_progress_is_said_at_every_tenth_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    hear = demo.progress(50)
    for done in range(1, 51):
        hear(done)
    said = capsys.readouterr().out.split("\n")
    assert [line.strip() for line in said[:9]] == ["5", "10", "15", "20", "25", "30", "35", "40", "45"]
    assert said[9].strip().startswith("50 made")


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
