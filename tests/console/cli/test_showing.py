"""What opens windows is wired with what it needs: the desk, the demo city, the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console import HOME_VARIABLE, app, demo, screenshot
from console.cli import main
from tests.console.cli.conftest import Run


class Called:
    """Stands in for a window, and keeps what it was given."""

    def __init__(self) -> None:
        self.given: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def __call__(self, *given: Any, **named: Any) -> int:
        self.given = (given, named)
        return 0


def test_without_a_command_the_desk_opens_on_the_home(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Called()
    monkeypatch.setattr(app, "run", opened)
    assert run().code == 0
    (settings,), named = opened.given
    assert settings.home == home
    assert named == {"mail_folder": None, "frame": None}
    (home / "mail").mkdir()
    assert run("--as", "ben").code == 0
    (settings,), named = opened.given
    assert settings.actor.name == "ben"
    assert named == {"mail_folder": home / "mail", "frame": None}


def test_a_wrong_config_is_said_before_a_window_opens(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text("[nothing]\n", encoding="utf-8")
    assert run().code == 1


def test_the_demo_city_gets_only_a_home_that_was_named(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Called()
    monkeypatch.setattr(demo, "run", opened)
    assert run("demo").code == 0
    assert opened.given[0] == (str(home), 0)
    assert run("demo", "--requests", "1000000").code == 0
    assert opened.given[0] == (str(home), 1_000_000)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "usual"))
    assert main(["demo"]) == 0
    assert opened.given[0][0] is None


def test_a_year_that_is_too_short_for_a_city_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["demo", "--requests", "5"])
    assert "10,000" in capsys.readouterr().err.replace("10000", "10,000")


def test_a_picture_is_asked_for_as_typed(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Called()
    monkeypatch.setattr(screenshot, "run", taken)
    assert (
        run("screenshot", "x.png", "--view", "map", "--size", "800x600", "--theme", "dark", "--select", "7").code == 0
    )
    (settings, file), named = taken.given
    assert (settings.home, file) == (home, Path("x.png"))
    assert named == {"view": "map", "size": (800, 600), "theme": "dark", "select": "7"}
