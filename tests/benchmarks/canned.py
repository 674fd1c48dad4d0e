"""An upstream whose answers are recorded bytes: everything of a pull is real but the network."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import cast

from services.domain.exchange import Page, UpstreamRequest
from services.domain.statusmap import Dialect
from services.upstream.base import UpdatesBy, Upstream, UpstreamConfig
from services.upstream.http import Answer, Session
from services.upstream.open311.client import Open311

CONFIG = UpstreamConfig(
    "city", url="http://127.0.0.1:9/open311/v2", format="json", updates=UpdatesBy.SERVICEREQUESTUPDATES,
    dialect=Dialect.GATEWAY,
)  # fmt: skip
EMPTY, ABSENT = b"[]", b"[]"


def record(shown: UpstreamRequest) -> bytes:
    """One request as GeoReport v2 writes it."""
    written = {
        "service_request_id": shown.upstream_id,
        "status": "closed" if shown.status_word.startswith(("closed", "fixed")) else "open",
        "detailed_status": shown.status_word,
        "service_code": shown.service_code,
        "service_name": shown.service,
        "description": shown.description,
        "requested_datetime": shown.requested_at.isoformat(),
        "updated_datetime": (shown.updated_at or shown.requested_at).isoformat(),
        "expected_datetime": shown.expected_at.isoformat() if shown.expected_at else None,
        "address": shown.place.address,
        "zipcode": shown.place.zipcode,
        "lat": shown.place.lat,
        "long": shown.place.lon,
        "extended_attributes": {"channel": shown.channel},
    }
    return json.dumps(written).encode()


class Recorded(Session):
    """Answers from memory, each body put together once."""

    def __init__(self, shown: Iterable[UpstreamRequest]) -> None:
        super().__init__("“city”")
        ordered = sorted(shown, key=lambda r: r.requested_at)
        self._moments = [r.requested_at for r in ordered]
        self._records = [record(r) for r in ordered]
        self._bodies: dict[tuple[tuple[str, str], ...], bytes] = {}

    def get(self, url: str, params: Sequence[tuple[str, str]] = ()) -> Answer:
        """What the city's server would answer."""
        found = url.endswith("/requests.json")
        body = self._page(tuple(params)) if found else ABSENT
        headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True)}
        return Answer(200 if found else 404, body, headers, "application/json", url)

    def _page(self, params: tuple[tuple[str, str], ...]) -> bytes:
        asked = dict(params)
        first = bisect_left(self._moments, _moment(asked.get("start_date"), "0001"))
        last = bisect_left(self._moments, _moment(asked.get("end_date"), "9999"))
        size, page = int(asked.get("page_size", 1_000)), int(asked.get("page", 1))
        key = (("first", str(first)), ("last", str(last)), ("page", str(page)), ("size", str(size)))
        if key not in self._bodies:
            some = self._records[first:last][(page - 1) * size : page * size]
            self._bodies[key] = b"[" + b",".join(some) + b"]"
        return self._bodies[key]


def _moment(text: str | None, year: str) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")


def recorded(shown: Iterable[UpstreamRequest]) -> Open311:
    """The desk's own client on recorded answers."""
    return Open311(CONFIG, session=Recorded(shown))


@dataclass
class Ready:
    """An upstream whose pages are read already: what is timed is the store alone."""

    held: Sequence[Page]
    config: UpstreamConfig = CONFIG

    def pages(self, cursor: str) -> Iterator[Page]:
        """All of them, whatever was seen before."""
        del cursor
        yield from self.held


def ready(held: Sequence[Page]) -> Upstream:
    """Those pages as an upstream; nothing but `pages` and `config` is asked of it."""
    return cast("Upstream", Ready(held))
