"""One PostgreSQL for many desks: how it is reached, and how its history is followed."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from services.domain.rights import MASKED
from services.domain.status import Role
from services.domain.values import Actor
from services.errors import Invalid, StoreProblem
from services.secrets import REFERENCE, SECRETS, resolve
from services.sqlite import from_millis
from services.store import refusals, schema
from services.store.dialect import driven, driver
from services.store.refusals import ADMINISTRATOR_RUNS

if TYPE_CHECKING:
    from services.store.store import Store

Driver = Any
"""psycopg's connection, which is an optional dependency."""
REST_SECONDS = 1.0
"""So long after a try to connect there is none."""
SCHEMA = "desk"
CHANNEL = "connect_console"
"""Where the server tells that something was saved; what it was is read from the history."""
PROGRAM = "connect-console"
"""With the revision that a desk knows, the name under which the server knows its connection."""
KEEP_OLDEST = (
    "INSERT INTO meta (key, value) VALUES ('desk_from', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
"""Keep which desks can work with a database, by the oldest revision that they know."""
_LOOPBACK = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|::1|/.*|)$")
_DEFAULTS = {
    "application_name": f"{PROGRAM} {schema.HEAD}",
    "connect_timeout": "3",
    "target_session_attrs": "read-write",
    "gssencmode": "disable",  # Kerberos says who it is; what is sent TLS keeps secret, and that is checked
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_SESSION = (
    f"-c search_path={SCHEMA} -c timezone=UTC -c lock_timeout=10s -c jit=off"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"
)
"""The server, too, learns soon that a desk is gone, and lets go of what it held."""


class Server:
    """One PostgreSQL database. The name that logs in is a person's, or the worker's."""

    path: Path | None = None

    def __init__(self, url: URL) -> None:
        import psycopg

        self.faults: tuple[type[Exception], ...] = (DBAPIError, psycopg.Error)
        self.session = 0
        self.has_ear = False
        self._url = url
        self._heard = 0
        self._again_at = 0.0

    def create(self) -> Engine:
        """An engine of one connection that comes back by itself. Raises StoreProblem."""
        logging.getLogger("psycopg").setLevel(logging.ERROR)  # what it warns of, a lost connection, is raised as well
        engine = create_engine(safe(unlocked(self._url)), poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "connect", self._connected)
        return engine

    def _connected(self, driver: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's, which is optional
        try:
            self._begin(driver)
        except BaseException:
            driver.close()  # the pool has not got it yet
            raise

    def _begin(self, driver: Driver) -> None:
        _check_age(driver)
        driver.execute(_MASKED)
        self.session = own = driver.info.backend_pid
        if not self.has_ear and driver.info.parameter_status("in_hot_standby") != "on":  # a standby tells nothing
            driver.execute(f"LISTEN {CHANNEL}")
            driver.add_notify_handler(lambda told: self._told(told.pid != own))  # what comes with an answer
        driver.commit()
        self._heard += 1  # what happened while nobody listened is unknown

    def _told(self, by_another: bool) -> None:
        self._heard += by_another

    def _connect(self, dialect: Any, _record: object, args: Any, asked: Any) -> Driver:  # noqa: ANN401 - SQLAlchemy's
        """One try in a while: a server that does not answer at all costs seconds, whoever asks next waits for none."""
        if time.monotonic() < self._again_at:
            raise dialect.dbapi.OperationalError("no connection was made a moment ago")
        try:
            return dialect.connect(*args, **asked)
        except dialect.dbapi.OperationalError:
            self._again_at = time.monotonic() + REST_SECONDS
            raise

    def begin(self, connection: Connection, *, write: bool) -> None:
        """A read sees one moment; a write sees what was saved last, and locks what it changes."""
        from psycopg import IsolationLevel

        driver = connection.connection.driver_connection
        level = IsolationLevel.READ_COMMITTED if write else IsolationLevel.REPEATABLE_READ
        if driver is not None and (driver.isolation_level, driver.read_only) != (level, not write):
            driver.isolation_level, driver.read_only = level, not write
        if driver is not None and driver.autocommit:
            driver.autocommit = False

    def alone(self, connection: Connection) -> None:
        """The server makes a transaction of each statement that comes without one."""
        own = driver(connection)
        if not own.autocommit:
            own.autocommit = True

    def prepare(self, store: Store) -> None:
        """Refuse a database that is not ours, or of another shape: only `team` changes it. Raises StoreProblem."""
        with store.read() as connection:
            found = revision(connection)
            store.actor = actor(connection)
        store.look_at_clock()
        if found < schema.HEAD:
            raise StoreProblem(
                "The database is older than this version of Connect Console.", ADMINISTRATOR_RUNS.format("migrate")
            )

    def problem(self, error: Exception) -> StoreProblem | None:
        """What the server, or the way to it, complains of; None for a fault of our own code."""
        inner = error.orig if isinstance(error, DBAPIError) else error
        return refusals.said(inner) if inner is not None else None

    def data_version(self, connection: Connection) -> int:
        """Grows with everything that another connection has saved, and whenever the connection was made anew."""
        from psycopg import Error

        if connection.invalidated:
            with connection.begin():  # makes it anew
                pass
        driver = connection.connection.driver_connection
        if driver is not None:
            own = driver.info.backend_pid
            try:
                driver.pgconn.consume_input()
                driver.pgconn.consume_input()  # behind a server's last words it is seen that it is gone
                while (told := driver.pgconn.notifies()) is not None:
                    self._told(told.be_pid != own)
            except Error:
                connection.invalidate()
                raise
        return self._heard

    def empty_log(self, connection: Connection) -> None:
        """The server's log is its own."""

    def now(self, connection: Connection) -> datetime | None:
        """The server's time, which is that of its history."""
        return from_millis(driven(connection, _NOW).scalar_one())


_OLDEST = f"SELECT value FROM {SCHEMA}.meta WHERE key = 'desk_from'"  # noqa: S608 - our word


def _check_age(driver: Driver) -> None:
    """Refuse a desk that a database has outgrown, whenever it connects. Raises StoreProblem."""
    if driver.execute(f"SELECT to_regclass('{SCHEMA}.meta')").fetchone() == (None,):
        return  # none of ours, as will be said
    oldest = driver.execute(_OLDEST).fetchone()
    if oldest is not None and oldest[0] > schema.HEAD:
        raise StoreProblem(
            f"This desk is too old for the team's database (it knows {schema.HEAD}; {oldest[0]} is needed).",
            "Update Connect Console on this machine.",
        )


def revision(connection: Connection) -> str:
    """The revision of a database. Raises StoreProblem for one that holds no store, or another program's tables."""
    found = driven(connection, "SELECT to_regclass(?) IS NOT NULL", (f"{SCHEMA}.alembic_version",)).scalar_one()
    if not found:
        raise StoreProblem("This database holds no Connect Console store.", ADMINISTRATOR_RUNS.format("init"))
    return str(driven(connection, "SELECT version_num FROM alembic_version").scalar_one())


_MASKED = (
    f"SELECT set_config('search_path', '{MASKED}, {SCHEMA}', false)"
    f" WHERE NOT has_table_privilege(to_regclass('{SCHEMA}.caller'), 'SELECT')"
)
"""Who may not see how to reach callers reads them where the numbers are hidden; NULL in a database that is not ours."""
_NOW = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
_GROUPS = (
    "SELECT of.value FROM {texts} AS of(value) JOIN pg_roles AS r"
    " ON r.rolname = current_database() || '_' || of.value AND pg_has_role(session_user, r.oid, 'member')"
)


def actor(connection: Connection) -> Actor:
    """Who has logged in, and in which of the desk's roles; the worker and who only reads have none of them."""
    name = str(driven(connection, "SELECT session_user").scalar_one())
    listed = json.dumps([role.value for role in Role])
    return Actor(name, frozenset(Role(row[0]) for row in driven(connection, _GROUPS, (listed,))))


def pulls(store: Store) -> bool:
    """Whether who has logged in may pull and post for all."""
    with store.read() as connection:
        asked = f"SELECT has_table_privilege('{SCHEMA}.upstream_state', 'INSERT')"
        return bool(driven(connection, asked).scalar_one())


def unlocked(url: URL) -> URL:
    """An address with its password in the place of the reference to it. Raises Invalid, never saying the password."""
    if SECRETS.intersection(url.query) or (url.password and not REFERENCE.match(str(url.password))):
        raise Invalid(
            "A password is written out in the address of the store.",
            "Put it into an environment variable or the keyring: NAME:env:VARIABLE@HOST or NAME:keyring:KEY@HOST.",
        )
    return url.set(password=resolve(str(url.password))) if url.password else url


def _places(hosts: list[str], asked: dict[str, Any]) -> Iterator[str]:
    """Every host that may be connected to, by whatever way one is named; "" for this machine."""
    for host in ",".join(hosts).split(","):
        yield host.rsplit(":", 1)[0] if host.count(":") == 1 else host
    elsewhere = asked.get("hostaddr", os.environ.get("PGHOSTADDR", ""))
    yield from ",".join([elsewhere] if isinstance(elsewhere, str) else elsewhere).split(",")
    if not any(hosts):
        yield from os.environ.get("PGHOST", "").split(",")


def safe(url: URL) -> URL:
    """An address with what every connection is set to; TLS that is checked, except on this very machine."""
    if url.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise Invalid(f"“{url.drivername}” is not used here.", "Begin [store] url with postgresql+psycopg://.")
    asked: dict[str, Any] = dict(url.query)
    hosts = [url.host or "", *([asked["host"]] if isinstance(asked.get("host"), str) else asked.get("host", ()))]
    if len(hosts) > 2:  # one that is silent does not keep from the others
        asked = {"connect_timeout": "2", **asked}
    if ("service" in asked or "PGSERVICE" in os.environ) and "sslmode" not in asked:
        os.environ.setdefault("PGSSLMODE", "verify-full")  # its file knows the host, and goes before the environment
    elif not all(_LOOPBACK.match(name) for name in _places(hosts, asked)):
        asked = {"sslmode": "verify-full", **asked}
        if asked["sslmode"] == "verify-full":
            asked = {"sslrootcert": "system", **asked}
    options = f"{asked.pop('options', '')} {_SESSION}".strip()
    return url.set(drivername="postgresql+psycopg", query={**_DEFAULTS, **asked, "options": options})
