"""What a PostgreSQL database holds beside the tables: words to search, numbers to give, history that only grows."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection

from services.store.dialect import driven
from services.store.schema import HEAD
from services.store.server import CHANNEL, KEEP_OLDEST, SCHEMA
from services.store.tables import counter, metadata
from services.team import checks, guards, shelves
from services.team.guards import Actions, run_all
from services.team.stating import PATH

_YEARS = range(100)
_COUNTED = ("request", "caller", "text")
"""Tables whose ids are given by `reserve`, many in a row."""
RESERVE = f"""
    CREATE OR REPLACE FUNCTION {SCHEMA}.reserve(what text, many bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    {PATH} AS $$
    DECLARE
        counted regclass;
        first bigint;
    BEGIN
        IF coalesce(many NOT BETWEEN 1 AND 10000000, true)
            OR coalesce(what !~ '^(request|caller|text|number_[0-9][0-9])$', true) THEN
            RAISE EXCEPTION 'no such numbers are given' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        counted := what || '_numbers';
        PERFORM pg_advisory_lock(8311, counted::oid::integer);
        BEGIN
            first := nextval(counted);
            PERFORM setval(counted, first + many - 1);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            PERFORM pg_advisory_unlock(8311, counted::oid::integer);
            RAISE;
        END;
        PERFORM pg_advisory_unlock(8311, counted::oid::integer);
        RETURN first;
    END $$
"""
"""Several rows at once get numbers in a row, at no cost to whoever asks next; numbers of a failed write are lost."""
WORDS = f"""
    CREATE OR REPLACE FUNCTION {SCHEMA}.put_words(an_id bigint, said text) RETURNS void LANGUAGE sql SECURITY DEFINER
    {PATH} AS $$
        INSERT INTO search (id, words) VALUES (an_id, CAST(said AS tsvector))
        ON CONFLICT (id) DO UPDATE SET words = CASE WHEN guard.may('see contacts') THEN excluded.words
            ELSE excluded.words || ts_filter(search.words, '{{a}}') END
    $$
"""  # noqa: S608 - our words
"""Who may not see callers does not see their words either, and leaves them as they are."""
_STATEMENTS = (
    "ALTER TABLE event ADD COLUMN tx bigint NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS text) AS bigint)",
    "CREATE INDEX event_tx ON event (tx, id)",
    """
    CREATE FUNCTION history_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'history is appended, never edited' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    "CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION history_grows()",
    "CREATE TRIGGER event_stays BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION history_grows()",
    """
    CREATE FUNCTION heard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('{channel}', '');
        RETURN NULL;
    END $$
    """,
    "CREATE TABLE search (id bigint PRIMARY KEY REFERENCES request (id), words tsvector NOT NULL)",
    "CREATE INDEX search_words ON search USING gin (words)",
    "CREATE INDEX search_plain ON search USING gin (ts_filter(words, '{{d}}'))",
    "ALTER TABLE event ADD COLUMN link bigint NOT NULL, ADD COLUMN digest bytea NOT NULL",
    "CREATE TRIGGER event_chained BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION guard.event_chained()",
    "CREATE UNLOGGED TABLE presence (pid integer PRIMARY KEY, actor text NOT NULL,"
    " request_id bigint, writes boolean NOT NULL)",
    "CREATE INDEX presence_request ON presence (request_id)",
    "CREATE TABLE alembic_version (version_num text PRIMARY KEY)",
)
_HEARD = ("event", "crew", "outbox", "service", "upstream_state", "call_back", "sla", "alert", "crew_letter")


def make(connection: Connection, actions: Actions) -> None:
    """Make everything in an empty database, within the open transaction; what guards it is made in between."""
    years = " UNION ALL ".join(
        f"SELECT {2000 + year}, last_value FROM number_{year:02d}_numbers WHERE is_called"  # noqa: S608 - our names
        for year in _YEARS
    )
    numbered = (*_COUNTED, *(f"number_{year:02d}" for year in _YEARS))
    run_all(connection, (f"CREATE SCHEMA {SCHEMA}", f"SET LOCAL search_path = {SCHEMA}"))
    metadata.create_all(connection, tables=[t for t in metadata.sorted_tables if t is not counter])
    run_all(
        connection,
        (
            *guards.tables(actions),
            *checks.FUNCTIONS,
            *(f"CREATE SEQUENCE {name}_numbers" for name in numbered),
            *(statement.format(schema=SCHEMA, channel=CHANNEL) for statement in _STATEMENTS),
            *(
                f"CREATE TRIGGER {table}_heard AFTER INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION heard()"
                for table in _HEARD
            ),
            *shelves.MADE,
            f"CREATE VIEW counter (year, last) AS {years}",
            f"INSERT INTO meta (key, value) VALUES ('store_id', '{uuid.uuid4()}')",  # noqa: S608 - our words
            f"INSERT INTO alembic_version VALUES ('{HEAD}')",  # noqa: S608 - our words
        ),
    )
    driven(connection, KEEP_OLDEST, (HEAD,))
