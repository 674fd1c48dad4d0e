"""The SLA clock in the database, word for word that of `services.domain.sla`; and whether a due time is kept to it."""

from __future__ import annotations

from services.domain.calendar import PAUSABLE
from services.domain.sla import MOST, PLAIN, Unit
from services.team.stating import PATH

_PAUSABLE = ", ".join(f"'{status}'" for status in PAUSABLE)
_UNITS = ", ".join(f"'{unit}'" for unit in Unit)
_STOPS = ", ".join(f'"{status}"' for status in sorted(PLAIN.pausing))
_NOBODY = f'{{"zone": "UTC", "hours": [], "holidays": {{}}, "pausing": [{_STOPS}]}}'
"""What holds where no city has said when it works: targets in hours need no more."""
FUNCTIONS = (
    # NULL where the desk's own clock says None.
    f"""
    CREATE OR REPLACE FUNCTION guard.within(filed numeric, amount numeric, unit text, city json) RETURNS numeric
    LANGUAGE plpgsql STABLE {PATH} AS $$
    DECLARE
        zone text := city ->> 'zone';
        wall timestamp;
        day timestamp;
        hours json;
        begins timestamp;
        ends timestamp;
        remaining numeric := amount * CASE unit WHEN 'working_days' THEN 86400000 ELSE 3600000 END;
        has_begun boolean := false;
    BEGIN
        IF coalesce(remaining <= 0 OR remaining > {MOST} * 3600000.0, true) THEN
            RETURN NULL;
        ELSIF unit = 'hours' THEN
            RETURN filed + remaining;
        END IF;
        wall := (timestamptz 'epoch' + filed * interval '1 millisecond') AT TIME ZONE zone;
        day := date_trunc('day', wall);
        FOR n IN 0..40000 LOOP
            hours := city -> 'hours' -> (CAST(extract(isodow FROM day) AS integer) - 1);
            begins := greatest(wall, day + CAST(hours ->> 0 AS integer) * interval '1 minute');
            ends := day + CAST(hours ->> 1 AS integer) * interval '1 minute';
            IF json_typeof(hours) = 'array' AND (city -> 'holidays' ->> to_char(day, 'YYYY-MM-DD')) IS NULL
                AND ends > wall THEN
                IF unit = 'working_days' THEN
                    begins := CASE WHEN has_begun THEN day ELSE begins END;
                    ends := day + interval '1 day';
                    has_begun := true;
                END IF;
                IF extract(epoch FROM ends - begins) * 1000 >= remaining THEN
                    begins := begins + CAST(remaining AS double precision) * interval '1 millisecond';
                    RETURN extract(epoch FROM begins AT TIME ZONE zone) * 1000;
                END IF;
                remaining := remaining - extract(epoch FROM ends - begins) * 1000;
            END IF;
            day := day + interval '1 day';
        END LOOP;
        RETURN NULL;
    END $$
    """,
    # One version that no desk can read would keep every desk from writing.
    f"""
    CREATE OR REPLACE FUNCTION guard.sla_signed() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
    BEGIN
        IF guard.is_free() THEN
            RETURN NEW;
        ELSIF NEW.actor <> session_user THEN
            RAISE EXCEPTION 'what is promised is signed with one''s own name' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.calendar ->> 'zone')
            OR json_array_length(NEW.calendar -> 'hours') IS DISTINCT FROM 7
            OR EXISTS (SELECT FROM json_array_elements(NEW.calendar -> 'hours') AS its(day)
                WHERE json_typeof(day) <> 'null' AND NOT coalesce(CAST(day ->> 0 AS integer) >= 0
                AND CAST(day ->> 0 AS integer) < CAST(day ->> 1 AS integer)
                AND CAST(day ->> 1 AS integer) <= 1440, false))
            OR coalesce(json_typeof(NEW.calendar -> 'pausing') <> 'array', true)
            OR EXISTS (SELECT FROM json_array_elements_text(NEW.calendar -> 'pausing') AS its(status)
                WHERE coalesce(status NOT IN ({_PAUSABLE}), true))
            OR coalesce(json_typeof(NEW.calendar -> 'holidays') <> 'object', true)
            OR EXISTS (SELECT FROM json_object_keys(NEW.calendar -> 'holidays') AS day
                WHERE day <> to_char(CAST(day AS date), 'YYYY-MM-DD'))
            OR EXISTS (SELECT FROM json_each(NEW.targets) AS upstream, json_each(upstream.value) AS service,
                json_each(service.value) AS term WHERE term.key NOT IN ('respond', 'resolve') OR NOT coalesce(
                CAST(term.value ->> 0 AS numeric) > 0 AND term.value ->> 1 IN ({_UNITS}), false)) THEN
            RAISE EXCEPTION 'no desk could reckon by this' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 - our words
    # What a caller needs sooner is due sooner, and never later than was promised. While the clock stands nothing is
    # due; once it went on, the desk says how long it stood: since the request was filed, at the most.
    f"""
    CREATE OR REPLACE FUNCTION guard.due_is_kept(one desk.request) RETURNS boolean LANGUAGE plpgsql STABLE {PATH} AS $$
    DECLARE
        promised numeric := CASE WHEN one.expected_at >= one.requested_at THEN one.expected_at END;
        city json;
        target json;
        latest numeric;
    BEGIN
        IF promised IS NULL THEN
            SELECT calendar, targets -> one.upstream -> one.service_code -> 'resolve' INTO city, target
                FROM sla ORDER BY id DESC LIMIT 1;
            city := coalesce(city, '{_NOBODY}');
            target := coalesce(target, (SELECT json_build_array(sla_hours, 'hours') FROM service
                WHERE upstream = one.upstream AND code = one.service_code));
            promised := guard.within(one.requested_at, CAST(target ->> 0 AS numeric), target ->> 1, city);
            IF EXISTS (SELECT FROM guard.move WHERE request_id = one.id AND status IN ({_PAUSABLE})) THEN
                latest := guard.within(floor(extract(epoch FROM clock_timestamp()) * 1000),
                    CAST(target ->> 0 AS numeric), target ->> 1, city);
                IF coalesce(one.due_at BETWEEN promised - 1 AND latest, false) THEN
                    RETURN true;
                END IF;
            END IF;
            IF one.status IN (SELECT json_array_elements_text(city -> 'pausing')) THEN
                promised := NULL;
            END IF;
        END IF;
        IF promised > 253402300799999 THEN  -- beyond the calendar
            promised := NULL;
        END IF;
        RETURN coalesce(abs(one.due_at - promised) <= 1, false) OR (one.due_at IS NOT DISTINCT FROM one.needed_at
            AND (promised IS NULL OR coalesce(one.needed_at <= promised + 1, false)));
    END $$
    """,  # noqa: S608 - our words
)
