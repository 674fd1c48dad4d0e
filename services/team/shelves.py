"""Closed requests lie on a shelf for each year, apart from those at work: partitions, and what keeps them.

A request is at work (shelf 0) or on the shelf of the year in which it was closed. Nothing that is read or written is
right or wrong by where a row lies. What has to be unique over all of them is so in one table that is not divided.
"""

from __future__ import annotations

from services.store.server import SCHEMA
from services.team.stating import PATH

_FIRST = 2000
"""The first year that has a shelf; what was closed before lies there, too."""
MADE = (
    "LOCK TABLE request IN ACCESS EXCLUSIVE MODE",
    "DROP VIEW IF EXISTS request_words",
    "DROP TRIGGER IF EXISTS request_kept ON request",
    "DROP TRIGGER IF EXISTS request_guard ON request",
    "DROP FUNCTION IF EXISTS guard.due_is_kept(request)",
    "CREATE TABLE request_identity (id bigint NOT NULL, number text NOT NULL, upstream text NOT NULL,"
    " upstream_id text NOT NULL)",
    "INSERT INTO request_identity SELECT id, number, upstream, upstream_id FROM request",
    "ALTER TABLE request_identity ADD PRIMARY KEY (id), ADD UNIQUE (number)",
    "CREATE UNIQUE INDEX request_identity_upstream ON request_identity (upstream, upstream_id) WHERE upstream_id <> ''",
    "ALTER TABLE request RENAME TO request_live",
    "ALTER TABLE request_live ADD COLUMN shelf smallint NOT NULL DEFAULT 0",
    # What is there fits, for it fitted before; it is looked at afterwards, when nobody waits for it.
    """
    DO $$
    DECLARE
        one record;
    BEGIN
        FOR one IN SELECT c.conname, c.conrelid::regclass AS held, a.attname FROM pg_constraint AS c
            JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'request_live'::regclass
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.held, one.conname);
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES request_identity (id)%s',
                one.held, one.conname, one.attname,
                CASE WHEN one.held <> 'request_live'::regclass AND EXISTS (SELECT FROM request_identity)
                    THEN ' NOT VALID' ELSE '' END);
        END LOOP;
    END $$
    """,
    "CREATE INDEX request_closed ON request_live (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX request_open ON request_live (upstream, service_code) WHERE status <> 'closed'",
    "CREATE TABLE request (LIKE request_live INCLUDING DEFAULTS, FOREIGN KEY (crew_id) REFERENCES crew (id),"
    " FOREIGN KEY (merged_into) REFERENCES request_identity (id)) PARTITION BY LIST (shelf)",
    "ALTER TABLE request ATTACH PARTITION request_live FOR VALUES IN (0)",
    "CREATE TRIGGER request_stays BEFORE TRUNCATE ON request FOR EACH STATEMENT EXECUTE FUNCTION history_grows()",
)
"""From one table to shelves, as the owner; functions, triggers and the view are made after it."""
FUNCTIONS = (
    # BEFORE, for a request may be merged into one that is written after it, and before any AFTER trigger looks.
    f"""
    CREATE OR REPLACE FUNCTION guard.request_known() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    BEGIN
        INSERT INTO request_identity VALUES (NEW.id, NEW.number, NEW.upstream, NEW.upstream_id)
            ON CONFLICT (id) DO NOTHING;
        IF NOT FOUND AND EXISTS (SELECT FROM request WHERE id = NEW.id) THEN  -- one that moves has left its old place
            RAISE EXCEPTION 'there is a request % already', NEW.id USING ERRCODE = 'unique_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 - our words
    f"""
    CREATE OR REPLACE FUNCTION guard.request_renamed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    BEGIN
        UPDATE request_identity SET number = NEW.number, upstream = NEW.upstream, upstream_id = NEW.upstream_id
            WHERE id = NEW.id;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - our words
    # A row that is put on a shelf while somebody waits for it is looked up where it is now.
    f"""
    CREATE OR REPLACE FUNCTION {SCHEMA}.held(listed json) RETURNS SETOF {SCHEMA}.request LANGUAGE plpgsql {PATH} AS $$
    DECLARE
        ids bigint[] := ARRAY(SELECT value::bigint FROM json_array_elements_text(listed));
    BEGIN
        FOR attempt IN 1 .. 10 LOOP
            BEGIN
                PERFORM 1 FROM request WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
                RETURN QUERY SELECT * FROM request WHERE id = ANY (ids) ORDER BY id;
                RETURN;
            EXCEPTION WHEN serialization_failure THEN
                IF attempt = 10 THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END $$
    """,  # noqa: S608 - our words
    # The oldest that is closed long enough and lies at work: on which shelf it belongs, and when that ends.
    f"""
    CREATE OR REPLACE FUNCTION guard.shelf_due(OUT a_year integer, OUT ends bigint)
    LANGUAGE plpgsql STABLE {PATH} AS $$
    DECLARE
        bound bigint := guard.millis(least(date_trunc('year', now() AT TIME ZONE 'UTC'),
            (now() - interval '90 days') AT TIME ZONE 'UTC'));
        oldest bigint;
    BEGIN
        SELECT closed_at INTO oldest FROM request WHERE shelf = 0 AND closed_at < bound ORDER BY closed_at LIMIT 1;
        a_year := greatest(extract(year FROM to_timestamp(oldest / 1000.0) AT TIME ZONE 'UTC'), {_FIRST});
        ends := least(bound, guard.millis(make_timestamp(a_year + 1, 1, 1, 0, 0, 0)));
        IF oldest IS NULL THEN
            a_year := NULL;
        END IF;
    END $$
    """,  # noqa: S608 - our words
    # In a transaction of its own, with nobody writing: who began before it would not know where to look.
    f"""
    CREATE OR REPLACE FUNCTION guard.shelf_made() RETURNS void LANGUAGE plpgsql SECURITY DEFINER {PATH}
    SET lock_timeout = '1s' AS $$
    DECLARE
        due integer := (guard.shelf_due()).a_year;
        named text := 'request_' || due;
    BEGIN
        IF to_regclass('{SCHEMA}.' || named) IS NULL AND due IS NOT NULL THEN
            LOCK TABLE request IN EXCLUSIVE MODE;
            EXECUTE format('CREATE TABLE {SCHEMA}.%I (LIKE request_live INCLUDING DEFAULTS INCLUDING INDEXES'
                ' INCLUDING CONSTRAINTS)', named);
            EXECUTE format('CREATE INDEX %I ON {SCHEMA}.%I (id) WHERE %s',
                named || '_strayed', named, guard.strayed(due));
            EXECUTE format('ALTER TABLE request ATTACH PARTITION %I FOR VALUES IN (%s)', named, due);
        END IF;
    END $$
    """,  # noqa: S608 - our words
    # Of each year what is open again, or was closed in another one, goes back to work. Then the oldest year's turn.
    f"""
    CREATE OR REPLACE FUNCTION guard.shelve(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    DECLARE
        due record;
        a_year integer;
        moved integer := 0;
        these integer;
    BEGIN
        FOR a_year IN SELECT CAST(substring(c.relname FROM '^request_([0-9]+)$') AS integer) FROM pg_class AS c
            JOIN pg_inherits AS i ON i.inhrelid = c.oid AND i.inhparent = 'request'::regclass
            WHERE c.relname <> 'request_live'
        LOOP
            EXECUTE format('UPDATE request SET shelf = 0 WHERE shelf = %1$s AND id = ANY (ARRAY(SELECT id FROM request'
                ' WHERE shelf = %1$s AND (%2$s) LIMIT %3$s FOR UPDATE SKIP LOCKED))',
                a_year, guard.strayed(a_year), most);
            GET DIAGNOSTICS these = ROW_COUNT;
            moved := moved + these;
        END LOOP;
        due := guard.shelf_due();
        IF to_regclass('{SCHEMA}.request_' || due.a_year) IS NOT NULL THEN
            UPDATE request SET shelf = due.a_year WHERE shelf = 0 AND id = ANY (ARRAY(SELECT id FROM request
                WHERE shelf = 0 AND closed_at < due.ends ORDER BY closed_at LIMIT most FOR UPDATE SKIP LOCKED));
            GET DIAGNOSTICS these = ROW_COUNT;
            moved := moved + these;
        END IF;
        RETURN moved;
    END $$
    """,  # noqa: S608 - our words
    """
    CREATE OR REPLACE FUNCTION guard.millis(a_moment timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT CAST(extract(epoch FROM a_moment) * 1000 AS bigint)
    $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.strayed(a_year integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT 'closed_at IS NULL OR closed_at >= ' || guard.millis(make_timestamp(a_year + 1, 1, 1, 0, 0, 0))
            || CASE WHEN a_year > {_FIRST} THEN
                ' OR closed_at < ' || guard.millis(make_timestamp(a_year, 1, 1, 0, 0, 0)) ELSE '' END
    $$
    """,
)
TRIGGERS = (
    ("request_known", "BEFORE INSERT", "desk.request", "guard.request_known"),
    ("request_renamed", "AFTER UPDATE OF number, upstream, upstream_id", "desk.request", "guard.request_renamed"),
)
