"""What the database checks when a person's transaction ends: that what is told was done, and is in the history.

A row for an upstream or a caller tells the state in which the request then stands, with a text that was written for it,
once; whatever word was queued for that state, the worker sends its own. These checks are made at the end, because a
command writes its parts in whatever order is quickest.
"""

from __future__ import annotations

from services.team.stating import DENIED, PATH

_NOW = "e.tx + 0 = CAST(CAST(pg_current_xact_id() AS text) AS bigint) AND e.actor = session_user"
"""A line of this very transaction. + 0, and || '' below: found by its request, never among all of one operation."""
_OUR_TELLING = "('status', 'message', 'merged')"
"""The kinds of lines whose text is for residents."""
FUNCTIONS = (  # those that are called by others look where these do
    # The request and those it is merged into, over however many steps: what is said of them, its callers hear.
    """
    CREATE OR REPLACE FUNCTION guard.kin(an_id bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
        WITH RECURSIVE up(id, merged_into) AS (
            SELECT id, merged_into FROM request WHERE id = an_id
            UNION SELECT r.id, r.merged_into FROM up JOIN request AS r ON r.id = up.merged_into)
        SELECT array_agg(id) FROM up
    $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.check_written(those bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM event AS e WHERE e.request_id = ANY (those) AND {_NOW}) THEN
            RAISE EXCEPTION 'nothing is changed that history does not tell' {DENIED};
        END IF;
    END $$
    """,
    # To take an operation back is told where it was done, though what it told of may lie elsewhere by now.
    """
    CREATE OR REPLACE FUNCTION guard.is_turned(an_operation text) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM event WHERE tx = CAST(CAST(pg_current_xact_id() AS text) AS bigint)
            AND actor = session_user AND kind IN ('undone', 'redone') AND operation || '' = an_operation)
    $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.check_told(those bigint[], an_operation text, a_text bigint, said text)
    RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM operation WHERE id = an_operation AND id <> ''
            AND (actor = session_user OR guard.has('supervisor'))) THEN
            RAISE EXCEPTION 'what is told belongs to what was done' {DENIED};
        END IF;
        IF NOT EXISTS (SELECT FROM event AS e JOIN request AS r ON r.id = e.request_id
            WHERE e.request_id = ANY (those) AND {_NOW} AND e.operation || '' = an_operation
            AND said IN ('', concat_ws('/', r.status, r.outcome))) THEN
            RAISE EXCEPTION 'what is told is how it stands' {DENIED};
        END IF;
        IF a_text IS NOT NULL AND (NOT guard.may('message')
            OR NOT EXISTS (SELECT FROM event AS e JOIN text AS t ON t.id = e.text_id AND t.request_id = e.request_id
                WHERE e.request_id = ANY (those) AND e.text_id = a_text AND e.operation || '' = an_operation
                AND e.kind IN {_OUR_TELLING})
            OR EXISTS (SELECT FROM event AS e JOIN text AS t ON t.id = a_text AND t.request_id = e.request_id
                WHERE e.text_id = a_text AND e.operation || '' <> an_operation)) THEN
            RAISE EXCEPTION 'a text is sent as what it was written for' {DENIED};
        END IF;
    END $$
    """,  # noqa: S608 - our words
    f"""
    CREATE OR REPLACE FUNCTION guard.check_hearer(a_caller bigint, an_id bigint, is_closed boolean, a_text bigint)
    RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM caller WHERE id = a_caller AND request_id = an_id AND NOT withdrawn)
            OR NOT (is_closed OR a_text IS NOT NULL) THEN
            RAISE EXCEPTION 'callers are told of their own request, that it is closed or in words' {DENIED};
        END IF;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.outbox_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    DECLARE
        is_notice boolean := NEW.kind = 'notice';
        those bigint[];
        home request;
        last_way boolean;
    BEGIN
        those := CASE WHEN is_notice THEN guard.kin(NEW.request_id) ELSE ARRAY[NEW.request_id] END;
        SELECT * INTO home FROM request WHERE id = NEW.request_id;
        IF TG_OP = 'UPDATE' THEN
            IF NOT guard.is_turned(NEW.operation) THEN
                PERFORM guard.check_written(those);
            END IF;
            IF OLD.state = 'queued' AND NEW.state = 'retracted' AND (is_notice OR home.upstream <> '')
                AND NOT guard.has('supervisor')
                AND NOT EXISTS (SELECT FROM operation WHERE id = NEW.operation AND actor = session_user) THEN
                RAISE EXCEPTION 'what others queued leaves' {DENIED};
            END IF;
            RETURN NULL;
        END IF;
        PERFORM guard.check_told(those, NEW.operation, NEW.text_id,
            CASE NEW.kind WHEN 'notice' THEN NEW.status_word WHEN 'update' THEN NEW.told_state ELSE '' END);
        IF is_notice THEN
            PERFORM guard.check_hearer(NEW.caller_id, NEW.request_id, NEW.status_word LIKE 'closed/%', NEW.text_id);
            IF NEW.upstream <> '@mail' OR NEW.status_word = '' OR NEW.reverse OR EXISTS (SELECT FROM outbox
                WHERE request_id = NEW.request_id AND operation || '' = NEW.operation AND caller_id = NEW.caller_id
                AND kind = 'notice' AND state <> 'retracted' AND id <> NEW.id) THEN
                RAISE EXCEPTION 'a caller is told once' {DENIED};
            END IF;
            RETURN NULL;
        END IF;
        SELECT reverse INTO last_way FROM outbox WHERE request_id = NEW.request_id
            AND operation || '' = NEW.operation AND kind <> 'notice' AND state <> 'retracted' AND seq + 0 < NEW.seq
            ORDER BY seq + 0 DESC LIMIT 1;
        IF NEW.upstream IN ('', '@mail') OR NEW.upstream <> home.upstream OR NEW.caller_id IS NOT NULL THEN
            RAISE EXCEPTION 'what is told goes to where the request is from' {DENIED};
        END IF;
        IF last_way IS NOT DISTINCT FROM NEW.reverse OR (last_way IS NULL AND NEW.reverse) THEN
            RAISE EXCEPTION 'an upstream is told once' {DENIED};
        END IF;
        IF NEW.kind = 'report' AND (home.upstream_id <> '' OR NEW.text_id IS NOT NULL OR EXISTS (SELECT FROM outbox
            WHERE request_id = NEW.request_id AND kind = 'report' AND state <> 'retracted' AND id <> NEW.id)) THEN
            RAISE EXCEPTION 'what an upstream knows is not reported to it' {DENIED};
        END IF;
        IF NEW.kind NOT IN ('report', 'update') OR (NEW.kind = 'update' AND NEW.told_state = '') THEN
            RAISE EXCEPTION 'a state is told' {DENIED};
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - our words
    f"""
    CREATE OR REPLACE FUNCTION guard.call_back_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    DECLARE
        those bigint[];
    BEGIN
        those := guard.kin(NEW.request_id);
        IF TG_OP = 'UPDATE' THEN
            IF NOT guard.is_turned(NEW.operation) THEN
                PERFORM guard.check_written(those);
            END IF;
            RETURN NULL;
        END IF;
        PERFORM guard.check_told(those, NEW.operation, NEW.text_id, NEW.told_state);
        PERFORM guard.check_hearer(NEW.caller_id, NEW.request_id, NEW.told_state LIKE 'closed/%', NEW.text_id);
        IF NEW.told_state = '' OR EXISTS (SELECT FROM call_back WHERE caller_id = NEW.caller_id
            AND operation || '' = NEW.operation AND state <> 'retracted' AND id <> NEW.id) THEN
            RAISE EXCEPTION 'a caller is told once' {DENIED};
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.request_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    DECLARE
        moved boolean;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM guard.check_written(ARRAY[NEW.id]);
            RETURN NULL;
        END IF;
        moved := (NEW.status, NEW.outcome) IS DISTINCT FROM (OLD.status, OLD.outcome);
        IF NEW *= OLD THEN
            RETURN NULL;
        END IF;
        PERFORM guard.check_written(ARRAY[NEW.id]);
        IF moved AND NOT EXISTS (SELECT FROM event AS e WHERE e.request_id = NEW.id AND {_NOW}
            AND e.data ->> 'to' = NEW.status AND e.data ->> 'to_outcome' IS NOT DISTINCT FROM NEW.outcome) THEN
            RAISE EXCEPTION 'history tells where it went' {DENIED};
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - our words
    # Whether they are to be called is said of all who have a number at once, in the history of one request.
    f"""
    CREATE OR REPLACE FUNCTION guard.caller_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.withdrawn = OLD.withdrawn AND NEW.do_not_call <> OLD.do_not_call THEN
                IF NOT EXISTS (SELECT FROM event WHERE actor = session_user
                    AND tx = CAST(CAST(pg_current_xact_id() AS text) AS bigint)) THEN
                    RAISE EXCEPTION 'nothing is changed that history does not tell' {DENIED};
                END IF;
                RETURN NULL;
            END IF;
        END IF;
        PERFORM guard.check_written(ARRAY[NEW.request_id]);
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION guard.event_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM request
            WHERE id = NEW.request_id AND status = NEW.data ->> 'to'
            AND outcome IS NOT DISTINCT FROM NEW.data ->> 'to_outcome') THEN
            RAISE EXCEPTION 'history tells where it went' {DENIED};
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - our words
)
_THEIRS = "NOT guard.is_free()"
TRIGGERS = (
    ("outbox_told", "INSERT OR UPDATE", "desk.outbox", _THEIRS, "guard.outbox_told"),
    ("call_back_told", "INSERT OR UPDATE", "desk.call_back", _THEIRS, "guard.call_back_told"),
    ("request_told", "INSERT OR UPDATE", "desk.request", _THEIRS, "guard.request_told"),
    ("caller_told", "INSERT OR UPDATE", "desk.caller", _THEIRS, "guard.caller_told"),
    ("event_told", "INSERT", "desk.event", "NEW.data ->> 'to' IS NOT NULL AND NOT guard.is_free()", "guard.event_told"),
)
"""Made when the transaction ends."""
