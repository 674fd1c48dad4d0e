"""What the database itself refuses, whatever program asks: generated from the workflow and the table of rights.

A change of status is checked against the workflow's rows; a person may also go back on their own last change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from services.domain.rights import RIGHTS, TABLES, Group
from services.domain.workflow import ACTION_ROLES, WORKFLOW, Action
from services.store.server import SCHEMA

GUARD = "guard"
"""Where the tables and functions are that check; nobody but the owner may change them."""


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


def grants(database: str) -> Iterator[str]:
    """Take everything away, then give what the table of rights gives."""
    everybody = ", ".join(quoted(role(database, group)) for group in Group)
    yield f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC, {everybody}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {SCHEMA} FROM PUBLIC, {everybody}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC"
    for table in TABLES:
        for right in (r for r in RIGHTS if r.table == table):
            those = ", ".join(quoted(role(database, group)) for group in sorted(right.groups))
            yield f"GRANT {right.verb}{groups_of(right.columns)} ON {SCHEMA}.{quoted(table)} TO {those}"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA}, {GUARD} TO {everybody}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {everybody}"
    yield f"GRANT EXECUTE ON FUNCTION {SCHEMA}.reserve TO {everybody}"
    yield f"GRANT EXECUTE ON FUNCTION {SCHEMA}.put_words TO {everybody}"
    yield f"GRANT SELECT ON {GUARD}.step, {GUARD}.act TO {everybody}"


def _values(rows: Iterator[tuple[str, ...]]) -> str:
    return ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows)


def tables(actions: dict[Action, frozenset[object]] | None = None) -> Iterator[str]:
    """The workflow and the rights to act, where triggers read them."""
    steps = ((t.source.value, t.target.value, r.value) for t in WORKFLOW for r in sorted(t.roles))
    acts = ((a.value, str(r)) for a, roles in (actions or ACTION_ROLES).items() for r in sorted(map(str, roles)))
    yield f"CREATE SCHEMA IF NOT EXISTS {GUARD}"
    yield (
        f"CREATE TABLE IF NOT EXISTS {GUARD}.chain"
        " (request_id bigint PRIMARY KEY, salt bytea NOT NULL, links bigint NOT NULL, head bytea NOT NULL)"
    )
    yield f"CREATE TABLE IF NOT EXISTS {GUARD}.step (source text, target text, role text)"
    yield f"CREATE TABLE IF NOT EXISTS {GUARD}.act (action text, role text)"
    yield f"TRUNCATE {GUARD}.step, {GUARD}.act"
    yield f"INSERT INTO {GUARD}.step VALUES {_values(steps)}"  # noqa: S608 - our words
    yield f"INSERT INTO {GUARD}.act VALUES {_values(acts)}"  # noqa: S608 - our words


_CONTENT = (
    "convert_to(concat_ws('|', {links}, NEW.request_id, NEW.at, NEW.actor, NEW.kind, NEW.data, NEW.text_id,"
    " NEW.operation), 'UTF8')"
)
"""What of an event is signed; `services.team.chain` reads it the same way."""
FUNCTIONS = (
    # Whoever looks after the server is held by nothing here; the worker speaks for the upstreams.
    """
    CREATE OR REPLACE FUNCTION guard.has(a_role text) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT coalesce(pg_has_role(session_user, oid, 'member'), false) FROM (SELECT (
            SELECT oid FROM pg_roles WHERE rolname = current_database() || '_' || a_role) AS oid) AS known
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION guard.is_free() RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT guard.has('worker') OR guard.has('owner')
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION guard.may(an_action text) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT guard.is_free() OR EXISTS (SELECT FROM guard.act WHERE action = an_action AND guard.has(role))
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION guard.took_the_last_step(a_request bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT coalesce((SELECT actor = session_user FROM desk.event
            WHERE request_id = a_request AND operation <> '' ORDER BY id DESC LIMIT 1), false)
    $$
    """,
    # The history of each request is a chain: every line signs the one before, with a salt that nobody may read.
    f"""
    CREATE OR REPLACE FUNCTION guard.event_chained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = {SCHEMA} AS $$
    BEGIN
        UPDATE guard.chain SET links = links + 1, head = sha256(salt || head || {_CONTENT.format(links="links + 1")})
            WHERE request_id = NEW.request_id RETURNING links, head INTO NEW.link, NEW.digest;
        IF NOT FOUND THEN
            INSERT INTO guard.chain AS c (request_id, salt, links, head)
                VALUES (NEW.request_id, uuid_send(gen_random_uuid()), 0, '') ON CONFLICT DO NOTHING;
            UPDATE guard.chain
                SET links = links + 1, head = sha256(salt || head || {_CONTENT.format(links="links + 1")})
                WHERE request_id = NEW.request_id RETURNING links, head INTO NEW.link, NEW.digest;
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 - our words
    """
    CREATE OR REPLACE FUNCTION guard.request_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF guard.is_free() THEN
            RETURN NEW;
        END IF;
        IF NEW.status IS DISTINCT FROM OLD.status
            AND NOT EXISTS (SELECT FROM guard.step
                WHERE source = OLD.status AND target = NEW.status AND guard.has(role))
            AND NOT guard.took_the_last_step(NEW.id) THEN
            RAISE EXCEPTION 'your role may not go from % to %', OLD.status, NEW.status
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.crew_id IS DISTINCT FROM OLD.crew_id AND NOT guard.may('assign')
            AND NOT guard.took_the_last_step(NEW.id) THEN
            RAISE EXCEPTION 'your role may not assign' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.merged_into IS DISTINCT FROM OLD.merged_into AND NOT guard.may('merge')
            AND NOT guard.took_the_last_step(NEW.id) THEN
            RAISE EXCEPTION 'your role may not merge' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.version < OLD.version THEN
            RAISE EXCEPTION 'a version only grows' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION guard.event_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.actor IS DISTINCT FROM session_user AND NOT guard.is_free() THEN
            RAISE EXCEPTION 'history is written under one''s own name' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION guard.operation_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.actor IS DISTINCT FROM session_user AND NOT guard.is_free() AND NOT guard.has('supervisor') THEN
            RAISE EXCEPTION 'only a supervisor takes back what others did' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$
    """,
)
_TRIGGERS = (
    ("request_guard", "BEFORE UPDATE ON desk.request", "guard.request_changed"),
    ("event_guard", "BEFORE INSERT ON desk.event", "guard.event_signed"),
    ("operation_guard", "BEFORE INSERT OR UPDATE ON desk.operation", "guard.operation_signed"),
)
_POLICIES = (
    ("caller", "seen", "FOR SELECT USING (guard.may('see contacts'))"),
    ("caller", "kept", "FOR INSERT WITH CHECK (guard.may('log'))"),
    ("caller", "changed", "FOR UPDATE USING (guard.may('see contacts') OR guard.may('log'))"),
    ("search", "found", "FOR SELECT USING (guard.may('see contacts'))"),
)


def guards() -> Iterator[str]:
    """Triggers and row policies, made anew each time."""
    for name, when, function in _TRIGGERS:
        yield f"DROP TRIGGER IF EXISTS {name} ON {when.rsplit(' ', 1)[1]}"
        yield f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {function}()"
    for table, name, rule in _POLICIES:
        yield f"ALTER TABLE desk.{table} ENABLE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS {name} ON desk.{table}"
        yield f"CREATE POLICY {name} ON desk.{table} {rule}"
