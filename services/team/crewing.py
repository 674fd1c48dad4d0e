"""What the database refuses of what crews are given: routing rules nobody could go by, letters that leave twice."""

from __future__ import annotations

from services.store.leaving import QUEUED, RETRACTED
from services.team.stating import DENIED, PATH

_DAY = 86_400_000
FUNCTIONS = (
    # Whoever pulls goes by the last version: one that cannot be read would keep every request from arriving.
    f"""
    CREATE OR REPLACE FUNCTION guard.routing_signed() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
    BEGIN
        IF guard.is_free() THEN
            RETURN NEW;
        ELSIF NEW.actor <> session_user THEN
            RAISE EXCEPTION 'routing rules are signed with one''s own name' {DENIED};
        END IF;
        IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.rules ->> 'zone')
            OR coalesce(json_typeof(NEW.rules -> 'rules') <> 'array', true)
            OR octet_length(CAST(NEW.rules AS text)) > 1000000 THEN
            RAISE EXCEPTION 'nobody could go by these rules' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM json_array_elements(NEW.rules -> 'rules') AS its(rule) WHERE NOT coalesce(
                json_typeof(rule -> 'name') = 'string' AND rule ->> 'name' <> ''
                AND json_typeof(rule -> 'crew') = 'number'
                AND EXISTS (SELECT FROM crew WHERE id = CAST(rule ->> 'crew' AS numeric))
                AND json_typeof(rule -> 'services') = 'array' AND json_typeof(rule -> 'areas') = 'array'
                AND json_typeof(rule -> 'hours') = 'object' AND json_typeof(rule -> 'active') = 'boolean', false))
            OR EXISTS (SELECT FROM json_array_elements(NEW.rules -> 'rules') AS its(rule),
                LATERAL (SELECT json_array_elements(rule -> 'services') UNION ALL
                    SELECT json_array_elements(rule -> 'areas')) AS places(name) WHERE json_typeof(name) <> 'string')
            THEN
            RAISE EXCEPTION 'nobody could go by these rules' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 - our words
    # What has left is not made to wait again, by whatever program.
    f"""
    CREATE OR REPLACE FUNCTION guard.crew_letter_signed() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
    BEGIN
        IF guard.is_free() THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.actor <> session_user OR NEW.state <> '{QUEUED}'
            OR NEW.next_try_at - NEW.asked_at NOT BETWEEN 0 AND {_DAY}) THEN
            RAISE EXCEPTION 'a letter is asked for under one''s own name, and leaves within a day' {DENIED};
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.state <> '{QUEUED}' OR NEW.state NOT IN ('{QUEUED}', '{RETRACTED}')) THEN
            RAISE EXCEPTION 'a letter is taken back before it leaves, and never sent again' {DENIED};
        END IF;
        RETURN NEW;
    END $$
    """,
)
