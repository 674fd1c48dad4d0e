"""Who may do what in the database: grants from the table of rights, and the workflow where triggers read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from services.domain.rights import MASKED, Group, rights, writers
from services.domain.status import Role
from services.domain.workflow import WORKFLOW, Action, Need
from services.store.server import SCHEMA
from services.team import checks
from services.team.checks import GUARD

Actions = Mapping[Action, frozenset[Role]]


def role(database: str, group: Group | str) -> str:
    """The name on the server of those who may do what a group may; roles are shared by all databases of a server."""
    return f"{database}_{group}"


def owner(database: str) -> str:
    """Who owns everything and cannot log in."""
    return role(database, "owner")


def quoted(name: str) -> str:
    """A name as PostgreSQL takes it in a statement."""
    return '"' + name.replace('"', '""') + '"'


def run_all(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements as they are written."""
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def groups_of(columns: tuple[str, ...]) -> str:
    """The columns of a grant, "" for all."""
    return f" ({', '.join(map(quoted, columns))})" if columns else ""


def placed(table: str) -> str:
    """A table of the rights as a statement names it."""
    schema, _, name = table.rpartition(".")
    return f"{schema or SCHEMA}.{quoted(name)}"


def grants(database: str, actions: Actions) -> Iterator[str]:
    """Take everything away, then give what the table of rights gives."""
    everybody = ", ".join(quoted(role(database, group)) for group in Group)
    acting = ", ".join(quoted(role(database, group)) for group in sorted(writers()))
    for schema in (SCHEMA, MASKED, GUARD):
        yield f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {everybody}"
        yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {everybody}"
        yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {everybody}"
    for right in rights(actions):
        those = ", ".join(quoted(role(database, group)) for group in sorted(right.groups))
        yield f"GRANT {right.verb}{groups_of(right.columns)} ON {placed(right.table)} TO {those}"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA}, {GUARD}, {MASKED} TO {everybody}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {acting}"
    yield f"GRANT EXECUTE ON FUNCTION {SCHEMA}.reserve, {SCHEMA}.put_words, {SCHEMA}.held TO {acting}"
    yield f"GRANT EXECUTE ON FUNCTION {GUARD}.shelf_made, {GUARD}.shelve TO {quoted(role(database, Group.WORKER))}"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(checks.ASKED)} TO {everybody}"
    yield f"GRANT SELECT ON {GUARD}.step, {GUARD}.act TO {everybody}"


def _values(rows: Iterator[tuple[object, ...]]) -> str:
    return ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows)


def tables(actions: Actions) -> Iterator[str]:
    """The workflow and the rights to act, where triggers read them; and what they keep."""
    steps = (
        (t.source.value, t.target.value, r.value, Need.CREW in t.needs, Need.OUTCOME in t.needs)
        for t in WORKFLOW
        for r in sorted(t.roles)
    )
    acts = ((action.value, r.value) for action, roles in actions.items() for r in sorted(roles))
    yield from checks.KEPT
    yield f"DROP TABLE IF EXISTS {GUARD}.step, {GUARD}.act"
    yield f"CREATE TABLE {GUARD}.step (source text, target text, role text, crew boolean, outcome boolean)"
    yield f"CREATE TABLE {GUARD}.act (action text, role text)"
    yield f"INSERT INTO {GUARD}.step VALUES {_values(steps)}"  # noqa: S608 - our words
    yield f"INSERT INTO {GUARD}.act VALUES {_values(acts)}"  # noqa: S608 - our words


def triggers(
    wanted: Iterable[tuple[str, str, str, str]], at_the_end: Iterable[tuple[str, str, str, str, str]]
) -> Iterator[str]:
    """Made anew each time: each is a name, when, on which table, and the function; `at_the_end` has what and if."""
    for name, when, table, function in wanted:
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    for name, what, table, when, function in at_the_end:
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {what} ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
        )
