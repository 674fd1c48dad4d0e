"""The durable engine: pragmas by version, transactions, and faults as sentences."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from services import sqlite
from services.errors import StoreProblem

META = MetaData()
MOMENTS = Table("moments", META, Column("id", Integer, primary_key=True), Column("at", sqlite.UtcMillis))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 1), True),
    ],
)
def test_wal_only_where_it_cannot_corrupt(version: tuple[int, ...], safe: bool) -> None:
    assert sqlite.wal_is_safe(version) is safe
    kept = dict(sqlite.pragmas(version))
    assert (kept["journal_mode"], kept["synchronous"]) == (("wal", "FULL") if safe else ("delete", "EXTRA"))


def test_a_fault_that_is_logged_names_no_person(tmp_path: Path) -> None:
    engine = sqlite.engine(tmp_path / "a.db")
    with pytest.raises(DBAPIError) as fault, sqlite.writing(engine) as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Ana Pereira"})
    engine.dispose()
    assert "Ana Pereira" not in str(fault.value)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])))
def test_moments_survive_to_the_millisecond(moment: datetime) -> None:
    try:
        back = sqlite.from_millis(sqlite.to_millis(moment))
    except OverflowError:  # a local time whose UTC moment lies outside the calendar
        assert moment.year in (1, 9999)
        return
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)
    assert back.tzinfo is UTC


def test_dates_at_the_ends_of_the_calendar_survive_the_file(tmp_path: Path) -> None:
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC), None]
    made = sqlite.engine(tmp_path / "a.db")
    with sqlite.writing(made) as connection:
        META.create_all(connection)
        connection.execute(insert(MOMENTS), [{"at": m} for m in moments])
    with sqlite.reading(made) as connection:
        assert list(connection.scalars(select(MOMENTS.c.at).order_by(MOMENTS.c.id))) == moments
    made.dispose()


def test_every_connection_has_the_pragmas(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "a.db")
    with sqlite.reading(made) as connection:
        synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
        journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA mmap_size")).scalar_one() == 0
    assert (journal, synchronous) in {("wal", 2), ("delete", 3)}
    made.dispose()


def test_an_error_undoes_the_whole_transaction(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "a.db")
    with sqlite.writing(made) as connection:
        META.create_all(connection)

    def write() -> None:
        with sqlite.writing(made) as connection:
            connection.execute(insert(MOMENTS), {"id": 1})
            connection.execute(insert(MOMENTS), {"id": 1})

    with pytest.raises(IntegrityError):
        write()
    with sqlite.reading(made) as connection:
        assert connection.execute(select(MOMENTS)).all() == []
    made.dispose()


def test_two_writers_wait_for_one_another(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "a.db")
    with sqlite.writing(made) as connection:
        META.create_all(connection)

    def write() -> None:
        for _ in range(20):
            with sqlite.writing(made) as connection:
                connection.execute(insert(MOMENTS), {})

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite.reading(made) as connection:
        assert len(connection.execute(select(MOMENTS)).all()) == 60
    made.dispose()


def test_a_full_disk_is_a_sentence_and_nothing_changes(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "a.db")
    with sqlite.writing(made) as connection:
        META.create_all(connection)

    def fill() -> None:
        with sqlite.writing(made) as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=3")
            connection.execute(insert(MOMENTS), [{} for _ in range(5000)])

    with pytest.raises(StoreProblem, match="disk is full"):
        fill()
    with sqlite.writing(made) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
        assert connection.execute(select(MOMENTS)).all() == []
    made.dispose()


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"not a database at all" * 100)
    made = sqlite.engine(file)
    with pytest.raises(StoreProblem, match="not a store"), sqlite.reading(made):
        pass
    made.dispose()


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "none" / "a.db")
    with pytest.raises(StoreProblem, match="cannot be opened"), sqlite.writing(made):
        pass
    made.dispose()


def test_a_store_kept_in_another_mode_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE t (x)")
    monkeypatch.setattr(sqlite, "pragmas", lambda: (("journal_mode", "memory2"),))
    made = sqlite.engine(file)
    with pytest.raises(StoreProblem, match="open in another program"), sqlite.reading(made):
        pass
    made.dispose()
    other.close()


def test_our_own_mistakes_stay_bugs(tmp_path: Path) -> None:
    made = sqlite.engine(tmp_path / "a.db")
    with pytest.raises(OperationalError), sqlite.reading(made) as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    made.dispose()
    assert sqlite.fault(DBAPIError("", None, ValueError("no code"))) is None
