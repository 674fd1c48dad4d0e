"""The gateway's own store: its tables, and how its file is opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Engine, Float, Index, Integer, MetaData, String, Table, UniqueConstraint

from services import sqlite
from services.errors import StoreProblem
from services.notify import outbox
from services.sqlite import UtcMillis

METADATA = MetaData()
VERSION = 1
"""Kept in the file's user_version; a file with a higher one comes from a newer program."""

SERVICES = Table(
    "services",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("group_name", String, nullable=False),
    Column("description", String, nullable=False),
    Column("keywords", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sla_hours", Float),
    Column("attributes", String, nullable=False),
)
REQUESTS = Table(
    "requests",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("token", String, nullable=False, unique=True),
    Column("service_code", String, nullable=False, index=True),
    Column("service_name", String, nullable=False),
    Column("status", String, nullable=False),
    Column("outcome", String),
    Column("status_notes", String, nullable=False, default=""),
    Column("description", String, nullable=False),
    Column("requested_at", UtcMillis, nullable=False, index=True),
    Column("updated_at", UtcMillis, nullable=False, index=True),
    Column("expected_at", UtcMillis),
    Column("address", String, nullable=False),
    Column("address_id", String, nullable=False),
    Column("zipcode", String, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("media_url", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("language", String, nullable=False),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("attributes", String, nullable=False),
    sqlite_autoincrement=True,
)
UPDATES = Table(
    "updates",
    METADATA,
    Column("update_id", String, primary_key=True),
    Column("request_id", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("status_word", String, nullable=False),
    Column("description", String, nullable=False),
    Column("updated_at", UtcMillis, nullable=False, index=True),
    Index("updates_by_request", "request_id", "updated_at"),
)
KEYS = Table(
    "keys",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("created_at", UtcMillis, nullable=False),
    UniqueConstraint("name"),
)


def utcnow() -> datetime:
    """This moment, aware and UTC."""
    return datetime.now(UTC)


class GatewayStore:
    """The open file and the clock; safe to use from several threads."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.clock = clock

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = utcnow) -> GatewayStore:
        """Open the store at `path`, making folder, file and tables where needed. Raises StoreProblem."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreProblem(f"The gateway's folder cannot be made: {error.strerror}.") from error
        store = cls(sqlite.engine(path), clock)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def _prepare(self) -> None:
        with sqlite.reading(self.engine) as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > VERSION:
            raise StoreProblem("The gateway's store comes from a newer version.", "Update this program, then start it.")
        if version < VERSION:
            with sqlite.writing(self.engine) as connection:
                METADATA.create_all(connection)
                outbox.METADATA.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
