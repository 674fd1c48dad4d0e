"""What has to be there, by what the desks said alone, compared with what is there: each difference is a fault."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from importlib.resources import files
from typing import Any, NamedTuple

from sqlalchemy import select

from services.domain.outbox import OutboxState
from services.domain.status import Outcome, Status
from services.domain.statusmap import STATUS_MAPS, Dialect, State
from services.domain.workflow import transition
from services.gateway.tables import REQUESTS, UPDATES, GatewayStore
from services.notify.mail import message_id
from services.store import outbox
from services.store.tables import event, operation, request, text_row
from services.team import chain
from tests.chaos_team.desk import patiently
from tests.chaos_team.said import End, Said
from tests.chaos_team.town import Town
from tests.services.notify.mailbox import text_of

SENDER = "City of Gulfport <311@example.org>"
_MAP = STATUS_MAPS[Dialect.GATEWAY]
_LABELS: dict[str, str] = json.loads((files("resources") / "messages" / "statuses.json").read_text("utf-8"))["en"]
_NEW: State = (Status.NEW, None)


class Line(NamedTuple):
    """One line of a history."""

    request_id: int
    actor: str
    kind: str
    text: str
    operation: str
    data: dict[str, Any]

    @property
    def version(self) -> int:
        """The version that it made; 0 for none."""
        return int(self.data.get("version", 0))

    @property
    def to(self) -> State | None:
        """The state that it set; None for none."""
        return _state(self.data["to"], self.data["to_outcome"]) if "to" in self.data else None


class Stand(NamedTuple):
    """A request as the database holds it."""

    version: int
    state: State
    upstream_id: str


class Item(NamedTuple):
    """One thing in the outbox, in the order of its making."""

    id: str
    operation: str
    request_id: int
    word: str
    text: str
    state: OutboxState


class Update(NamedTuple):
    """One update at the city, in the order of its coming."""

    id: str
    upstream_id: str
    word: str
    text: str


class Mail(NamedTuple):
    """One e-mail, as a mail server took it at DATA."""

    message_id: str
    recipient: str
    number: str
    text: str
    label: str


@dataclass
class Found:
    """All that is there in the end."""

    lines: list[Line]
    operations: dict[str, str]
    """By name: who did it."""
    stands: dict[int, Stand]
    outbox: list[Item]
    updates: list[Update]
    residents: dict[str, str]
    """By the city's number: the address of who reported it."""
    mails: list[Mail]
    views: list[dict[int, int]]
    """What each desk has on screen: versions by request."""
    broken: list[str]
    """What `team verify` says of the histories."""


def look(town: Town) -> Found:
    """Read it all, from the database, the city's store and the mail server."""
    with closing(town.store()) as store:
        items = outbox.listing(store, unfinished_only=False)
        with store.read() as connection:
            joined = select(event, text_row.c.body).outerjoin(text_row, event.c.text_id == text_row.c.id)
            lines = [
                Line(e.request_id, e.actor, e.kind, e.body or "", e.operation, e.data)
                for e in connection.execute(joined.order_by(event.c.id))
            ]
            done = {row.id: row.actor for row in connection.execute(select(operation.c.id, operation.c.actor))}
            stands = {
                row.id: Stand(row.version, _state(row.status, row.outcome), row.upstream_id)
                for row in connection.execute(select(request))
            }
    with closing(GatewayStore.open(town.folder / "gateway.db")) as kept, kept.engine.connect() as seen:
        came = seen.execute(select(UPDATES).order_by(UPDATES.c.updated_at)).all()
        residents = {row.id: row.email for row in seen.execute(select(REQUESTS.c.id, REQUESTS.c.email))}
    heads = town.folder / "heads"
    address, signed = town.primary.url("desks", "postgres"), heads if heads.exists() else None
    verified = patiently(lambda: chain.verify(address, signed))
    return Found(
        lines,
        done,
        stands,
        [Item(i.id, i.operation, i.request_id, i.status_word, i.message, i.state) for i in items],
        [Update(u.update_id, u.request_id, u.asked, u.description) for u in came],
        residents,
        [_mail(message) for message in town.mails.messages],
        [view.versions for view in town.views],
        verified.faults,
    )


def _mail(message: EmailMessage) -> Mail:
    text = text_of(message)
    number, said = re.search(r"report (\d+)", str(message["Subject"])), re.search(r"^desk-\d \d+$", text, re.M)
    label = re.search(r"^Status: (.*)$", text, re.M)
    return Mail(str(message["Message-ID"]), str(message["To"]), _first(number, 1), _first(said, 0), _first(label, 1))


def _first(match: re.Match[str] | None, group: int) -> str:
    return match[group] if match else ""


def _state(status: str, outcome: str | None) -> State:
    return Status(status), Outcome(outcome) if outcome else None


def faults(said: Sequence[Said], found: Found) -> list[str]:
    """A sentence for each promise that was not kept; none is well."""
    acknowledged = [one for one in said if one.end is End.KEPT]
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in found.lines:
        lines[line.operation].append(line)
    histories: dict[int, list[Line]] = defaultdict(list)
    for line in found.lines:
        if line.version:
            histories[line.request_id].append(line)
    return [
        *_kept(acknowledged, found, lines),
        *_once(acknowledged, found),
        *_no_update_lost(said, found, lines, histories),
        *_legal(found, histories),
        *(f"team verify: {fault}" for fault in found.broken),
        *_told(acknowledged, found, lines, histories),
        *_mailed(found, lines, histories),
    ]


def _some(count: int, words: str, example: object) -> Iterator[str]:
    if count:
        yield f"{count} {words}; one of them: {example}"


def _kept(acknowledged: Sequence[Said], found: Found, lines: dict[str, list[Line]]) -> Iterator[str]:
    gone = [one for one in acknowledged if found.operations.get(one.operation) != one.desk]
    yield from _some(len(gone), "acknowledged commands are not there", gone[:1])
    other = [
        one
        for one in acknowledged
        if [(x.actor, x.request_id, x.kind, x.text, x.to) for x in lines[one.operation]]
        != [(one.desk, one.request_id, one.kind, one.text, one.to)]
    ]
    yield from _some(len(other), "acknowledged commands are not in the history once, as they were given", other[:1])


def _once(acknowledged: Sequence[Said], found: Found) -> Iterator[str]:
    more = set(found.operations) - {one.operation for one in acknowledged}
    yield from _some(len(more), "operations were done of which nobody was told that", sorted(more)[:1])
    there = Counter(line.text for line in found.lines if line.text.startswith("desk-"))
    wanted = Counter(one.text for one in acknowledged if one.text)
    yield from _some((there - wanted).total(), "texts are there too often", (there - wanted).most_common(1))
    yield from _some((wanted - there).total(), "texts are missing", (wanted - there).most_common(1))


def _no_update_lost(
    said: Sequence[Said], found: Found, lines: dict[str, list[Line]], histories: dict[int, list[Line]]
) -> Iterator[str]:
    """Versions follow one another; who changed a state had seen the last; the last is what the database holds."""
    for request_id, stand in found.stands.items():
        history = histories[request_id]
        version = 1
        for line in history:
            if line.version - version not in ({1} if line.actor.startswith("desk-") else {0, 1}):
                yield f"request {request_id}: version {line.version} was made of {version}"
            version = line.version
        if version != stand.version:
            yield f"request {request_id}: it is version {stand.version}, but the last that was made is {version}"
        last = next((line.to for line in reversed(history) if line.to), _NEW)
        if last != stand.state:
            yield f"request {request_id}: it is {stand.state}, but what was set last is {last}"
        for view in found.views:
            if view.get(request_id) != stand.version:
                yield f"request {request_id}: a desk shows version {view.get(request_id)}, not {stand.version}"
    over, needless = [], []
    for one in said:
        newer = [line.version for line in histories[one.request_id] if line.version > one.seen and one.seen]
        made = next((line.version for line in lines[one.operation]), 0)
        if one.end is End.KEPT and any(version < made for version in newer):
            over.append(one)
        if one.end is End.STALE and not newer:
            needless.append(one)
    yield from _some(len(over), "stale changes of state were let through", over[:1])
    yield from _some(len(needless), "were refused as stale and were not", needless[:1])


def _legal(found: Found, histories: dict[int, list[Line]]) -> Iterator[str]:
    for request_id in found.stands:
        stood = _NEW
        for line in histories[request_id]:
            if line.to is None:
                continue
            if _state(line.data["from"], line.data["from_outcome"]) != stood:
                yield f"request {request_id}: version {line.version} does not begin where the one before ended"
            if line.actor.startswith("desk-") and transition(stood[0], line.to[0]) is None:
                yield f"request {request_id}: nobody may go from {stood[0]} to {line.to[0]}"
            stood = line.to


def _told(
    acknowledged: Sequence[Said], found: Found, lines: dict[str, list[Line]], histories: dict[int, list[Line]]
) -> Iterator[str]:
    """Each change and message is in the outbox once, was sent, and is at the city once, in order."""
    wanted = Counter[tuple[str, int, str, str]]()
    for one in acknowledged:
        if one.kind != "note" and lines[one.operation]:
            word = _MAP.message_word(*_stood(histories[one.request_id], lines[one.operation][0].version))
            wanted[one.operation, one.request_id, word, one.text] += 1
    there = Counter((i.operation, i.request_id, i.word, i.text) for i in found.outbox)
    yield from _some((wanted - there).total(), "were not put into the outbox", (wanted - there).most_common(1))
    yield from _some((there - wanted).total(), "are in the outbox too often", (there - wanted).most_common(1))
    unsent = [item for item in found.outbox if item.state is not OutboxState.SENT]
    yield from _some(len(unsent), "in the outbox were not sent", unsent[:1])
    posted = Counter(Update(i.id, found.stands[i.request_id].upstream_id, i.word, i.text) for i in found.outbox)
    came = Counter(found.updates)
    yield from _some((posted - came).total(), "updates are not at the city", (posted - came).most_common(1))
    yield from _some((came - posted).total(), "updates are at the city too often", (came - posted).most_common(1))
    for request_id, stand in found.stands.items():
        sent = [item.id for item in found.outbox if item.request_id == request_id]
        if sent != [update.id for update in found.updates if update.upstream_id == stand.upstream_id]:
            yield f"request {request_id}: its updates came to the city in another order"


def _stood(history: Sequence[Line], version: int) -> State:
    """The state of a request at a version."""
    return next((line.to for line in reversed(history) if line.to and line.version <= version), _NEW)


def _mailed(found: Found, lines: dict[str, list[Line]], histories: dict[int, list[Line]]) -> Iterator[str]:
    """One e-mail for each update with a text: by its Message-ID, and by recipient, request, text and state."""
    wanted = Counter[Mail]()
    for item in found.outbox:
        if item.text:
            upstream_id = found.stands[item.request_id].upstream_id
            version = next((line.version for line in lines[item.operation]), 0)
            status, outcome = _stood(histories[item.request_id], version)
            label = _LABELS[outcome or status]
            letter = message_id(item.id, SENDER)
            wanted[Mail(letter, found.residents[upstream_id], upstream_id, item.text, label)] += 1
    came = Counter(found.mails)
    yield from _some((wanted - came).total(), "e-mails are missing", (wanted - came).most_common(1))
    yield from _some((came - wanted).total(), "e-mails came too often", (came - wanted).most_common(1))
    twice = Counter(mail.message_id for mail in found.mails)
    yield from _some(twice.total() - len(twice), "e-mails came under a Message-ID again", twice.most_common(1))
