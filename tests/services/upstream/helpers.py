"""Short ways to set up an upstream in a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from services.upstream.base import Page, UnreadableRecord, UpdatesBy, UpstreamConfig, UpstreamRequest
from services.upstream.http import Session
from services.upstream.open311 import Open311
from tests.services.upstream.loopback import Loopback

NOW = datetime.now(UTC).replace(microsecond=0)


def config(server: Loopback, **more: object) -> UpstreamConfig:
    settings: dict[str, object] = {
        "name": "city", "url": server.url, "updates": UpdatesBy.SERVICEREQUESTUPDATES, "api_key": "env:CITY_KEY",
        **more,
    }  # fmt: skip
    return UpstreamConfig(**settings)  # type: ignore[arg-type]


@contextmanager
def talking(server: Loopback, **more: object) -> Iterator[Open311]:
    """The server started, and an upstream that talks to it."""
    with server:
        up = Open311(config(server, **more), session=Session("“city”", seconds=5))
        try:
            yield up
        finally:
            up.close()


def requests_of(pages: Iterable[Page]) -> dict[str, UpstreamRequest]:
    return {r.upstream_id: r for page in pages for r in page.requests}


def unreadable_of(pages: Iterable[Page]) -> list[UnreadableRecord]:
    return [u for page in pages for u in page.unreadable]
