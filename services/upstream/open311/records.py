"""Turns wire records into the values of the border; a record that cannot be read is named, and the others go on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from services.domain.values import Place, Reach
from services.upstream.base import UnreadableRecord, UpstreamRequest, UpstreamUpdate
from services.upstream.open311 import dates
from services.upstream.open311.text import number, plain, word
from services.upstream.open311.wire import WireRequest, WireUpdate

_W = TypeVar("_W")


def wire(raw: object, kind: type[_W]) -> _W:
    """The raw record as its struct. Raises ValueError with a sentence."""
    if not isinstance(raw, dict):
        raise ValueError("it is no record at all")  # noqa: TRY004 - data from outside, not a caller's slip
    try:
        return msgspec.convert(raw, kind, strict=False, str_keys=True)
    except msgspec.ValidationError as problem:
        raise ValueError(f"one of its values has the wrong shape ({problem})") from None


def read_requests(
    raws: Iterable[object],
) -> tuple[tuple[UpstreamRequest, ...], tuple[UnreadableRecord, ...]]:
    """All records that can be read, and the names of the others."""
    good: list[UpstreamRequest] = []
    bad: list[UnreadableRecord] = []
    for place, raw in enumerate(raws, 1):
        try:
            good.append(read_request(raw))
        except ValueError as problem:
            bad.append(UnreadableRecord(where(raw, place), f"{problem}."))
    return tuple(good), tuple(bad)


def where(raw: object, place: int) -> str:
    """How to name a record that cannot be read: its id, else its token, else its position."""
    if isinstance(raw, dict):
        if found := word(raw.get("service_request_id")):
            return found
        if found := word(raw.get("token")):
            return f"token {found}"
    return f"record {place}"


def read_request(raw: object) -> UpstreamRequest:
    """One request. Raises ValueError with a sentence that says what is missing or wrong."""
    found = wire(raw, WireRequest)
    upstream_id = word(found.service_request_id)
    if not upstream_id:
        raise ValueError("it has no service_request_id yet; it is pending upstream")
    code = word(found.service_code)
    extended = found.extended_attributes if isinstance(found.extended_attributes, dict) else {}
    updated = dates.parse(word(found.updated_datetime))
    requested = dates.parse(word(found.requested_datetime)) or updated
    if requested is None:
        raise ValueError("it has no requested_datetime")
    return UpstreamRequest(
        upstream_id=upstream_id,
        service_code=code,
        service=plain(found.service_name) or code,
        status_word=_status(found, extended),
        status_notes=_notes(found.status_notes) or _notes(found.status_note),
        description=_description(plain(found.title) or plain(extended.get("title")), plain(found.description)),
        requested_at=requested,
        updated_at=updated,
        expected_at=_expected(found),
        place=_place(found, extended),
        media_urls=_media(found.media_url, extended),
        agency=_agency(found.agency_responsible),
        channel=word(extended.get("channel") or extended.get("source") or found.source or found.interface_used),
        reach=_reach(extended),
        answers=_answers(extended),
    )


def _status(found: WireRequest, extended: dict[str, object]) -> str:
    return word(extended.get("detailed_status") or found.detailed_status) or word(found.status).lower()


def _expected(found: WireRequest) -> datetime | None:
    """A slip in a mere promise does not cost the record."""
    try:
        return dates.parse(word(found.expected_datetime))
    except ValueError:
        return None


def _description(title: str, description: str) -> str:
    if not title or title in description:
        return description
    return f"{title}\n{description}" if description else title


def _notes(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, (_note(v) for v in value)))
    return plain(value)


def _note(value: object) -> str:
    if isinstance(value, dict):
        return plain(next((value[k] for k in ("description", "summary", "text", "note") if value.get(k)), None))
    return plain(value)


def _place(found: WireRequest, extended: dict[str, object]) -> Place:
    lat, lon = number(found.lat), number(found.long)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        lat = lon = None
    address = plain(found.address) or plain(found.address_string)
    area = plain(extended.get("area") or extended.get("neighborhood") or extended.get("ward"))
    return Place(address, lat, lon, area, word(found.zipcode))


def _media(value: object, extended: dict[str, object]) -> tuple[str, ...]:
    if not value and "media_urls" not in extended and "photos" not in extended:
        return ()
    urls: dict[str, None] = {}
    for candidate in _flat([value, extended.get("media_urls"), extended.get("photos")]):
        url = word(candidate)
        if urlsplit(url[:2000]).scheme in {"http", "https"}:
            urls[url] = None
    return tuple(urls)


def _flat(value: object) -> Iterable[object]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, dict):
        yield from _flat(list(value.values()))
    else:
        yield value


def _agency(value: object) -> str:
    if not value:
        return ""
    return ", ".join(filter(None, (plain(v) for v in _flat(value))))


def _reach(extended: dict[str, object]) -> tuple[Reach, ...] | None:
    if "reach" not in extended:
        return None
    if not extended["reach"]:
        return ()
    return tuple(Reach(word(i.get("channel")), word(i.get("language"))) for i in _items(extended["reach"], "channel"))


def _answers(extended: dict[str, object]) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if "attributes" not in extended:
        return None
    if not extended["attributes"]:
        return ()
    found: dict[str, list[str]] = {}
    for item in _items(extended["attributes"], "code"):
        if value := plain(item.get("value")):
            found.setdefault(word(item["code"]), []).append(value)
    return tuple((code, tuple(values)) for code, values in found.items())


def _items(found: object, key: str) -> list[dict[str, object]]:
    """The things of a list that have a `key`, out of JSON's list or XML's one element or many."""
    if isinstance(found, dict) and key not in found:
        found = next(iter(found.values()), None)
    return [i for i in (found if isinstance(found, list) else [found]) if isinstance(i, dict) and i.get(key)]


def read_updates(raws: Iterable[object], upstream_id: str = "") -> list[UpstreamUpdate]:
    """The updates that can be read, oldest first; one without a date or an id is left out.

    `upstream_id` is the request asked about, for servers that do not repeat it.
    """
    found: list[UpstreamUpdate] = []
    for raw in raws:
        try:
            item = wire(raw, WireUpdate)
            at = dates.parse(word(item.updated_datetime) or word(item.datetime))
        except ValueError:
            continue
        text = plain(item.description) or plain(item.comment) or plain(item.summary)
        update_id = word(item.update_id) or word(item.id)
        request_id = word(item.service_request_id) or upstream_id
        if at and update_id and request_id:
            found.append(UpstreamUpdate(update_id, request_id, word(item.status), text, at))
    return sorted(found, key=lambda u: u.updated_at)
