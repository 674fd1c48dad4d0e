"""How our statuses and an upstream's words translate, both ways, as one table for each kind of upstream.

A status that an upstream would publish unchanged, or turn into another, is not offered: FixMyStreet makes CLOSED
"Fixed", takes any unknown word with a 200 and publishes the text all the same. Sources: docs/adr/0004, and
the servers of FixMyStreet, Klarschiff (CitySDK) and plain GeoReport v2, as others have tried them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.errors import Forbidden, Invalid


class Dialect(StrEnum):
    """A kind of upstream, by the words it knows."""

    GATEWAY = "gateway"
    GEOREPORT = "georeport"
    FIXMYSTREET = "fixmystreet"
    CITYSDK = "citysdk"


State = tuple[Status, Outcome | None]


@dataclass(frozen=True, slots=True)
class Told:
    """The upstream is told this word."""

    word: str
    needs_message: bool = False
    """True where the word alone says less than our status, so that the text has to carry it."""


@dataclass(frozen=True, slots=True)
class Internal:
    """The status is kept at the desk only; the upstream has no word for it and is told nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The status may not be set on a request of this upstream."""

    reason: str


Outgoing = Told | Internal | NotOffered


@dataclass(frozen=True, slots=True)
class StatusMap:
    """One upstream's translation, both ways."""

    dialect: Dialect
    outgoing: Mapping[State, Outgoing]
    incoming: Mapping[str, State]
    neutral_word: str = ""
    """The word sent with a message that changes no status; "" sends the word of the status as it stands."""
    open_word: str = "OPEN"
    closed_word: str = "CLOSED"
    notes: tuple[str, ...] = field(default=())

    def out(self, status: Status, outcome: Outcome | None = None) -> Outgoing:
        """What setting this status means for the upstream."""
        return self.outgoing.get((status, outcome), NotOffered("This upstream has no word for it."))

    def check(self, status: Status, outcome: Outcome | None, *, has_message: bool) -> Outgoing:
        """Like `out`, but raises Forbidden or Invalid where the status is not to be set."""
        told = self.out(status, outcome)
        name = outcome.label if outcome else status.label
        if isinstance(told, NotOffered):
            raise Forbidden(f"“{name}” is not offered for this upstream: {told.reason}")
        if isinstance(told, Told) and told.needs_message and not has_message:
            raise Invalid(
                f"“{name}” needs a message: this upstream only publishes “{told.word}”.",
                "Write in the message what that means for the resident.",
            )
        return told

    def message_word(self, status: Status, outcome: Outcome | None) -> str:
        """The word that goes with a message which changes no status."""
        return self.neutral_word or self.word(status, outcome)

    def word(self, status: Status, outcome: Outcome | None) -> str:
        """The word that comes nearest to a status, whether or not it is offered."""
        told = self.out(status, outcome)
        if isinstance(told, Told):
            return told.word
        return self.open_word if status.is_open else self.closed_word

    def read(self, word: str) -> State | None:
        """Our state for an upstream's word, in any case and spelling; None for a word nobody knows."""
        return self.incoming.get(_key(word))

    def agrees(self, word: str, state: State) -> bool:
        """True when the upstream's word and our state say the same, as far as its words can."""
        theirs = self.read(word)
        if theirs is None or theirs == state:
            return True
        told = self.out(*state)
        if isinstance(told, Told) and _key(told.word) == _key(word):
            return True
        vague_open = _key(word) in {"open", "new"} and state[0].is_open
        vague_closed = theirs == (Status.CLOSED, Outcome.UNKNOWN) and not state[0].is_open
        return vague_open or vague_closed


def _key(word: str) -> str:
    return "_".join(word.strip().lower().replace("-", " ").replace("_", " ").split())


CLOSED = Status.CLOSED
_COMMON_IN: dict[str, State] = {
    "open": (Status.NEW, None),
    "new": (Status.NEW, None),
    "submitted": (Status.NEW, None),
    "received": (Status.ACKNOWLEDGED, None),
    "acknowledged": (Status.ACKNOWLEDGED, None),
    "confirmed": (Status.ACKNOWLEDGED, None),
    "reopen": (Status.ACKNOWLEDGED, None),
    "reopened": (Status.ACKNOWLEDGED, None),
    "investigating": (Status.ACKNOWLEDGED, None),
    "assigned": (Status.ASSIGNED, None),
    "in_progress": (Status.IN_PROGRESS, None),
    "in_process": (Status.IN_PROGRESS, None),
    "action_scheduled": (Status.SCHEDULED, None),
    "scheduled": (Status.SCHEDULED, None),
    "planned": (Status.SCHEDULED, None),
    "on_hold": (Status.ON_HOLD, None),
    "closed": (CLOSED, Outcome.UNKNOWN),
    "processed": (CLOSED, Outcome.FIXED),
    "fixed": (CLOSED, Outcome.FIXED),
    "fixed_council": (CLOSED, Outcome.FIXED),
    "no_further_action": (CLOSED, Outcome.NO_ACTION),
    "unable_to_fix": (CLOSED, Outcome.NO_ACTION),
    "rejected": (CLOSED, Outcome.NO_ACTION),
    "no_action": (CLOSED, Outcome.NO_ACTION),
    "not_found": (CLOSED, Outcome.NOT_FOUND),
    "not_ours": (CLOSED, Outcome.NOT_OURS),
    "not_councils_responsibility": (CLOSED, Outcome.NOT_OURS),
    "not_responsible": (CLOSED, Outcome.NOT_OURS),
    "internal_referral": (CLOSED, Outcome.NOT_OURS),
    "duplicate": (CLOSED, Outcome.DUPLICATE),
    "cancelled": (CLOSED, Outcome.WITHDRAWN),
    "canceled": (CLOSED, Outcome.WITHDRAWN),
    "withdrawn": (CLOSED, Outcome.WITHDRAWN),
}
_NO_BACK = NotOffered("a report that somebody has read is not new again.")

_GATEWAY_OUT: dict[State, Outgoing] = {
    (Status.NEW, None): _NO_BACK,
    **{(s, None): Told(s.value.upper()) for s in Status if s.is_open and s is not Status.NEW},
    **{(CLOSED, o): Told(o.value.upper()) for o in CHOSEN_OUTCOMES},
}
_STAYS_OPEN = "a plain GeoReport server knows only open and closed; it would be published unchanged."
_GEOREPORT_OUT: dict[State, Outgoing] = {
    (Status.NEW, None): _NO_BACK,
    **{(s, None): Internal(_STAYS_OPEN) for s in Status if s.is_open and s is not Status.NEW},
    (CLOSED, Outcome.FIXED): Told("CLOSED"),
    **{(CLOSED, o): Told("CLOSED", needs_message=True) for o in CHOSEN_OUTCOMES if o is not Outcome.FIXED},
}
_FIXMYSTREET_OUT: dict[State, Outgoing] = {
    (Status.NEW, None): _NO_BACK,
    (Status.ACKNOWLEDGED, None): Told("INVESTIGATING"),
    (Status.ASSIGNED, None): Internal("residents are told what is done, not by which crew; there is no word for it."),
    (Status.IN_PROGRESS, None): Told("IN_PROGRESS"),
    (Status.SCHEDULED, None): Told("ACTION_SCHEDULED"),
    (Status.ON_HOLD, None): Internal("FixMyStreet has no word for waiting; it would be published unchanged."),
    (CLOSED, Outcome.FIXED): Told("FIXED"),
    (CLOSED, Outcome.NO_ACTION): Told("NO_FURTHER_ACTION"),
    (CLOSED, Outcome.NOT_FOUND): NotOffered(
        "FixMyStreet would publish “unable to fix”. Choose “No action” and say in the message that nothing was found."
    ),
    (CLOSED, Outcome.NOT_OURS): Told("NOT_COUNCILS_RESPONSIBILITY"),
    (CLOSED, Outcome.DUPLICATE): Told("DUPLICATE"),
    (CLOSED, Outcome.WITHDRAWN): Told("CANCELLED"),
}
_CITYSDK_OUT: dict[State, Outgoing] = {
    (Status.NEW, None): _NO_BACK,
    (Status.ACKNOWLEDGED, None): Told("RECEIVED"),
    (Status.ASSIGNED, None): Internal("CitySDK has no word between received and in process."),
    (Status.IN_PROGRESS, None): Told("IN_PROCESS"),
    (Status.SCHEDULED, None): Internal("CitySDK has no word for a fixed day."),
    (Status.ON_HOLD, None): Internal("CitySDK has no word for waiting."),
    (CLOSED, Outcome.FIXED): Told("PROCESSED"),
    **{(CLOSED, o): Told("REJECTED", needs_message=True) for o in CHOSEN_OUTCOMES if o is not Outcome.FIXED},
}

STATUS_MAPS: dict[Dialect, StatusMap] = {
    Dialect.GATEWAY: StatusMap(Dialect.GATEWAY, _GATEWAY_OUT, _COMMON_IN),
    Dialect.GEOREPORT: StatusMap(Dialect.GEOREPORT, _GEOREPORT_OUT, _COMMON_IN),
    Dialect.FIXMYSTREET: StatusMap(
        Dialect.FIXMYSTREET,
        _FIXMYSTREET_OUT,
        _COMMON_IN,
        neutral_word="UNCHANGED",
        notes=("CLOSED is never sent: FixMyStreet publishes it as “Fixed”.",),
    ),
    Dialect.CITYSDK: StatusMap(
        Dialect.CITYSDK,
        _CITYSDK_OUT,
        {**_COMMON_IN, "pending": (Status.NEW, None)},
        open_word="RECEIVED",
        closed_word="PROCESSED",
    ),
}


def parse_state(text: str) -> State:
    """Read a state as the config writes it: "in_progress" or "closed/fixed". Raises Invalid."""
    head, _, tail = text.partition("/")
    try:
        status = Status(head)
        outcome = Outcome(tail) if tail else None
    except ValueError:
        raise Invalid(
            f"“{text}” is not a status.",
            "Write one of new, acknowledged, assigned, in_progress, scheduled, on_hold or closed/OUTCOME.",
        ) from None
    if (status is CLOSED) != (outcome is not None):
        raise Invalid(
            f"“{text}” is not a status.", "closed needs an outcome (closed/fixed), and no other status has one."
        )
    return status, outcome


def written(state: State) -> str:
    """A state as `parse_state` reads it."""
    status, outcome = state
    return f"{status.value}/{outcome.value}" if outcome else status.value


def changed(base: StatusMap, outgoing: Mapping[str, str], incoming: Mapping[str, str]) -> StatusMap:
    """`base` with a city's own words.

    Out: {"in_progress": "WORKING"}, where "" keeps it at the desk. In: {"working": "in_progress"}.
    """
    out: dict[State, Outgoing] = dict(base.outgoing)
    for text, word in outgoing.items():
        out[parse_state(text)] = Told(word) if word else Internal("the city's settings keep it at the desk.")
    into = dict(base.incoming)
    for word, text in incoming.items():
        into[_key(word)] = parse_state(text)
    return StatusMap(base.dialect, out, into, base.neutral_word, base.open_word, base.closed_word, base.notes)
