"""The history of all requests as a table: who did what, when, and from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from services.domain.audit import Entry, entry
from services.domain.values import EventKind
from services.errors import Invalid
from services.reports.fields import Field, Kind, Line, Table
from services.reports.text import clean
from services.sqlite import to_millis
from services.store import queries
from services.store.acting import Acting
from services.store.audit import Sought, count, every

FIELDS = (
    Field("at", "When", Kind.MOMENT),
    Field("person", "Who"),
    Field("what", "What"),
    Field("number", "Request"),
    Field("before", "From"),
    Field("after", "To"),
    Field("text", "Words"),
)


def sought(person: str, kind: EventKind | None, first: str, last: str, zone: tzinfo, request_id: int = 0) -> Sought:
    """What is asked for between two of the city's days, both included, written 2011-08-28 or empty. Raises Invalid."""
    since, until = _day(first, zone), _day(last, zone, further=1)
    if since is not None and until is not None and since >= until:
        raise Invalid(f"{last} is before {first}.", "Give the earlier day first.")
    return Sought(person.strip(), kind, since, until, request_id)


def _day(text: str, zone: tzinfo, further: int = 0) -> datetime | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=further)
    except (ValueError, OverflowError):
        raise Invalid(f"“{text}” is no day.", "Write it as 2011-08-28.") from None
    return datetime.combine(day, time(), zone)


def crew_names(acting: Acting) -> dict[int, str]:
    """The crews' names by id."""
    return {crew.id: crew.name for crew in queries.crews(acting.store)}


def table(acting: Acting, asked: Sought, zone: tzinfo) -> Table:
    """All that is asked for, read as it is saved. Raises Forbidden."""
    crews = crew_names(acting)
    return Table("History", FIELDS, _parts(acting, asked, crews), count(acting, asked), zone)


def _parts(acting: Acting, asked: Sought, crews: Mapping[int, str]) -> Iterator[Sequence[Line]]:
    for some in every(acting, asked):
        yield [_line(entry(told, crews)) for told in some]


def _line(one: Entry) -> Line:
    words = (one.person, one.what, one.number, one.before, one.after, one.text)
    return to_millis(one.at), *map(clean, words)
