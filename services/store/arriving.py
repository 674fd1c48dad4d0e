"""A request as an upstream shows it, in the columns of the store: cleaned, its channel known, its due date reckoned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from services.domain import sla
from services.domain.exchange import UpstreamRequest
from services.domain.status import Channel
from services.store.bulk import as_json
from services.store.rows import reach_row
from services.store.writing import clean

SHOWN = (
    *("service_code", "service", "address", "lat", "lon", "area", "zipcode", "description", "channel"),
    *("requested_at", "expected_at", "due_at", "upstream_status", "upstream_notes", "upstream_updated_at"),
    *("fingerprint", "media_urls", "reach", "attributes"),
)
"""The columns that `Arrivals.values` gives, in its order."""
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
_encode = msgspec.json.Encoder().encode


def fingerprint(shown: UpstreamRequest) -> str:
    """Another one whenever anything that the upstream shows is another."""
    try:
        whole = _encode(shown)
    except UnicodeEncodeError:
        whole = as_json(shown).encode()
    return hashlib.blake2b(whole, digest_size=12).hexdigest()


class Arrivals:
    """Makes the columns of what one page shows. `hours`: the target of each service by its code."""

    def __init__(self, hours: Mapping[str, float | None]) -> None:
        self._hours = hours
        self._words = _Cleaned()

    def values(self, shown: UpstreamRequest, area: str) -> tuple[Any, ...]:
        """The values of `SHOWN`."""
        place, words = shown.place, self._words
        return (
            shown.service_code,
            words[shown.service],
            clean(place.address),
            place.lat,
            place.lon,
            words[area],
            words[place.zipcode],
            clean(shown.description),
            _CHANNELS.get(shown.channel) or _channel(shown.channel),
            shown.requested_at,
            shown.expected_at,
            sla.due_at(shown.requested_at, shown.expected_at, self._hours.get(shown.service_code)),
            words[shown.status_word],
            words[shown.status_notes],
            shown.updated_at,
            fingerprint(shown),
            list(shown.media_urls),
            reach_row(shown.reach),
            {code: list(values) for code, values in shown.answers or ()},
        )


class _Cleaned(dict[str, str]):
    """Words that come again and again, each cleaned once."""

    def __missing__(self, word: str) -> str:
        self[word] = cleaned = clean(word)
        return cleaned


def _channel(word: str) -> str:
    return _CHANNELS.get(word.strip().lower().replace(" ", "_"), _UNKNOWN)
