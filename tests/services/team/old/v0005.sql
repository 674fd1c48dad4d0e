SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA desk;
CREATE SCHEMA guard;
CREATE SCHEMA masked;
CREATE FUNCTION desk.heard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('connect_console', '');
        RETURN NULL;
    END $$;
CREATE FUNCTION desk.history_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        RAISE EXCEPTION 'history is appended, never edited' USING ERRCODE = 'insufficient_privilege';
    END $$;
CREATE FUNCTION desk.put_words(an_id bigint, said text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'desk'
    AS $$
        INSERT INTO search (id, words) VALUES (an_id, CAST(said AS tsvector))
        ON CONFLICT (id) DO UPDATE SET words = CASE WHEN guard.may('see contacts') THEN excluded.words
            ELSE excluded.words || ts_filter(search.words, '{a}') END
    $$;
CREATE FUNCTION desk.reserve(what text, many bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $_$
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
    END $_$;
CREATE FUNCTION guard.caller_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF NOT guard.may('see contacts') THEN  -- who sees them writes the others anew
            UPDATE search SET words = ts_filter(words, '{d}') WHERE id = NEW.request_id;
        END IF;
        RETURN NULL;
    END $$;
CREATE FUNCTION guard.caller_kept() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        NEW.do_not_call := NEW.do_not_call OR NOT guard.may('see contacts') AND (  -- who sees them has looked
            (NEW.phone_key <> '' AND EXISTS (SELECT FROM caller WHERE phone_key <> ''
                AND phone_key = NEW.phone_key AND do_not_call AND NOT withdrawn))
            OR (NEW.email_key <> '' AND EXISTS (SELECT FROM caller WHERE email_key <> ''
                AND email_key = NEW.email_key AND do_not_call AND NOT withdrawn)));
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.caller_written() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO caller (id, request_id, name, phone, email, language, phone_key, email_key, reply, consent,
                do_not_call, withdrawn, joined)
                SELECT NEW.id, NEW.request_id, coalesce(NEW.name, ''), coalesce(NEW.phone, ''), coalesce(NEW.email, ''),
                coalesce(NEW.language, ''), coalesce(NEW.phone_key, ''),
                coalesce(NEW.email_key, ''), coalesce(NEW.reply, ''), coalesce(NEW.consent, true),
                coalesce(NEW.do_not_call, false), coalesce(NEW.withdrawn, false), coalesce(NEW.joined, false);
        ELSE
            UPDATE caller SET name = NEW.name, language = NEW.language, reply = NEW.reply, consent = NEW.consent,
                do_not_call = NEW.do_not_call, withdrawn = NEW.withdrawn,
                phone = CASE NEW.phone WHEN '' THEN '' ELSE phone END,
                email = CASE NEW.email WHEN '' THEN '' ELSE email END,
                phone_key = CASE NEW.phone_key WHEN '' THEN '' ELSE phone_key END,
                email_key = CASE NEW.email_key WHEN '' THEN '' ELSE email_key END WHERE id = NEW.id;
        END IF;
        RETURN NEW;
    END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE desk.request (
    id bigint NOT NULL,
    number text NOT NULL,
    upstream text DEFAULT ''::text NOT NULL,
    upstream_id text DEFAULT ''::text NOT NULL,
    token text DEFAULT ''::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    service_code text DEFAULT ''::text NOT NULL,
    service text DEFAULT ''::text NOT NULL,
    status text NOT NULL,
    outcome text,
    address text DEFAULT ''::text NOT NULL,
    lat double precision,
    lon double precision,
    area text DEFAULT ''::text NOT NULL,
    zipcode text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    erased boolean DEFAULT false NOT NULL,
    channel text DEFAULT ''::text NOT NULL,
    requested_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    expected_at bigint,
    due_at bigint,
    closed_at bigint,
    person_at bigint,
    crew_id integer,
    version integer DEFAULT 1 NOT NULL,
    upstream_status text DEFAULT ''::text NOT NULL,
    upstream_notes text DEFAULT ''::text NOT NULL,
    upstream_updated_at bigint,
    fingerprint text,
    differs boolean DEFAULT false NOT NULL,
    reopened boolean DEFAULT false NOT NULL,
    media_urls json DEFAULT '[]'::json NOT NULL,
    reach json,
    attributes json DEFAULT '{}'::json NOT NULL,
    merged_into bigint,
    needed_at bigint,
    claimed_by text DEFAULT ''::text NOT NULL
);
CREATE FUNCTION guard.due_is_kept(one desk.request) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    DECLARE
        promised numeric := CASE WHEN one.expected_at >= one.requested_at THEN one.expected_at
            ELSE one.requested_at + (SELECT CAST(sla_hours AS numeric) * 3600000 FROM service
                WHERE upstream = one.upstream AND code = one.service_code) END;
    BEGIN
        IF promised > 253402300799999 THEN  -- beyond the calendar
            promised := NULL;
        END IF;
        RETURN coalesce(abs(one.due_at - promised) <= 1, false) OR (one.due_at IS NOT DISTINCT FROM one.needed_at
            AND (promised IS NULL OR coalesce(one.needed_at <= promised + 1, false)));
    END $$;
CREATE FUNCTION guard.event_chained() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        UPDATE guard.chain SET links = links + 1, head = sha256(salt || head || convert_to(concat_ws('|', links + 1, NEW.request_id, NEW.at, coalesce(CAST(NEW.text_id AS text), ''), octet_length(NEW.actor), octet_length(NEW.kind), octet_length(NEW.operation), NEW.actor, NEW.kind, NEW.operation, NEW.data), 'UTF8'))
            WHERE request_id = NEW.request_id RETURNING links, head INTO NEW.link, NEW.digest;
        IF NOT FOUND THEN
            INSERT INTO guard.chain AS c (request_id, salt, links, head)
                VALUES (NEW.request_id, uuid_send(gen_random_uuid()), 0, '') ON CONFLICT DO NOTHING;
            UPDATE guard.chain SET links = links + 1, head = sha256(salt || head || convert_to(concat_ws('|', links + 1, NEW.request_id, NEW.at, coalesce(CAST(NEW.text_id AS text), ''), octet_length(NEW.actor), octet_length(NEW.kind), octet_length(NEW.operation), NEW.actor, NEW.kind, NEW.operation, NEW.data), 'UTF8'))
                WHERE request_id = NEW.request_id RETURNING links, head INTO NEW.link, NEW.digest;
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.event_signed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF NEW.actor IS DISTINCT FROM session_user AND NOT guard.has('owner') AND NOT (guard.has('worker')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = NEW.actor AND rolcanlogin)) THEN
            RAISE EXCEPTION 'history is written under one''s own name' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF EXISTS (SELECT FROM operation WHERE id = NEW.operation AND actor <> session_user)
            AND NOT guard.is_free() AND NOT guard.has('supervisor') THEN
            RAISE EXCEPTION 'nobody adds to what others did' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.has(a_role text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
        SELECT coalesce(pg_has_role(session_user,
            CAST(to_regrole(quote_ident(current_database() || '_' || a_role)) AS oid), 'member'), false)
    $$;
CREATE FUNCTION guard.is_free() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
        SELECT guard.has('worker') OR guard.has('owner')
    $$;
CREATE FUNCTION guard.may(an_action text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
        SELECT guard.is_free() OR EXISTS (SELECT FROM guard.act WHERE action = an_action AND guard.has(role))
    $$;
CREATE FUNCTION guard.operation_signed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF NEW.actor IS DISTINCT FROM session_user AND NOT guard.is_free()
            AND (TG_OP = 'INSERT' OR NOT guard.has('supervisor')) THEN
            RAISE EXCEPTION 'only a supervisor takes back what others did' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.outbox_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF NOT guard.is_free() AND (NEW.state NOT IN ('queued', 'retracted')
            OR (TG_OP = 'UPDATE' AND OLD.state NOT IN ('queued', 'refused', 'unknown', NEW.state))) THEN
            RAISE EXCEPTION 'only the worker says what has left' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.presence_signed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF (NEW.actor, NEW.pid) IS DISTINCT FROM (session_user::text, pg_backend_pid()) AND NOT guard.is_free() THEN
            RAISE EXCEPTION 'a desk speaks for itself alone' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.request_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    DECLARE
        moved boolean := (NEW.status, NEW.outcome) IS DISTINCT FROM (OLD.status, OLD.outcome);
        leads boolean;
    BEGIN
        IF NOT guard.is_free() THEN
            leads := guard.has('supervisor');
            IF moved AND NOT (
                EXISTS (SELECT FROM guard.step WHERE source = OLD.status AND target = NEW.status
                    AND outcome = (NEW.outcome IS NOT NULL) AND (NEW.crew_id IS NOT NULL OR NOT crew)
                    AND guard.has(role))
                OR EXISTS (SELECT FROM guard.move WHERE request_id = NEW.id AND status = NEW.status
                    AND outcome IS NOT DISTINCT FROM NEW.outcome
                    AND (leads OR id > coalesce((SELECT max(id) FROM guard.move
                        WHERE request_id = NEW.id AND actor <> session_user), 0)))
                OR (leads AND NEW.upstream = '' AND NEW.upstream_id <> ''
                    AND 'withdrawn' IN (OLD.outcome, NEW.outcome))
            ) THEN
                RAISE EXCEPTION 'your role may not go from % to %', OLD.status, NEW.status USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NOT moved AND NOT leads
                AND (NEW.closed_at, NEW.reopened) IS DISTINCT FROM (OLD.closed_at, OLD.reopened) THEN
                RAISE EXCEPTION 'when it was closed is not changed' USING ERRCODE = 'insufficient_privilege';
            END IF;
            -- What is known of it bounds when it was closed, whatever the desk says; an hour for clocks that differ.
            IF NOT leads AND NEW.closed_at IS DISTINCT FROM OLD.closed_at AND NEW.closed_at < least(
                extract(epoch FROM clock_timestamp()) * 1000 - 3600000, greatest(OLD.requested_at, OLD.updated_at,
                    (SELECT max(at) FROM event WHERE request_id = NEW.id))) THEN
                RAISE EXCEPTION 'it was not closed before what was done to it' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.claimed_by <> OLD.claimed_by AND OLD.claimed_by NOT IN ('', session_user)
                AND NOT leads AND NOT guard.has('dispatcher')
                AND NOT EXISTS (SELECT FROM guard.hand WHERE request_id = NEW.id AND actor = session_user) THEN
                RAISE EXCEPTION 'only who has it or a dispatcher gives it away' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.upstream = '' AND OLD.upstream <> '' AND OLD.upstream_id <> '' AND NOT leads THEN
                RAISE EXCEPTION 'what an upstream knows stays its own' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.crew_id IS DISTINCT FROM OLD.crew_id AND NOT guard.may('assign') THEN
                RAISE EXCEPTION 'your role may not assign' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.merged_into IS DISTINCT FROM OLD.merged_into AND NOT guard.may('merge') THEN
                RAISE EXCEPTION 'your role may not merge' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.upstream NOT IN ('', OLD.upstream) AND NOT EXISTS (SELECT FROM outbox WHERE request_id = NEW.id
                AND kind = 'report' AND upstream = NEW.upstream) THEN
                RAISE EXCEPTION 'it was never reported there' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF (NEW.due_at, NEW.needed_at) IS DISTINCT FROM (OLD.due_at, OLD.needed_at)
                AND NOT leads AND NOT guard.due_is_kept(NEW) THEN
                RAISE EXCEPTION 'your role may not change when it is due' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NEW.version < OLD.version THEN
                RAISE EXCEPTION 'a version only grows' USING ERRCODE = 'insufficient_privilege';
            END IF;
        END IF;
        IF moved THEN
            INSERT INTO guard.move (request_id, actor, status, outcome)
                VALUES (NEW.id, session_user, OLD.status, OLD.outcome);
        END IF;
        IF NEW.claimed_by <> OLD.claimed_by THEN
            INSERT INTO guard.hand VALUES (NEW.id, session_user)
                ON CONFLICT (request_id) DO UPDATE SET actor = session_user;
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.request_made() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF guard.is_free() OR guard.has('supervisor') THEN
            RETURN NEW;
        END IF;
        IF (NEW.status, NEW.upstream_id, NEW.version) <> ('new', '', 1) OR coalesce(NEW.outcome, NEW.crew_id::text,
            NEW.merged_into::text, NEW.closed_at::text, NEW.expected_at::text) IS NOT NULL THEN
            RAISE EXCEPTION 'what is logged begins as new' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NOT guard.due_is_kept(NEW) THEN
            RAISE EXCEPTION 'your role may not change when it is due' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE FUNCTION guard.text_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'desk'
    AS $$
    BEGIN
        IF NEW.body <> '' AND NOT guard.has('owner') THEN
            RAISE EXCEPTION 'a text is erased, never edited' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
CREATE TABLE desk.alembic_version (
    version_num text NOT NULL
);
CREATE TABLE desk.call_back (
    id bigint NOT NULL,
    request_id bigint NOT NULL,
    caller_id bigint NOT NULL,
    text_id bigint,
    state text NOT NULL,
    told_state text NOT NULL,
    created_at bigint NOT NULL,
    done_at bigint,
    operation text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE desk.call_back_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.call_back_id_seq OWNED BY desk.call_back.id;
CREATE TABLE desk.caller (
    id bigint NOT NULL,
    request_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    phone_key text DEFAULT ''::text NOT NULL,
    email_key text DEFAULT ''::text NOT NULL,
    reply text DEFAULT ''::text NOT NULL,
    consent boolean DEFAULT true NOT NULL,
    do_not_call boolean DEFAULT false NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    joined boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE desk.caller_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.caller_id_seq OWNED BY desk.caller.id;
CREATE SEQUENCE desk.caller_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_00_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_01_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_02_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_03_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_04_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_05_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_06_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_07_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_08_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_09_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_10_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_11_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_12_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_13_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_14_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_15_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_16_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_17_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_18_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_19_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_20_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_21_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_22_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_23_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_24_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_25_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_26_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_27_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_28_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_29_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_30_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_31_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_32_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_33_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_34_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_35_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_36_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_37_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_38_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_39_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_40_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_41_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_42_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_43_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_44_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_45_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_46_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_47_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_48_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_49_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_50_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_51_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_52_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_53_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_54_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_55_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_56_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_57_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_58_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_59_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_60_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_61_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_62_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_63_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_64_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_65_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_66_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_67_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_68_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_69_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_70_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_71_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_72_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_73_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_74_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_75_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_76_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_77_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_78_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_79_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_80_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_81_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_82_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_83_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_84_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_85_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_86_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_87_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_88_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_89_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_90_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_91_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_92_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_93_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_94_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_95_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_96_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_97_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_98_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE desk.number_99_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE VIEW desk.counter AS
 SELECT 2000 AS year,
    number_00_numbers.last_value AS last
   FROM desk.number_00_numbers
  WHERE number_00_numbers.is_called
UNION ALL
 SELECT 2001 AS year,
    number_01_numbers.last_value AS last
   FROM desk.number_01_numbers
  WHERE number_01_numbers.is_called
UNION ALL
 SELECT 2002 AS year,
    number_02_numbers.last_value AS last
   FROM desk.number_02_numbers
  WHERE number_02_numbers.is_called
UNION ALL
 SELECT 2003 AS year,
    number_03_numbers.last_value AS last
   FROM desk.number_03_numbers
  WHERE number_03_numbers.is_called
UNION ALL
 SELECT 2004 AS year,
    number_04_numbers.last_value AS last
   FROM desk.number_04_numbers
  WHERE number_04_numbers.is_called
UNION ALL
 SELECT 2005 AS year,
    number_05_numbers.last_value AS last
   FROM desk.number_05_numbers
  WHERE number_05_numbers.is_called
UNION ALL
 SELECT 2006 AS year,
    number_06_numbers.last_value AS last
   FROM desk.number_06_numbers
  WHERE number_06_numbers.is_called
UNION ALL
 SELECT 2007 AS year,
    number_07_numbers.last_value AS last
   FROM desk.number_07_numbers
  WHERE number_07_numbers.is_called
UNION ALL
 SELECT 2008 AS year,
    number_08_numbers.last_value AS last
   FROM desk.number_08_numbers
  WHERE number_08_numbers.is_called
UNION ALL
 SELECT 2009 AS year,
    number_09_numbers.last_value AS last
   FROM desk.number_09_numbers
  WHERE number_09_numbers.is_called
UNION ALL
 SELECT 2010 AS year,
    number_10_numbers.last_value AS last
   FROM desk.number_10_numbers
  WHERE number_10_numbers.is_called
UNION ALL
 SELECT 2011 AS year,
    number_11_numbers.last_value AS last
   FROM desk.number_11_numbers
  WHERE number_11_numbers.is_called
UNION ALL
 SELECT 2012 AS year,
    number_12_numbers.last_value AS last
   FROM desk.number_12_numbers
  WHERE number_12_numbers.is_called
UNION ALL
 SELECT 2013 AS year,
    number_13_numbers.last_value AS last
   FROM desk.number_13_numbers
  WHERE number_13_numbers.is_called
UNION ALL
 SELECT 2014 AS year,
    number_14_numbers.last_value AS last
   FROM desk.number_14_numbers
  WHERE number_14_numbers.is_called
UNION ALL
 SELECT 2015 AS year,
    number_15_numbers.last_value AS last
   FROM desk.number_15_numbers
  WHERE number_15_numbers.is_called
UNION ALL
 SELECT 2016 AS year,
    number_16_numbers.last_value AS last
   FROM desk.number_16_numbers
  WHERE number_16_numbers.is_called
UNION ALL
 SELECT 2017 AS year,
    number_17_numbers.last_value AS last
   FROM desk.number_17_numbers
  WHERE number_17_numbers.is_called
UNION ALL
 SELECT 2018 AS year,
    number_18_numbers.last_value AS last
   FROM desk.number_18_numbers
  WHERE number_18_numbers.is_called
UNION ALL
 SELECT 2019 AS year,
    number_19_numbers.last_value AS last
   FROM desk.number_19_numbers
  WHERE number_19_numbers.is_called
UNION ALL
 SELECT 2020 AS year,
    number_20_numbers.last_value AS last
   FROM desk.number_20_numbers
  WHERE number_20_numbers.is_called
UNION ALL
 SELECT 2021 AS year,
    number_21_numbers.last_value AS last
   FROM desk.number_21_numbers
  WHERE number_21_numbers.is_called
UNION ALL
 SELECT 2022 AS year,
    number_22_numbers.last_value AS last
   FROM desk.number_22_numbers
  WHERE number_22_numbers.is_called
UNION ALL
 SELECT 2023 AS year,
    number_23_numbers.last_value AS last
   FROM desk.number_23_numbers
  WHERE number_23_numbers.is_called
UNION ALL
 SELECT 2024 AS year,
    number_24_numbers.last_value AS last
   FROM desk.number_24_numbers
  WHERE number_24_numbers.is_called
UNION ALL
 SELECT 2025 AS year,
    number_25_numbers.last_value AS last
   FROM desk.number_25_numbers
  WHERE number_25_numbers.is_called
UNION ALL
 SELECT 2026 AS year,
    number_26_numbers.last_value AS last
   FROM desk.number_26_numbers
  WHERE number_26_numbers.is_called
UNION ALL
 SELECT 2027 AS year,
    number_27_numbers.last_value AS last
   FROM desk.number_27_numbers
  WHERE number_27_numbers.is_called
UNION ALL
 SELECT 2028 AS year,
    number_28_numbers.last_value AS last
   FROM desk.number_28_numbers
  WHERE number_28_numbers.is_called
UNION ALL
 SELECT 2029 AS year,
    number_29_numbers.last_value AS last
   FROM desk.number_29_numbers
  WHERE number_29_numbers.is_called
UNION ALL
 SELECT 2030 AS year,
    number_30_numbers.last_value AS last
   FROM desk.number_30_numbers
  WHERE number_30_numbers.is_called
UNION ALL
 SELECT 2031 AS year,
    number_31_numbers.last_value AS last
   FROM desk.number_31_numbers
  WHERE number_31_numbers.is_called
UNION ALL
 SELECT 2032 AS year,
    number_32_numbers.last_value AS last
   FROM desk.number_32_numbers
  WHERE number_32_numbers.is_called
UNION ALL
 SELECT 2033 AS year,
    number_33_numbers.last_value AS last
   FROM desk.number_33_numbers
  WHERE number_33_numbers.is_called
UNION ALL
 SELECT 2034 AS year,
    number_34_numbers.last_value AS last
   FROM desk.number_34_numbers
  WHERE number_34_numbers.is_called
UNION ALL
 SELECT 2035 AS year,
    number_35_numbers.last_value AS last
   FROM desk.number_35_numbers
  WHERE number_35_numbers.is_called
UNION ALL
 SELECT 2036 AS year,
    number_36_numbers.last_value AS last
   FROM desk.number_36_numbers
  WHERE number_36_numbers.is_called
UNION ALL
 SELECT 2037 AS year,
    number_37_numbers.last_value AS last
   FROM desk.number_37_numbers
  WHERE number_37_numbers.is_called
UNION ALL
 SELECT 2038 AS year,
    number_38_numbers.last_value AS last
   FROM desk.number_38_numbers
  WHERE number_38_numbers.is_called
UNION ALL
 SELECT 2039 AS year,
    number_39_numbers.last_value AS last
   FROM desk.number_39_numbers
  WHERE number_39_numbers.is_called
UNION ALL
 SELECT 2040 AS year,
    number_40_numbers.last_value AS last
   FROM desk.number_40_numbers
  WHERE number_40_numbers.is_called
UNION ALL
 SELECT 2041 AS year,
    number_41_numbers.last_value AS last
   FROM desk.number_41_numbers
  WHERE number_41_numbers.is_called
UNION ALL
 SELECT 2042 AS year,
    number_42_numbers.last_value AS last
   FROM desk.number_42_numbers
  WHERE number_42_numbers.is_called
UNION ALL
 SELECT 2043 AS year,
    number_43_numbers.last_value AS last
   FROM desk.number_43_numbers
  WHERE number_43_numbers.is_called
UNION ALL
 SELECT 2044 AS year,
    number_44_numbers.last_value AS last
   FROM desk.number_44_numbers
  WHERE number_44_numbers.is_called
UNION ALL
 SELECT 2045 AS year,
    number_45_numbers.last_value AS last
   FROM desk.number_45_numbers
  WHERE number_45_numbers.is_called
UNION ALL
 SELECT 2046 AS year,
    number_46_numbers.last_value AS last
   FROM desk.number_46_numbers
  WHERE number_46_numbers.is_called
UNION ALL
 SELECT 2047 AS year,
    number_47_numbers.last_value AS last
   FROM desk.number_47_numbers
  WHERE number_47_numbers.is_called
UNION ALL
 SELECT 2048 AS year,
    number_48_numbers.last_value AS last
   FROM desk.number_48_numbers
  WHERE number_48_numbers.is_called
UNION ALL
 SELECT 2049 AS year,
    number_49_numbers.last_value AS last
   FROM desk.number_49_numbers
  WHERE number_49_numbers.is_called
UNION ALL
 SELECT 2050 AS year,
    number_50_numbers.last_value AS last
   FROM desk.number_50_numbers
  WHERE number_50_numbers.is_called
UNION ALL
 SELECT 2051 AS year,
    number_51_numbers.last_value AS last
   FROM desk.number_51_numbers
  WHERE number_51_numbers.is_called
UNION ALL
 SELECT 2052 AS year,
    number_52_numbers.last_value AS last
   FROM desk.number_52_numbers
  WHERE number_52_numbers.is_called
UNION ALL
 SELECT 2053 AS year,
    number_53_numbers.last_value AS last
   FROM desk.number_53_numbers
  WHERE number_53_numbers.is_called
UNION ALL
 SELECT 2054 AS year,
    number_54_numbers.last_value AS last
   FROM desk.number_54_numbers
  WHERE number_54_numbers.is_called
UNION ALL
 SELECT 2055 AS year,
    number_55_numbers.last_value AS last
   FROM desk.number_55_numbers
  WHERE number_55_numbers.is_called
UNION ALL
 SELECT 2056 AS year,
    number_56_numbers.last_value AS last
   FROM desk.number_56_numbers
  WHERE number_56_numbers.is_called
UNION ALL
 SELECT 2057 AS year,
    number_57_numbers.last_value AS last
   FROM desk.number_57_numbers
  WHERE number_57_numbers.is_called
UNION ALL
 SELECT 2058 AS year,
    number_58_numbers.last_value AS last
   FROM desk.number_58_numbers
  WHERE number_58_numbers.is_called
UNION ALL
 SELECT 2059 AS year,
    number_59_numbers.last_value AS last
   FROM desk.number_59_numbers
  WHERE number_59_numbers.is_called
UNION ALL
 SELECT 2060 AS year,
    number_60_numbers.last_value AS last
   FROM desk.number_60_numbers
  WHERE number_60_numbers.is_called
UNION ALL
 SELECT 2061 AS year,
    number_61_numbers.last_value AS last
   FROM desk.number_61_numbers
  WHERE number_61_numbers.is_called
UNION ALL
 SELECT 2062 AS year,
    number_62_numbers.last_value AS last
   FROM desk.number_62_numbers
  WHERE number_62_numbers.is_called
UNION ALL
 SELECT 2063 AS year,
    number_63_numbers.last_value AS last
   FROM desk.number_63_numbers
  WHERE number_63_numbers.is_called
UNION ALL
 SELECT 2064 AS year,
    number_64_numbers.last_value AS last
   FROM desk.number_64_numbers
  WHERE number_64_numbers.is_called
UNION ALL
 SELECT 2065 AS year,
    number_65_numbers.last_value AS last
   FROM desk.number_65_numbers
  WHERE number_65_numbers.is_called
UNION ALL
 SELECT 2066 AS year,
    number_66_numbers.last_value AS last
   FROM desk.number_66_numbers
  WHERE number_66_numbers.is_called
UNION ALL
 SELECT 2067 AS year,
    number_67_numbers.last_value AS last
   FROM desk.number_67_numbers
  WHERE number_67_numbers.is_called
UNION ALL
 SELECT 2068 AS year,
    number_68_numbers.last_value AS last
   FROM desk.number_68_numbers
  WHERE number_68_numbers.is_called
UNION ALL
 SELECT 2069 AS year,
    number_69_numbers.last_value AS last
   FROM desk.number_69_numbers
  WHERE number_69_numbers.is_called
UNION ALL
 SELECT 2070 AS year,
    number_70_numbers.last_value AS last
   FROM desk.number_70_numbers
  WHERE number_70_numbers.is_called
UNION ALL
 SELECT 2071 AS year,
    number_71_numbers.last_value AS last
   FROM desk.number_71_numbers
  WHERE number_71_numbers.is_called
UNION ALL
 SELECT 2072 AS year,
    number_72_numbers.last_value AS last
   FROM desk.number_72_numbers
  WHERE number_72_numbers.is_called
UNION ALL
 SELECT 2073 AS year,
    number_73_numbers.last_value AS last
   FROM desk.number_73_numbers
  WHERE number_73_numbers.is_called
UNION ALL
 SELECT 2074 AS year,
    number_74_numbers.last_value AS last
   FROM desk.number_74_numbers
  WHERE number_74_numbers.is_called
UNION ALL
 SELECT 2075 AS year,
    number_75_numbers.last_value AS last
   FROM desk.number_75_numbers
  WHERE number_75_numbers.is_called
UNION ALL
 SELECT 2076 AS year,
    number_76_numbers.last_value AS last
   FROM desk.number_76_numbers
  WHERE number_76_numbers.is_called
UNION ALL
 SELECT 2077 AS year,
    number_77_numbers.last_value AS last
   FROM desk.number_77_numbers
  WHERE number_77_numbers.is_called
UNION ALL
 SELECT 2078 AS year,
    number_78_numbers.last_value AS last
   FROM desk.number_78_numbers
  WHERE number_78_numbers.is_called
UNION ALL
 SELECT 2079 AS year,
    number_79_numbers.last_value AS last
   FROM desk.number_79_numbers
  WHERE number_79_numbers.is_called
UNION ALL
 SELECT 2080 AS year,
    number_80_numbers.last_value AS last
   FROM desk.number_80_numbers
  WHERE number_80_numbers.is_called
UNION ALL
 SELECT 2081 AS year,
    number_81_numbers.last_value AS last
   FROM desk.number_81_numbers
  WHERE number_81_numbers.is_called
UNION ALL
 SELECT 2082 AS year,
    number_82_numbers.last_value AS last
   FROM desk.number_82_numbers
  WHERE number_82_numbers.is_called
UNION ALL
 SELECT 2083 AS year,
    number_83_numbers.last_value AS last
   FROM desk.number_83_numbers
  WHERE number_83_numbers.is_called
UNION ALL
 SELECT 2084 AS year,
    number_84_numbers.last_value AS last
   FROM desk.number_84_numbers
  WHERE number_84_numbers.is_called
UNION ALL
 SELECT 2085 AS year,
    number_85_numbers.last_value AS last
   FROM desk.number_85_numbers
  WHERE number_85_numbers.is_called
UNION ALL
 SELECT 2086 AS year,
    number_86_numbers.last_value AS last
   FROM desk.number_86_numbers
  WHERE number_86_numbers.is_called
UNION ALL
 SELECT 2087 AS year,
    number_87_numbers.last_value AS last
   FROM desk.number_87_numbers
  WHERE number_87_numbers.is_called
UNION ALL
 SELECT 2088 AS year,
    number_88_numbers.last_value AS last
   FROM desk.number_88_numbers
  WHERE number_88_numbers.is_called
UNION ALL
 SELECT 2089 AS year,
    number_89_numbers.last_value AS last
   FROM desk.number_89_numbers
  WHERE number_89_numbers.is_called
UNION ALL
 SELECT 2090 AS year,
    number_90_numbers.last_value AS last
   FROM desk.number_90_numbers
  WHERE number_90_numbers.is_called
UNION ALL
 SELECT 2091 AS year,
    number_91_numbers.last_value AS last
   FROM desk.number_91_numbers
  WHERE number_91_numbers.is_called
UNION ALL
 SELECT 2092 AS year,
    number_92_numbers.last_value AS last
   FROM desk.number_92_numbers
  WHERE number_92_numbers.is_called
UNION ALL
 SELECT 2093 AS year,
    number_93_numbers.last_value AS last
   FROM desk.number_93_numbers
  WHERE number_93_numbers.is_called
UNION ALL
 SELECT 2094 AS year,
    number_94_numbers.last_value AS last
   FROM desk.number_94_numbers
  WHERE number_94_numbers.is_called
UNION ALL
 SELECT 2095 AS year,
    number_95_numbers.last_value AS last
   FROM desk.number_95_numbers
  WHERE number_95_numbers.is_called
UNION ALL
 SELECT 2096 AS year,
    number_96_numbers.last_value AS last
   FROM desk.number_96_numbers
  WHERE number_96_numbers.is_called
UNION ALL
 SELECT 2097 AS year,
    number_97_numbers.last_value AS last
   FROM desk.number_97_numbers
  WHERE number_97_numbers.is_called
UNION ALL
 SELECT 2098 AS year,
    number_98_numbers.last_value AS last
   FROM desk.number_98_numbers
  WHERE number_98_numbers.is_called
UNION ALL
 SELECT 2099 AS year,
    number_99_numbers.last_value AS last
   FROM desk.number_99_numbers
  WHERE number_99_numbers.is_called;
CREATE TABLE desk.crew (
    id bigint NOT NULL,
    name text NOT NULL,
    skills json DEFAULT '[]'::json NOT NULL,
    capacity integer DEFAULT 8 NOT NULL,
    active boolean DEFAULT true NOT NULL
);
CREATE SEQUENCE desk.crew_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.crew_id_seq OWNED BY desk.crew.id;
CREATE TABLE desk.event (
    id bigint NOT NULL,
    request_id bigint NOT NULL,
    at bigint NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    data json DEFAULT '{}'::json NOT NULL,
    text_id bigint,
    operation text DEFAULT ''::text NOT NULL,
    tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    link bigint NOT NULL,
    digest bytea NOT NULL
);
CREATE SEQUENCE desk.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.event_id_seq OWNED BY desk.event.id;
CREATE TABLE desk.meta (
    key text NOT NULL,
    value text NOT NULL
);
CREATE TABLE desk.operation (
    seq bigint NOT NULL,
    id text NOT NULL,
    actor text NOT NULL,
    at bigint NOT NULL,
    sentence text NOT NULL,
    state text NOT NULL
);
CREATE SEQUENCE desk.operation_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.operation_seq_seq OWNED BY desk.operation.seq;
CREATE TABLE desk.outbox (
    seq bigint NOT NULL,
    id text NOT NULL,
    request_id bigint NOT NULL,
    upstream text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    status_word text DEFAULT ''::text NOT NULL,
    text_id bigint,
    created_at bigint NOT NULL,
    held_until bigint NOT NULL,
    next_try_at bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    receipt text DEFAULT ''::text NOT NULL,
    sent_at bigint,
    operation text DEFAULT ''::text NOT NULL,
    reverse boolean DEFAULT false NOT NULL,
    caller_id bigint
);
CREATE SEQUENCE desk.outbox_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.outbox_seq_seq OWNED BY desk.outbox.seq;
CREATE UNLOGGED TABLE desk.presence (
    pid integer NOT NULL,
    actor text NOT NULL,
    request_id bigint,
    writes boolean NOT NULL
);
CREATE SEQUENCE desk.request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.request_id_seq OWNED BY desk.request.id;
CREATE SEQUENCE desk.request_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE desk.text (
    id bigint NOT NULL,
    request_id bigint NOT NULL,
    body text NOT NULL,
    erased_at bigint
);
CREATE VIEW desk.request_words AS
 SELECT r.id,
    ((((((((r.number || ' '::text) || r.upstream_id) || ' '::text) || "right"(r.upstream_id, 6)) || ' '::text) || "right"(r.upstream_id, 5)) || ' '::text) || "right"(r.upstream_id, 4)) AS number,
    ((((r.address || ' '::text) || r.area) || ' '::text) || r.zipcode) AS place,
    ((r.service || ' '::text) || r.description) AS description,
    COALESCE(( SELECT string_agg(((((c.name || ' '::text) || c.phone) || ' '::text) || c.email), ' '::text) AS string_agg
           FROM desk.caller c
          WHERE ((c.request_id = r.id) AND (NOT c.withdrawn) AND guard.may('see contacts'::text))), ''::text) AS callers,
    COALESCE(( SELECT string_agg(t.body, ' '::text) AS string_agg
           FROM desk.text t
          WHERE (t.request_id = r.id)), ''::text) AS notes
   FROM desk.request r;
CREATE TABLE desk.search (
    id bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE desk.seen_update (
    upstream text NOT NULL,
    update_id text NOT NULL
);
CREATE TABLE desk.service (
    upstream text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    "group" text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    keywords json DEFAULT '[]'::json NOT NULL,
    has_definition boolean DEFAULT false NOT NULL,
    sla_hours double precision,
    attributes json DEFAULT '[]'::json NOT NULL,
    listed boolean DEFAULT true NOT NULL
);
CREATE SEQUENCE desk.text_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE desk.text_id_seq OWNED BY desk.text.id;
CREATE SEQUENCE desk.text_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE desk.upstream_state (
    name text NOT NULL,
    dialect text DEFAULT ''::text NOT NULL,
    notifies boolean DEFAULT false NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    cursor text DEFAULT ''::text NOT NULL,
    pulled_at bigint,
    problem text DEFAULT ''::text NOT NULL
);
CREATE TABLE guard.act (
    action text,
    role text
);
CREATE TABLE guard.chain (
    request_id bigint NOT NULL,
    salt bytea NOT NULL,
    links bigint NOT NULL,
    head bytea NOT NULL
);
CREATE TABLE guard.hand (
    request_id bigint NOT NULL,
    actor text NOT NULL
);
CREATE TABLE guard.move (
    id bigint NOT NULL,
    request_id bigint NOT NULL,
    actor text NOT NULL,
    status text NOT NULL,
    outcome text
);
ALTER TABLE guard.move ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME guard.move_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE guard.pepper (
    word text NOT NULL
);
CREATE TABLE guard.step (
    source text,
    target text,
    role text,
    crew boolean,
    outcome boolean
);
CREATE VIEW masked.caller AS
 SELECT caller.id,
    caller.request_id,
    caller.name,
        CASE
            WHEN (caller.phone = ''::text) THEN ''::text
            ELSE rtrim(('•••• '::text ||
            CASE
                WHEN (length(regexp_replace(caller.phone, '\D'::text, ''::text, 'g'::text)) > 6) THEN "right"(regexp_replace(caller.phone, '\D'::text, ''::text, 'g'::text), 4)
                ELSE ''::text
            END))
        END AS phone,
        CASE
            WHEN (caller.email = ''::text) THEN ''::text
            WHEN (strpos(caller.email, '@'::text) = 0) THEN '•••'::text
            ELSE (("left"(caller.email, 1) || '•••@'::text) || "substring"(caller.email, '[^@]*$'::text))
        END AS email,
    caller.language,
        CASE
            WHEN (caller.phone_key = ''::text) THEN ''::text
            ELSE encode(sha256(convert_to((caller.phone_key || ( SELECT pepper.word
               FROM guard.pepper)), 'UTF8'::name)), 'hex'::text)
        END AS phone_key,
        CASE
            WHEN (caller.email_key = ''::text) THEN ''::text
            ELSE encode(sha256(convert_to((caller.email_key || ( SELECT pepper.word
               FROM guard.pepper)), 'UTF8'::name)), 'hex'::text)
        END AS email_key,
    caller.reply,
    caller.consent,
    caller.do_not_call,
    caller.withdrawn,
    caller.joined
   FROM desk.caller;
CREATE VIEW masked.search AS
 SELECT search.id,
    ts_filter(search.words, '{d}'::"char"[]) AS words
   FROM desk.search;
ALTER TABLE ONLY desk.call_back ALTER COLUMN id SET DEFAULT nextval('desk.call_back_id_seq'::regclass);
ALTER TABLE ONLY desk.caller ALTER COLUMN id SET DEFAULT nextval('desk.caller_id_seq'::regclass);
ALTER TABLE ONLY desk.crew ALTER COLUMN id SET DEFAULT nextval('desk.crew_id_seq'::regclass);
ALTER TABLE ONLY desk.event ALTER COLUMN id SET DEFAULT nextval('desk.event_id_seq'::regclass);
ALTER TABLE ONLY desk.operation ALTER COLUMN seq SET DEFAULT nextval('desk.operation_seq_seq'::regclass);
ALTER TABLE ONLY desk.outbox ALTER COLUMN seq SET DEFAULT nextval('desk.outbox_seq_seq'::regclass);
ALTER TABLE ONLY desk.request ALTER COLUMN id SET DEFAULT nextval('desk.request_id_seq'::regclass);
ALTER TABLE ONLY desk.text ALTER COLUMN id SET DEFAULT nextval('desk.text_id_seq'::regclass);
INSERT INTO desk.alembic_version VALUES
	('0005');
INSERT INTO desk.caller VALUES
	(1, 3, 'Bo', '617 555 0000', '', '', '+16175550000', '', '', true, false, false, false),
	(2, 4, 'Cy', '', 'cy@example.org', '', '', 'cy@example.org', '', true, false, false, false),
	(3, 8, 'Bo', '617 555 0000', '', '', '+16175550000', '', '', true, false, false, false),
	(4, 9, 'Cy', '', 'cy@example.org', '', '', 'cy@example.org', '', true, false, false, false),
	(5, 13, 'Bo', '617 555 0000', '', '', '+16175550000', '', '', true, false, false, false),
	(6, 14, 'Cy', '', 'cy@example.org', '', '', 'cy@example.org', '', true, false, false, false);
INSERT INTO desk.crew VALUES
	(1, 'Forestry 2', '[]', 8, true);
INSERT INTO desk.event VALUES
	(1, 1, 1620043200000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 727, 1, '\xc5c30a14729d08296108c34217e0411dd0b759e47f7d42ebc9e2a70d994bc37a'),
	(2, 2, 1620043200000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 727, 1, '\x8e449b2b1d6130668aff37349700be9b2e21a0531abc63dca556fcb178e9209e'),
	(3, 3, 1620043200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, 'ea8aae8e-481a-4036-a4cc-227b4bce9d74', 728, 1, '\x53bb8f932b8ce2af5da857f782911ec21f5bc063908676c62ad2cddf56102051'),
	(4, 4, 1620043200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '6837956b-a418-4200-8374-7f2c335144b4', 729, 1, '\x6b70b83be880bd1adf2e1481b36ed2da7c70ef6d01d128e7ace69a06f0cad071'),
	(5, 5, 1620043200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, 'fbd8aa41-91cd-4249-8e61-45ff5ab23bab', 730, 1, '\x14a8b2e331fff613adfde549599abb7e7ac2b6d3b3b9b05709c58ba0dc23203d'),
	(6, 3, 1620043200000, 'postgres', 'note', '{}', 1, 'ea2660da-846f-4340-8b4d-826d6bb08b83', 731, 2, '\xb1a7888b40b11a567b2be835d92c785719693f67390f05f797b4d5be3ea1761b'),
	(7, 4, 1620043200000, 'postgres', 'merged', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"duplicate","version":2,"into":3,"into_number":"21-000003"}', NULL, 'c6f85cab-465d-4edf-ac7d-057f1ba5dcd4', 732, 2, '\xf8e30de92dea7c1675d40d665d41cad668c24fa7952ce1ced70955bedbcaf1f9'),
	(8, 3, 1620043200000, 'postgres', 'merged', '{"merged":"21-000004"}', NULL, 'c6f85cab-465d-4edf-ac7d-057f1ba5dcd4', 732, 3, '\x1bc4a0f923b6ddfd705789c17b0081e855de408a16169f2cdbb2dfc426eca3fb'),
	(9, 3, 1620043200000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', NULL, 'a5fb3f4f-2309-4834-9eb3-1f8fbe83c06d', 733, 4, '\x4f08d21fe220d10a095628a4807691a7c91c7f2bf6c7ac7c1ddb992e61e6a326'),
	(10, 1, 1620043200000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', 2, '37a49706-cd29-4a4b-b995-bee0b2a2a760', 734, 2, '\x1f4c7e2b5e1b0bdab69b55492601c94ca1abc1f6037fe0bb0aa76ba3b6dabc29'),
	(11, 6, 1651579200000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 735, 1, '\xdd8850a72a9ef6772bb82124473ea04357f2fe54f6f7c3c61f011a63df16e033'),
	(12, 7, 1651579200000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 735, 1, '\xd3d8d367b8a0f6ff1bf7108b211ab443cd31757450607f25292f10d7d0273af8'),
	(13, 8, 1651579200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '45e3b283-b56d-4e18-b937-9df6ced6a9df', 736, 1, '\xfa32e4b9264f5b5e0f6f3334223aee9b57b413f77b0acf73518f3b19398d17a1'),
	(14, 9, 1651579200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, 'a3f4dccf-a63e-4ee1-b3b2-5ec4ee56cef2', 737, 1, '\x2e71ac4de4650f3bae0502a4fc57ddc195c63077716f7a6eeb7754d4b898d841'),
	(15, 10, 1651579200000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '64086e41-d1af-4889-bf44-acac34e86477', 738, 1, '\xc3909d6cc3408250a8b936eec559195e0703fdd94ea2a00eec38152604a69fc0'),
	(16, 8, 1651579200000, 'postgres', 'note', '{}', 3, '6610d82c-d535-44f2-974e-e6ee3c863080', 739, 2, '\xc0d3f19b758704168c63373cd26d8418cac088ecc8fdc7e3760d003e54b1790c'),
	(17, 9, 1651579200000, 'postgres', 'merged', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"duplicate","version":2,"into":8,"into_number":"22-000003"}', NULL, '7428cba3-3b02-4d33-8630-801c4f33967b', 740, 2, '\x1bb6dd7ddbb730752ec92116be49d2328ee9f068b44b9eef77c2b555456a09c2'),
	(18, 8, 1651579200000, 'postgres', 'merged', '{"merged":"22-000004"}', NULL, '7428cba3-3b02-4d33-8630-801c4f33967b', 740, 3, '\x34d5b7a9cb41c23d08d119da321311fb5982a08651a573044428ab63bc159406'),
	(19, 8, 1651579200000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', NULL, 'ef3064ce-89ff-42e2-b3c5-bd5ee7774af1', 741, 4, '\x9ef0a3f40e716a0dfb2962938baa13a844ff56704178e430f0f6254835ba60e1'),
	(20, 6, 1651579200000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', 4, 'a231b874-2517-4c23-acbc-cdf7bea78f07', 742, 2, '\x74091e5a666bbda61a745b32fba4299242575b1abf18674cfdc298ab433f5296'),
	(21, 11, 1714737600000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 743, 1, '\x1631d5ff421fc15aa410940b823930d0e3437736927282740cf1d835b37c8662'),
	(22, 12, 1714737600000, 'city', 'pulled', '{"status" : "new", "version" : 1}', NULL, '', 743, 1, '\xddcb3a82f324e8b0804a919437112ce9f823ad98b74e1b32bc616ec08226a66b'),
	(23, 13, 1714737600000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '4154d186-802a-41db-9343-d86c863448e9', 744, 1, '\x418b2ba7c9ea42836ec118a0ecc032a8144014e2bf46309969f08a88a3895281'),
	(24, 14, 1714737600000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '950266dc-2d28-4f66-a7cc-ca73d7b0d5c9', 745, 1, '\x248d9d42ae8d8a393397404be7b1b4c5146e063d3bcadb2a9f6dd26dbb5e1d70'),
	(25, 15, 1714737600000, 'postgres', 'logged', '{"to":"new","channel":"phone","version":1}', NULL, '02682c0a-ad01-4aea-9efe-be15c722fd0b', 746, 1, '\x8d79c7cd470a2aa2f0a19e4211d5d8a13990ab2491a9f38c4e6e568e809de1d1'),
	(26, 13, 1714737600000, 'postgres', 'note', '{}', 5, 'b669f978-62f6-4aa7-a54b-487762b2bf48', 747, 2, '\x8d1e9a2d3dff4a19336ad55a9aa4ca6d10b0b706bf30c7c7763937172fe10bf0'),
	(27, 14, 1714737600000, 'postgres', 'merged', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"duplicate","version":2,"into":13,"into_number":"24-000003"}', NULL, '3145f004-f22c-4ceb-ac35-500126339d3d', 748, 2, '\x43e7d0473a2fcc529608dbb16dc5c3aa3ebf832c18c59663dc965d2240480f2d'),
	(28, 13, 1714737600000, 'postgres', 'merged', '{"merged":"24-000004"}', NULL, '3145f004-f22c-4ceb-ac35-500126339d3d', 748, 3, '\x96b67ba921aafcc41e07e5f72df026f55be204775f360cab779b8327b98d756d'),
	(29, 13, 1714737600000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', NULL, '1f8a8d14-1109-4af6-a3e7-1bd80d9c6966', 749, 4, '\xa359b2eead19d624de8b92dd0fe6e8ca5fa657e0b20b63def1617bba274c3552'),
	(30, 11, 1714737600000, 'postgres', 'status', '{"from":"new","from_outcome":null,"to":"closed","to_outcome":"fixed","version":2}', 6, 'b7ecf04c-fac4-407e-91e8-66e88bdd9fb6', 750, 2, '\xc05c858e80e480668a301eb5185a68eb21ee6cda2db1d73249578d4ef0a126bc');
INSERT INTO desk.meta VALUES
	('store_id', '6ede49a1-ece3-41fd-8662-1e9c387ae3b8'),
	('desk_from', '0005');
INSERT INTO desk.operation VALUES
	(1, 'ea8aae8e-481a-4036-a4cc-227b4bce9d74', 'postgres', 1620043200000, '21-000003 logged: tree', 'done'),
	(2, '6837956b-a418-4200-8374-7f2c335144b4', 'postgres', 1620043200000, '21-000004 logged: tree', 'done'),
	(3, 'fbd8aa41-91cd-4249-8e61-45ff5ab23bab', 'postgres', 1620043200000, '21-000005 logged: tree', 'done'),
	(4, 'ea2660da-846f-4340-8b4d-826d6bb08b83', 'postgres', 1620043200000, 'Note on 1 request', 'done'),
	(5, 'c6f85cab-465d-4edf-ac7d-057f1ba5dcd4', 'postgres', 1620043200000, '1 request merged into 21-000003', 'done'),
	(6, 'a5fb3f4f-2309-4834-9eb3-1f8fbe83c06d', 'postgres', 1620043200000, '1 request set to Closed (Fixed)', 'done'),
	(7, '37a49706-cd29-4a4b-b995-bee0b2a2a760', 'postgres', 1620043200000, '1 request set to Closed (Fixed)', 'done'),
	(8, '45e3b283-b56d-4e18-b937-9df6ced6a9df', 'postgres', 1651579200000, '22-000003 logged: tree', 'done'),
	(9, 'a3f4dccf-a63e-4ee1-b3b2-5ec4ee56cef2', 'postgres', 1651579200000, '22-000004 logged: tree', 'done'),
	(10, '64086e41-d1af-4889-bf44-acac34e86477', 'postgres', 1651579200000, '22-000005 logged: tree', 'done'),
	(11, '6610d82c-d535-44f2-974e-e6ee3c863080', 'postgres', 1651579200000, 'Note on 1 request', 'done'),
	(12, '7428cba3-3b02-4d33-8630-801c4f33967b', 'postgres', 1651579200000, '1 request merged into 22-000003', 'done'),
	(13, 'ef3064ce-89ff-42e2-b3c5-bd5ee7774af1', 'postgres', 1651579200000, '1 request set to Closed (Fixed)', 'done'),
	(14, 'a231b874-2517-4c23-acbc-cdf7bea78f07', 'postgres', 1651579200000, '1 request set to Closed (Fixed)', 'done'),
	(15, '4154d186-802a-41db-9343-d86c863448e9', 'postgres', 1714737600000, '24-000003 logged: tree', 'done'),
	(16, '950266dc-2d28-4f66-a7cc-ca73d7b0d5c9', 'postgres', 1714737600000, '24-000004 logged: tree', 'done'),
	(17, '02682c0a-ad01-4aea-9efe-be15c722fd0b', 'postgres', 1714737600000, '24-000005 logged: tree', 'done'),
	(18, 'b669f978-62f6-4aa7-a54b-487762b2bf48', 'postgres', 1714737600000, 'Note on 1 request', 'done'),
	(19, '3145f004-f22c-4ceb-ac35-500126339d3d', 'postgres', 1714737600000, '1 request merged into 24-000003', 'done'),
	(20, '1f8a8d14-1109-4af6-a3e7-1bd80d9c6966', 'postgres', 1714737600000, '1 request set to Closed (Fixed)', 'done'),
	(21, 'b7ecf04c-fac4-407e-91e8-66e88bdd9fb6', 'postgres', 1714737600000, '1 request set to Closed (Fixed)', 'done');
INSERT INTO desk.outbox VALUES
	(1, 'fec83d10-be68-4acb-b1dd-31746ed8f9f4', 3, 'city', 'report', 'queued', '', NULL, 1620043200000, 1620043200000, 1620043200000, 0, '', '', NULL, 'ea8aae8e-481a-4036-a4cc-227b4bce9d74', false, NULL),
	(2, 'e6e76ed0-79b3-47ca-9b80-1bb6c5926774', 3, 'city', 'update', 'queued', 'FIXED', NULL, 1620043200000, 1620043200000, 1620043200000, 0, '', '', NULL, 'a5fb3f4f-2309-4834-9eb3-1f8fbe83c06d', false, NULL),
	(3, 'ba4ebdde-413a-4ef1-8843-0e99499f29d6', 4, '@mail', 'notice', 'queued', 'closed/fixed', NULL, 1620043200000, 1620043200000, 1620043200000, 0, '', '', NULL, 'a5fb3f4f-2309-4834-9eb3-1f8fbe83c06d', false, 2),
	(4, '91d2abc1-2e52-49df-a85b-002926272017', 1, 'city', 'update', 'queued', 'FIXED', 2, 1620043200000, 1620043200000, 1620043200000, 0, '', '', NULL, '37a49706-cd29-4a4b-b995-bee0b2a2a760', false, NULL),
	(5, '6286a619-55a4-4e85-a58e-2177815d91fd', 8, 'city', 'report', 'queued', '', NULL, 1651579200000, 1651579200000, 1651579200000, 0, '', '', NULL, '45e3b283-b56d-4e18-b937-9df6ced6a9df', false, NULL),
	(6, '7167cf33-e4b6-452e-bb10-5e6bb783bacd', 8, 'city', 'update', 'queued', 'FIXED', NULL, 1651579200000, 1651579200000, 1651579200000, 0, '', '', NULL, 'ef3064ce-89ff-42e2-b3c5-bd5ee7774af1', false, NULL),
	(7, '6a7c3202-df27-4791-a0bf-78e564f4735a', 9, '@mail', 'notice', 'queued', 'closed/fixed', NULL, 1651579200000, 1651579200000, 1651579200000, 0, '', '', NULL, 'ef3064ce-89ff-42e2-b3c5-bd5ee7774af1', false, 4),
	(8, '13408560-4b46-4912-a6ee-ad7d4443f492', 6, 'city', 'update', 'queued', 'FIXED', 4, 1651579200000, 1651579200000, 1651579200000, 0, '', '', NULL, 'a231b874-2517-4c23-acbc-cdf7bea78f07', false, NULL),
	(9, '7fd9f087-55e8-4af1-a364-b09e20e5fa59', 13, 'city', 'report', 'queued', '', NULL, 1714737600000, 1714737600000, 1714737600000, 0, '', '', NULL, '4154d186-802a-41db-9343-d86c863448e9', false, NULL),
	(10, '9e883c4b-e168-4b38-a93c-a350764ba7db', 13, 'city', 'update', 'queued', 'FIXED', NULL, 1714737600000, 1714737600000, 1714737600000, 0, '', '', NULL, '1f8a8d14-1109-4af6-a3e7-1bd80d9c6966', false, NULL),
	(11, '0f8f46f7-32ec-4650-85ce-a7076c3fb20d', 14, '@mail', 'notice', 'queued', 'closed/fixed', NULL, 1714737600000, 1714737600000, 1714737600000, 0, '', '', NULL, '1f8a8d14-1109-4af6-a3e7-1bd80d9c6966', false, 6),
	(12, 'c9c99ae7-aa55-42b7-b155-d1abe6baa71f', 11, 'city', 'update', 'queued', 'FIXED', 6, 1714737600000, 1714737600000, 1714737600000, 0, '', '', NULL, 'b7ecf04c-fac4-407e-91e8-66e88bdd9fb6', false, NULL);
INSERT INTO desk.request VALUES
	(2, '21-000002', 'city', 'up 2021 b', '', '', 'tree', 'Tree Emergencies', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1620043200000, 1620043200000, NULL, NULL, NULL, NULL, NULL, 1, 'open', '', 1620043200000, '4408a378988c0b874fd560c0', false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(5, '21-000005', '', '', '', '21-000005-6ede49a1', 'tree', 'tree', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1620043200000, 1620043200000, NULL, NULL, NULL, NULL, NULL, 1, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(4, '21-000004', '', '', '', '21-000004-6ede49a1', 'tree', 'tree', 'closed', 'duplicate', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1620043200000, 1620043200000, NULL, NULL, 1620043200000, 1620043200000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', 3, NULL, ''),
	(3, '21-000003', 'city', '', '', '21-000003-6ede49a1', 'tree', 'tree', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1620043200000, 1620043200000, NULL, NULL, 1620043200000, 1620043200000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(1, '21-000001', 'city', 'up 2021 a', '', '', 'tree', 'Tree Emergencies', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1620043200000, 1620043200000, NULL, NULL, 1620043200000, 1620043200000, NULL, 2, 'open', '', 1620043200000, '359c12ad6ede985a24ab735d', false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(7, '22-000002', 'city', 'up 2022 b', '', '', 'tree', 'Tree Emergencies', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1651579200000, 1651579200000, NULL, NULL, NULL, NULL, NULL, 1, 'open', '', 1651579200000, 'db4ff31a3f86206112f80755', false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(10, '22-000005', '', '', '', '22-000005-6ede49a1', 'tree', 'tree', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1651579200000, 1651579200000, NULL, NULL, NULL, NULL, NULL, 1, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(9, '22-000004', '', '', '', '22-000004-6ede49a1', 'tree', 'tree', 'closed', 'duplicate', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1651579200000, 1651579200000, NULL, NULL, 1651579200000, 1651579200000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', 8, NULL, ''),
	(8, '22-000003', 'city', '', '', '22-000003-6ede49a1', 'tree', 'tree', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1651579200000, 1651579200000, NULL, NULL, 1651579200000, 1651579200000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(6, '22-000001', 'city', 'up 2022 a', '', '', 'tree', 'Tree Emergencies', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1651579200000, 1651579200000, NULL, NULL, 1651579200000, 1651579200000, NULL, 2, 'open', '', 1651579200000, '70ebd371f909f1b68fb29cd1', false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(12, '24-000002', 'city', 'up 2024 b', '', '', 'tree', 'Tree Emergencies', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1714737600000, 1714737600000, NULL, NULL, NULL, NULL, NULL, 1, 'open', '', 1714737600000, 'da506582c149d10382264587', false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(15, '24-000005', '', '', '', '24-000005-6ede49a1', 'tree', 'tree', 'new', NULL, '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1714737600000, 1714737600000, NULL, NULL, NULL, NULL, NULL, 1, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(14, '24-000004', '', '', '', '24-000004-6ede49a1', 'tree', 'tree', 'closed', 'duplicate', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1714737600000, 1714737600000, NULL, NULL, 1714737600000, 1714737600000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', 13, NULL, ''),
	(13, '24-000003', 'city', '', '', '24-000003-6ede49a1', 'tree', 'tree', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree down', false, 'phone', 1714737600000, 1714737600000, NULL, NULL, 1714737600000, 1714737600000, NULL, 2, '', '', NULL, NULL, false, false, '[]', NULL, '{}', NULL, NULL, ''),
	(11, '24-000001', 'city', 'up 2024 a', '', '', 'tree', 'Tree Emergencies', 'closed', 'fixed', '1 Main St', 42.35, -71.06, '', '', 'Tree across the road', false, 'unknown', 1714737600000, 1714737600000, NULL, NULL, 1714737600000, 1714737600000, NULL, 2, 'open', '', 1714737600000, '9a345b377c4b10473affe2cd', false, false, '[]', NULL, '{}', NULL, NULL, '');
INSERT INTO desk.search VALUES
	(2, '''000002'':3 ''021'':9 ''1'':14 ''2021'':5,7 ''21'':2,11 ''across'':21 ''b'':6,8,10,12 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4'),
	(4, '''000004'':3 ''1'':5 ''21'':2 ''cy'':13A,14A ''down'':11 ''example'':15A ''main'':6 ''org'':16A ''st'':7 ''tree'':9,10'),
	(5, '''000005'':3 ''1'':5 ''21'':2 ''down'':11 ''main'':6 ''st'':7 ''tree'':9,10'),
	(3, '''0000'':16A ''000003'':3 ''1'':5 ''21'':2 ''555'':15A ''617'':14A ''bo'':13A ''dog'':18 ''down'':11 ''in'':19 ''main'':6 ''st'':7 ''the'':20 ''tree'':9,10 ''yard'':21'),
	(1, '''000001'':3 ''021'':9 ''1'':14 ''2021'':5,7 ''21'':2,11 ''a'':6,8,10,12 ''across'':21 ''done'':26 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4'),
	(7, '''000002'':3 ''022'':9 ''1'':14 ''2022'':5,7 ''22'':2,11 ''across'':21 ''b'':6,8,10,12 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4'),
	(9, '''000004'':3 ''1'':5 ''22'':2 ''cy'':13A,14A ''down'':11 ''example'':15A ''main'':6 ''org'':16A ''st'':7 ''tree'':9,10'),
	(10, '''000005'':3 ''1'':5 ''22'':2 ''down'':11 ''main'':6 ''st'':7 ''tree'':9,10'),
	(8, '''0000'':16A ''000003'':3 ''1'':5 ''22'':2 ''555'':15A ''617'':14A ''bo'':13A ''dog'':18 ''down'':11 ''in'':19 ''main'':6 ''st'':7 ''the'':20 ''tree'':9,10 ''yard'':21'),
	(6, '''000001'':3 ''022'':9 ''1'':14 ''2022'':5,7 ''22'':2,11 ''a'':6,8,10,12 ''across'':21 ''done'':26 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4'),
	(12, '''000002'':3 ''024'':9 ''1'':14 ''2024'':5,7 ''24'':2,11 ''across'':21 ''b'':6,8,10,12 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4'),
	(14, '''000004'':3 ''1'':5 ''24'':2 ''cy'':13A,14A ''down'':11 ''example'':15A ''main'':6 ''org'':16A ''st'':7 ''tree'':9,10'),
	(15, '''000005'':3 ''1'':5 ''24'':2 ''down'':11 ''main'':6 ''st'':7 ''tree'':9,10'),
	(13, '''0000'':16A ''000003'':3 ''1'':5 ''24'':2 ''555'':15A ''617'':14A ''bo'':13A ''dog'':18 ''down'':11 ''in'':19 ''main'':6 ''st'':7 ''the'':20 ''tree'':9,10 ''yard'':21'),
	(11, '''000001'':3 ''024'':9 ''1'':14 ''2024'':5,7 ''24'':2,11 ''a'':6,8,10,12 ''across'':21 ''done'':26 ''emergencies'':19 ''main'':15 ''road'':23 ''st'':16 ''the'':22 ''tree'':18,20 ''up'':4');
INSERT INTO desk.text VALUES
	(1, 3, 'Dog in the yard.', NULL),
	(2, 1, 'Done.', NULL),
	(3, 8, 'Dog in the yard.', NULL),
	(4, 6, 'Done.', NULL),
	(5, 13, 'Dog in the yard.', NULL),
	(6, 11, 'Done.', NULL);
INSERT INTO guard.act VALUES
	('assign', 'dispatcher'),
	('assign', 'supervisor'),
	('claim', 'call_taker'),
	('claim', 'dispatcher'),
	('claim', 'supervisor'),
	('message', 'call_taker'),
	('message', 'dispatcher'),
	('message', 'supervisor'),
	('note', 'call_taker'),
	('note', 'dispatcher'),
	('note', 'supervisor'),
	('log', 'call_taker'),
	('log', 'dispatcher'),
	('log', 'supervisor'),
	('undo', 'call_taker'),
	('undo', 'dispatcher'),
	('undo', 'supervisor'),
	('merge', 'dispatcher'),
	('merge', 'supervisor'),
	('see contacts', 'call_taker'),
	('see contacts', 'dispatcher'),
	('see contacts', 'supervisor');
INSERT INTO guard.chain VALUES
	(2, '\x4b697ac6277b48e79fb019b7b2cfa9dd', 1, '\x8e449b2b1d6130668aff37349700be9b2e21a0531abc63dca556fcb178e9209e'),
	(5, '\x99fa9d6aba614ce5ab996d603b4aa6e7', 1, '\x14a8b2e331fff613adfde549599abb7e7ac2b6d3b3b9b05709c58ba0dc23203d'),
	(4, '\x403521b352ef4f24bffdbc30365d8ca0', 2, '\xf8e30de92dea7c1675d40d665d41cad668c24fa7952ce1ced70955bedbcaf1f9'),
	(3, '\xd885899c18cf434990856f03e38740a5', 4, '\x4f08d21fe220d10a095628a4807691a7c91c7f2bf6c7ac7c1ddb992e61e6a326'),
	(1, '\xb0842508e38e443ab3764f23597de833', 2, '\x1f4c7e2b5e1b0bdab69b55492601c94ca1abc1f6037fe0bb0aa76ba3b6dabc29'),
	(7, '\x9cc2268a4b6d428fa31c2a7525b3716c', 1, '\xd3d8d367b8a0f6ff1bf7108b211ab443cd31757450607f25292f10d7d0273af8'),
	(10, '\xc2099f24115846d094646d9f6bbaefab', 1, '\xc3909d6cc3408250a8b936eec559195e0703fdd94ea2a00eec38152604a69fc0'),
	(9, '\x1b77704d9dfb4debaa10e2fd351daaa2', 2, '\x1bb6dd7ddbb730752ec92116be49d2328ee9f068b44b9eef77c2b555456a09c2'),
	(8, '\xca81b8ae7c8f4c348b142233bfbd76d0', 4, '\x9ef0a3f40e716a0dfb2962938baa13a844ff56704178e430f0f6254835ba60e1'),
	(6, '\x7a043e139c6f4ed0bab03550526f72c2', 2, '\x74091e5a666bbda61a745b32fba4299242575b1abf18674cfdc298ab433f5296'),
	(12, '\xefc2971b80dd4a38ad81fc49d510f8b0', 1, '\xddcb3a82f324e8b0804a919437112ce9f823ad98b74e1b32bc616ec08226a66b'),
	(15, '\x8db01de5d57049ffbad94e749394f864', 1, '\x8d79c7cd470a2aa2f0a19e4211d5d8a13990ab2491a9f38c4e6e568e809de1d1'),
	(14, '\xb7577aa034f94d94ab937a65c6bf64ca', 2, '\x43e7d0473a2fcc529608dbb16dc5c3aa3ebf832c18c59663dc965d2240480f2d'),
	(13, '\x4c966007d627497d93c0c18216d4bff9', 4, '\xa359b2eead19d624de8b92dd0fe6e8ca5fa657e0b20b63def1617bba274c3552'),
	(11, '\x68d6ec910799459db2080bda88fda5f7', 2, '\xc05c858e80e480668a301eb5185a68eb21ee6cda2db1d73249578d4ef0a126bc');
INSERT INTO guard.move VALUES
	(1, 4, 'postgres', 'new', NULL),
	(2, 3, 'postgres', 'new', NULL),
	(3, 1, 'postgres', 'new', NULL),
	(4, 9, 'postgres', 'new', NULL),
	(5, 8, 'postgres', 'new', NULL),
	(6, 6, 'postgres', 'new', NULL),
	(7, 14, 'postgres', 'new', NULL),
	(8, 13, 'postgres', 'new', NULL),
	(9, 11, 'postgres', 'new', NULL);
INSERT INTO guard.pepper VALUES
	('fde64840-4baa-4842-a5a5-79d9f3f0cd00');
INSERT INTO guard.step VALUES
	('new', 'acknowledged', 'call_taker', false, false),
	('new', 'acknowledged', 'dispatcher', false, false),
	('new', 'acknowledged', 'supervisor', false, false),
	('new', 'assigned', 'dispatcher', true, false),
	('new', 'assigned', 'supervisor', true, false),
	('new', 'in_progress', 'dispatcher', false, false),
	('new', 'in_progress', 'supervisor', false, false),
	('new', 'scheduled', 'dispatcher', false, false),
	('new', 'scheduled', 'supervisor', false, false),
	('new', 'on_hold', 'dispatcher', false, false),
	('new', 'on_hold', 'supervisor', false, false),
	('new', 'closed', 'call_taker', false, true),
	('new', 'closed', 'dispatcher', false, true),
	('new', 'closed', 'supervisor', false, true),
	('acknowledged', 'assigned', 'dispatcher', true, false),
	('acknowledged', 'assigned', 'supervisor', true, false),
	('acknowledged', 'in_progress', 'dispatcher', false, false),
	('acknowledged', 'in_progress', 'supervisor', false, false),
	('acknowledged', 'scheduled', 'dispatcher', false, false),
	('acknowledged', 'scheduled', 'supervisor', false, false),
	('acknowledged', 'on_hold', 'dispatcher', false, false),
	('acknowledged', 'on_hold', 'supervisor', false, false),
	('acknowledged', 'closed', 'call_taker', false, true),
	('acknowledged', 'closed', 'dispatcher', false, true),
	('acknowledged', 'closed', 'supervisor', false, true),
	('assigned', 'acknowledged', 'dispatcher', false, false),
	('assigned', 'acknowledged', 'supervisor', false, false),
	('assigned', 'in_progress', 'dispatcher', false, false),
	('assigned', 'in_progress', 'supervisor', false, false),
	('assigned', 'scheduled', 'dispatcher', false, false),
	('assigned', 'scheduled', 'supervisor', false, false),
	('assigned', 'on_hold', 'dispatcher', false, false),
	('assigned', 'on_hold', 'supervisor', false, false),
	('assigned', 'closed', 'dispatcher', false, true),
	('assigned', 'closed', 'supervisor', false, true),
	('in_progress', 'assigned', 'dispatcher', true, false),
	('in_progress', 'assigned', 'supervisor', true, false),
	('in_progress', 'scheduled', 'dispatcher', false, false),
	('in_progress', 'scheduled', 'supervisor', false, false),
	('in_progress', 'on_hold', 'dispatcher', false, false),
	('in_progress', 'on_hold', 'supervisor', false, false),
	('in_progress', 'closed', 'dispatcher', false, true),
	('in_progress', 'closed', 'supervisor', false, true),
	('scheduled', 'assigned', 'dispatcher', true, false),
	('scheduled', 'assigned', 'supervisor', true, false),
	('scheduled', 'in_progress', 'dispatcher', false, false),
	('scheduled', 'in_progress', 'supervisor', false, false),
	('scheduled', 'on_hold', 'dispatcher', false, false),
	('scheduled', 'on_hold', 'supervisor', false, false),
	('scheduled', 'closed', 'dispatcher', false, true);
INSERT INTO guard.step VALUES
	('scheduled', 'closed', 'supervisor', false, true),
	('on_hold', 'acknowledged', 'dispatcher', false, false),
	('on_hold', 'acknowledged', 'supervisor', false, false),
	('on_hold', 'assigned', 'dispatcher', true, false),
	('on_hold', 'assigned', 'supervisor', true, false),
	('on_hold', 'in_progress', 'dispatcher', false, false),
	('on_hold', 'in_progress', 'supervisor', false, false),
	('on_hold', 'scheduled', 'dispatcher', false, false),
	('on_hold', 'scheduled', 'supervisor', false, false),
	('on_hold', 'closed', 'dispatcher', false, true),
	('on_hold', 'closed', 'supervisor', false, true),
	('closed', 'acknowledged', 'supervisor', false, false),
	('closed', 'in_progress', 'supervisor', false, false);
SELECT pg_catalog.setval('desk.call_back_id_seq', 1, false);
SELECT pg_catalog.setval('desk.caller_id_seq', 1, false);
SELECT pg_catalog.setval('desk.caller_numbers', 6, true);
SELECT pg_catalog.setval('desk.crew_id_seq', 1, true);
SELECT pg_catalog.setval('desk.event_id_seq', 30, true);
SELECT pg_catalog.setval('desk.number_00_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_01_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_02_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_03_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_04_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_05_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_06_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_07_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_08_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_09_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_10_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_11_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_12_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_13_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_14_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_15_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_16_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_17_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_18_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_19_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_20_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_21_numbers', 5, true);
SELECT pg_catalog.setval('desk.number_22_numbers', 5, true);
SELECT pg_catalog.setval('desk.number_23_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_24_numbers', 5, true);
SELECT pg_catalog.setval('desk.number_25_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_26_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_27_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_28_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_29_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_30_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_31_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_32_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_33_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_34_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_35_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_36_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_37_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_38_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_39_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_40_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_41_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_42_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_43_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_44_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_45_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_46_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_47_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_48_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_49_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_50_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_51_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_52_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_53_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_54_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_55_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_56_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_57_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_58_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_59_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_60_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_61_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_62_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_63_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_64_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_65_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_66_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_67_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_68_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_69_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_70_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_71_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_72_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_73_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_74_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_75_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_76_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_77_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_78_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_79_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_80_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_81_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_82_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_83_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_84_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_85_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_86_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_87_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_88_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_89_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_90_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_91_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_92_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_93_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_94_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_95_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_96_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_97_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_98_numbers', 1, false);
SELECT pg_catalog.setval('desk.number_99_numbers', 1, false);
SELECT pg_catalog.setval('desk.operation_seq_seq', 21, true);
SELECT pg_catalog.setval('desk.outbox_seq_seq', 12, true);
SELECT pg_catalog.setval('desk.request_id_seq', 1, false);
SELECT pg_catalog.setval('desk.request_numbers', 15, true);
SELECT pg_catalog.setval('desk.text_id_seq', 1, false);
SELECT pg_catalog.setval('desk.text_numbers', 6, true);
SELECT pg_catalog.setval('guard.move_id_seq', 9, true);
ALTER TABLE ONLY desk.alembic_version
    ADD CONSTRAINT alembic_version_pkey PRIMARY KEY (version_num);
ALTER TABLE ONLY desk.call_back
    ADD CONSTRAINT call_back_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.caller
    ADD CONSTRAINT caller_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.crew
    ADD CONSTRAINT crew_name_key UNIQUE (name);
ALTER TABLE ONLY desk.crew
    ADD CONSTRAINT crew_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
ALTER TABLE ONLY desk.operation
    ADD CONSTRAINT operation_id_key UNIQUE (id);
ALTER TABLE ONLY desk.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY desk.outbox
    ADD CONSTRAINT outbox_id_key UNIQUE (id);
ALTER TABLE ONLY desk.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY desk.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (pid);
ALTER TABLE ONLY desk.request
    ADD CONSTRAINT request_number_key UNIQUE (number);
ALTER TABLE ONLY desk.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.search
    ADD CONSTRAINT search_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.seen_update
    ADD CONSTRAINT seen_update_pkey PRIMARY KEY (upstream, update_id);
ALTER TABLE ONLY desk.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (upstream, code);
ALTER TABLE ONLY desk.text
    ADD CONSTRAINT text_pkey PRIMARY KEY (id);
ALTER TABLE ONLY desk.upstream_state
    ADD CONSTRAINT upstream_state_pkey PRIMARY KEY (name);
ALTER TABLE ONLY guard.chain
    ADD CONSTRAINT chain_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY guard.hand
    ADD CONSTRAINT hand_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY guard.move
    ADD CONSTRAINT move_pkey PRIMARY KEY (request_id, id);
CREATE INDEX call_back_caller ON desk.call_back USING btree (caller_id);
CREATE INDEX call_back_due ON desk.call_back USING btree (request_id) WHERE (state = 'due'::text);
CREATE INDEX call_back_operation ON desk.call_back USING btree (operation);
CREATE INDEX caller_email ON desk.caller USING btree (email_key) WHERE (email_key <> ''::text);
CREATE INDEX caller_phone ON desk.caller USING btree (phone_key) WHERE (phone_key <> ''::text);
CREATE INDEX event_operation ON desk.event USING btree (operation) WHERE (operation <> ''::text);
CREATE INDEX event_tx ON desk.event USING btree (tx, id);
CREATE INDEX ix_call_back_request_id ON desk.call_back USING btree (request_id);
CREATE INDEX ix_caller_request_id ON desk.caller USING btree (request_id);
CREATE INDEX ix_event_request_id ON desk.event USING btree (request_id);
CREATE INDEX ix_outbox_request_id ON desk.outbox USING btree (request_id);
CREATE INDEX ix_text_request_id ON desk.text USING btree (request_id);
CREATE INDEX operation_actor ON desk.operation USING btree (actor, state, seq);
CREATE INDEX outbox_operation ON desk.outbox USING btree (operation);
CREATE INDEX outbox_unfinished ON desk.outbox USING btree (state) WHERE (state <> ALL (ARRAY['sent'::text, 'retracted'::text]));
CREATE INDEX presence_request ON desk.presence USING btree (request_id);
CREATE INDEX request_merged ON desk.request USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX request_unsent ON desk.request USING btree (upstream, reference) WHERE (upstream_id = ''::text);
CREATE UNIQUE INDEX request_upstream ON desk.request USING btree (upstream, upstream_id) WHERE (upstream_id <> ''::text);
CREATE INDEX search_words ON desk.search USING gin (words);
CREATE TRIGGER call_back_heard AFTER INSERT OR DELETE OR UPDATE ON desk.call_back FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER caller_gone AFTER UPDATE OF name, phone, email, withdrawn ON desk.caller FOR EACH ROW EXECUTE FUNCTION guard.caller_changed();
CREATE TRIGGER caller_guard BEFORE INSERT ON desk.caller FOR EACH ROW EXECUTE FUNCTION guard.caller_kept();
CREATE TRIGGER crew_heard AFTER INSERT OR DELETE OR UPDATE ON desk.crew FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER event_chained BEFORE INSERT ON desk.event FOR EACH ROW EXECUTE FUNCTION guard.event_chained();
CREATE TRIGGER event_guard BEFORE INSERT ON desk.event FOR EACH ROW EXECUTE FUNCTION guard.event_signed();
CREATE TRIGGER event_heard AFTER INSERT OR DELETE OR UPDATE ON desk.event FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER event_kept BEFORE DELETE OR UPDATE ON desk.event FOR EACH ROW EXECUTE FUNCTION desk.history_grows();
CREATE TRIGGER event_stays BEFORE TRUNCATE ON desk.event FOR EACH STATEMENT EXECUTE FUNCTION desk.history_grows();
CREATE TRIGGER operation_guard BEFORE INSERT OR UPDATE ON desk.operation FOR EACH ROW EXECUTE FUNCTION guard.operation_signed();
CREATE TRIGGER outbox_guard BEFORE INSERT OR UPDATE ON desk.outbox FOR EACH ROW EXECUTE FUNCTION guard.outbox_changed();
CREATE TRIGGER outbox_heard AFTER INSERT OR DELETE OR UPDATE ON desk.outbox FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER presence_guard BEFORE INSERT OR UPDATE ON desk.presence FOR EACH ROW EXECUTE FUNCTION guard.presence_signed();
CREATE TRIGGER request_guard BEFORE UPDATE ON desk.request FOR EACH ROW EXECUTE FUNCTION guard.request_changed();
CREATE TRIGGER request_kept BEFORE INSERT ON desk.request FOR EACH ROW EXECUTE FUNCTION guard.request_made();
CREATE TRIGGER service_heard AFTER INSERT OR DELETE OR UPDATE ON desk.service FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER text_guard BEFORE UPDATE ON desk.text FOR EACH ROW EXECUTE FUNCTION guard.text_changed();
CREATE TRIGGER upstream_state_heard AFTER INSERT OR DELETE OR UPDATE ON desk.upstream_state FOR EACH STATEMENT EXECUTE FUNCTION desk.heard();
CREATE TRIGGER caller_written INSTEAD OF INSERT OR UPDATE ON masked.caller FOR EACH ROW EXECUTE FUNCTION guard.caller_written();
ALTER TABLE ONLY desk.call_back
    ADD CONSTRAINT call_back_caller_id_fkey FOREIGN KEY (caller_id) REFERENCES desk.caller(id);
ALTER TABLE ONLY desk.call_back
    ADD CONSTRAINT call_back_request_id_fkey FOREIGN KEY (request_id) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.call_back
    ADD CONSTRAINT call_back_text_id_fkey FOREIGN KEY (text_id) REFERENCES desk.text(id);
ALTER TABLE ONLY desk.caller
    ADD CONSTRAINT caller_request_id_fkey FOREIGN KEY (request_id) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.event
    ADD CONSTRAINT event_request_id_fkey FOREIGN KEY (request_id) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.event
    ADD CONSTRAINT event_text_id_fkey FOREIGN KEY (text_id) REFERENCES desk.text(id);
ALTER TABLE ONLY desk.outbox
    ADD CONSTRAINT outbox_caller_id_fkey FOREIGN KEY (caller_id) REFERENCES desk.caller(id);
ALTER TABLE ONLY desk.outbox
    ADD CONSTRAINT outbox_request_id_fkey FOREIGN KEY (request_id) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.outbox
    ADD CONSTRAINT outbox_text_id_fkey FOREIGN KEY (text_id) REFERENCES desk.text(id);
ALTER TABLE ONLY desk.request
    ADD CONSTRAINT request_crew_id_fkey FOREIGN KEY (crew_id) REFERENCES desk.crew(id);
ALTER TABLE ONLY desk.request
    ADD CONSTRAINT request_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.search
    ADD CONSTRAINT search_id_fkey FOREIGN KEY (id) REFERENCES desk.request(id);
ALTER TABLE ONLY desk.text
    ADD CONSTRAINT text_request_id_fkey FOREIGN KEY (request_id) REFERENCES desk.request(id);
