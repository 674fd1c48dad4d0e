"""Making a database a team's store, and bringing it up to date: done by an administrator, again whenever one likes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from services.domain.rights import Group
from services.domain.workflow import ACTION_ROLES
from services.errors import Invalid, StoreProblem
from services.secrets import REFERENCE, resolve
from services.store import refusals, schema, server
from services.store.dialect import driven
from services.team import checks, guards, limits, shape, shelves, told
from services.team.guards import Actions, owner, quoted, role, run_all

_ANOTHER = "Name an empty database in the administrator's address, or one that is not there yet."
NEWER = "The database is newer than this program (its schema is {})."
_NO_ADDRESS = "That is not the address of a database.", "Write postgresql+psycopg://NAME@HOST/DATABASE."


def init(admin: str, actions: Actions = ACTION_ROLES) -> str:
    """Make everything that is missing in the database that the address names, and the database; its name.

    `actions` says who may do what in this city. Run again, it brings grants and triggers to what this version says.
    Raises StoreProblem, Invalid.
    """
    url = parsed(admin)
    database = str(url.database)
    _make_database(url, database)
    with administering(url) as connection:
        _make_roles(connection, database)
        run_all(connection, (f"SET LOCAL ROLE {quoted(owner(database))}",))
        if not _is_there(connection):
            shape.make(connection, actions)
        elif (found := server.revision(connection)) != schema.HEAD:
            if found > schema.HEAD:
                raise StoreProblem(NEWER.format(found), "Update this program.")
            raise StoreProblem("The database is of an older version.", "Run: connect-console team migrate.")
        guarded(connection, database, actions)
    return database


def guarded(connection: Connection, database: str, actions: Actions) -> None:
    """Bring grants, functions and triggers to what this version says; as the owner, within the open transaction."""
    functions = shape.RESERVE, shape.WORDS, *checks.FUNCTIONS, *shelves.FUNCTIONS, *told.FUNCTIONS
    triggers = guards.triggers(checks.TRIGGERS + shelves.TRIGGERS, told.TRIGGERS)
    made = *guards.tables(actions), *limits.constraints(), *functions, *checks.VIEWS, *checks.GONE, *triggers
    run_all(connection, (*made, *guards.grants(database, actions)))


def prepare(admin: str) -> str:
    """Make the database and its roles where they are missing, and nothing in it; its name.

    Raises StoreProblem where it holds anything, Invalid.
    """
    url = parsed(admin)
    database = str(url.database)
    _make_database(url, database)
    with administering(url) as connection:
        if _is_there(connection):
            raise StoreProblem("There is a store in this database already; it is left as it is.", _ANOTHER)
        _make_roles(connection, database)
    return database


@contextmanager
def administering(admin: str | URL) -> Iterator[Connection]:
    """One transaction as administrator. Raises StoreProblem."""
    url = parsed(admin) if isinstance(admin, str) else admin
    engine = create_engine(server.safe(url), poolclass=NullPool, hide_parameters=True)
    with _in_words(), engine.begin() as connection:
        yield connection


@contextmanager
def _in_words() -> Iterator[None]:
    """What the server complains of as a sentence. Raises StoreProblem."""
    import psycopg

    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        inner = error.orig if isinstance(error, DBAPIError) else error
        said = refusals.said(inner) if inner is not None else None
        if said is None:
            raise
        raise said from error


def parsed(admin: str) -> URL:
    """The administrator's address, with its password in the place of a reference to it. Raises Invalid."""
    try:
        url = make_url(admin)
    except (ArgumentError, ValueError):  # the latter of a port
        raise Invalid(*_NO_ADDRESS) from None
    if url.get_backend_name() != "postgresql" or not url.database:
        raise Invalid(*_NO_ADDRESS)
    if "@" in str(url.host):  # a part of the password would be looked up as a host
        raise Invalid("There is a bare “@” in the password of this address.", "Write %40 for @, %3A for :, %2F for /.")
    return url.set(password=resolve(str(url.password))) if REFERENCE.match(str(url.password)) else url


@contextmanager
def alone(admin: str | URL) -> Iterator[Connection]:
    """A connection as administrator on which each statement is a transaction of its own. Raises StoreProblem."""
    url = parsed(admin) if isinstance(admin, str) else admin
    engine = create_engine(server.safe(url), poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    with _in_words(), engine.connect() as connection:
        yield connection


def _make_database(url: URL, database: str) -> None:
    """A database is made outside a transaction, from another one."""
    with alone(url.set(database="postgres")) as connection:
        found = driven(connection, "SELECT 1 FROM pg_database WHERE datname = ?", (database,)).first()
        if found is None:
            connection.exec_driver_sql(f"CREATE DATABASE {quoted(database)} ENCODING 'UTF8' TEMPLATE template0")


def _make_roles(connection: Connection, database: str) -> None:
    for name in (owner(database), *(role(database, group) for group in Group)):
        if driven(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", (name,)).first() is None:
            run_all(connection, (f"CREATE ROLE {quoted(name)} NOLOGIN",))
    everybody = ", ".join(quoted(role(database, group)) for group in Group)
    run_all(
        connection,
        (
            f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {quoted(database)} TO {everybody}",
            f"GRANT CREATE ON DATABASE {quoted(database)} TO {quoted(owner(database))}",
            f"GRANT {quoted(owner(database))} TO CURRENT_USER",
        ),
    )


def _is_there(connection: Connection) -> bool:
    """Raises StoreProblem where the database belongs to another program."""
    if driven(connection, "SELECT 1 FROM pg_namespace WHERE nspname = ?", (server.SCHEMA,)).first() is not None:
        return True
    theirs = "SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    theirs += " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    if connection.exec_driver_sql(theirs.replace("%", "%%")).first() is not None:
        raise StoreProblem("This database holds another program's tables.", "Name one of its own for the desks.")
    return False
