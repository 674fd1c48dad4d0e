"""Finding a request by what a person knows of it, through indexes only: its number, the upstream's id, last digits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection, select

from services.store.bulk import as_json
from services.store.dialect import driven
from services.store.tables import counter
from services.store.writing import written

_SOME = 500
_NUMBERED = "SELECT id FROM {identity} WHERE number IN (SELECT value FROM {texts}) LIMIT 3"
_BY_UPSTREAM = """
WITH RECURSIVE upstreams(name) AS (
    SELECT min(upstream) FROM {identity} WHERE upstream_id != ''
    UNION ALL
    SELECT (SELECT min(upstream) FROM {identity} WHERE upstream_id != '' AND upstream > upstreams.name)
    FROM upstreams WHERE upstreams.name IS NOT NULL
)
SELECT id FROM {identity}
WHERE upstream_id != '' AND upstream_id = ? AND upstream IN (SELECT name FROM upstreams) LIMIT 3
"""


def exact(connection: Connection, asked: str) -> set[int]:
    """Ids of the requests with this number, or this id at any upstream."""
    numbered = driven(connection, _NUMBERED, (as_json([asked]),)).scalars()
    return {*numbered, *driven(connection, _BY_UPSTREAM, (asked,)).scalars()} if asked else set()


def ending(connection: Connection, digits: str) -> set[int]:
    """Ids of requests whose number ends in these one to six digits: all where there is one, else at least two."""
    found: set[int] = set()
    candidates = _numbers(connection, digits)
    while len(found) < 2 and (some := list(islice(candidates, _SOME))):
        found |= set(driven(connection, _NUMBERED, (as_json(some),)).scalars())
    return found


def _numbers(connection: Connection, digits: str) -> Iterator[str]:
    """Every number given so far that ends so, the latest year first."""
    given = connection.execute(select(counter.c.year, counter.c.last).order_by(counter.c.year.desc())).all()
    step = 10 ** len(digits)
    for year, last in given:
        yield from (written(year, n) for n in range(int(digits) or step, last + 1, step))
