"""Posts status updates, reads them back, and never takes a 200 alone for a yes."""

from __future__ import annotations

from datetime import datetime

from services.domain.statusmap import Dialect
from services.errors import Offline, Refused, Unreadable
from services.upstream.base import OutgoingUpdate, Receipt, UpstreamUpdate
from services.upstream.http import Answer
from services.upstream.open311 import dates, reading, records
from services.upstream.open311.server import Server, inside
from services.upstream.open311.text import plain, word
from services.upstream.open311.wire import WireReceipt

RESOURCE = "servicerequestupdates"
_FULL_PAGE = 20
"""No server is known that pages by less."""
_MOST_PAGES = 200
_NOT_SERVED = (Refused, Unreadable)


def status_sentence(update: OutgoingUpdate) -> str:
    """What is sent to FixMyStreet in place of a message: it refuses an update without a text."""
    return f"Status: {update.status_word.replace('_', ' ').lower()}."


def post(server: Server, update: OutgoingUpdate, at: datetime, dialect: Dialect) -> Receipt:
    """POST to servicerequestupdates, stamped with the moment of sending.

    Idempotent by update_id: “already exists” is a success. Raises Offline (maybe_done where the answer says nothing
    either way) or Refused.
    """
    text = update.message
    if not text.strip() and dialect is Dialect.FIXMYSTREET:
        text = status_sentence(update)
    form = [
        ("service_request_id", update.upstream_id),
        ("update_id", update.update_id),
        ("updated_datetime", dates.write(at)),
        ("status", update.status_word),
        ("description", text),
    ]
    if update.service_code:
        form.append(("service_code", update.service_code))
    if dialect is Dialect.GATEWAY and not update.tell_reporter:
        form.append(("tell_reporter", "false"))
    answer = server.send("POST", RESOURCE, form)
    if answer.status in {400, 409} and "already exists" in reading.said(answer, server.who).lower():
        return Receipt(id=update.update_id, notice="It had arrived before.")
    return _receipt(server, server.checked(answer, posted=True))


def _receipt(server: Server, answer: Answer) -> Receipt:
    raws = answered(server, answer)
    if len(raws) == 1:
        try:
            found = records.wire(raws[0], WireReceipt)
        except ValueError:
            found = WireReceipt()
        if update_id := word(found.update_id):
            return Receipt(id=update_id, notice=plain(found.service_notice))
        if token := word(found.token):
            return Receipt(token=token)
    raise Refused(
        f"{server.who} answered the update with a list instead of a receipt: it took the post for a question.",
        "Check updates and updates_url in the configuration.",
        status=answer.status,
    )


def answered(server: Server, answer: Answer) -> list[object]:
    """The records of a 2xx to a post; what cannot be read may have been done all the same. Raises Offline, Refused."""
    try:
        return reading.records(answer, server.who)
    except Unreadable as problem:
        sentence, remedy = problem.sentence, problem.remedy
    raise Offline(sentence, remedy, maybe_done=True)


def patch(server: Server, update: OutgoingUpdate) -> Receipt:
    """PATCH requests/{id} as CitySDK has it. The answer has to show the request with the new status."""
    form = [("detailed_status", update.status_word)]
    if update.message:
        form.append(("status_notes", update.message))
    answer = server.checked(server.send("PATCH", inside("requests", update.upstream_id), form), posted=True)
    if answer.status == 204:
        return Receipt(id=update.update_id)
    raws = answered(server, answer)
    if len(raws) == 1 and isinstance(raws[0], dict) and word(raws[0].get("service_request_id")) == update.upstream_id:
        return Receipt(id=update.update_id)
    raise Refused(
        f"{server.who} answered the change with something else than the request.",
        "Check updates and url in the configuration.",
        status=answer.status,
    )


def listing(server: Server, upstream_id: str) -> list[UpstreamUpdate] | None:
    """The updates of one request; None where the server does not serve them. Raises Offline."""
    try:
        found = _all(server, [("service_request_id", upstream_id)], upstream_id)
    except _NOT_SERVED:
        return None
    return [u for u in found if u.upstream_id == upstream_id]


def window(server: Server, start: datetime, end: datetime) -> list[UpstreamUpdate]:
    """The updates of all requests in a window; [] where the server does not serve them. Raises Offline."""
    span = [("start_date", dates.write(start)), ("end_date", dates.write(end))]
    try:
        return _all(server, span)
    except _NOT_SERVED:
        return []


def _all(server: Server, params: list[tuple[str, str]], upstream_id: str = "") -> list[UpstreamUpdate]:
    """Page by page, until one brings nothing new; a short first page is all there is."""
    raws = server.records(RESOURCE, params)
    found = {u.update_id: u for u in records.read_updates(raws, upstream_id)}
    page = 1
    while len(raws) >= _FULL_PAGE and page < _MOST_PAGES:
        page += 1
        raws = server.records(RESOURCE, [*params, ("page", str(page))])
        fresh = {u.update_id: u for u in records.read_updates(raws, upstream_id) if u.update_id not in found}
        if not fresh:
            break
        found |= fresh
    return sorted(found.values(), key=lambda u: u.updated_at)
