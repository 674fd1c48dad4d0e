"""A request as an upstream shows it, in the columns of the store: cleaned, its channel known, its due date reckoned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.domain.exchange import UpstreamRequest
from services.domain.sla import Sla
from services.domain.status import Channel
from services.sqlite import to_millis
from services.store.bulk import as_json
from services.store.rows import reach_row
from services.store.writing import clean

SHOWN = (
    *("fingerprint", "service_code", "service", "address", "lat", "lon", "area", "zipcode", "description"),
    *("channel", "upstream_status", "upstream_notes", "requested_at", "expected_at", "due_at"),
    *("upstream_updated_at", "media_urls", "reach", "attributes"),
)
"""The columns that `Arrivals.values` gives, in its order."""
ARRIVED = (*SHOWN, "updated_at", "closed_at")
"""The columns that `Arrivals.row` gives, in its order."""
_CHANNELS = {
    **{c.value: c.value for c in Channel},
    "mobile": Channel.APP.value,
    "ios": Channel.APP.value,
    "android": Channel.APP.value,
    "website": Channel.WEB.value,
    "call": Channel.PHONE.value,
    "telephone": Channel.PHONE.value,
    "e-mail": Channel.EMAIL.value,
    "walk-in": Channel.WALK_IN.value,
    "employee": Channel.STAFF.value,
}
_UNKNOWN = Channel.UNKNOWN.value
_encoder = msgspec.json.Encoder()


def fingerprints(shown: Sequence[UpstreamRequest]) -> list[str]:
    """One each; another one whenever anything that the upstream shows is another."""
    try:
        whole = _encoder.encode_lines(shown).splitlines()
    except UnicodeEncodeError:
        whole = [_whole(each) for each in shown]
    return [hashlib.blake2b(each, digest_size=12).hexdigest() for each in whole]


def _whole(shown: UpstreamRequest) -> bytes:
    try:
        return _encoder.encode(shown)
    except UnicodeEncodeError:
        return as_json(shown).encode()


class Arrivals:
    """Makes the columns of what one page shows. `hours`: what its upstream says of each service by its code."""

    def __init__(self, promised: Sla, upstream: str, hours: Mapping[str, float | None]) -> None:
        self._promised, self._upstream, self._hours = promised, upstream, hours
        self._cleaned = _Cleaned()

    def values(self, shown: UpstreamRequest, area: str, mark: str) -> tuple[Any, ...]:
        """The values of `SHOWN`; `mark` is the fingerprint."""
        return (
            mark,
            *self._words(shown, area),
            shown.requested_at,
            shown.expected_at,
            self._due(shown),
            shown.updated_at,
            list(shown.media_urls),
            reach_row(shown.reach),
            {code: list(values) for code, values in shown.answers or ()},
        )

    def row(self, shown: UpstreamRequest, area: str, mark: str, *, is_open: bool) -> tuple[object, ...]:
        """The values of `ARRIVED` of a new request, as the driver takes them."""
        due = self._due(shown)
        requested, expected, changed = (
            to_millis(shown.requested_at),
            _millis(shown.expected_at),
            _millis(shown.updated_at),
        )
        updated = requested if changed is None else changed
        return (
            mark,
            *self._words(shown, area),
            requested,
            expected,
            expected if due is shown.expected_at else _millis(due),
            changed,
            as_json(shown.media_urls) if shown.media_urls else "[]",
            None if shown.reach is None else as_json(reach_row(shown.reach)),
            as_json(dict(shown.answers)) if shown.answers else "{}",
            updated,
            None if is_open else updated,
        )

    def _words(self, shown: UpstreamRequest, area: str) -> tuple[object, ...]:
        place, cleaned = shown.place, self._cleaned
        return (
            shown.service_code,
            cleaned[shown.service],
            clean(place.address),
            place.lat,
            place.lon,
            cleaned[area],
            cleaned[place.zipcode],
            clean(shown.description),
            _CHANNELS.get(shown.channel) or _channel(shown.channel),
            cleaned[shown.status_word],
            cleaned[shown.status_notes],
        )

    def _due(self, shown: UpstreamRequest) -> datetime | None:
        return self.due(shown.service_code, shown.requested_at, shown.expected_at)

    def due(self, code: str, filed: datetime, expected: datetime | None) -> datetime | None:
        """When a request of a service is due whose clock never stood."""
        return self._promised.due((self._upstream, code), self._hours.get(code), filed, expected)


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else to_millis(moment)


class _Cleaned(dict[str, str]):
    """Words that come again and again, each cleaned once."""

    def __missing__(self, word: str) -> str:
        self[word] = cleaned = clean(word)
        return cleaned


def _channel(word: str) -> str:
    return _CHANNELS.get(word.strip().lower().replace(" ", "_"), _UNKNOWN)
