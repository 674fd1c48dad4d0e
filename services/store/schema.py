"""Which revision a store is at, and bringing it up to date; alembic is imported only when there is something to do."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection

from services.errors import StoreProblem

KNOWN = tuple(f"{number:04}" for number in range(1, 16))
HEAD = KNOWN[-1]


def revision(connection: Connection) -> str:
    """The revision a store is at; "" for an empty file. Raises StoreProblem for a database that is not a store."""
    names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if "alembic_version" in names:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    if names:
        raise StoreProblem(
            "This file is a database of another program, not a Connect Console store.",
            "Give another file under [store] url in config.toml.",
        )
    return ""


def check_known(found: str) -> None:
    """Raise StoreProblem when a newer version of the program made the store."""
    if found and found not in KNOWN:
        raise StoreProblem(
            f"A newer version of Connect Console made this store (its schema is {found}, this one knows {HEAD}).",
            "Update Connect Console on this machine, or open another store.",
        )


def upgrade(connection: Connection) -> None:
    """Bring the store to HEAD within the connection's open transaction."""
    from alembic import command
    from alembic.config import Config

    fresh = not revision(connection)
    config = Config()
    config.set_main_option("script_location", "services.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
    if fresh:
        connection.exec_driver_sql("INSERT INTO meta (key, value) VALUES ('store_id', ?)", (str(uuid.uuid4()),))
