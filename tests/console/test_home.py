"""Which folder is the home, and what is said when it cannot be."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from console import HOME_VARIABLE, home
from services.errors import Expected, Invalid


def test_the_argument_goes_before_the_variable_and_that_before_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "usual"))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    if sys.platform == "linux":
        assert home.find() == tmp_path / "usual" / "connect-console"
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "variable"))
    assert home.find() == tmp_path / "variable"
    assert home.find(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    made = home.find(str(tmp_path / "new"))
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(Invalid, match="is a file"):
        home.find(str(file))
    with pytest.raises(Expected, match="cannot be made"):
        home.find(str(file / "below"))
    with pytest.raises(Invalid, match="names no folder"):
        home.find("")


def test_what_lies_in_it(tmp_path: Path) -> None:
    assert home.config_file(tmp_path) == tmp_path / "config.toml"
    assert home.log_folder(tmp_path) == tmp_path / "logs"
