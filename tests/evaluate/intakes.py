"""Half a year of a city's calls in the order in which they came, each with what was open at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.intake.duplicates import Nearby, Sought
from services.intake.habits import Habits, learn
from services.intake.likeness import Weights
from services.queue.snapshot import CLOSED, STATUSES, Snapshot, build
from tests.evaluate import data

CITY = ZoneInfo("America/New_York")
OCTOBER = datetime(2011, 10, 1, tzinfo=CITY)
"""Learned before, measured from here on."""
UPSTREAM = "city"
_NEW = STATUSES.index(Status.NEW)


@dataclass(frozen=True)
class Call:
    """A request as it came in, and what is known of it afterwards: when it was closed, and whether as a duplicate."""

    case: str
    opened: datetime
    closed: datetime | None
    service: str
    title: str
    address: str
    lat: float
    lon: float
    labelled: bool = False
    """The city closed it as a duplicate."""
    original: str = ""
    """The case that it duplicates, where the city named it."""

    def sought(self, *, words: bool) -> Sought:
        """What a call-taker had typed at the end of this call."""
        said = self.title if words else ""
        return Sought(
            self.lat, self.lon, self.service, self.service, UPSTREAM, said, self.address, self.opened.astimezone(UTC)
        )


def boston() -> list[Call]:
    """The calls of July to December 2011. Raises Missing. No closing text is read: of the labels only ids are."""
    labels = {
        row["case_enquiry_id"]: row["duplicate_of"]
        for row in data.records("boston/labelled_duplicates.csv.gz")
        if row["dataset"] == "2011h2"
    }
    return in_order(_call(row, labels) for row in data.records("boston/requests_2011h2.csv.gz"))


def _call(row: Mapping[str, str], labels: Mapping[str, str]) -> Call:
    case = row["case_enquiry_id"]
    return Call(
        case,
        _moment(row["open_dt"]),
        _moment(row["closed_dt"]) if row["closed_dt"] else None,
        row["type"],
        row["case_title"],
        row["location"].strip(),
        float(row["latitude"]),
        float(row["longitude"]),
        case in labels,
        labels.get(case, ""),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def in_order(calls: Iterable[Call]) -> list[Call]:
    """By the moment they came in."""
    return sorted(calls, key=lambda call: (call.opened, call.case))


def queue_row(number: int, call: Call, *, status: Status = Status.CLOSED, outcome: Outcome | None = None) -> QueueRow:
    """A call as the queue has it."""
    at = round(call.opened.timestamp() * 1000)
    return QueueRow(
        number, str(number), UPSTREAM, call.case, call.service, call.service, status.value,
        outcome.value if outcome else None, call.address, call.lat, call.lon, "", at, at, None, None, None,
        Channel.PHONE.value, 1, False, False, False, "",
    )  # fmt: skip


def replay(calls: Sequence[Call], habits: Habits, weights: Weights | None = None) -> Iterator[tuple[int, Nearby]]:
    """Each call's number, and the product's own search as it stands when that call comes in.

    Request id i is calls[i − 1]. Open is what came before and is not closed yet; nothing else of the future shows.
    """
    snapshot = build([queue_row(i, call) for i, call in enumerate(calls, start=1)], ())
    ends = np.array([call.closed.timestamp() if call.closed else np.inf for call in calls])
    order, ended = np.argsort(ends, kind="stable"), 0
    status = snapshot.status.copy()
    nearby = Nearby(_with(snapshot, status), habits, weights)
    for i, call in enumerate(calls):
        now = call.opened.timestamp()
        while ended < len(order) and ends[order[ended]] <= now:
            status[order[ended]] = CLOSED
            ended += 1
        nearby.follow(_with(snapshot, status))
        yield i, nearby
        if ends[i] > now:
            status[i] = _NEW


def _with(snapshot: Snapshot, status: np.ndarray[tuple[int], np.dtype[np.int8]]) -> Snapshot:
    return replace(snapshot, status=status.copy())


def before(calls: Sequence[Call], until: datetime = OCTOBER) -> list[Call]:
    """Those that came before."""
    return [call for call in calls if call.opened < until]


def habits_of(calls: Sequence[Call]) -> Habits:
    """What these calls teach, by the product's own count: which were closed as duplicates, and of which service."""
    past = [queue_row(i, c, outcome=Outcome.DUPLICATE if c.labelled else None) for i, c in enumerate(calls, start=1)]
    return learn(build(past, ()), joined(calls))


def joined(calls: Sequence[Call]) -> list[tuple[str, str]]:
    """The services of each duplicate and its original, where both are among the calls."""
    service = {call.case: call.service for call in calls}
    return [(call.service, service[call.original]) for call in calls if call.original in service]
