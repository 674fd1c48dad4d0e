"""Opening, migrating, keeping and refusing; what happens when the disk is full or another program is writing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from services import sqlite
from services.domain.status import Status
from services.drives import refuse_network_drive
from services.errors import Bug, Invalid, StoreProblem
from services.sqlite import from_millis, to_millis
from services.store import commands, queries, schema
from services.store.store import Store
from services.store.tables import caller, metadata
from tests.services.store.conftest import Act
from tests.services.store.parts import history, logged, pull, shown

STORES = ("file",)


def test_it_makes_its_folder_and_keeps_its_name(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a folder/100%/désk.db"
    first = Store.open(url)
    first.close()
    again = Store.open(url)
    again.close()
    assert first.store_id == again.store_id
    assert again.path == tmp_path / "a folder/100%/désk.db"


def test_a_fault_that_is_logged_names_no_person(store: Store) -> None:
    with pytest.raises(IntegrityError) as fault, store.write() as connection:
        connection.execute(insert(caller).values(request_id=999, name="Ana Pereira", phone="", email="", language=""))
    assert "Ana Pereira" not in str(fault.value)


def test_alembic_is_not_imported_for_a_store_that_is_up_to_date(url: str) -> None:
    Store.open(url).close()
    code = "import sys; from services.store.store import Store; "
    code += "Store.open(sys.argv[1]).close(); print('alembic' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    made_by_hand = {"search", "search_config", "search_data", "search_docsize", "search_idx"}
    assert [d for d in found if not (d[0] == "remove_table" and d[1].name in made_by_hand)] == []


def test_the_steps_are_those_that_are_known() -> None:
    config = Config()
    config.set_main_option("script_location", "services.store:migrations")
    steps = [s.revision for s in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == schema.KNOWN


def test_a_newer_store_is_refused_with_the_remedy(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    with sqlite3.connect(tmp_path / "desk.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreProblem, match="newer version") as refused:
        Store.open(url)
    assert "Update Connect Console" in refused.value.remedy


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at", b"SQLite format 3\0" + b"x" * 5000]
)
def test_what_is_no_store_is_refused(content: bytes, tmp_path: Path, url: str) -> None:
    (tmp_path / "desk.db").write_bytes(content)
    with pytest.raises(StoreProblem):
        Store.open(url)
    assert (tmp_path / "desk.db").read_bytes() == content


def test_the_database_of_another_program_is_refused(tmp_path: Path, url: str) -> None:
    with sqlite3.connect(tmp_path / "desk.db") as raw:
        raw.execute("CREATE TABLE recipes (name)")
    raw.close()
    with pytest.raises(StoreProblem, match="another program"):
        Store.open(url)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "desk.db", ""])
def test_only_a_file_is_a_store(url: str) -> None:
    with pytest.raises(Invalid, match="sqlite:///PATH"):
        Store.open(url)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreProblem, match="cannot be made"):
        Store.open(f"sqlite:///{tmp_path}/file/desk.db")
    with pytest.raises(StoreProblem, match="cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_file_that_may_not_be_written(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(url).close()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StoreProblem, match="may not be written"):
        Store.open(url)


MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/x /home/ana nfs4 rw 0 0
//nas/y /mnt/city\040files cifs rw 0 0
/dev/sdb /home/ana/own ext4 rw 0 0
odd
"""


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/home/ana/desk.db", True),
        ("/mnt/city files/desk.db", True),
        ("/home/ana/own/desk.db", False),
        ("/var/desk.db", False),
    ],
)
def test_network_drives_are_refused(path: str, refused: bool) -> None:
    if refused:
        with pytest.raises(StoreProblem, match="network drive"):
            refuse_network_drive(Path(path), MOUNTS)
    else:
        refuse_network_drive(Path(path), MOUNTS)


DELETE = [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2)]
WAL = [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 54, 1)]


@pytest.mark.parametrize("version", DELETE + WAL)
def test_wal_only_where_its_bug_is_mended(version: tuple[int, ...]) -> None:
    assert sqlite.journal(version) == (("wal", "FULL") if version in WAL else ("delete", "EXTRA"))


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 54, 1)])
def test_the_pragmas_are_set(version: tuple[int, ...], url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    opened = Store.open(url)
    with opened.read() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "foreign_keys", "mmap_size")
        ]
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    opened.close()
    assert found == [sqlite.journal(version)[0], 1, 0]
    assert synchronous == {"wal": 2, "delete": 3}[sqlite.journal(version)[0]]


def test_a_journal_mode_held_by_another_program_is_said(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(url).close()
    monkeypatch.setattr(sqlite, "BUSY_MILLISECONDS", 0)
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN")
    other.execute("SELECT * FROM meta").fetchall()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(StoreProblem, match=r"busy|another program"):
        Store.open(url)
    other.close()


def test_history_is_append_only(store: Store, act: Act) -> None:
    logged(act())
    for statement in (
        "UPDATE event SET actor = 'eve'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
    ):
        with pytest.raises(IntegrityError, match="appended"), store.write() as connection:
            connection.exec_driver_sql(statement)
    assert store.head() == 1


def test_a_full_disk_saves_nothing_half_and_works_again_after(store: Store, act: Act) -> None:
    logged(act())
    before = [queries.columns(store), history(store)]
    with store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    store._connection.rollback()
    with pytest.raises(StoreProblem, match="disk is full") as full:
        pull(store, *(shown(str(i), description="x" * 500) for i in range(200)), cursor="c9")
    assert "Free some space" in full.value.remedy
    with pytest.raises(StoreProblem, match="disk is full"):
        commands.add_note(act(), [1], "y" * 100_000)
    assert [queries.columns(store), history(store)] == before
    store._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store._connection.rollback()
    assert pull(store, *(shown(str(i)) for i in range(200))).new == 200
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_another_writer_is_waited_for_and_then_said(url: str, store: Store, act: Act, tmp_path: Path) -> None:
    store._connection.exec_driver_sql("PRAGMA busy_timeout = 20")
    store._connection.rollback()
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreProblem, match="busy"):
        logged(act())
    store._connection.exec_driver_sql("PRAGMA busy_timeout = 20000")
    store._connection.rollback()
    started = threading.Event()

    def let_go() -> None:
        started.wait(10)
        other.rollback()

    thread = threading.Thread(target=let_go)
    thread.start()
    started.set()
    assert logged(act()).ids == (1,)
    thread.join()
    other.close()


WRITER = """
import sys
from datetime import timedelta
from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Place
from services.store.acting import Acting
from services.store.commands import PhoneReport, log_call
from services.store.store import Store
store = Store.open(sys.argv[1])
acting = Acting(store, Actor(sys.argv[2], ALL_ROLES), {}, timedelta(0))
for n in range(20):
    log_call(acting, PhoneReport("tree", f"call {n}", Place("1 Main St")))
store.close()
"""


def test_two_processes_write_into_one_new_store(url: str, tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, name]) for name in ("ana", "bo")]
    assert [w.wait(60) for w in writers] == [0, 0]
    opened = Store.open(url)
    rows = queries.columns(opened)
    assert len({row.number for row in rows}) == len(rows) == 40
    assert len(queries.search(opened, "call")) == 40
    opened.close()


def test_the_change_of_another_connection_is_noticed_cheaply(store: Store, url: str, act: Act) -> None:
    other = Store.open(url)
    version, head = other.data_version(), other.head()
    assert other.data_version() == version
    logged(act())
    commands.add_note(act(), [1], "seen")
    assert other.data_version() != version
    assert other.changes_since(head) == (2, (1,))
    assert other.changes_since(2) == (2, ())
    other.close()


def test_reads_nest_and_writes_do_not(store: Store) -> None:
    with store.read() as outer, store.read() as inner:
        assert outer is inner
        with pytest.raises(Bug), store.write():
            pass


def test_a_closed_store_and_a_fault_of_ours_are_no_store_problems(store: Store) -> None:
    with pytest.raises(Exception, match="no such table") as fault, store.write() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert not isinstance(fault.value, StoreProblem)


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_survives_to_the_millisecond(moment: datetime) -> None:
    kept = from_millis(to_millis(moment))
    assert abs(kept - moment) < timedelta(milliseconds=1) or kept.year in (1, 9999)


def test_moments_outside_the_calendar_are_moved_to_its_edge() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    late = datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))
    assert from_millis(to_millis(early)) == datetime(1, 1, 1, tzinfo=UTC)
    assert from_millis(to_millis(late)).year == 9999


def test_extreme_dates_of_an_upstream_survive(store: Store) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
    pull(store, shown("a", "open", last, requested_at=first, expected_at=last))
    found = queries.detail(store, 1).request
    assert (found.requested_at, found.updated_at, found.due_at) == (first, last, last)
    assert found.status is Status.NEW
