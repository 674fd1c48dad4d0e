"""The words of a queue row, made from the snapshot's columns when the row comes into sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from services.domain.sla import span
from services.domain.status import Channel, Outcome, Status
from services.queue.snapshot import CHANNELS, DIFFERS, NONE, OUTCOMES, STATUSES, UNDELIVERED, Snapshot

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
_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row as it is read: plain strings, and what is painted beside them."""

    status: Status
    state: str
    """The status as a word; for a closed request how it ended, so that "closed" never hides "not done"."""
    service: str
    address: str
    remark: str
    """Muted after the address: "no place", "differs", "not delivered"."""
    area: str
    age: str
    due: str
    late: bool
    channel: Channel
    crew: str


def row_words(snapshot: Snapshot, row: int, now_ms: int) -> RowWords:
    """The words of one row of the snapshot, at `now_ms` (ms since 1970, UTC)."""
    status = STATUSES[int(snapshot.status[row])]
    due, late = _due(snapshot, row, status, now_ms)
    crew = int(snapshot.crew_idx[row])
    return RowWords(
        status=status,
        state=_state(snapshot, row, status),
        service=snapshot.services[int(snapshot.service_idx[row])],
        address=snapshot.addresses[row] or _point(snapshot, row),
        remark=", ".join(_remarks(snapshot, row)),
        area=snapshot.areas[int(snapshot.area_idx[row])],
        age=age(now_ms - int(snapshot.requested_ms[row])),
        due=due,
        late=late,
        channel=CHANNELS[int(snapshot.channel[row])],
        crew=snapshot.crews[crew].name if crew >= 0 else "",
    )


def sentence(words: RowWords, number: str) -> str:
    """The row as a screen reader says it."""
    state = words.state if words.status.is_open or words.state == "Closed" else f"closed, {words.state.lower()}"
    parts = [
        state,
        words.service or "no service",
        words.address or "no address",
        words.remark,
        words.area,
        words.due or ("nothing due" if words.status.is_open else ""),
        f"{words.age} old",
        f"by {words.channel.label}" if words.channel is not Channel.UNKNOWN else "",
        (f"crew {words.crew}" if words.crew else "no crew"),
        f"number {number}",
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


def age(ms: int) -> str:
    """How old, in one unit: "12 m", "26 h", "3 d", "5 y"; never less than nothing."""
    minutes = max(0, ms // _MINUTE)
    if minutes < 60:
        return f"{minutes} m"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return f"{days} d" if days < 730 else f"{days // 365} y"


def _due(snapshot: Snapshot, row: int, status: Status, now_ms: int) -> tuple[str, bool]:
    due = int(snapshot.due_ms[row])
    if due == NONE or not status.is_open:
        return "", False
    minutes = (due - now_ms) // _MINUTE
    late = minutes < 0
    return f"{span(abs(minutes))} {'late' if late else 'left'}", late


def _state(snapshot: Snapshot, row: int, status: Status) -> str:
    ended = int(snapshot.outcome[row])
    if status.is_open or ended < 0 or OUTCOMES[ended] is Outcome.UNKNOWN:
        return status.label
    return OUTCOMES[ended].label


def _point(snapshot: Snapshot, row: int) -> str:
    """Where it is when nobody gave an address; an app often sends the point only."""
    lat, lon = float(snapshot.lat[row]), float(snapshot.lon[row])
    return "" if lat != lat or lon != lon else f"{lat:.5f}, {lon:.5f}"


def _remarks(snapshot: Snapshot, row: int) -> list[str]:
    flags = int(snapshot.flags[row])
    lat, lon = float(snapshot.lat[row]), float(snapshot.lon[row])
    remarks = ["not delivered"] if flags & UNDELIVERED else []
    if flags & DIFFERS:
        remarks.append("differs")
    if lat != lat or lon != lon:
        remarks.append("no place")
    return remarks
