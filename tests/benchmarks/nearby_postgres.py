"""Row 12's peer on PostgreSQL: what is near by a box over both angles and the great circle, as FixMyStreet finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import psycopg

from services.geo.projection import NO_PLACE, RADIUS
from services.queue.snapshot import Snapshot
from tests.services.postgres import running

NAME = "PostgreSQL, as FixMyStreet's nearby function"
TABLES = """
CREATE TABLE request (id bigint PRIMARY KEY, type integer, x bigint, y bigint, lat float8, lon float8, status text);
CREATE FUNCTION nearby(at_lat float8, at_lon float8, angle float8) RETURNS TABLE (id bigint, distance float8)
LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT r.id, acos(least(1, sin(radians(at_lat)) * sin(radians(r.lat))
                                 + cos(radians(at_lat)) * cos(radians(r.lat)) * cos(radians(r.lon - at_lon)))) AS far
        FROM request AS r
        WHERE radians(r.lat) BETWEEN radians(at_lat) - angle AND radians(at_lat) + angle
          AND radians(r.lon) BETWEEN radians(at_lon) - asin(sin(angle) / cos(radians(at_lat)))
                                 AND radians(at_lon) + asin(sin(angle) / cos(radians(at_lat)))
    ) AS found WHERE far <= angle ORDER BY far
$$;
"""
INDEX = "CREATE INDEX both_angles ON request (radians(lat), radians(lon))"
ASK = """SELECT r.id, r.x, r.y FROM nearby(%s, %s, %s) AS n JOIN request AS r ON r.id = n.id
 WHERE r.status <> 'closed' AND r.type = %s ORDER BY n.distance"""
SPARE = 1.01
"""It is asked for a little more than the reach, for it measures on a ball what the desk measures on the map."""


class Near(Protocol):
    """The ids and map places of what is open, of this type and within so many metres of a point."""

    def __call__(self, lat: float, lon: float, metres: float, kind: int) -> Sequence[tuple[int, int, int]]: ...


@contextmanager
def filled(snapshot: Snapshot) -> Iterator[Near]:
    """A server of its own with every request that has a place."""
    placed = np.flatnonzero(snapshot.x != NO_PLACE).tolist()
    with running() as server:
        url = server.url("postgres", "postgres").replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLES)
            with connection.cursor().copy("COPY request FROM STDIN") as copy:
                for row in placed:
                    kind, at = int(snapshot.service_idx[row]), snapshot.point(row)
                    place = int(snapshot.x[row]), int(snapshot.y[row])
                    copy.write_row((int(snapshot.ids[row]), kind, *place, *(at or ()), "new"))
            connection.execute(INDEX)
            connection.execute("VACUUM ANALYZE request")

            def near(lat: float, lon: float, metres: float, kind: int) -> Sequence[tuple[int, int, int]]:
                return connection.execute(ASK, (lat, lon, metres * SPARE / RADIUS, kind)).fetchall()

            yield near
