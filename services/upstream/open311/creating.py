"""Creates a report upstream, and finds it again by our own reference when the answer was lost."""

from __future__ import annotations

from services.domain.statusmap import Dialect
from services.errors import Offline, Refused
from services.upstream.base import OutgoingReport, Receipt
from services.upstream.http import Answer
from services.upstream.open311 import reading, records
from services.upstream.open311.server import Server, inside
from services.upstream.open311.text import plain, word
from services.upstream.open311.updates import answered
from services.upstream.open311.wire import WireReceipt

_LONGEST = 4000


def mark(reference: str) -> str:
    """Our reference as it stands in the text of a report."""
    return f"[Ref {reference}]"


def form(report: OutgoingReport, dialect: Dialect) -> list[tuple[str, str]]:
    """The form of POST requests; the text is cut so that the reference always fits into 4,000 characters."""
    tail = mark(report.reference)
    text = report.description.strip()[: _LONGEST - len(tail) - 1]
    first, _, last = report.name.strip().partition(" ")
    pairs = [
        ("service_code", report.service_code),
        ("description", f"{text}\n{tail}" if text else tail),
        ("address_string", report.place.address),
        ("email", report.email),
        ("phone", report.phone),
        ("first_name", first),
        ("last_name", last or ("-" if first and dialect is Dialect.FIXMYSTREET else "")),
    ]
    if report.place.lat is not None and report.place.lon is not None:
        pairs += [("lat", f"{report.place.lat:.7f}"), ("long", f"{report.place.lon:.7f}")]
    attributes = dict(report.attributes)
    if dialect is Dialect.GATEWAY:
        pairs.append(("language", report.language))
        attributes.setdefault("channel", ("phone",))
        attributes["reference"] = (report.reference,)
    for code, values in attributes.items():
        name = f"attribute[{code}]" if len(values) < 2 else f"attribute[{code}][]"
        pairs += [(name, value) for value in values]
    return [(name, value) for name, value in pairs if value]


def create(server: Server, report: OutgoingReport, dialect: Dialect) -> Receipt:
    """POST requests. Raises Offline (maybe_done where it may have arrived) or Refused."""
    server.learn_format()
    answer = server.send("POST", "requests", form(report, dialect))
    if answer.status == 400 and "duplicate" in (words := reading.said(answer, server.who, server.api_key)).lower():
        raise Refused(
            f"{server.who} has this report already: “{words}”.",
            "Look for it in the queue; it arrives with the next pull.",
            status=400,
        )
    return _receipt(server, server.checked(answer, posted=True), report)


def _receipt(server: Server, answer: Answer, report: OutgoingReport) -> Receipt:
    """A record is our receipt when it is alone and no mere listing, or when it carries our reference."""
    raws = answered(server, answer)
    for raw in raws:
        try:
            found = records.wire(raw, WireReceipt)
        except ValueError:
            continue
        ours = mark(report.reference) in plain(found.description)
        bare = len(raws) == 1 and not word(found.requested_datetime)
        if not (ours or bare):
            continue
        if request_id := word(found.service_request_id):
            return Receipt(id=request_id, notice=plain(found.service_notice))
        if token := word(found.token):
            return Receipt(token=token, notice=plain(found.service_notice))
    if raws:
        raise Refused(
            f"{server.who} answered the report with its list of reports: it took the post for a question.",
            "Check the url in the configuration; this server may take no reports.",
            status=answer.status,
        )
    raise Offline(f"{server.who} answered the report with nothing.", "It is looked for upstream.", maybe_done=True)


def resolve_token(server: Server, token: str) -> str:
    """The id behind a token; "" while there is none (servers answer 404 until they have decided). Raises Offline."""
    answer = server.ask(inside("tokens", token))
    if answer.status == 404:
        return ""
    for raw in reading.records(server.checked(answer), server.who):
        if isinstance(raw, dict) and (found := word(raw.get("service_request_id"))):
            return found
    return ""
