"""What a person does to requests: each is one transaction of new state, history and what the upstream is to be told."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select

from services.domain import questions, sla
from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Channel, Outcome, Status
from services.domain.statusmap import State, Told
from services.domain.urgency import UrgencyAnswer, needed_within
from services.domain.values import Changes, EventKind, Place
from services.domain.workflow import Action, check_action, check_transition
from services.errors import Forbidden, Invalid, NotFound
from services.store import needing, search, slas, telling
from services.store.acting import Acting
from services.store.calling import CallerWords, add_caller, filed, lift
from services.store.changing import (
    TOLD,
    Alike,
    Work,
    alike,
    command,
    load,
    naming,
    plural,
    standing,
    state_data,
    state_words,
    stood,
    told,
)
from services.store.dialect import answered
from services.store.rows import Standing, attribute_of, state_of
from services.store.tables import outbox, request, service, text_row
from services.store.telling import Saying
from services.store.writing import Data, among, clean, next_id, numbers

_CREW = "SELECT name FROM crew WHERE id = ? AND active"
CREW = frozenset({"crew"})
"""What an assignment is about."""


@dataclass(frozen=True, slots=True)
class PhoneReport:
    """A report as a call-taker writes it down."""

    service_code: str
    description: str
    place: Place
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    upstream: str = ""
    """The upstream that is to have it; "" keeps it at this desk."""
    channel: Channel = Channel.PHONE
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Answers to the service's questions, by their code."""
    reply: str = ""
    """How the caller wants to hear of it: one of `services.domain.values.REPLIES`."""
    consent: bool = True
    do_not_call: bool = False
    urgency: Sequence[UrgencyAnswer] = ()
    """What the caller said of how urgent it is."""
    operation: str = ""
    """Names the filing, where it may be tried again after its answer was lost: it is done once."""
    lifts: bool = False
    """Whether the caller takes back an earlier wish never to be called."""
    taken_at: datetime | None = None
    """When the caller said it, where it had to wait since; None: now."""
    seconds: int | None = None
    """How long the call had taken by then; None where that is not known."""

    @property
    def caller(self) -> CallerWords:
        """Who called."""
        who = self.name, self.phone, self.email, self.language
        return CallerWords(*who, self.reply, self.consent, self.do_not_call, lifts=self.lifts)


def assign(
    acting: Acting, ids: Sequence[int], crew_id: int | None, *, expected: Mapping[int, int] | None = None
) -> Changes:
    """Give requests to a crew, or with None to nobody. Raises Forbidden, Invalid, NotFound, Conflict."""
    check_action(Action.ASSIGN, acting.actor.roles)
    with command(acting) as work:
        crew_id = None if crew_id is None else int(crew_id)
        crews, found = answered(work.connection, (_CREW, (crew_id,)), standing(work.connection, ids))
        name = _crew(crews, crew_id)
        rows = [
            row for row in stood(work.connection, ids, found, expected, CREW, acting.zone) if row.crew_id != crew_id
        ]
        if not rows:
            raise Invalid(f"Already with {name}." if name else "No crew has it.")
        for some in alike(rows):
            with naming(some.row):
                give(work, some, crew_id)
        work.kinds.add("crew")
        work.sentence = f"{plural(len(rows))} assigned to {name}" if name else f"{plural(len(rows))} taken off the crew"
    return work.changes()


def _crew(found: Sequence[tuple[str]], crew_id: int | None) -> str:
    if crew_id is None:
        return ""
    if not found:
        raise NotFound("There is no such crew.", "Choose one from the list.")
    return found[0][0]


def give(work: Work, some: Alike, crew_id: int | None) -> None:
    """Within a command: assign requests that are alike to another crew. Raises Forbidden, Invalid."""
    row = some.row
    status, outcome = state_of(row)
    if not status.is_open:
        raise Invalid("It is closed, so no crew is sent.", "Reopen it first.")
    data: Data = {"from_crew": row.crew_id, "crew": crew_id, "version": row.version + 1}
    target = status
    if crew_id is not None and status in (Status.NEW, Status.ACKNOWLEDGED):
        target = Status.ASSIGNED
    elif crew_id is None and status is Status.ASSIGNED:
        target = Status.ACKNOWLEDGED
    if target is not status:
        check_transition(status, target, work.acting.actor.roles, has_crew=crew_id is not None, outcome=None)
        data = {**state_data(row, (target, None)), **data}
        outgoing = told(work.acting.policy(row.upstream), row, (target, None), has_message=False)
        if isinstance(outgoing, Told):
            work.post(some, (target, None), outgoing.word)
    work.pen.events(some.ids, EventKind.ASSIGNED, data)
    work.move(some, (target, outcome), crew_id)


def set_status(
    acting: Acting,
    ids: Sequence[int],
    status: Status,
    outcome: Outcome | None = None,
    message: str = "",
    *,
    expected: Mapping[int, int] | None = None,
) -> Changes:
    """Change the status, with or without a message to the resident. Raises Forbidden, Invalid, NotFound, Conflict."""
    message = clean(message)
    state: State = (Status(status), Outcome(outcome) if outcome else None)
    with command(acting) as work:
        if message:
            telling.hold_with_merged(work.connection, ids)
        rows = load(work.connection, ids, expected, TOLD, acting.zone)
        _check_takes_messages(work, rows, message)
        said = _said(work, rows, message)
        for some in [Alike(row, [row.id]) for row in rows] if message else alike(rows):
            with naming(some.row):
                _set_status(work, some, state, message, said)
        if message or not state[0].is_open:
            telling.say(work, [Saying(row.id, state, text, message) for row, text in _texts(work, rows)])
        _write_texts(work)
        work.sentence = f"{plural(len(rows))} set to {state_words(state)}"
    return work.changes()


def _set_status(work: Work, some: Alike, state: State, message: str, said: set[tuple[int, str]]) -> None:
    """With a message, for one request at a time: each has a text of its own."""
    row = some.row
    if row.merged_into is not None and state[0].is_open:
        raise Invalid("It is merged into another.", "Undo the merge, or reopen that one.")
    roles = work.acting.actor.roles
    check_transition(Status(row.status), state[0], roles, has_crew=row.crew_id is not None, outcome=state[1])
    policy = work.acting.policy(row.upstream)
    outgoing = told(policy, row, state, has_message=bool(message))
    text_id = work.pen.text(row.id, message)
    if isinstance(outgoing, Told) or (message and row.upstream and policy.takes_updates):
        word = outgoing.word if isinstance(outgoing, Told) else policy.statuses.message_word(*state)
        _refuse_repeat(said, row, word)
        work.post(some, state, word, text_id=text_id)
    if text_id is None:
        work.pen.events(some.ids, EventKind.STATUS, state_data(row, state))
    else:
        work.pen.event(row.id, EventKind.STATUS, state_data(row, state), text_id)
    work.move(some, state, row.crew_id)


def _check_takes_messages(work: Work, rows: Sequence[Standing], message: str) -> None:
    deaf = [r for r in rows if not r.upstream or not work.acting.policy(r.upstream).takes_updates] if message else []
    reached = telling.reaches(work, [row.id for row in deaf])
    for row in deaf:
        if row.id not in reached:
            where = f"“{row.upstream}” takes no updates" if row.upstream else "It lives at this desk only"
            raise Forbidden(f"{row.number}: {where}, so nobody would get the message.", "Write a staff note instead.")


def _said(work: Work, rows: Sequence[Standing], message: str) -> set[tuple[int, str]]:
    """Request id and word of every update that already carries this very message."""
    if not message:
        return set()
    same = (
        select(outbox.c.request_id, outbox.c.status_word)
        .join(text_row, text_row.c.id == outbox.c.text_id)
        .where(among(outbox.c.request_id, [row.id for row in rows]), text_row.c.body == message)
        .where(outbox.c.state.not_in([OutboxState.RETRACTED, OutboxState.REFUSED]))
        .where(outbox.c.kind != OutboxKind.NOTICE)
    )
    return {(row.request_id, row.status_word) for row in work.connection.execute(same)}


def _refuse_repeat(said: set[tuple[int, str]], row: Standing, word: str) -> None:
    """An upstream may hide a second update of the same words and status, and tell nobody."""
    if (row.id, word) in said:
        raise Invalid("This very message was sent already; the upstream may hide a second one.", "Say it differently.")


def send_message(
    acting: Acting, ids: Sequence[int], text: str, *, expected: Mapping[int, int] | None = None
) -> Changes:
    """Tell the residents something without changing the status. Raises Forbidden, Invalid, NotFound, Conflict."""
    check_action(Action.MESSAGE, acting.actor.roles)
    with command(acting) as work:
        message = _not_empty(text)
        telling.hold_with_merged(work.connection, ids)
        rows = load(work.connection, ids, expected, TOLD, acting.zone)
        _check_takes_messages(work, rows, message)
        said = _said(work, rows, message)
        for row in rows:
            with naming(row):
                policy = acting.policy(row.upstream)
                text_id = work.pen.text(row.id, message)
                some = Alike(row, [row.id])
                if row.upstream and policy.takes_updates:
                    word = policy.statuses.message_word(*state_of(row))
                    _refuse_repeat(said, row, word)
                    work.post(some, state_of(row), word, text_id=text_id)
                work.pen.event(row.id, EventKind.MESSAGE, {"version": row.version + 1}, text_id)
                work.move(some, state_of(row), row.crew_id)
        telling.say(work, [Saying(row.id, state_of(row), text, message) for row, text in _texts(work, rows)])
        _write_texts(work)
        work.sentence = f"Message to {plural(len(rows))}"
    return work.changes()


def add_note(acting: Acting, ids: Sequence[int], text: str) -> Changes:
    """Write a note that only staff see. Raises Forbidden, Invalid, NotFound."""
    check_action(Action.NOTE, acting.actor.roles)
    with command(acting) as work:
        rows = load(work.connection, ids)
        note = _not_empty(text)
        for row in rows:
            work.pen.event(row.id, EventKind.NOTE, {}, work.pen.text(row.id, note))
            work.touched.append(row.id)
        _write_texts(work)
        work.sentence = f"Note on {plural(len(rows))}"
    return work.changes()


def _texts(work: Work, rows: Sequence[Standing]) -> list[tuple[Standing, int | None]]:
    """The requests with their new texts."""
    new = work.pen.new_texts()
    return [(row, new.get(row.id)) for row in rows]


def _write_texts(work: Work) -> None:
    ids = work.pen.texts_of()
    search.leave(work.connection, ids)
    work.pen.write()
    search.enter(work.connection, ids)


def _not_empty(text: str) -> str:
    kept = clean(text)
    if not kept:
        raise Invalid("There is no text.", "Write something first.")
    return kept


def log_call(acting: Acting, call: PhoneReport) -> Changes:
    """Write down a new report, and queue it for its upstream; once. Raises Forbidden, Invalid, NotFound."""
    check_action(Action.LOG, acting.actor.roles)
    if made := filed(acting.store, call.operation):
        return made
    place = _place(call.place)
    with command(acting, call.operation) as work:
        if call.upstream and call.upstream not in acting.policies:
            raise NotFound(f"No upstream is called “{call.upstream}”.", "Look at [[upstream]] in config.toml.")
        name, sla_hours, answers = _service(work, call)
        promised = slas.current(work.connection)
        hours = needed_within(call.urgency)
        asked_at = min(call.taken_at or work.now, work.now)
        needed_at = None if hours is None else sla.after(asked_at, hours)
        request_id = next_id(work.connection, request.c.id)
        number = numbers(work.connection, work.now.year, 1)[0]
        work.connection.execute(
            insert(request).values(
                id=request_id,
                number=number,
                upstream=call.upstream,
                reference=f"{number}-{acting.store.store_id[:8]}",
                service_code=call.service_code,
                service=name,
                status=Status.NEW.value,
                address=place.address,
                lat=place.lat,
                lon=place.lon,
                area=place.area,
                zipcode=place.zipcode,
                description=clean(call.description),
                channel=call.channel.value,
                requested_at=asked_at,
                updated_at=work.now,
                due_at=promised.due((call.upstream, call.service_code), sla_hours, asked_at, None, needed_at),
                needed_at=needed_at,
                attributes={code: list(values) for code, values in answers.items()},
            )
        )
        lifted = lift(work, call.caller)
        if not call.caller.is_nobody:
            add_caller(work, request_id, call.caller)
        data: Data = {"to": Status.NEW.value, "channel": call.channel.value, "version": 1}
        if call.seconds is not None and call.channel is Channel.PHONE:
            data["seconds"] = call.seconds
        work.pen.event(request_id, EventKind.LOGGED, data | needing.said(call.urgency) | lifted)
        if call.upstream:
            work.pen.post([request_id], call.upstream, OutboxKind.REPORT, work.now + acting.hold)
            work.kinds.add("outbox")
        search.enter(work.connection, [request_id])
        work.touched.append(request_id)
        work.sentence = f"{number} logged: {name}"
    return work.changes()


def _place(place: Place) -> Place:
    lat, lon = place.lat, place.lon
    if (lat is None) is not (lon is None):
        raise Invalid("A place needs both latitude and longitude.", "Give both, or an address.")
    if lat is not None and lon is not None and not (abs(lat) <= 90 and abs(lon) <= 180 and math.isfinite(lat + lon)):
        raise Invalid(f"{lat}, {lon} is no place on Earth.", "Latitude is −90 to 90, longitude −180 to 180.")
    address = clean(place.address)
    if lat is None and not address:
        raise Invalid("The report has no place.", "Give an address or a point on the map.")
    return Place(address, lat, lon, clean(place.area), clean(place.zipcode))


def _service(work: Work, call: PhoneReport) -> tuple[str, float | None, questions.Answers]:
    """The service's name and hours, and the answers to its questions; the upstream would refuse what lacks one."""
    listed = work.connection.execute(select(service).where(service.c.upstream == call.upstream, service.c.listed)).all()
    for row in listed:
        if row.code == call.service_code:
            asked = [attribute_of(question) for question in row.attributes]
            is_read = bool(asked) or not row.has_definition
            return row.name, row.sla_hours, questions.check(asked, call.attributes, complete=is_read)
    if listed or not clean(call.service_code):
        raise NotFound(f"There is no service with the code “{call.service_code}”.", "Choose one from the list.")
    return clean(call.service_code), None, questions.check((), call.attributes, complete=False)
