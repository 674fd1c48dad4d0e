"""What the doctor is told of a store, and the descriptions of many requests at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.domain.policy import LOCAL
from services.domain.status import ALL_ROLES
from services.domain.values import Actor, Place
from services.store.acting import Acting
from services.store.commands import PhoneReport, log_call
from services.store.descriptions import descriptions
from services.store.health import Health, health
from services.store.store import Store

STORES = ("file",)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/desk.db")
    yield made
    made.close()


def log(store: Store, words: str) -> int:
    acting = Acting(store, Actor("ana", ALL_ROLES), {"": LOCAL}, timedelta(0))
    return log_call(acting, PhoneReport("pothole", words, Place("1 Main St"))).ids[0]


def test_a_sound_store_is_durable(store: Store) -> None:
    log(store, "one")
    found = health(store)
    assert found.damage == ""
    assert found.requests == 1
    assert found.is_durable


@pytest.mark.parametrize(("journal", "synchronous"), [("memory", "FULL"), ("delete", "NORMAL"), ("wal", "OFF")])
def test_a_store_kept_carelessly_is_not(journal: str, synchronous: str) -> None:
    assert not Health("", journal, synchronous, 0).is_durable


def test_rows_that_lead_nowhere_are_damage(store: Store, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "desk.db")
    connection.execute("INSERT INTO caller (request_id, name) VALUES (77, 'x')")
    connection.commit()
    connection.close()
    assert "caller" in health(store).damage


def test_an_index_that_disagrees_with_its_table_is_damage(store: Store, tmp_path: Path) -> None:
    log(store, "one")
    connection = sqlite3.connect(tmp_path / "desk.db")
    connection.execute("PRAGMA writable_schema = ON")
    name, root = connection.execute(
        "SELECT name, rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'event' AND sql IS NOT NULL"
    ).fetchone()
    other = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name <> ? AND type = 'index'", (name,)
    ).fetchone()
    assert other[0] != root
    connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (other[0], name))
    connection.commit()
    connection.close()
    again = Store.open(f"sqlite:///{tmp_path}/desk.db")
    assert health(again).damage
    again.close()


def test_descriptions_of_many(store: Store) -> None:
    ids = [log(store, words) for words in ("one", "two", "three")]
    assert descriptions(store, ids[1:]) == {ids[1]: "two", ids[2]: "three"}
    assert descriptions(store, []) == {}
