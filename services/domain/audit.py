"""The history of all requests in words: who did what, when, and from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.status import Outcome, Status
from services.domain.story import chip_words, field_words
from services.domain.values import EventKind

WHAT = {
    EventKind.LOGGED: "Logged",
    EventKind.PULLED: "Came in",
    EventKind.UPSTREAM_CHANGED: "Changed upstream",
    EventKind.ASSIGNED: "Assigned",
    EventKind.PLANNED: "Planned",
    EventKind.STATUS: "Status",
    EventKind.MESSAGE: "Message",
    EventKind.NOTE: "Note",
    EventKind.RESIDENT_UPDATE: "Shown by the upstream",
    EventKind.POSTED: "Sent",
    EventKind.REFUSED: "Refused by the upstream",
    EventKind.UNKNOWN: "May not have arrived",
    EventKind.UNDONE: "Undone",
    EventKind.REDONE: "Done again",
    EventKind.REQUEUED: "To be sent again",
    EventKind.GIVEN_UP: "Left unsent",
    EventKind.ERASED: "Erased",
    EventKind.JOINED: "One more caller",
    EventKind.ENQUIRED: "Enquiry",
    EventKind.MERGED: "Merged",
    EventKind.CALLED_BACK: "Called back",
    EventKind.CLAIMED: "Claimed",
}
"""What a person can ask for, in words."""
ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of history, with the request that it is of."""

    id: int
    at: datetime
    actor: str
    kind: EventKind
    data: dict[str, Any]
    text: str
    is_erased: bool
    """Whether it had a text that is erased."""
    is_undone: bool
    number: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history in words."""

    id: int
    at: datetime
    person: str
    what: str
    number: str
    before: str
    after: str
    text: str


def entry(told: Told, crews: Mapping[int, str]) -> Entry:
    """A line of history in words; `crews`: their names by id."""
    before, after = _change(told, crews)
    what = f"{WHAT[told.kind]} (undone)" if told.is_undone else WHAT[told.kind]
    text = ERASED if told.is_erased else told.text
    return Entry(told.id, told.at, told.actor, what, told.number, before, after, text)


def _change(told: Told, crews: Mapping[int, str]) -> tuple[str, str]:
    data = told.data
    match told.kind:
        case EventKind.CLAIMED:
            return str(data.get("from_holder") or ""), str(data.get("holder") or "")
        case EventKind.MERGED:
            return "", f"into {data['into_number']}" if data.get("into_number") else str(data.get("merged") or "")
        case EventKind.UNDONE | EventKind.REDONE:
            return "", _what_of(data.get("of"))
        case EventKind.ERASED | EventKind.POSTED | EventKind.REFUSED | EventKind.UNKNOWN:
            return "", str(data.get("what") or "")
        case EventKind.CALLED_BACK:
            return "", str(data.get("result") or "")
        case EventKind.ASSIGNED:
            states = (_state(data, "from"), _state(data, "to"))
            names = (_crew(data.get("from_crew"), crews), _crew(data.get("crew"), crews))
            return _both(states[0], names[0]), _both(states[1], names[1])
        case EventKind.PLANNED:
            return _stop(data, "from_stop", crews), _stop(data, "stop", crews)
        case EventKind.UPSTREAM_CHANGED:
            fields = field_words(str(data.get("fields") or ""))
            return _state(data, "from"), _both(_state(data, "to"), fields)
        case EventKind.PULLED:
            return "", _state(data, "status")
    return _state(data, "from"), _state(data, "to")


def _state(data: Mapping[str, Any], name: str) -> str:
    try:
        outcome = data.get(f"{name}_outcome")
        return chip_words(Status(str(data.get(name))), Outcome(outcome) if outcome else None)
    except ValueError:
        return ""


def _crew(crew_id: object, crews: Mapping[int, str]) -> str:
    return crews.get(crew_id, f"crew {crew_id}") if isinstance(crew_id, int) else ""


def _stop(data: Mapping[str, Any], name: str, crews: Mapping[int, str]) -> str:
    """A place on a crew's list: "Tree 1, 2011-08-29, place 3"."""
    crew, _, rest = str(data.get(name) or "").partition("/")
    day, _, place = rest.partition("/")
    return f"{_crew(int(crew), crews)}, {day}, place {place.removesuffix('.0')}" if crew.isdigit() and day else ""


def _what_of(kind: object) -> str:
    try:
        return WHAT.get(EventKind(str(kind)), "").lower()
    except ValueError:
        return ""


def _both(first: str, second: str) -> str:
    return "; ".join(filter(None, (first, second)))
