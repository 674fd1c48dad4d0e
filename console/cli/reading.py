"""`list`, `show` and `statuses`: what is in the store, in lines for people or JSON for scripts."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from console.cli import context, output
from console.cli.asked import Asked
from console.cli.commands import Commands
from console.cli.kinds import count
from services.domain.detail import Detail
from services.domain.outbox import OutboxItem
from services.domain.policy import LOCAL, Policy
from services.domain.queue_row import QueueRow
from services.domain.status import Outcome, Status
from services.domain.story import Story, outbox_line
from services.domain.values import Caller, Crew, Event

if TYPE_CHECKING:
    from services.store.store import Store


def add(commands: Commands) -> None:
    """Add them."""
    listed = commands.add("list", list_, "List the service requests that a query means, in the desk's order.")
    listed.takes_query = True
    listed.add_argument("query", nargs="*", metavar="QUERY", help='e.g. status:new due<1d "main st"; empty: all')
    listed.add_argument("--json", action="store_true", help="a JSON object a line")
    listed.add_argument("--limit", type=count, metavar="N", help="at most N")
    shown = commands.add("show", show, "Show one service request with its history, callers and what waits to be told.")
    shown.add_argument("number", metavar="NUMBER", help="its number or its id at the upstream")
    shown.add_argument("--json", action="store_true", help="as one JSON object")
    words = commands.add("statuses", statuses, "Show how our statuses and each upstream's words translate.")
    words.add_argument("--upstream", metavar="NAME", help="only this one")


def list_(args: argparse.Namespace) -> int:
    """Print the requests that the query means."""
    from services.queue.snapshot import build
    from services.store import queries

    here = context.of(args)
    with here.store() as store:
        asked = Asked.of(here, args.query, store)
        crews = queries.crews(store)
        rows = list(queries.columns(store))
        snapshot = build(rows, crews)
        found = asked.rows(store, snapshot)
        output.warn(asked.unknown(snapshot))
        chosen = [rows[int(i)] for i in found[: args.limit]]
        if args.json:
            _print_json(store, chosen, crews)
        else:
            _print_table(chosen, crews, here.settings.timezone)
            output.say(f"{len(chosen):,} of {len(rows):,}")
    return 0


def _print_json(store: Store, rows: Sequence[QueueRow], crews: Sequence[Crew]) -> None:
    from services.store.descriptions import descriptions

    names = {crew.id: crew.name for crew in crews}
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        texts = descriptions(store, [row.id for row in part])
        for row in part:
            output.say_json(summary(row, names, texts.get(row.id, "")))


def summary(row: QueueRow, crews: Mapping[int, str], description: str) -> dict[str, object]:
    """One request as `list --json` prints it; unknown is null, times are ISO 8601 in UTC."""
    return {
        "number": row.number,
        "upstream": row.upstream,
        "upstream_id": row.upstream_id,
        "service_code": row.service_code,
        "service": row.service,
        "status": row.status,
        "outcome": row.outcome,
        "address": row.address,
        "lat": row.lat,
        "lon": row.lon,
        "requested_at": _at(row.requested_ms),
        "updated_at": _at(row.updated_ms),
        "due_at": _at(row.due_ms),
        "crew": None if row.crew_id is None else crews.get(row.crew_id),
        "claimed_by": row.claimed_by or None,
        "description": description,
        "version": row.version,
    }


def _at(millis: int | None) -> str | None:
    from services.sqlite import from_millis

    return None if millis is None else output.utc(from_millis(millis))


def _print_table(rows: Sequence[QueueRow], crews: Sequence[Crew], zone: tzinfo) -> None:
    from services.sqlite import from_millis

    names = {crew.id: crew.name for crew in crews}
    lines = (
        (
            row.number,
            state(Status(row.status), Outcome(row.outcome) if row.outcome else None),
            "" if row.due_ms is None else output.local(from_millis(row.due_ms), zone),
            names.get(row.crew_id or 0, ""),
            row.service,
            row.address,
        )
        for row in rows
    )
    text = output.table(("NUMBER", "STATUS", "DUE", "CREW", "SERVICE", "ADDRESS"), lines)
    if text:
        output.say(text)


def state(status: Status, outcome: Outcome | None) -> str:
    """A status in words, with how it ended: "Closed: not ours"."""
    return f"{status.label}: {outcome.label.lower()}" if outcome else status.label


def show(args: argparse.Namespace) -> int:
    """Print one request with everything around it."""
    from services.store import queries

    here = context.of(args)
    with here.acting() as acting:
        found = queries.find(acting.store, args.number)
        detail = queries.detail(acting.store, found, acting=acting)
        row = next(iter(queries.columns(acting.store, [found])))
        policy, now = acting.policies.get(detail.request.upstream, LOCAL), acting.store.clock()
    if args.json:
        output.say_json(as_json(row, detail))
    else:
        output.say("\n".join(_lines(detail, policy, here.settings.timezone, now)))
    return 0


def as_json(row: QueueRow, detail: Detail) -> dict[str, object]:
    """A request as `show --json` prints it: what `list` says of it, and what lies around it."""
    request = detail.request
    crews = {request.crew.id: request.crew.name} if request.crew else {}
    return {
        **summary(row, crews, request.description),
        "closed_at": output.utc(request.closed_at),
        "channel": request.channel.value,
        "area": request.place.area,
        "zipcode": request.place.zipcode,
        "upstream_status": request.upstream_status,
        "upstream_notes": request.upstream_notes,
        "differs": request.differs,
        "media_urls": list(request.media_urls),
        "reach": None
        if request.reach is None
        else [{"channel": r.channel, "language": r.language} for r in request.reach],
        "attributes": [{"question": question, "answer": answer} for question, answer in detail.attributes],
        "events": [_event(event) for event in detail.events],
        "callers": [_caller(caller) for caller in detail.callers],
        "outbox": [outbox_json(item) for item in detail.outbox],
    }


def _event(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "at": output.utc(event.at),
        "actor": event.actor,
        "kind": event.kind.value,
        "data": event.data,
        "text": event.text,
        "operation": event.operation,
    }


def _caller(caller: Caller) -> dict[str, object]:
    return {"name": caller.name, "phone": caller.phone, "email": caller.email, "language": caller.language}


def outbox_json(item: OutboxItem) -> dict[str, object]:
    """One thing to tell an upstream, as JSON."""
    return {
        "id": item.id,
        "number": item.number,
        "upstream": item.upstream,
        "upstream_id": item.upstream_id,
        "kind": item.kind.value,
        "state": item.state.value,
        "status_word": item.status_word,
        "message": item.message,
        "created_at": output.utc(item.created_at),
        "held_until": output.utc(item.held_until),
        "next_try_at": output.utc(item.next_try_at),
        "sent_at": output.utc(item.sent_at),
        "attempts": item.attempts,
        "problem": item.problem,
        "receipt": item.receipt,
        "operation": item.operation,
    }


def _lines(detail: Detail, policy: Policy, zone: tzinfo, now: datetime) -> list[str]:
    request = detail.request
    place = request.place
    where = place.address or (f"{place.lat:.6f}, {place.lon:.6f}" if place.lat is not None else "no usable place")
    facts = {
        "Place": where + (f" ({place.area})" if place.area else ""),
        "Upstream": f"{request.upstream} {request.upstream_id} {request.upstream_status}".strip(),
        "Came in": f"{output.local(request.requested_at, zone)} by {request.channel.label}",
        "Due": output.local(request.due_at, zone),
        "Respond": f"by {output.local(detail.respond_by, zone)}" if detail.respond_by else "",
        "Clock": f"stands since {output.local(detail.stands_since, zone)}" if detail.stands_since else "",
        "Crew": request.crew.name if request.crew else "",
        "Claimed": f"by {request.claimed_by}" if request.claimed_by else "",
        "Says": output.plain(request.description),
        **{output.plain(question): output.plain(answer) for question, answer in detail.attributes},
    }
    lines = [f"{request.number}  {output.plain(request.service)}  {state(request.status, request.outcome)}"]
    lines += [f"  {name + ':':<10} {output.plain(value)}" for name, value in facts.items() if value]
    for caller in detail.callers:
        lines.append("  Caller:    " + output.plain(" ".join(filter(None, (caller.name, caller.phone, caller.email)))))
    for item in detail.outbox:
        where, problem = outbox_line(item, now)
        lines.append("  Outbox:    " + output.plain(f"{where}{f': {problem}' if problem else ''}"))
    story = Story(detail, policy)
    for line in (story.line(event) for event in detail.events):
        text = f": {line.text}" if line.text else ""
        lines.append("  " + output.plain(f"{output.local(line.at, zone)}  {line.words}{text}"))
    return lines


def statuses(args: argparse.Namespace) -> int:
    """Print the translation table of each upstream."""
    from console.cli.words import tables

    here = context.of(args)
    with here.acting() as acting:
        output.say(tables(acting.policies, args.upstream))
    return 0
