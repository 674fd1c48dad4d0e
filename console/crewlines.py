"""What board and day say of crews and their jobs, out of the list of requests and the lists of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from console import choosing
from services.dispatch import load, travel
from services.dispatch.crewing import Candidate
from services.domain.values import Crew, LatLon
from services.store import days
from services.store.crew_letters import CrewLetter
from services.store.leaving import QUEUED, REFUSED, SENDING, SENT
from widgets.crews.board import CrewLine
from widgets.crews.day import DayLines
from widgets.crews.stops import StopLine
from widgets.queue.words import row_words

if TYPE_CHECKING:
    from console.desk import Desk
    from console.storeside import Found
    from services.queue.snapshot import Snapshot

Lists = Mapping[int, Sequence[int]]
"""The requests of each crew's list, by the crew's id."""


def today(desk: Desk) -> date:
    """Today, by the city's clock."""
    return desk.now().astimezone(desk.settings.timezone).date()


def start(desk: Desk, crew: Crew, day: date) -> LatLon | None:
    """Where a crew sets out on a day: today where it is, else its base."""
    return crew.start if day == today(desk) else crew.base


def board_lines(
    desk: Desk, found: Found, crews: Sequence[Crew], lists: Lists, planned: Lists, day: date
) -> list[CrewLine]:
    """Every crew, with how far it takes what is selected; `planned` are the lists of today and later."""
    loads = _loads(desk, found, lists, day)
    fits = {c.crew.id: _fit(c) for c in choosing.crew_candidates(desk, lately=True)}
    waits = {c.id: n for c, n in zip(found.snapshot.crews, load.waits(found.snapshot, planned), strict=True)}
    return [
        replace(_line(desk, crew, loads.get(crew.id, 0)), fit=fits.get(crew.id, ""), waits=waits.get(crew.id, 0))
        for crew in crews
    ]


def day_lines(
    desk: Desk, found: Found, crew: Crew, lists: Lists, planned: Lists, day: date, letter: CrewLetter | None = None
) -> DayLines:
    """One crew's day; `planned` are the lists of today and later."""
    listed, now_ms, is_today = lists.get(crew.id, ()), int(desk.now().timestamp() * 1000), day == today(desk)
    stops = tuple(_stop(found.snapshot, row, now_ms) for row in found.snapshot.rows_of(list(listed)).tolist())
    line = _line(desk, crew, _loads(desk, found, lists, day).get(crew.id, 0))
    left = load.waiting(found.snapshot, crew.id, [*listed, *planned.get(crew.id, ())])
    beside = load.in_hand(found.snapshot, left)
    hours = crew.shifts.on(day) if crew.shifts else None
    shift = line.shift if is_today else f"works {hours}" if hours else "off on this day" if crew.shifts else ""
    place = start(desk, crew, day)
    return DayLines(
        crew=crew.name,
        about=" · ".join(filter(None, (shift, f"{line.load} jobs", _beside(beside) if is_today else ""))),
        day=day,
        today=today(desk),
        stops=stops,
        start=place,
        metres=travel.length([s.place for s in stops if not s.is_done], place),
        letter=letter_said(desk, letter),
        letter_waits=letter is not None and letter.state == QUEUED,
        waiting=len(left) - beside,
    )


def letter_said(desk: Desk, letter: CrewLetter | None) -> str:
    """How far the e-mail to the crew has come, in words."""
    if letter is None:
        return ""
    at = (letter.sent_at or letter.asked_at).astimezone(desk.settings.timezone)
    words = {
        QUEUED: f"E-mail waits: {letter.problem}" if letter.problem else "The e-mail to the crew leaves in a moment.",
        SENDING: "The e-mail to the crew is being sent; it may have arrived.",
        SENT: f"E-mailed to the crew {at:%a} {at.day} {at:%b, %H:%M}, by {letter.actor}.",
        REFUSED: f"The e-mail to the crew failed: {letter.problem}",
    }
    return words.get(letter.state, "")


def suggested(snapshot: Snapshot, ids: Sequence[int], place: LatLon | None) -> list[int]:
    """A list in an order that is short to drive; what is done comes first."""
    rows = {i: snapshot.row_of(i) for i in ids}
    left = [i for i in ids if rows[i] >= 0 and snapshot.is_open[rows[i]]]
    way = travel.suggest([snapshot.point(rows[i]) for i in left], place)
    return [*(i for i in ids if i not in set(left)), *(left[n] for n in way)]


def filled(snapshot: Snapshot, ids: Sequence[int], planned: Sequence[int], crew: Crew) -> list[int]:
    """A list with the most urgent of what waits for the crew, up to what it can do in a day.

    What it has in hand comes first; what is `planned` for today or later stays where it is.
    """
    room = max(0, min(crew.capacity, days.MOST) - len(ids))
    rows = load.waiting(snapshot, crew.id, [*ids, *planned])[:room]
    return [*ids, *snapshot.ids[rows].tolist()]


def _fit(one: Candidate) -> str:
    """What a crew has to do with the selection; "" where it takes other work."""
    if not one.takes or not one.crew.skills:
        return ""
    return one.reasons[0] if one.covers else "takes it, but works elsewhere"


def _loads(desk: Desk, found: Found, lists: Lists, day: date) -> dict[int, int]:
    counts = load.jobs(found.snapshot, lists, today=day == today(desk))
    return {c.id: n for c, n in zip(found.snapshot.crews, counts, strict=True)}


def _beside(jobs: int) -> str:
    return f"{jobs:,} of them in progress beside the list" if jobs else ""


def _line(desk: Desk, crew: Crew, jobs: int) -> CrewLine:
    now, zone = desk.now(), desk.settings.timezone
    on = crew.shifts.shift_at(now, zone) is not None
    return CrewLine(crew, jobs, crew.shifts.said(now, zone), on_shift=on)


def _stop(snapshot: Snapshot, row: int, now_ms: int) -> StopLine:
    words = row_words(snapshot, row, now_ms)
    return StopLine(
        request_id=int(snapshot.ids[row]),
        number=words.number,
        service=words.service,
        address=words.address,
        area=words.area,
        status=words.status,
        state=words.state,
        due=words.due,
        late=words.late,
        place=snapshot.point(row),
    )
