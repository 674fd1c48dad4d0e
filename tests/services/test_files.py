"""A file is put in its place whole, for its owner alone; whatever goes wrong leaves what was there."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from services.files import replaced, sweep


@pytest.mark.parametrize("lasting", [True, False])
def test_it_takes_its_place_when_it_is_whole(tmp_path: Path, lasting: bool) -> None:
    path = tmp_path / "kept.csv"
    path.write_bytes(b"old")
    path.chmod(0o644)
    with replaced(path, lasting=lasting) as file:
        file.write(b"news")
        file.seek(0)
        assert file.read(2) == b"ne"
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"news"
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="another way of rights")
def test_nobody_else_can_read_it_while_it_is_written_or_guess_its_name(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        names = set()
        for _ in range(2):
            with replaced(tmp_path / "kept") as file:
                file.write(b"x")
                (part,) = (p for p in tmp_path.iterdir() if p.name != "kept")
                assert stat.S_IMODE(part.stat().st_mode) == 0o600
                names.add(part.name)
        assert len(names) == 2
    finally:
        os.umask(before)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_fault_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")

    def write_half() -> None:
        with replaced(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_taken(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(OSError), replaced(tmp_path / "folder") as file:  # noqa: PT011 - another one on each system
        file.write(b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "none" / "kept"):
        pass


def test_one_whose_part_was_deleted_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "kept"):
        sweep(tmp_path / "kept")
    assert not list(tmp_path.iterdir())


def test_only_its_own_broken_parts_are_swept(tmp_path: Path) -> None:
    for name in ("a[1].db.0f.part", "a[1].db", "a1.db.0f.part", "other.part"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a[1].db.folder.part").mkdir()
    sweep(tmp_path / "a[1].db")
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == ["a1.db.0f.part", "a[1].db", "a[1].db.folder.part", "other.part"]
