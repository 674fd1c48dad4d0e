"""What each query word means, in plain Python over one row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.domain.queue_row import QueueRow
from services.domain.sla import times_over
from services.geo.projection import units
from services.queue.query import Moment
from services.queue.words import Bounds
from tests.services.queue.rows import DAY, NOW, PLACES, usable

ZONE = ZoneInfo("America/New_York")


def around(south: float, west: float, north: float, east: float) -> Bounds:
    (left, right), (bottom, top) = units([south, north], [west, east])
    return int(left), int(bottom), int(right), int(top)


SEEN, CITY = around(42.2, -71.1, 42.31, -71.0), around(42.0, -71.5, 42.5, -70.5)
MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC), ZONE, "ana", SEEN, CITY)
Model = Callable[[QueueRow], bool]


def is_open(r: QueueRow) -> bool:
    return r.status != "closed"


def late(r: QueueRow) -> bool:
    return r.due_ms is not None and r.due_ms < NOW


def mine(r: QueueRow) -> bool:
    """Claimed by ana; or by nobody, and ana acted on it last."""
    return (r.claimed_by or r.handler) == "ana"


def due_on(r: QueueRow, days: int) -> bool:
    if r.due_ms is None or not is_open(r) or r.due_ms < NOW or r.due_ms > NOW + 3 * DAY:
        return False
    then = datetime.fromtimestamp(r.due_ms / 1000, ZONE).date()
    return (then - MOMENT.now.astimezone(ZONE).date()).days == days


def on(at: int | None, first: str, last: str) -> bool:
    """Whether that moment lies in one of these local days."""
    if at is None or not 0 < at < NOW + 400 * DAY:
        return False
    return first <= datetime.fromtimestamp(at / 1000, ZONE).date().isoformat() <= last


def touched_s(r: QueueRow) -> int:
    """Seconds until the first touch, as far as the column holds them."""
    return min(max((r.touched_ms or 0) - r.requested_ms, 0) // 1000, 2**31 - 1)


def times(said: str | None) -> list[int]:
    """Each moment of those that a row holds, with commas between."""
    return [int(ms) for ms in said.split(",")] if said else []


def times_late(r: QueueRow) -> int:
    """What the clock of a request says."""
    asked, due = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (r.requested_ms, r.due_ms or 0))
    return times_over(asked, due, MOMENT.now) if is_open(r) and r.due_ms is not None else 0


MODELS: dict[str, Model] = {
    "status:new": lambda r: r.status in {"new", "reticulating"},
    "status:new,assigned": lambda r: r.status in {"new", "assigned", "reticulating"},
    'status:"In progress"': lambda r: r.status == "in_progress",
    "status:open": is_open,
    "-status:closed": is_open,
    "is:closed": lambda r: not is_open(r),
    "is:overdue": lambda r: is_open(r) and r.due_ms is not None and r.due_ms < NOW,
    "is:unassigned": lambda r: is_open(r) and r.crew_id is None,
    "is:mine": lambda r: is_open(r) and mine(r),
    "is:noplace": lambda r: not usable(r),
    "is:visible": lambda r: (r.lat, r.lon) == PLACES[0],
    "-is:visible": lambda r: (r.lat, r.lon) != PLACES[0],
    "is:outside": lambda r: (r.lat, r.lon) == PLACES[5],
    "is:visible,overdue": lambda r: (r.lat, r.lon) == PLACES[0] or (is_open(r) and late(r)),
    "is:overdue,mine": lambda r: is_open(r) and (late(r) or mine(r)),
    "claimed:ben": lambda r: r.claimed_by == "ben",
    "claimed:an": lambda r: r.claimed_by in {"ana", "Ana Lima"},
    "claimed:none": lambda r: not r.claimed_by,
    "claimed:none,BEN": lambda r: r.claimed_by in {"", "ben"},
    '-claimed:"ana lima"': lambda r: r.claimed_by != "Ana Lima",
    "claimed:eve": lambda r: False,
    "-is:overdue": lambda r: not (is_open(r) and late(r)),
    "-due<1d": lambda r: not (is_open(r) and r.due_ms is not None and r.due_ms < NOW + DAY),
    "service:nothing": lambda r: False,
    "crew:none,streets": lambda r: r.crew_id in {None, 9},
    "number:7,12": lambda r: r.number.endswith(("7", "12")),
    "is:differs,reopened": lambda r: r.differs or r.reopened,
    "is:undelivered": lambda r: r.undelivered,
    "is:callback": lambda r: r.callback,
    "service:pothole": lambda r: r.service == "Pothole",
    "service:cafe": lambda r: r.service == "Café Sign",
    "service:02": lambda r: r.service_code == "02",
    'service:"tree em"': lambda r: r.service == "Tree Emergencies",
    'area:"Ward 1"': lambda r: r.area.startswith("Ward 1,"),
    'area:"south boston"': lambda r: "South Boston" in r.area,
    "area:south": lambda r: "South" in r.area,
    'crew:"tree 1"': lambda r: r.crew_id == 3,
    "crew:tree": lambda r: r.crew_id in {3, 5},
    "crew:none": lambda r: r.crew_id is None,
    "channel:phone,app": lambda r: r.channel in {"phone", "app"},
    "upstream:city": lambda r: r.upstream == "city",
    "outcome:fixed": lambda r: r.outcome == "fixed",
    "number:7": lambda r: r.number.endswith("7"),
    "due<1d": lambda r: is_open(r) and r.due_ms is not None and r.due_ms < NOW + DAY,
    "due>2h": lambda r: is_open(r) and r.due_ms is not None and r.due_ms > NOW + DAY // 12,
    "due:today": lambda r: due_on(r, 0),
    "due:tomorrow": lambda r: due_on(r, 1),
    "due:none": lambda r: is_open(r) and r.due_ms is None,
    "age>3d": lambda r: r.requested_ms < NOW - 3 * DAY,
    "age<1w": lambda r: r.requested_ms > NOW - 7 * DAY,
    "since:2d": lambda r: r.requested_ms >= NOW - 2 * DAY,
    "opened:today": lambda r: on(r.requested_ms, "2026-09-21", "2026-09-21"),
    "opened:2026-09-20": lambda r: on(r.requested_ms, "2026-09-20", "2026-09-20"),
    "-opened:2026-09": lambda r: not on(r.requested_ms, "2026-09-01", "2026-09-30"),
    "opened:2026-09-18..2026-09-20,2026-09-22": lambda r: (
        on(r.requested_ms, "2026-09-18", "2026-09-20") or on(r.requested_ms, "2026-09-22", "2026-09-22")
    ),
    "closed:2026": lambda r: on(r.closed_ms, "2026-01-01", "2026-12-31"),
    "closed:2026-09-21..2026-09-19": lambda r: False,
    "took<1d": lambda r: r.closed_ms is not None and r.closed_ms - r.requested_ms < DAY,
    "took>2d": lambda r: r.closed_ms is not None and r.closed_ms - r.requested_ms > 2 * DAY,
    "took:none": lambda r: r.closed_ms is None,
    "touched<1d": lambda r: r.touched_ms is not None and touched_s(r) < DAY // 1000,
    "-touched<1d": lambda r: r.touched_ms is None or touched_s(r) >= DAY // 1000,
    "touched>2h": lambda r: r.touched_ms is not None and touched_s(r) > 7200,
    "touched:none": lambda r: r.touched_ms is None,
    "told:2026-09-21": lambda r: any(on(at, "2026-09-21", "2026-09-21") for at in times(r.told_at)),
    "-told:2026-09-18..2026-09-20,2026-09-22": lambda r: (
        not any(on(at, "2026-09-18", "2026-09-20") or on(at, "2026-09-22", "2026-09-22") for at in times(r.told_at))
    ),
    "undelivered:2026-09": lambda r: any(on(at, "2026-09-01", "2026-09-30") for at in times(r.failed_at)),
    "reopened:today": lambda r: any(on(at, "2026-09-21", "2026-09-21") for at in times(r.reopened_at)),
    "call<5m": lambda r: r.call_s is not None and r.call_s < 300,
    "call>1h": lambda r: r.call_s is not None and r.call_s > 3600,
    "call:none": lambda r: r.call_s is None,
    "overdue:1x": lambda r: times_late(r) == 1,
    "overdue:3x": lambda r: times_late(r) == 3,
    "-overdue:1x,3X": lambda r: times_late(r) == 0,
    "is:kept": lambda r: r.closed_ms is not None and r.due_ms is not None and r.closed_ms <= r.due_ms,
    "is:missed": lambda r: r.closed_ms is not None and r.due_ms is not None and r.closed_ms > r.due_ms,
    "area:none": lambda r: not r.area,
    'area:none,"Ward 3"': lambda r: not r.area or r.area.startswith("Ward 3,"),
    "service:none": lambda r: not r.service,
}
