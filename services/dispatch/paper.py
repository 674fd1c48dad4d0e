"""What is handed to a crew on paper or by e-mail: a work order for a request, a sheet for a day, as marked-up pages.

All that comes from outside is escaped: it is shown as text, whatever it holds. Everything is black on white.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from html import escape

from services.dispatch.travel import length
from services.domain.detail import Detail
from services.domain.values import Crew, EventKind, LatLon

PAGE = 15
"""So many jobs of a day stand on a page, so that nothing has to be left out."""
_NOTES = 3
_TABLE = (
    "<table width='100%' cellpadding='4' cellspacing='0' border='1'"
    " style='border-collapse: collapse; border-style: solid; border-color: #000000; margin-top: 6px'>"
)
_LINES = ("Arrived", "Left", "Done by", "Outcome", "Material")
_CUT = " … (more at the desk)"


@dataclass(frozen=True, slots=True)
class Order:
    """One work order."""

    detail: Detail
    crew: str
    printed: datetime
    by: str
    zone: tzinfo
    city: str
    contacts: bool
    """Whether callers' names and numbers may be printed."""


@dataclass(frozen=True, slots=True)
class Job:
    """One line of a day sheet."""

    number: str
    service: str
    address: str
    area: str
    due: str
    state: str
    done: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A crew's day."""

    crew: str
    day: date
    about: str
    """Its hours, and how far it is."""
    jobs: tuple[Job, ...]
    printed: datetime
    by: str
    zone: tzinfo
    city: str

    @property
    def size(self) -> str:
        """ "1 job", "12 jobs"."""
        return f"{len(self.jobs):,} job{'' if len(self.jobs) == 1 else 's'}"


def work_order(order: Order, most: int) -> str:
    """A page for one request; free text is cut after `most` letters, and says so."""
    request, said = order.detail.request, _Cut(most)
    place = request.place
    where = " · ".join(filter(None, (place.area, place.zipcode, _point(place.lat, place.lon))))
    facts = [
        ("Service", request.service),
        ("Status", request.status.label),
        ("Crew", order.crew or "none yet"),
        ("Reported", moment(request.requested_at, order.zone)),
        ("Due", moment(request.due_at, order.zone) if request.due_at else "not said"),
    ]
    notes = [e.text for e in order.detail.events if e.kind is EventKind.NOTE and e.text][:_NOTES]
    parts = [
        _head(f"Work order {request.number}", order.city),
        f"<h2>{escape(place.address or 'No address')}</h2><p>{escape(where)}</p>",
        _table(facts),
        "<h3>What was reported</h3>" + said.paragraphs(request.description or "Nothing was written."),
        _section("Answers", [f"{question}: {said.short(answer)}" for question, answer in order.detail.attributes]),
        _section("Staff notes", [said.short(note) for note in notes]),
        _section("Reported by", _callers(order)),
        _boxes(),
        _foot(order.printed, order.by, order.zone),
    ]
    return "".join(filter(None, parts))


def order_pages(
    details: Sequence[Detail], printed: datetime, by: str, zone: tzinfo, city: str, *, contacts: bool
) -> list[Callable[[int], str]]:
    """One page for each request, for the crew that has it."""
    rest = printed, by, zone, city, contacts
    orders = [Order(d, d.request.crew.name if d.request.crew else "", *rest) for d in details]
    return [partial(work_order, order) for order in orders]


def sheet_of(
    crew: Crew, day: date, details: Sequence[Detail], printed: datetime, by: str, zone: tzinfo, city: str
) -> Sheet:
    """A day as it is handed out, from its requests in order."""
    places = [_where(d) for d in details if d.request.status.is_open]
    way = f"{length(places, crew.base) / 1000:.1f} km in straight lines" if details else ""
    hours = crew.shifts.on(day) if crew.shifts else None
    about = " · ".join(filter(None, (str(hours or ""), way)))
    return Sheet(crew.name, day, about, tuple(_job(d, zone) for d in details), printed, by, zone, city)


def _job(detail: Detail, zone: tzinfo) -> Job:
    request = detail.request
    return Job(
        number=request.number,
        service=request.service,
        address=request.place.address,
        area=request.place.area,
        due=moment(request.due_at, zone) if request.due_at else "",
        state=request.outcome.label if request.outcome else request.status.label,
        done=not request.status.is_open,
        description=request.description,
    )


def _where(detail: Detail) -> LatLon | None:
    lat, lon = detail.request.place.lat, detail.request.place.lon
    return None if lat is None or lon is None else (lat, lon)


def day_pages(sheet: Sheet) -> list[Callable[[int], str]]:
    """The pages of a crew's day: one, unless it has more than `PAGE` jobs."""
    return [partial(day_sheet, sheet, first=first) for first in range(0, max(1, len(sheet.jobs)), PAGE)]


def day_sheet(sheet: Sheet, most: int, first: int | None = None) -> str:
    """A crew's day; descriptions are cut after `most` letters. From `first` on, one page of it; by default all."""
    said = _Cut(most)
    shown = slice(None) if first is None else slice(first, first + PAGE)
    head = "".join(f"<th align='left'>{title}</th>" for title in ("", "Where", "What", "Due", "Done"))
    rows = "".join(_row(n, job, said) for n, job in [*enumerate(sheet.jobs, 1)][shown])
    left = sum(not job.done for job in sheet.jobs)
    count = f"{sheet.size}, {left:,} to do"
    if first is not None and len(sheet.jobs) > PAGE:
        count += f"; page {first // PAGE + 1} of {-(-len(sheet.jobs) // PAGE)}"
    return "".join(
        (
            _head(f"{sheet.crew}: {sheet.day:%A} {sheet.day.day} {sheet.day:%B %Y}", sheet.city),
            f"<p>{escape(' · '.join(filter(None, (count, sheet.about))))}</p>",
            f"{_TABLE}<tr>{head}</tr>{rows}</table>",
            _foot(sheet.printed, sheet.by, sheet.zone),
        )
    )


def day_text(sheet: Sheet) -> str:
    """The same in plain words, for an e-mail."""
    lines = [f"{sheet.crew}: {sheet.day:%A} {sheet.day.day} {sheet.day:%B %Y}", sheet.about, ""]
    for n, job in enumerate(sheet.jobs, 1):
        where = ", ".join(filter(None, (job.address or "no address", job.area)))
        lines += [f"{n}. {job.service} (#{job.number}){' - done' if job.done else ''}", f"   {where}"]
        lines += [f"   {job.due}"] if job.due and not job.done else []
        lines += [f"   {line}" for line in job.description.splitlines()] + [""]
    return "\n".join(lines)


class _Cut:
    """Free text as far as there is room."""

    def __init__(self, most: int) -> None:
        self._most = most

    def short(self, text: str) -> str:
        """As one line."""
        line = " ".join(text.split())
        return line if len(line) <= self._most else line[: self._most].rstrip() + _CUT

    def paragraphs(self, text: str) -> str:
        """As paragraphs, escaped."""
        kept = text if len(text) <= self._most else text[: self._most].rstrip() + _CUT
        return f"<p>{escape(kept.strip()).replace(chr(10), '<br>')}</p>"


def _head(title: str, city: str) -> str:
    return f"<p>{escape(city)}</p><h1>{escape(title)}</h1>"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td width='25%'>{escape(k)}</td><td><b>{escape(v)}</b></td></tr>" for k, v in rows)
    return f"{_TABLE}{cells}</table>"


def _section(title: str, lines: Sequence[str]) -> str:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f"<h3>{escape(title)}</h3>{body}" if lines else ""


def _callers(order: Order) -> list[str]:
    if not order.contacts:
        return ["Ask the desk; contact details are not printed here."] if order.detail.callers else []
    shown = order.detail.callers[:_NOTES]
    more = len(order.detail.callers) - len(shown)
    lines = [", ".join(filter(None, (c.name, c.phone, c.email, c.language))) for c in shown]
    return [*filter(None, lines), *([f"and {more:,} more"] if more else [])]


def _boxes() -> str:
    rows = "".join(f"<tr><td width='25%'>{line}</td><td>&nbsp;<br>&nbsp;</td></tr>" for line in _LINES)
    return f"<h3>On site</h3>{_TABLE}{rows}</table>"


def _row(number: int, job: Job, said: _Cut) -> str:
    where = f"<b>{escape(job.address or 'No address')}</b><br>{escape(job.area)}"
    what = f"{escape(job.service)} #{escape(job.number)}"
    if job.description:
        what += f"<br>{escape(said.short(job.description))}"
    done = escape(job.state) if job.done else "&#9744;"
    due = f"<td style='white-space: nowrap'>{escape(job.due)}</td>"
    return f"<tr><td>{number}</td><td>{where}</td><td>{what}</td>{due}<td>{done}</td></tr>"


def _foot(printed: datetime, by: str, zone: tzinfo) -> str:
    return f"<p>{escape(f'Printed {moment(printed, zone)} by {by}')}</p>"


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment in the city's time, as it is written on paper."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def _point(lat: float | None, lon: float | None) -> str:
    return "" if lat is None or lon is None else f"{lat:.5f}, {lon:.5f}"
