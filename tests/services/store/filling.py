"""Fills a team's store with years of work by the server's own means, in a thousandth of the time that it took.

Beside each open request there are ten closed ones, of this year and the nine before. The rows are copies of made ones,
each with its own number, ids, moments and words, so that widths are a city's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from services.demo import many
from services.store.store import Store
from services.team import setup

YEARS = 10
HELD = "2 lines of history each, and beside 10 requests 4 callers, 5 sent messages, 1 text and 1 operation"
_POOL = 2_000
_LOADED = """
ALTER TABLE desk.event ALTER link SET DEFAULT 0, ALTER digest SET DEFAULT sha256('');
ALTER ROLE postgres IN DATABASE {name} SET session_replication_role = replica
"""
"""A load without triggers takes a part of the time."""
_MADE = """
CREATE TABLE desk.pool AS SELECT row_number() OVER (PARTITION BY r.closed_at IS NULL ORDER BY r.id) - 1 AS n,
    r.*, s.words FROM desk.request AS r JOIN desk.search AS s USING (id);
ANALYZE desk.pool;
TRUNCATE guard.chain, desk.event, desk.caller, desk.text, desk.search, desk.outbox, desk.call_back, desk.stop,
    desk.operation, desk.request, desk.request_identity
"""
_OWN = {
    "id": "{first} + s.seq",
    "number": "'{year:02d}-' || CASE WHEN {past} + s.seq < 1000000 THEN lpad(({past} + s.seq)::text, 6, '0')"
    " ELSE ({past} + s.seq)::text END",
    "upstream_id": "CAST(100000000 + {first} + s.seq AS text)",
    "requested_at": "s.at - (coalesce(p.closed_at, p.updated_at) - p.requested_at)",
    "updated_at": "s.at",
    "closed_at": "CASE WHEN p.closed_at IS NOT NULL THEN s.at END",
    "due_at": "s.at + (p.due_at - coalesce(p.closed_at, p.updated_at))",
    "upstream_updated_at": "s.at",
    "shelf": "{shelf}",
}
"""What is another in each copy; `s.at` is the moment of its last change."""
_COPIED = """
INSERT INTO desk.request ({names}) SELECT {values}
FROM (SELECT seq, CAST({begin} + ({end} - {begin}) / {count}.0 * seq AS bigint) AS at
    FROM generate_series(0, {count} - 1) AS seq) AS s
JOIN desk.pool AS p ON (p.closed_at IS NOT NULL) = {is_closed} AND p.n = s.seq % {pool}
"""
_BESIDE = (
    "INSERT INTO desk.request_identity SELECT id, number, upstream, upstream_id FROM desk.request",
    "INSERT INTO guard.chain SELECT id, decode(md5(id::text), 'hex'), 2, sha256(id::text::bytea) FROM desk.request",
    "INSERT INTO desk.event (request_id, at, actor, kind, data, operation, tx, link, digest)"
    " SELECT id, requested_at, upstream, 'pulled', '{\"status\": \"new\", \"version\": 1}', '', 3, 1,"
    " sha256(number::bytea) FROM desk.request",
    "INSERT INTO desk.event (request_id, at, actor, kind, data, operation, tx, link, digest)"
    " SELECT id, updated_at, 'demo ' || id % 6, 'assigned',"
    ' \'{"from_crew": null, "crew": 1, "version": 2}\', \'p\' || id / 10, 3, 2, sha256(upstream_id::bytea)'
    " FROM desk.request",
    "INSERT INTO desk.operation (id, actor, at, sentence, state)"
    " SELECT 'p' || n, 'demo ' || n % 6, 0, '10 assigned', 'done' FROM generate_series(0, {count} / 10) AS n",
    "INSERT INTO desk.caller (id, request_id, name, phone, phone_key, email, email_key)"
    " SELECT id, id, 'Ana ' || id % 9973, '+1617' || lpad((id % 3000000)::text, 7, '0'),"
    " '+1617' || lpad((id % 3000000)::text, 7, '0'), 'ana' || id % 3000000 || '@example.org',"
    " 'ana' || id % 3000000 || '@example.org' FROM desk.request WHERE id % 5 < 2",
    "INSERT INTO desk.text (id, request_id, body) SELECT id, id, 'A note about ' || number FROM desk.request"
    " WHERE id % 10 = 0",
    "INSERT INTO desk.outbox (id, request_id, upstream, kind, state, created_at, held_until, next_try_at, sent_at)"
    " SELECT 'o' || id, id, upstream, 'update', 'sent', 0, 0, 0, 0 FROM desk.request WHERE id % 2 = 0",
    "INSERT INTO desk.call_back (request_id, caller_id, state, told_state, created_at)"
    " SELECT id, id, 'done', 'closed/fixed', 0 FROM desk.request WHERE id % 5 < 2",
    "INSERT INTO desk.search SELECT r.id, p.words || array_to_tsvector(ARRAY[lower(r.number), r.upstream_id])"
    " FROM desk.request AS r JOIN desk.pool AS p ON (p.closed_at IS NOT NULL) = (r.closed_at IS NOT NULL)"
    " AND p.n = r.id % {pool}",
)
_AFTER = """
SELECT setval('desk.' || t || '_numbers', {count} + 1) FROM unnest(ARRAY['request', 'caller', 'text']) AS t;
SELECT setval('desk.number_{year:02d}_numbers', {count});
DROP TABLE desk.pool;
ALTER ROLE postgres IN DATABASE {name} RESET session_replication_role
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i
JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE n.nspname IN ('desk', 'guard') AND t.relname <> 'pool'
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY 1
"""
Raw = psycopg.Connection[Any]
Told = Callable[[str], None]


def fill(url: str, open_ones: int, told: Told = lambda words: None) -> int:
    """Make a store at the address with so many open requests and ten times as many closed; how many there are."""
    setup.init(url)
    name = url.rpartition("/")[2]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(_LOADED.format(name=name))
        with closing(Store.open(url)) as store:
            many.load(store, _POOL, upstream="city")
        raw.execute("SET session_replication_role = replica")
        _shelves(raw)
        raw.execute(_MADE)
        (pool,) = raw.execute("SELECT min(n) + 1 FROM (SELECT max(n) AS n FROM desk.pool GROUP BY closed_at IS NULL) x"
                              ).fetchone() or (0,)  # fmt: skip
        with _without_indexes(raw, told):
            count = _requests(raw, open_ones, int(pool), told)
            for statement in _BESIDE:
                raw.execute(statement.replace("{count}", str(count)).replace("{pool}", str(pool)))
                told(" ".join(statement.split()[:3]))
        raw.execute(_AFTER.format(name=name, count=count, year=datetime.now(UTC).year % 100))
        raw.execute("ANALYZE")
        told("ANALYZE")
    return count


def _shelves(raw: Raw) -> None:
    """Have the shelves of the years before made as ever."""
    for year in range(datetime.now(UTC).year - YEARS + 1, datetime.now(UTC).year):
        raw.execute(
            "UPDATE desk.request SET closed_at = %s WHERE shelf = 0 AND id = (SELECT min(id) FROM desk.request"
            " WHERE shelf = 0 AND closed_at IS NOT NULL)",
            (_millis(year),),
        )
        raw.execute("SELECT guard.shelf_made()")
        raw.execute("SELECT guard.shelve(1)")


def _millis(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)


def _requests(raw: Raw, open_ones: int, pool: int, told: Told) -> int:
    """The closed ones of each year, and then the open ones; their ids grow with the years."""
    now = datetime.now(UTC)
    columns = [row[0] for row in raw.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'desk.request'::regclass AND attnum > 0 ORDER BY attnum"
    )]  # fmt: skip
    done, this = 1, now.year
    today = int(now.timestamp() * 1000)
    parts = [(year, year if year < this else 0, True) for year in range(this - YEARS + 1, this + 1)]
    for year, shelf, is_closed in [*parts, (this, 0, False)]:
        begin, end = _millis(year), min(_millis(year + 1), today)
        words = {"first": done, "past": 1 if is_closed else open_ones + 1, "year": year % 100, "shelf": shelf}
        values = [_OWN.get(name, f'p."{name}"').format(**words) for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        raw.execute(
            _COPIED.format(
                names=names,
                values=", ".join(values),
                begin=begin,
                end=end - 1,
                count=open_ones,
                is_closed=is_closed,
                pool=pool,
            )
        )
        done += open_ones
        told(f"requests of {year}{'' if is_closed else ', open'}")
    return done - 1


@contextmanager
def _without_indexes(raw: Raw, told: Told) -> Iterator[None]:
    """Inside the block there are only the indexes that belong to a key."""
    found = raw.execute(_INDEXES).fetchall()
    for name, _ in found:
        raw.execute(f"DROP INDEX {name}")
    yield
    for name, statement in found:
        raw.execute(statement)
        told(f"index {name}")
