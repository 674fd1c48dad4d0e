"""The snapshot beside the store: taken up by the store of that very history, and by no other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from console.left import SNAPSHOT
from console.settings import Settings
from console.storeside import StoreSide
from services.queue.snapshot import Snapshot
from services.store import commands, queries
from tests.console import town


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = town.build(tmp_path / "home")
    with closing(StoreSide(made)) as side:
        side.save(side.snapshot(None))
    return made


def store_of(settings: Settings) -> Path:
    return settings.home / "desk.db"


def kept(settings: Settings) -> Path:
    return settings.home / f"desk.db{SNAPSHOT}"


def note(settings: Settings, text: str) -> None:
    """Write to the store as another process would."""
    with closing(StoreSide(settings)) as side:
        ids = [row.id for row in queries.columns(side._store)][:3]
        side.act(lambda acting: commands.add_note(acting, ids, text))


def start(settings: Settings) -> tuple[bool, Snapshot]:
    """Whether a start takes up what was left, and the snapshot that it shows in the end."""
    with closing(StoreSide(settings)) as side:
        made = side.snapshot(None)
        fresh = StoreSide(settings)
        with closing(fresh):
            kept(settings).unlink(missing_ok=True)
            assert same(made, fresh.snapshot(None))
        return side.left.was_used, made


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots hold the same rows at the same head."""
    columns = ("ids", "status", "requested_ms", "updated_ms", "due_ms", "closed_ms", "x", "y", "flags")
    return one.head == other.head and all(np.array_equal(getattr(one, c), getattr(other, c)) for c in columns)


def test_it_is_taken_up_and_brought_up_to_date(settings: Settings) -> None:
    before = kept(settings).stat().st_mode & 0o777
    note(settings, "Written while no desk was open")
    taken, snapshot = start(settings)
    assert (taken, before) == (True, 0o600)
    assert len(snapshot) == 30


def another_store(settings: Settings, tmp_path: Path) -> None:
    other = town.build(tmp_path / "other")
    with closing(StoreSide(other)) as side:
        side.save(side.snapshot(None))
    shutil.copyfile(kept(other), kept(settings))


def another_history(settings: Settings, tmp_path: Path) -> None:
    """An older copy of the store is put back, and things go on differently."""
    copy = tmp_path / "copy.db"
    shutil.copyfile(store_of(settings), copy)
    note(settings, "What was written first")
    with closing(StoreSide(settings)) as side:
        side.save(side.snapshot(None))
    for left in settings.home.glob("desk.db-*"):
        left.unlink()
    shutil.copyfile(copy, store_of(settings))
    note(settings, "What was written instead")
    note(settings, "And more")


def an_older_store(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(store_of(settings), copy)
    note(settings, "What is lost with the copy")
    with closing(StoreSide(settings)) as side:
        side.save(side.snapshot(None))
    for left in settings.home.glob("desk.db-*"):
        left.unlink()
    shutil.copyfile(copy, store_of(settings))


def damaged(settings: Settings, tmp_path: Path) -> None:
    data = bytearray(kept(settings).read_bytes())
    data[-100] ^= 1
    kept(settings).write_bytes(bytes(data))


def cut_short(settings: Settings, tmp_path: Path) -> None:
    kept(settings).write_bytes(kept(settings).read_bytes()[:-64])


@pytest.mark.parametrize("spoil", [another_store, another_history, an_older_store, damaged, cut_short])
def test_what_is_not_of_this_history_is_built_anew(
    settings: Settings, tmp_path: Path, spoil: Callable[[Settings, Path], None]
) -> None:
    spoil(settings, tmp_path)
    assert start(settings)[0] is False


def test_it_is_written_once_for_each_state_and_a_place_that_takes_none_is_borne(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(StoreSide(settings)) as side:
        snapshot = side.snapshot(None)
        written = kept(settings).stat().st_mtime_ns
        side.save(snapshot)
        assert kept(settings).stat().st_mtime_ns == written
        kept(settings).unlink()
        kept(settings).mkdir()
        note(settings, "A change")
        with caplog.at_level("INFO", "console.left"):
            side.save(side.snapshot(snapshot))
        assert "cannot be kept" in caplog.text
