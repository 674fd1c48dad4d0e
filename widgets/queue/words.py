"""The words of a queue row, made from the snapshot's columns when the row comes into sight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from services.domain.spans import SOON_MINUTES, age
from services.domain.spans import due as due_in_words
from services.domain.status import Channel, Outcome, Status
from services.queue.snapshot import (
    CHANNELS,
    DIFFERS,
    NONE,
    OUTCOMES,
    REOPENED,
    STATUSES,
    UNDELIVERED,
    Snapshot,
    risks,
)

DASH = "—"
CHANNEL_ICONS = {
    Channel.PHONE: "phone",
    Channel.APP: "app",
    Channel.WEB: "web",
    Channel.EMAIL: "mail",
    Channel.WALK_IN: "walk",
    Channel.STAFF: "staff",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CALENDAR_MS = 60_000_000_000_000
"""Within this of 1970 (some 1,900 years) every moment has a date in every zone."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REMARKS = ((UNDELIVERED, "not delivered"), (DIFFERS, "differs"), (REOPENED, "reopened"))


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row as it is read: plain strings, and what is painted beside them."""

    status: Status
    state: str
    """The status as a word; for a closed request how it ended, so that "closed" never hides "not done"."""
    service: str
    address: str
    remark: str
    """Muted after the address: "no place", "differs", "not delivered", "reopened"."""
    area: str
    age: str
    due: str
    late: bool
    urgent: bool
    """Due soon, and not late yet."""
    risk: str
    """The chance to miss its due time, "85 %"; "" where none is known."""
    channel: Channel
    crew: str
    number: str
    requested: str
    """When it was opened, in the city's time: "28 Aug 11:23", with the year when that is another one."""
    updated: str
    """How long ago it was last changed."""
    outcome: str
    upstream: str
    handler: str
    claimed: str
    closed: str


def row_words(snapshot: Snapshot, row: int, now_ms: int, zone: tzinfo = UTC) -> RowWords:
    """The words of one row of the snapshot, at `now_ms` (ms since 1970, UTC), with dates in the city's zone."""
    status = STATUSES[int(snapshot.status[row])]
    due, left = _due(snapshot, row, status, now_ms)
    risk = int(risks(snapshot, slice(row, row + 1), now_ms)[0])
    crew, ended, requested = int(snapshot.crew_idx[row]), int(snapshot.outcome[row]), int(snapshot.requested_ms[row])
    return RowWords(
        status=status,
        state=_state(snapshot, row, status),
        service=snapshot.services[int(snapshot.service_idx[row])],
        address=snapshot.where(row),
        remark=", ".join(_remarks(snapshot, row)),
        area=snapshot.areas[int(snapshot.area_idx[row])],
        age=age(now_ms - requested),
        due=due,
        late=left < 0,
        urgent=bool(due) and 0 <= left < SOON_MINUTES,
        risk=f"{risk} %" if risk >= 0 else "",
        channel=CHANNELS[int(snapshot.channel[row])],
        crew=snapshot.crews[crew].name if crew >= 0 else "",
        number=snapshot.numbers[row],
        requested=short_date(requested, now_ms, zone),
        updated=age(now_ms - int(snapshot.updated_ms[row])),
        outcome=OUTCOMES[ended].label if ended >= 0 else "",
        upstream=snapshot.upstreams[int(snapshot.upstream_idx[row])],
        handler=snapshot.handlers[int(snapshot.handler_idx[row])],
        claimed=snapshot.handlers[int(snapshot.claimed_idx[row])],
        closed=short_date(int(snapshot.closed_ms[row]), now_ms, zone),
    )


def second_line(words: RowWords, shown: Collection[str]) -> str:
    """What a dispatcher would ask next: whatever no column of the first line already says."""
    place = words.area if "area" not in shown else words.area.partition(", ")[2]
    where = ", ".join(p for p in (words.address, words.remark) if p) if "address" not in shown else ""
    parts = (
        where,
        place,
        f"#{words.number}" if "number" not in shown else "",
        f"opened {words.requested}" if words.requested and "requested" not in shown else "",
        f"crew {words.crew}" if words.crew and "crew" not in shown else "",
        f"by {words.channel.label}" if words.channel is not Channel.UNKNOWN and "channel" not in shown else "",
        f"handled by {words.handler}" if words.handler not in {"", words.claimed} and "handler" not in shown else "",
        f"claimed by {words.claimed}" if words.claimed and "claimed" not in shown else "",
        _changed(words.updated) if words.updated != words.age and "updated" not in shown else "",
    )
    return " · ".join(p for p in parts if p)


def _changed(since: str) -> str:
    return "changed just now" if since == age(0) else f"changed {since} ago"


def sentence(words: RowWords) -> str:
    """The row as a screen reader says it."""
    state = words.state if words.status.is_open or words.state == "Closed" else f"closed, {words.state.lower()}"
    parts = [
        state,
        words.service or "no service",
        words.address or "no address",
        words.remark,
        words.area,
        f"{words.due}{', urgent' if words.urgent else ''}"
        if words.due
        else ("nothing due" if words.status.is_open else ""),
        f"risk to miss it {words.risk}" if words.risk else "",
        f"{words.age} old",
        f"by {words.channel.label}" if words.channel is not Channel.UNKNOWN else "",
        (f"crew {words.crew}" if words.crew else "no crew"),
        f"number {words.number}",
    ]
    said = ", ".join(p for p in parts if p)
    return said[:1].upper() + said[1:] + "."


def dates(snapshot: Snapshot, row: int, zone: tzinfo) -> str:
    """The row's absolute dates in the city's time, a line each, for the tooltip."""
    lines = [
        (word, int(column[row]))
        for word, column in (
            ("Opened", snapshot.requested_ms),
            ("Due", snapshot.due_ms),
            ("Changed", snapshot.updated_ms),
            ("Closed", snapshot.closed_ms),
        )
    ]
    return "\n".join(f"{word} {date_and_time(ms, zone)}" for word, ms in lines if ms != NONE)


def date_and_time(ms: int, zone: tzinfo) -> str:
    """A moment (ms since 1970, UTC) as "28 Aug 2011 11:23" in `zone`; in UTC where the zone's calendar ends."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    try:
        local, note = moment.astimezone(zone), ""
    except OverflowError:
        local, note = moment, " UTC"
    return f"{local.day} {local:%b} {local.year} {local:%H:%M}{note}"


def short_date(ms: int, now_ms: int, zone: tzinfo) -> str:
    """A moment (ms since 1970, UTC, or NONE) as "28 Aug 11:23"; with the year when it is not this one."""
    if ms == NONE:
        return ""
    if abs(ms) < _CALENDAR_MS:
        local = (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone)
        month = _MONTHS[local.month - 1]
        if local.year == (_EPOCH + timedelta(milliseconds=now_ms)).astimezone(zone).year:
            return f"{local.day} {month} {local.hour:02}:{local.minute:02}"
        return f"{local.day} {month} {local.year}"
    return date_and_time(ms, zone).rpartition(":")[0].rpartition(" ")[0]


def _due(snapshot: Snapshot, row: int, status: Status, now_ms: int) -> tuple[str, int]:
    """The due clock in words, and how many minutes are left."""
    due = int(snapshot.due_ms[row])
    if due == NONE or not status.is_open:
        return "", 0
    return due_in_words(due - now_ms)


def _state(snapshot: Snapshot, row: int, status: Status) -> str:
    ended = int(snapshot.outcome[row])
    if status.is_open or ended < 0 or OUTCOMES[ended] is Outcome.UNKNOWN:
        return status.label
    return OUTCOMES[ended].label


def _remarks(snapshot: Snapshot, row: int) -> list[str]:
    flags = int(snapshot.flags[row])
    remarks = [word for flag, word in _REMARKS if flags & flag]
    return remarks if snapshot.has_place[row] else [*remarks, "no place"]
