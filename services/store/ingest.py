"""What an upstream shows, into the store: one transaction a page, the same page twice changes nothing.

A status is taken from the upstream only when its word changed since it was last seen, the change is newer than the
last one made by a person here, nothing of ours is still on its way, and the two really disagree. Otherwise ours
stays, `differs` is set, and both are shown. While more of ours is on its way, an upstream that shows what it was last
told by us does not differ: it only does not know the rest yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from services.domain.calendar import PAUSABLE
from services.domain.exchange import Page, Receipt, UpstreamRequest
from services.domain.outbox import BLOCKING_STATES, OutboxKind, OutboxState
from services.domain.policy import Policy
from services.domain.status import Outcome, Status
from services.domain.statusmap import State
from services.domain.values import EventKind
from services.sqlite import to_millis
from services.store import bulk, dues, routing, search, slas, telling
from services.store import outbox as outboxes
from services.store.arriving import ARRIVED, SHOWN, Arrivals, fingerprints
from services.store.changing import state_data
from services.store.dialect import driven, fetched
from services.store.rows import item_of, outbox_items, state_of
from services.store.store import Store
from services.store.tables import NO_UPSTREAM_ID, outbox, request, service, text_row
from services.store.upstreams import (
    apply_definition,
    apply_facts,
    apply_services,
    apply_updates,
    cursor,
    note_pull,
    set_upstream,
)
from services.store.writing import Pen, among, clean, hold, next_id, numbers, update_requests

__all__ = [
    "Locate",
    "PageResult",
    "apply_definition",
    "apply_facts",
    "apply_page",
    "apply_services",
    "apply_updates",
    "cursor",
    "note_pull",
]

Locate = Callable[[Sequence[tuple[float, float]]], list[str]]


@dataclass(frozen=True, slots=True)
class PageResult:
    """What a page brought: counts, and the ids of what is new or changed."""

    new: int
    changed: int
    unchanged: int
    ids: tuple[int, ...]


@dataclass(slots=True)
class _Work:
    """One page under way."""

    connection: Connection
    policy: Policy
    pen: Pen
    locate: Locate | None
    arrivals: Arrivals
    marks: dict[str, str]
    """The fingerprint of all that is shown, by the upstream's id."""
    clocked: list[int] = field(default_factory=list)
    """Requests whose clock may stop, go on, or be another."""

    @property
    def now(self) -> datetime:
        return self.pen.at


def apply_page(store: Store, policy: Policy, page: Page, locate: Locate | None = None) -> PageResult:
    """Put a page of an upstream into the store, with its cursor. `locate` names the area of a point (lat, lon)."""
    now = store.clock()
    shown = {r.upstream_id: r for r in page.requests}
    marks = dict(zip(shown, fingerprints(list(shown.values())), strict=True))
    with store.write() as connection:
        hours = {
            row.code: row.sla_hours
            for row in connection.execute(select(service).where(service.c.upstream == policy.upstream))
        }
        arrivals = Arrivals(slas.current(connection), policy.upstream, hours)
        work = _Work(connection, policy, Pen(connection, now, policy.upstream), locate, arrivals, marks)
        known = _known(work, list(shown))
        found = _ours_among(work, [r for key, r in shown.items() if key not in known])
        if found:
            hold(connection, [*found, *_stale(work, known)])
            for request_id, upstream_id in found.items():
                _found_ours(work, request_id, upstream_id)
            known = _known(work, list(shown))
        new = _insert(work, [r for key, r in shown.items() if key not in known])
        changed = _change(work, _stale(work, known), shown)
        work.pen.write()
        routing.route(connection, policy, now, new)
        if work.clocked:
            dues.reckon(connection, work.pen, work.clocked)
            work.pen.write()
        if page.cursor:
            set_upstream(connection, policy.upstream, cursor=page.cursor)
    return PageResult(len(new), len(changed), len(shown) - len(new) - len(changed), (*new, *changed))


_KNOWN = (
    "SELECT r.upstream_id, r.id, r.fingerprint, r.upstream_status, r.status, r.outcome, r.differs"
    " FROM {texts} AS shown CROSS JOIN request AS r"
    " WHERE r.upstream = ? AND r.upstream_id != '' AND r.upstream_id = shown.value"
)


def _known(work: _Work, upstream_ids: list[str]) -> dict[str, tuple[Any, ...]]:
    """By the upstream's id: what the store has of each, as plain as the driver gives it."""
    rows = fetched(work.connection, _KNOWN, (bulk.as_json(upstream_ids), work.policy.upstream))
    return {row[0]: row for row in rows}


def _stale(work: _Work, known: dict[str, tuple[Any, ...]]) -> list[int]:
    """Ids of those of which the upstream shows something else than before, or `differs` is not as it should be."""
    marks, settled = work.marks, _Settled(work.policy)
    return [row[1] for key, row in known.items() if row[2] != marks[key] or not settled[row[3:]]]


class _Settled(dict[tuple[Any, ...], bool]):
    """By the upstream's word, our status and outcome, and `differs`: whether that is set as it should be."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def __missing__(self, seen: tuple[Any, ...]) -> bool:
        word, status, outcome, differs = seen
        state = Status(status), Outcome(outcome) if outcome else None
        self[seen] = well = self._policy.statuses.agrees(word, state) is not bool(differs)
        return well


def _ours_among(work: _Work, shown: list[UpstreamRequest]) -> dict[int, str]:
    """Reports logged here whose id was not known yet are found by our reference in their text: the ids of each."""
    unsent = select(request.c.id, request.c.reference).where(
        request.c.upstream == work.policy.upstream, NO_UPSTREAM_ID, request.c.reference != ""
    )
    ours = work.connection.execute(unsent).all() if shown else []
    return {row.id: theirs.upstream_id for row in ours for theirs in shown if row.reference in theirs.description}


def _found_ours(work: _Work, request_id: int, upstream_id: str) -> None:
    report = outbox_items().where(outbox.c.request_id == request_id, outbox.c.kind == OutboxKind.REPORT)
    open_report = report.where(outbox.c.state.not_in([OutboxState.SENT, OutboxState.RETRACTED]))
    items = [item_of(row) for row in work.connection.execute(open_report)]
    for item in items:
        outboxes.settle(work.connection, item, Receipt(id=upstream_id), work.now)
    if not items:
        outboxes.named(work.connection, request_id, upstream_id, work.now)


def _state(policy: Policy, word: str) -> State:
    return policy.statuses.read(word) or (Status.NEW, None)


def _words(policy: Policy, word: str) -> tuple[str, str | None, bool]:
    """Status and outcome as they are kept, and whether that is open."""
    status, outcome = _state(policy, word)
    return status.value, outcome.value if outcome else None, status.is_open


def _areas(work: _Work, shown: list[UpstreamRequest]) -> list[str]:
    """What each is said to lie in; where nothing is said, what lies around its point."""
    names = [theirs.place.area for theirs in shown]
    if work.locate is None:
        return names
    places = [r.place for r in shown]
    asked = {
        row: (place.lat, place.lon)
        for row, place in enumerate(places)
        if not place.area and place.lat is not None and place.lon is not None
    }
    for row, name in zip(asked, work.locate(list(asked.values())), strict=True):
        names[row] = name
    return names


_INSERTED = ("id", "number", "upstream", "upstream_id", "status", "outcome", *ARRIVED)
PULLED = (
    "INSERT INTO event (request_id, at, actor, kind, data)"
    " SELECT id, ?, ?, ?, {object}('status', status, 'version', version) FROM request"
    " WHERE id BETWEEN ? AND ? ORDER BY id"
)
"""Writes the first line of history of every request from an id to another: at when, by whom, of which kind."""


def _insert(work: _Work, shown: list[UpstreamRequest]) -> list[int]:
    if not shown:
        return []
    first = next_id(work.connection, request.c.id, len(shown))
    bulk.insert_rows(work.connection, request, _INSERTED, _new_rows(work, first, shown))
    told = to_millis(work.now), work.pen.actor, EventKind.PULLED.value, first, first + len(shown) - 1
    driven(work.connection, PULLED, told)
    search.enter_from(work.connection, first, len(shown))
    return list(range(first, first + len(shown)))


def _new_rows(work: _Work, first: int, shown: list[UpstreamRequest]) -> Iterator[tuple[object, ...]]:
    given = numbers(work.connection, work.now.year, len(shown))
    read = {word: _words(work.policy, word) for word in {theirs.status_word for theirs in shown}}
    upstream, marks, row = work.policy.upstream, work.marks, work.arrivals.row
    ids = range(first, first + len(shown))
    for request_id, number, theirs, area in zip(ids, given, shown, _areas(work, shown), strict=True):
        status, outcome, is_open = read[theirs.status_word]
        key = theirs.upstream_id
        rest = row(theirs, area, marks[key], is_open=is_open)
        yield request_id, number, upstream, key, status, outcome, *rest


_KEPT_OF_OURS = ("address", "lat", "lon", "area", "zipcode", "description", "channel", "requested_at")
_FIELDS = (
    *("service_code", "service", "address", "lat", "lon", "area", "zipcode", "description", "requested_at"),
    "due_at",
)
_CLOCK = ("service_code", "requested_at", "expected_at")
"""What says when it is due."""
_BESIDE = ("channel", "media_urls", "attributes")
"""What is told in history, too, but makes no new version: nobody decides anything by it."""
_WORDS = ("service", "address", "area", "zipcode", "description")


def _change(work: _Work, ids: list[int], shown: dict[str, UpstreamRequest]) -> list[int]:
    if not ids:
        return []
    hold(work.connection, ids)
    whole = work.connection.execute(select(request).where(among(request.c.id, ids)).order_by(request.c.id)).all()
    busy, posted = _unfinished(work, ids), _posted(work, ids)
    said = _our_words(work, ids)
    rows, changed, reworded, closed = [], [], [], {}
    areas = _areas(work, [shown[row.upstream_id] for row in whole])
    for row, area in zip(whole, areas, strict=True):
        values = _changed_columns(work, row, shown[row.upstream_id], area, posted.get(row.id), busy=row.id in busy)
        rows.append(values)
        if any(values[name] != getattr(row, name) for name in _WORDS):
            reworded.append(row.id)
        if Status(row.status).is_open and values["closed_at"]:
            closed[row.id] = values["status"], values["outcome"]
        if _tell(work, row, values, said.get(row.id, set())):
            changed.append(row.id)
    search.leave(work.connection, reworded)
    update_requests(work.connection, rows)
    search.enter(work.connection, reworded)
    telling.closed_upstream(work.connection, work.pen, work.policy, closed)
    return changed


_OURS = outbox.c.kind != OutboxKind.NOTICE
"""What the upstream is told; our e-mails to callers are none of its business."""


def _unfinished(work: _Work, ids: list[int]) -> set[int]:
    blocking = [s.value for s in BLOCKING_STATES]
    question = select(outbox.c.request_id).where(among(outbox.c.request_id, ids), outbox.c.state.in_(blocking), _OURS)
    return set(work.connection.execute(question).scalars())


def _posted(work: _Work, ids: list[int]) -> dict[int, State]:
    """By request: the state which the upstream was last told by us; messages that say no state are passed over."""
    silent = ["", work.policy.statuses.neutral_word]
    told = among(outbox.c.request_id, ids), outbox.c.state == OutboxState.SENT, outbox.c.status_word.not_in(silent)
    words = work.connection.execute(
        select(outbox.c.request_id, outbox.c.status_word).where(*told, _OURS).order_by(outbox.c.seq)
    )
    read = {row.request_id: work.policy.statuses.read(row.status_word) for row in words}
    return {request_id: state for request_id, state in read.items() if state is not None}


def _our_words(work: _Work, ids: list[int]) -> dict[int, set[str]]:
    question = select(outbox.c.request_id, text_row.c.body).join(text_row, text_row.c.id == outbox.c.text_id)
    said: dict[int, set[str]] = {}
    for request_id, body in work.connection.execute(question.where(among(outbox.c.request_id, ids))):
        said.setdefault(request_id, set()).add(body)
    return said


def _changed_columns(
    work: _Work, row: Row[Any], theirs: UpstreamRequest, area: str, posted: State | None, *, busy: bool
) -> dict[str, Any]:
    shown = work.arrivals.values(theirs, area, work.marks[theirs.upstream_id])
    values: dict[str, Any] = dict(zip(SHOWN, shown, strict=True))
    for name in _KEPT_OF_OURS if row.reference else ():
        values[name] = getattr(row, name)
    if row.reference:
        values["due_at"] = work.arrivals.due(theirs.service_code, row.requested_at, theirs.expected_at)
    if row.needed_at is not None:
        values["due_at"] = min(values["due_at"] or row.needed_at, row.needed_at)
    same_clock = all(values[name] == getattr(row, name) for name in _CLOCK)
    if same_clock:
        values["due_at"] = row.due_at
    if row.erased:
        values["description"] = row.description
    if row.erased or row.reference or theirs.answers is None:
        values["attributes"] = row.attributes
    state, differs = _decide(work.policy, row, theirs, posted, busy=busy)
    was_open, is_open = Status(row.status).is_open, state[0].is_open
    moved = state != state_of(row)
    if not same_clock or (moved and {state[0], Status(row.status)}.intersection(PAUSABLE)):
        work.clocked.append(row.id)
    updated = theirs.updated_at or theirs.requested_at
    visible = moved or differs != row.differs or any(values[name] != getattr(row, name) for name in _FIELDS)
    return {
        "id": row.id,
        **values,
        "status": state[0].value,
        "outcome": state[1].value if state[1] else None,
        "closed_at": (row.closed_at if not was_open else updated) if not is_open else None,
        "reopened": is_open and (row.reopened or not was_open),
        "merged_into": None if is_open else row.merged_into,
        "differs": differs,
        "updated_at": max(row.updated_at, updated) if row.person_at else updated,
        "version": row.version + visible,
    }


def _decide(
    policy: Policy, row: Row[Any], theirs: UpstreamRequest, posted: State | None, *, busy: bool
) -> tuple[State, bool]:
    """Our state after this, and whether it differs from the upstream's, which we last told the state `posted`."""
    ours = state_of(row)
    if policy.statuses.agrees(theirs.status_word, ours):
        return ours, False
    news = clean(theirs.status_word) != row.upstream_status
    newer = row.person_at is None or (theirs.updated_at is not None and theirs.updated_at > row.person_at)
    if news and newer and not busy:
        return _state(policy, theirs.status_word), False
    if busy and posted is not None and policy.statuses.agrees(theirs.status_word, posted):
        return ours, False
    return ours, news or not busy


def _tell(work: _Work, row: Row[Any], values: dict[str, Any], our_words: set[str]) -> bool:
    state: State = (Status(values["status"]), Outcome(values["outcome"]) if values["outcome"] else None)
    data: dict[str, str | int | float | bool | None] = {"version": values["version"]}
    if state != state_of(row):
        data |= state_data(row, state)
    if values["differs"] != row.differs:
        data["differs"] = values["differs"]
    if fields := [name for name in (*_FIELDS, *_BESIDE) if values[name] != getattr(row, name)]:
        data["fields"] = ",".join(fields)
    notes = values["upstream_notes"]
    if notes != row.upstream_notes and notes and notes not in our_words:
        data["notes"] = True
    changed = len(data) > 1
    if changed or values["updated_at"] != row.updated_at:
        work.pen.event(row.id, EventKind.UPSTREAM_CHANGED if changed else EventKind.TOUCHED, data)
    return changed
