"""A request's history as lines a person reads, at the desk and on the command line: what, by whom, told whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.detail import Detail
from services.domain.outbox import OutboxItem, OutboxKind, OutboxState
from services.domain.policy import Policy
from services.domain.status import Channel, Outcome, Status
from services.domain.urgency import within
from services.domain.values import Event, EventKind

LANGUAGES = {"en": "English", "es": "Spanish", "vi": "Vietnamese"}
_CAME = {
    Channel.UNKNOWN: "",
    Channel.WALK_IN: "from a walk-in",
    Channel.EMAIL: "from an e-mail",
    Channel.WEB: "from a web form",
}
"""How it came, after "Logged"."""
CHANNELS = {"email": "e-mail", "sms": "text message", "push": "the app", "upstream": "the upstream"}


class Mark(StrEnum):
    """What stands before a history line: a status shape, or an icon by its name."""

    STATUS = "status"
    PERSON = "person"
    LOCK = "lock"
    MAIL = "mail"
    TRUCK = "truck"
    CHECK = "check"
    ALERT = "alert"
    CLOCK = "clock"
    PEN = "pen"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history."""

    event_id: int
    at: datetime
    words: str
    text: str = ""
    """The free text it quotes."""
    mark: Mark = Mark.PEN
    status: Status | None = None
    staff: bool = False
    """For staff only: shown on the staff ground."""
    undone: bool = False


_Said = tuple[str, Mark, Status | None]
_PLAIN = {
    EventKind.TOUCHED: ("Touched upstream", Mark.PEN),
    EventKind.RESIDENT_UPDATE: ("Shown by the upstream", Mark.PERSON),
    EventKind.UNDONE: ("Undone", Mark.UNDO),
    EventKind.REDONE: ("Done again", Mark.UNDO),
    EventKind.REQUEUED: ("To be sent again", Mark.CLOCK),
    EventKind.GIVEN_UP: ("Left unsent", Mark.ALERT),
    EventKind.ERASED: ("Personal details erased", Mark.PEN),
    EventKind.JOINED: ("One more caller, taken down", Mark.PERSON),
    EventKind.ENQUIRED: ("A caller asked how it stands, taken down", Mark.PERSON),
}
_BY_OTHERS = frozenset(
    {
        EventKind.PULLED,
        EventKind.UPSTREAM_CHANGED,
        EventKind.TOUCHED,
        EventKind.RESIDENT_UPDATE,
        EventKind.POSTED,
        EventKind.REFUSED,
        EventKind.UNKNOWN,
    }
)
_SENT_KINDS = frozenset({EventKind.STATUS, EventKind.MESSAGE})
_FATES = {
    OutboxState.QUEUED: "not sent yet",
    OutboxState.SENDING: "being sent",
    OutboxState.REFUSED: "refused",
    OutboxState.UNKNOWN: "may not have arrived",
    OutboxState.RETRACTED: "never sent",
}
_FIELDS = {
    "service_code": "service",
    "lat": "place on the map",
    "lon": "place on the map",
    "zipcode": "ZIP code",
    "requested_at": "time of the report",
    "due_at": "due time",
    "media_urls": "photos",
    "attributes": "answers",
}


class Story:
    """Tells the events of one request."""

    def __init__(self, detail: Detail, policy: Policy) -> None:
        self._detail, self._policy = detail, policy
        self._by_id = {item.id: item for item in detail.outbox}
        self._by_operation = {item.operation: item for item in _updates(detail) if item.operation}
        self._say = {
            EventKind.LOGGED: self._logged,
            EventKind.PULLED: self._pulled,
            EventKind.UPSTREAM_CHANGED: self._upstream_changed,
            EventKind.STATUS: self._status,
            EventKind.ASSIGNED: self._assigned,
            EventKind.MESSAGE: self._message,
            EventKind.MERGED: self._merged,
            EventKind.CALLED_BACK: self._called_back,
            EventKind.CLAIMED: self._claimed,
            EventKind.PLANNED: self._planned,
            EventKind.POSTED: self._posted,
            EventKind.REFUSED: self._failed,
            EventKind.UNKNOWN: self._failed,
        }

    def line(self, event: Event) -> Line:
        """One event in words; a note is its own words, after who wrote it."""
        if event.kind is EventKind.NOTE:
            return Line(event.id, event.at, _note(event), mark=Mark.LOCK, staff=True, undone=_undone(event))
        say = self._say.get(event.kind)
        words, mark, status = say(event) if say else (*_PLAIN[event.kind], None)
        if event.actor and event.kind not in _BY_OTHERS:
            words = f"{words} by {event.actor}"
        told = self._told(event) if event.text and event.kind in _SENT_KINDS else ""
        told = "; ".join(filter(None, (told, self._mailed(event), _asked(event), _lifted(event))))
        undone = _undone(event)
        parts = [words, f"; {told}" if told else "", " (undone)" if undone else ""]
        return Line(event.id, event.at, "".join(parts), event.text, mark, status, undone=undone)

    def _told(self, event: Event) -> str:
        """What became of a message, and whom it reached; "" where the outbox does not know."""
        item = self._by_operation.get(event.operation)
        if item is None:
            return ""
        if item.state is not OutboxState.SENT:
            return _FATES[item.state]
        return f"sent, {told_whom(self._detail, self._policy)}"

    def _mailed(self, event: Event) -> str:
        """How many callers of this request our own e-mails about it reached; "" where none was meant for any."""
        if not event.operation or event.kind not in _SENT_KINDS:
            return ""
        ours = [i for i in self._detail.outbox if i.kind is OutboxKind.NOTICE and i.operation == event.operation]
        sent = sum(item.state is OutboxState.SENT for item in ours)
        return f"{sent} of {callers(len(ours))} told by e-mail" if ours else ""

    def _merged(self, event: Event) -> _Said:
        into, merged = event.data.get("into_number"), event.data.get("merged")
        if into:
            return f"Merged into {into}", Mark.STATUS, Status.CLOSED
        return f"{merged} merged into this one" if merged else "Merged", Mark.PEN, None

    def _called_back(self, event: Event) -> _Said:
        match event.data.get("result"):
            case "missed":
                return "The caller was called and not reached", Mark.CLOCK, None
            case "dropped":
                return "The caller, who asked never to be called, was taken off the list of calls", Mark.PEN, None
        return "The caller was called back", Mark.CHECK, None

    def _claimed(self, event: Event) -> _Said:
        holder, before = event.data.get("holder"), event.data.get("from_holder")
        if holder == event.actor:
            return f"Taken over from {before}" if before else "Claimed", Mark.PERSON, None
        if holder:
            return f"Handed over to {holder}", Mark.PERSON, None
        return "Let go" if before == event.actor else f"Taken off {before}", Mark.PERSON, None

    def _planned(self, event: Event) -> _Said:
        before, after = (str(event.data.get(key, "")).split("/") for key in ("from_stop", "stop"))
        crew = event.data.get("of_crew_name", "")
        if before[:2] == after[:2]:
            return f"Moved on {crew}'s list", Mark.TRUCK, None
        day = (after if len(after) > 1 else before)[1:2]
        words = f"{crew}'s list for {day[0]}" if day else f"{crew}'s list"
        return f"{'Put on' if len(after) > 1 else 'Taken off'} {words}", Mark.TRUCK, None

    def _logged(self, event: Event) -> _Said:
        imported = event.data.get("imported")
        if imported:
            source = f" from “{imported}”" if isinstance(imported, str) else ""
            return f"Imported{source}", Mark.STATUS, _read_status(event, "to") or Status.NEW
        return f"Logged {_channel(event)}".rstrip(), Mark.STATUS, Status.NEW

    def _pulled(self, event: Event) -> _Said:
        upstream = self._detail.request.upstream
        return f"Came in through “{upstream}”", Mark.STATUS, _read_status(event, "status") or Status.NEW

    def _upstream_changed(self, event: Event) -> _Said:
        status, fields = _read_status(event, "to"), field_words(str(event.data.get("fields") or ""))
        if status is not None:
            also = f"; {fields} changed too" if fields else ""
            return f"Upstream: {_state(event, status)}{also}", Mark.STATUS, status
        if fields:
            return f"{fields[:1].upper()}{fields[1:]} changed upstream", Mark.PEN, None
        if event.data.get("named"):
            return "Upstream gave it an id of its own", Mark.PEN, None
        if event.data.get("notes"):
            return "Upstream added a remark", Mark.PEN, None
        return "Upstream and desk differ" if event.data.get("differs") else "Changed upstream", Mark.PEN, None

    def _status(self, event: Event) -> _Said:
        status = _read_status(event, "to")
        if status is None:
            return "Status changed", Mark.PEN, None
        return _state(event, status), Mark.STATUS, status

    def _assigned(self, event: Event) -> _Said:
        crew, before = event.data.get("crew_name"), event.data.get("from_crew_name")
        if crew:
            return f"Assigned to {crew}", Mark.TRUCK, None
        return f"Taken off {before}" if before else "Crew taken off", Mark.TRUCK, None

    def _message(self, event: Event) -> _Said:
        return "Message to residents", Mark.MAIL, None

    def _posted(self, event: Event) -> _Said:
        item, whom = self._item(event), event.actor or self._detail.request.upstream
        if event.data.get("what") == OutboxKind.NOTICE:
            return "A caller was told by e-mail", Mark.MAIL, None
        what = "The report" if event.data.get("what") == "report" else "The update"
        word = f" as “{item.status_word}”" if item is not None and item.status_word else ""
        return f"{what} was taken by “{whom}”{word}", Mark.CHECK, None

    def _failed(self, event: Event) -> _Said:
        item, whom = self._item(event), event.actor or self._detail.request.upstream
        refused = event.kind is EventKind.REFUSED
        head = f"“{whom}” said no" if refused else f"It may not have arrived at “{whom}”"
        if event.data.get("what") == OutboxKind.NOTICE:
            head = "The e-mail to a caller was refused"
        problem = item.problem if item is not None else ""
        return f"{head}: {problem}" if problem else head, Mark.ALERT, None

    def _item(self, event: Event) -> OutboxItem | None:
        return self._by_id.get(str(event.data.get("outbox")))


def _updates(detail: Detail) -> list[OutboxItem]:
    """What the upstream is told."""
    return [item for item in detail.outbox if item.kind is not OutboxKind.NOTICE]


def callers(count: int) -> str:
    """ "1 caller", "3 callers"."""
    return f"{count:,} caller{'' if count == 1 else 's'}"


def field_words(names: str) -> str:
    """The fields of a change as a person names them, each once: "address, ZIP code and place on the map"."""
    said = list(dict.fromkeys(_FIELDS.get(name, name.replace("_", " ")) for name in names.split(",") if name))
    return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))


def _undone(event: Event) -> bool:
    return event.data.get("undone") is True


def _note(event: Event) -> str:
    words = f"{event.actor}: {event.text}" if event.text else f"Note by {event.actor}, erased"
    return f"{words} (undone)" if _undone(event) else words


def told_whom(detail: Detail, policy: Policy) -> str:
    """Whom a message that has left reached."""
    request = detail.request
    if not policy.notifies or request.reach is None:
        return "the upstream tells the reporter"
    if not request.reach:
        return "shown publicly; the reporter left no way to be reached"
    ways = ", ".join(f"by {CHANNELS.get(r.channel, r.channel)}{language(r.language)}" for r in request.reach)
    return f"the reporter told {ways}"


def _read_status(event: Event, name: str) -> Status | None:
    try:
        return Status(str(event.data.get(name)))
    except ValueError:
        return None


def _state(event: Event, status: Status) -> str:
    try:
        return chip_words(status, Outcome(str(event.data.get("to_outcome"))))
    except ValueError:
        return status.label


def _channel(event: Event) -> str:
    try:
        channel = Channel(str(event.data.get("channel")))
    except ValueError:
        return ""
    return _CAME.get(channel, f"by {channel.label}")


def _asked(event: Event) -> str:
    """What was answered to how urgent it is, and until when that makes it due; "" if nothing was."""
    asked, hours = event.data.get("asked"), event.data.get("needed_hours")
    if not asked:
        return ""
    said = f"how urgent: {asked}"
    return f"{said}; needed within {within(hours)}" if isinstance(hours, int | float) else said


def _lifted(event: Event) -> str:
    return "may be called and written to again" if event.data.get("lifted") else ""


def language(code: str) -> str:
    """The words "in English", after a blank, for a language code; "" for none."""
    return f" in {LANGUAGES.get(code, code)}" if code else ""


def chip_words(status: Status, outcome: Outcome | None) -> str:
    """The words of the status chip, the outcome with them: "Closed: not ours"."""
    if outcome is None:
        return status.label
    return f"{status.label}: {'no outcome given' if outcome is Outcome.UNKNOWN else outcome.label.lower()}"


_WHATS = {OutboxKind.REPORT: "The report", OutboxKind.NOTICE: "The e-mail to a caller"}


def outbox_line(item: OutboxItem, now: datetime) -> tuple[str, str]:
    """Where something to be told stands ("The message leaves in 7 s"), and why it did not go, "" when it may."""
    what = _WHATS.get(item.kind) or ("The message" if item.message else "The new status")
    if item.state is OutboxState.SENDING:
        return f"{what} is being sent", ""
    if item.state is OutboxState.REFUSED:
        return f"{what} was refused", item.problem or "No reason was given."
    if item.state is OutboxState.UNKNOWN:
        return f"{what} may not have arrived", item.problem or "The answer was lost."
    if item.state is OutboxState.RETRACTED:
        return f"{what} was taken back before it left", ""
    if item.state is OutboxState.SENT:
        return f"{what} was sent", ""
    held = seconds_held(item, now)
    if held:
        return f"{what} leaves in {held} s", ""
    return f"{what} waits to be sent", item.problem


def seconds_held(item: OutboxItem, now: datetime) -> int:
    """Whole seconds until a queued item may leave, rounded up; 0 when it may leave or is not queued."""
    if item.state is not OutboxState.QUEUED or item.held_until <= now:
        return 0
    return -int(-(item.held_until - now).total_seconds() // 1)
