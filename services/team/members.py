"""Who works at the desks: each person is a role of their own on the server, which knows them or their password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from services.domain.rights import Group
from services.errors import Invalid, NotFound
from services.store import server
from services.store.dialect import driven, driver, fetched
from services.team.guards import quoted, role, run_all
from services.team.setup import administering, parsed

_LONGEST = 63
"""Bytes of a name on the server."""
_TELLS_GRANTORS = 160_000
"""From this version on a role that two gave is had until both have taken it back."""
_OPEN = "FROM pg_stat_activity WHERE usename = ? AND datname = current_database() AND pid <> pg_backend_pid()"
_ADMINISTERS = "SELECT 1 FROM pg_roles WHERE rolname = ? AND (rolsuper OR rolcreaterole OR rolname = current_user)"
"""A password set here would be a new one for them, and lock out whoever administers the server."""
_DENIED = "42501"
_SHARED = ("host", "port", "service", "sslmode", "sslrootcert")
"""What of an address is no one person's."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may log in."""

    name: str
    groups: tuple[Group, ...]
    logged_in: int
    """How many connections they have now."""


def add(admin: str, name: str, group: Group, password: str = "") -> None:
    """Let somebody in, or give them one more role. Without a password the server has to know them otherwise.

    The password is hashed here; the server and its log never see it. Raises StoreProblem, Invalid.
    """
    if not name.strip() or len(name.encode()) > _LONGEST or "\0" in name or name.startswith("pg_"):
        raise Invalid(f"“{name}” cannot be a name on the server.", "Use letters and digits, such as ana.lima.")
    with administering(admin) as connection:
        database = _database(connection)
        if name in {role(database, g) for g in (*Group, "owner")}:
            raise Invalid(f"“{name}” is the name of a role.", "Use the name of a person.")
        if driven(connection, _ADMINISTERS, (name,)).first() is not None:
            raise Invalid(f"“{name}” administers the server, and no guard holds for them.", "Add a login of their own.")
        if driven(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", (name,)).first() is None:
            run_all(connection, (f"CREATE ROLE {quoted(name)} LOGIN",))
        if password:
            libpq = driver(connection).pgconn
            hashed = libpq.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            run_all(connection, (f"ALTER ROLE {quoted(name)} PASSWORD '{hashed}'",))
        run_all(connection, (f"GRANT {quoted(role(database, group))} TO {quoted(name)}",))


def address(admin: str, name: str, *, password: str = "") -> str:
    """The address of the store for somebody who was let in; `password` says where theirs is ("env:NAME").

    Of the administrator's address it has what is the same for everybody. Raises Invalid.
    """
    url = parsed(admin)
    shared = {key: value for key, value in url.query.items() if key in _SHARED}
    made = URL.create("postgresql+psycopg", name, None, url.host, url.port, url.database, shared)
    before, at, after = made.render_as_string().partition("@")
    return f"{before}:{password}{at}{after}" if password else f"{before}{at}{after}"


def remove(admin: str, name: str) -> int:
    """Let somebody in no longer: their roles are taken, and what they have open is closed. Their history stays.

    Gives how many connections stay open, without any right, because the administrator may not end them.
    Raises StoreProblem, NotFound.
    """
    with administering(admin) as connection:
        database = _database(connection)
        if name not in {member.name for member in _members(connection, database)}:
            raise NotFound(f"“{name}” is not in the team.", "Look at: connect-console team list.")
        run_all(connection, _revoked(connection, database, name))
    with administering(admin) as connection:  # none of theirs begins any more
        count = int(driven(connection, f"SELECT count(*) {_OPEN}", (name,)).scalar_one())
        try:
            with connection.begin_nested():
                _end(connection, name)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _DENIED:
                raise
            return count
    return 0


def _end(connection: Connection, name: str) -> None:
    """End somebody's connections. Who is no superuser has to be in their role for that, for this moment."""
    asked = "SELECT pg_has_role(current_user, ?, 'usage') OR pg_has_role(current_user, 'pg_signal_backend', 'usage')"
    is_entitled = driven(connection, asked, (name,)).scalar_one()
    if not is_entitled:
        run_all(connection, (f"GRANT {quoted(name)} TO CURRENT_USER",))
    driven(connection, f"SELECT pg_terminate_backend(pid) {_OPEN}", (name,))
    if not is_entitled:
        run_all(connection, (f"REVOKE {quoted(name)} FROM CURRENT_USER",))


def _revoked(connection: Connection, database: str, name: str) -> list[str]:
    """A newer server takes back what one administrator gave only if it is told that it was theirs."""
    asked = (
        "SELECT g.rolname, by.rolname FROM pg_auth_members AS of JOIN pg_roles AS g ON g.oid = of.roleid"
        " JOIN pg_roles AS m ON m.oid = of.member LEFT JOIN pg_roles AS by ON by.oid = of.grantor"
        " WHERE m.rolname = ? AND g.rolname = ANY(?)"
    )
    theirs = fetched(connection, asked, (name, [role(database, group) for group in Group]))
    tells = driver(connection).info.server_version >= _TELLS_GRANTORS
    return [
        f"REVOKE {quoted(group)} FROM {quoted(name)}{f' GRANTED BY {quoted(by)}' if tells else ''}"
        for group, by in theirs
    ]


def members(admin: str) -> list[Member]:
    """Everybody in the team, by name."""
    with administering(admin) as connection:
        return _members(connection, _database(connection))


def _members(connection: Connection, database: str) -> list[Member]:
    asked = (
        "SELECT DISTINCT m.rolname, g.rolname, (SELECT count(*) FROM pg_stat_activity AS a WHERE a.usename = m.rolname"
        " AND a.datname = current_database()) FROM pg_auth_members AS of JOIN pg_roles AS g ON g.oid = of.roleid"
        " JOIN pg_roles AS m ON m.oid = of.member WHERE m.rolcanlogin AND g.rolname = ANY(?)"
        " AND pg_has_role(m.oid, g.oid, 'usage') ORDER BY m.rolname"  # who made a role may give it, and has it not
    )
    named = {role(database, group): group for group in Group}
    found: dict[str, tuple[list[Group], int]] = {}
    for name, group, count in fetched(connection, asked, (list(named),)):
        found.setdefault(name, ([], count))[0].append(named[group])
    return [Member(name, tuple(sorted(groups)), count) for name, (groups, count) in found.items()]


def _database(connection: Connection) -> str:
    """Raises StoreProblem where no team works on it."""
    server.revision(connection)
    return str(driven(connection, "SELECT current_database()").scalar_one())
