"""PySide does not read the source of what is imported: Python would keep it for good."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

import pytest

import widgets  # noqa: F401 - it is this that keeps PySide from reading


def test_what_is_imported_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "imported_just_now.py"
    source.write_text("A = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    exec("import imported_just_now")
    assert sys.modules["imported_just_now"].A == 1
    assert str(source) not in linecache.cache
