"""What the database lets each group do to each table and column is what the table of rights says, in every cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.sql import SQL, Composed, Identifier

from services.domain.rights import RIGHTS, Group, Verb, may, rights
from services.domain.status import Role
from services.domain.workflow import ACTION_ROLES, Action
from services.store.store import Store
from services.store.tables import metadata
from services.team import setup
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.team.conftest import NAMES

Raw = Callable[[str], psycopg.Connection[Any]]
_SCHEMAS = ["desk", "masked", "guard"]
_OPEN_TO_ALL = {"guard.step", "guard.act"}
"""The workflow itself is no secret."""
_REFUSED = (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState, errors.FeatureNotSupported)
"""The last two are what a view says of what cannot be written to it, by anybody."""


@pytest.fixture(scope="module")
def columns(template: Postgres) -> dict[str, list[str]]:
    """By table or view of ours, as the rights name it: its columns."""
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{template.port}/{TEMPLATE}") as connection:
        rows = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_schema = ANY(%s)"
            " ORDER BY 1, 2, ordinal_position",
            (_SCHEMAS,),
        ).fetchall()
    found: dict[str, list[str]] = {}
    for schema, table, column in rows:
        found.setdefault(table if schema == "desk" else f"{schema}.{table}", []).append(column)
    return found


def _attempt(verb: Verb, table: str, column: str) -> Composed:
    """A statement that touches no row, and is refused before that where it may not be made."""
    schema, _, name = table.rpartition(".")
    words = {"t": Identifier(schema or "desk", name), "c": Identifier(column)}
    return {
        Verb.SELECT: SQL("SELECT {c} FROM {t} WHERE false"),
        Verb.INSERT: SQL("INSERT INTO {t} ({c}) SELECT NULL WHERE false"),
        Verb.UPDATE: SQL("UPDATE {t} SET {c} = NULL WHERE false"),
        Verb.DELETE: SQL("DELETE FROM {t} WHERE false"),
    }[verb].format(**words)


def _is_let(connection: psycopg.Connection[Any], statement: Composed) -> bool:
    try:
        connection.execute(statement)
    except _REFUSED:
        return False
    finally:
        connection.rollback()
    return True


def _differing(
    connection: psycopg.Connection[Any], group: Group, columns: dict[str, list[str]], given: Any
) -> list[str]:
    """The cells in which the database and the table of rights say different things."""
    found = []
    for table, names in columns.items():
        for verb in Verb:
            for column in names if verb is not Verb.DELETE else names[:1]:
                should = may(group, verb, table, column, given) or (verb is Verb.SELECT and table in _OPEN_TO_ALL)
                if _is_let(connection, _attempt(verb, table, column)) is not should:
                    found.append(f"{group} {verb} {table}.{column} should be {'let' if should else 'refused'}")
    return found


@pytest.mark.parametrize("group", list(Group))
def test_the_database_and_the_table_of_rights_agree_in_every_cell(
    raw: Raw, columns: dict[str, list[str]], group: Group
) -> None:
    assert len(columns) >= len(metadata.tables)
    assert _differing(raw(NAMES[group]), group, columns, RIGHTS) == []


def test_every_right_is_one_to_a_table_and_columns_that_there_are(columns: dict[str, list[str]]) -> None:
    for right in RIGHTS:
        assert set(right.columns) <= set(columns[right.table]), right


@pytest.mark.parametrize("group", list(Group))
def test_nobody_empties_a_table_at_once(raw: Raw, columns: dict[str, list[str]], group: Group) -> None:
    connection = raw(NAMES[group])
    for table in columns:
        schema, _, name = table.rpartition(".")
        with pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType)):
            connection.execute(SQL("TRUNCATE {} CASCADE").format(Identifier(schema or "desk", name)))
        connection.rollback()


def test_a_city_that_narrows_who_sees_contacts_narrows_the_database(
    team: Postgres, raw: Raw, columns: dict[str, list[str]], as_member: Callable[[str], Store]
) -> None:
    narrow = {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.DISPATCHER})}
    admin = team.url(TEMPLATE, "postgres")
    setup.init(admin, narrow)
    try:
        for group in Group:
            assert _differing(raw(NAMES[group]), group, columns, rights(narrow)) == []
    finally:
        setup.init(admin)
    assert _differing(raw(NAMES[Group.CALL_TAKER]), Group.CALL_TAKER, columns, RIGHTS) == []


_WAYS_UP = [
    "SET ROLE connect_template_owner",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "ALTER TABLE desk.event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_kept ON desk.event",
    "CREATE OR REPLACE FUNCTION guard.is_free() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE SCHEMA evil",
    "CREATE TABLE public.evil (id bigint)",
    "CREATE TEMP TABLE evil (id bigint)",
    "GRANT connect_template_supervisor TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "DROP SCHEMA desk CASCADE",
    "SELECT setval('desk.request_numbers', 1)",
    "SELECT salt FROM guard.chain",
    "SELECT actor FROM guard.move",
    "INSERT INTO guard.move (request_id, actor, status) VALUES (1, session_user, 'new')",
    "DELETE FROM desk.event",
    "UPDATE desk.event SET actor = 'x'",
    "TRUNCATE desk.event",
]


@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("way", _WAYS_UP)
def test_no_member_becomes_more_than_they_are(raw: Raw, group: Group, way: str) -> None:
    connection = raw(NAMES[group])
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(way)
    connection.rollback()


def test_not_even_the_owner_of_the_tables_edits_history_and_nobody_logs_in_as_it(raw: Raw, team: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        raw("connect_template_owner")
    connection = raw("postgres")
    for way in ("TRUNCATE desk.event", "TRUNCATE desk.request", "TRUNCATE desk.request_identity CASCADE"):
        with pytest.raises(errors.InsufficientPrivilege, match="history is appended"):
            connection.execute(way)
        connection.rollback()
