"""Real servers' oddities, served one by one: what is odd (as a call to answer), numbered as in the protocol notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.domain.values import Place
from services.upstream.base import OutgoingReport, OutgoingUpdate
from tests.services.upstream.helpers import NOW, requests_of, talking, unreadable_of
from tests.services.upstream.loopback import NOT_FOUND, Loopback, Reply

Test = Callable[..., None]
QUIRKS: dict[int, list[Test]] = {}
"""Which tests show that a quirk is lived with, by its number."""

NUMBERS = range(1, 41)


def quirk(*numbers: int) -> Callable[[Test], Test]:
    """Marks a test as the one for these quirks."""

    def mark(test: Test) -> Test:
        for number in numbers:
            QUIRKS.setdefault(number, []).append(test)
        return test

    return mark


RECENT = NOW - timedelta(hours=3)
REPORT = OutgoingReport("CC-1", "tree", "A tree fell", Place("1 Elm St", 42.3, -71.0), name="Ana")
UPDATE = OutgoingUpdate("u-1", "1", "IN_PROGRESS", "On the way", NOW)


def only(reply: Reply, path: str = "requests") -> Loopback:
    """A server that answers this to every list of requests, and knows nothing else."""
    return Loopback(lambda ask: reply if ask.path.startswith(path) else NOT_FOUND)


def first(reply: Reply, **more: Any) -> Any:
    """The requests and unreadable records that one answer gives."""
    with talking(only(reply), **more) as up:
        pages = list(up.pages(""))
    return requests_of(pages), unreadable_of(pages)
