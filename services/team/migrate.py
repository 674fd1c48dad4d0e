"""Bringing a team's database up to date while desks are at work: first only adding, and taking away when none needs it.

Each step names the oldest desks that can work with it, and the database keeps that. A desk that is older says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from services.domain.workflow import ACTION_ROLES
from services.errors import StoreProblem
from services.store import schema, server
from services.store.dialect import driven, fetched
from services.team.guards import Actions, owner, quoted, run_all
from services.team.setup import NEWER, administering, alone, guarded

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

_OLDER = (
    "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND application_name LIKE ? AND application_name < ? ORDER BY 1"
)

_UNSEEN = (
    "SELECT CAST(CAST(conrelid AS regclass) AS text), conname FROM pg_constraint"
    " WHERE contype = 'f' AND NOT convalidated AND connamespace = to_regnamespace('desk') ORDER BY 1, 2"
)
"""References that a step has not looked at. What `limits` says is for what is written from now on."""
_INDEXED = (
    "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
    " WHERE c.relnamespace = to_regnamespace('desk')"
)
"""The indexes there are, and whether each is whole."""
_PATIENCE = "5min"
"""So long it is waited for whoever began to write before an index was begun."""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done: the revisions before and after, and who has to close an old desk before the next step."""

    before: str
    after: str
    waits_for: tuple[str, ...] = ()


def migrate(admin: str, actions: Actions = ACTION_ROLES, steps: str = "") -> Migrated:
    """Take every step that the desks at work allow, each in a transaction of its own. Raises StoreProblem, Invalid.

    `steps` is a folder of steps; by default, those of this version.
    """
    config = _config(steps)
    with administering(admin) as connection:
        before = after = server.revision(connection)
    for step in _steps(config, before):
        with administering(admin) as connection:
            database = str(driven(connection, "SELECT current_database()").scalar_one())
            waits_for = _older_desks(connection, step.module.DESK_FROM)
            if waits_for:
                return Migrated(before, after, waits_for)
            run_all(connection, (f"SET LOCAL ROLE {quoted(owner(database))}",))
            _take(config, connection, step)
            if step.revision >= schema.HEAD:  # the guards of this version fit its own tables
                guarded(connection, database, actions)
            after = step.revision
    _index(admin, config)
    _finish(admin)
    return Migrated(before, after)


def _index(admin: str, config: Config) -> None:
    """Make what indexes of the steps' are missing, or were broken off: each reads a whole table, and holds nobody."""
    with alone(admin) as connection:
        database = str(driven(connection, "SELECT current_database()").scalar_one())
        own = f"SET ROLE {quoted(owner(database))}", f"SET search_path = {server.SCHEMA}"
        run_all(connection, (*own, f"SET lock_timeout = '{_PATIENCE}'"))
        whole = dict(map(tuple, fetched(connection, _INDEXED)))
        for step in _steps(config, ""):
            for name, on in getattr(step.module, "INDEXES", {}).items():
                if whole.get(name) is False:
                    run_all(connection, (f"DROP INDEX CONCURRENTLY {quoted(name)}",))
                if not whole.get(name):
                    run_all(connection, (f"CREATE INDEX CONCURRENTLY {quoted(name)} ON {on}",))


def _finish(admin: str) -> None:
    """What takes long and is in nobody's way: rows that a step has not looked at, and those that change their shelf."""
    with administering(admin) as connection:
        unseen = fetched(connection, _UNSEEN)
    for table, name in unseen:
        with administering(admin) as connection:
            run_all(connection, (f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted(name)}",))
    moved = 1
    while moved:
        for statement in ("SELECT guard.shelf_made()", f"SELECT guard.shelve({_AT_ONCE})"):
            with administering(admin) as connection:
                database = str(driven(connection, "SELECT current_database()").scalar_one())
                run_all(connection, (f"SET LOCAL ROLE {quoted(owner(database))}",))
                moved = driven(connection, statement).scalar_one()


def _config(steps: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "services.team:migrations")
    if steps:
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", steps)
    return config


def _steps(config: Config, found: str) -> list[Script]:
    """What leads from a revision ("": from the first on) to the newest, in order."""
    from alembic.script import ScriptDirectory

    known = list(reversed(list(ScriptDirectory.from_config(config).walk_revisions())))
    if found and found not in {step.revision for step in known}:
        raise StoreProblem(NEWER.format(found), "Update this program.")
    return [step for step in known if step.revision > found]


def _older_desks(connection: Connection, revision: str) -> tuple[str, ...]:
    return tuple(row[0] for row in fetched(connection, _OLDER, (f"{server.PROGRAM} %", f"{server.PROGRAM} {revision}")))


def _take(config: Config, connection: Connection, step: Script) -> None:
    from alembic import command

    config.attributes["connection"] = connection
    command.upgrade(config, step.revision)
    driven(connection, server.KEEP_OLDEST, (step.module.DESK_FROM,))
