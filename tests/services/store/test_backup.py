"""A copy in one file, checked; and putting one back without sending anything twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.errors import StoreProblem
from services.store import commands, outbox, queries
from services.store.backup import backup, restore
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import pull, shown

STORES = ("file",)


def test_there_and_back_beside_an_open_store(store: Store, url: str, act: Act, tmp_path: Path) -> None:
    pull(store, *(shown(str(i)) for i in range(100)))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    before = queries.columns(store)
    copy = backup(url, tmp_path / "copy.db")
    commands.set_status(act(), [2], Status.IN_PROGRESS)
    restore(copy, url)
    assert queries.columns(store) == before, "the open store sees what was put back"
    assert [i.state for i in outbox.listing(store)] == [OutboxState.SENDING], "read back before it is sent again"
    kept = Store.open(f"sqlite:///{tmp_path}/desk.db.before-restore-1")
    assert queries.columns(kept)[1].status == "in_progress"
    kept.close()
    restore(copy, url)
    assert (tmp_path / "desk.db.before-restore-2").exists()


def test_into_a_new_place_and_over_a_damaged_store(store: Store, url: str, tmp_path: Path) -> None:
    pull(store, shown("a"))
    copy = backup(url, tmp_path / "copy.db")
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    for place in ("new/desk.db", "bad.db"):
        restore(copy, f"sqlite:///{tmp_path}/{place}")
        opened = Store.open(f"sqlite:///{tmp_path}/{place}")
        assert len(queries.columns(opened)) == 1
        opened.close()
    assert (tmp_path / "bad.db.before-restore-1").read_bytes().startswith(b"no database")


def test_what_is_refused(store: Store, url: str, tmp_path: Path) -> None:
    copy = backup(url, tmp_path / "copy.db")
    with pytest.raises(StoreProblem, match="exists already"):
        backup(url, copy)
    with pytest.raises(StoreProblem, match="no store at"):
        backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "x.db")
    with pytest.raises(StoreProblem, match="There is no folder"):
        backup(url, tmp_path / "no folder" / "x.db")
    with pytest.raises(StoreProblem, match="no file"):
        restore(tmp_path / "none.db", url)
    (tmp_path / "text.db").write_text("hello" * 500)
    with pytest.raises(StoreProblem, match="not a store"):
        restore(tmp_path / "text.db", url)
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(StoreProblem, match="not a copy"):
        restore(tmp_path / "empty.db", url)
    newer = sqlite3.connect(copy, isolation_level=None)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(StoreProblem, match="newer version"):
        restore(copy, url)
    assert not list(tmp_path.glob("*.before-restore-*"))


def test_a_damaged_copy_is_refused(store: Store, url: str, tmp_path: Path) -> None:
    pull(store, *(shown(str(i), description="x" * 300) for i in range(300)))
    copy = backup(url, tmp_path / "copy.db")
    content = bytearray(copy.read_bytes())
    content[40_000:60_000] = b"\x5a" * 20_000
    copy.write_bytes(content)
    with pytest.raises(StoreProblem, match="damaged"):
        restore(copy, url)


def test_a_restore_that_breaks_off_leaves_the_old_store(
    store: Store, url: str, act: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(store, shown("a"))
    copy = backup(url, tmp_path / "copy.db")
    commands.set_status(act(), [1], Status.IN_PROGRESS)

    def full(*_: object) -> None:
        raise StoreProblem("The disk is full.")

    monkeypatch.setattr("services.store.backup._keep", full)
    with pytest.raises(StoreProblem):
        restore(copy, url)
    assert [i.state for i in outbox.listing(store)] == [OutboxState.QUEUED]
    assert not list(tmp_path.glob("*.restoring*"))
