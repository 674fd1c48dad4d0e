"""A city's backlog out of a table: what each row says, what is wrong with it, and which rows cannot be taken."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from services.domain.status import Status
from services.domain.statusmap import State
from services.domain.values import Place, Service
from services.errors import Invalid
from services.intake import columns as guessing
from services.intake import foreign
from services.intake.columns import FEWEST_DIGITS, Columns, degrees
from services.intake.dates import Order, has_time, moment, orders
from services.intake.sheet import Line, Sheet
from services.store.backlog import Past, source_id
from services.store.calling import CallerWords

DATES = ("opened", "closed", "due")
FIRST, DUE_BY = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing is taken that is said to be older, or due later."""
_AHEAD = timedelta(days=1)
"""A clock may be wrong, or in another zone; nothing was opened later than this."""
MANY, SHARED = 50, 0.02
"""So many requests, and this share of all, on one point are worth a remark."""
_SAID = 5
"""Examples of a finding."""
Locate = Callable[[Sequence[tuple[float, float]]], list[str]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, and why."""

    number: int
    """Its line in the file."""
    cells: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class Finding:
    """Something about rows that are taken all the same."""

    what: str
    count: int = 0
    examples: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        said = ", ".join(f"“{example}”" for example, _ in self.examples.most_common(_SAID))
        more = " …" if len(self.examples) > _SAID else ""
        return f"{self.count:,} × {self.what}{f' ({said}{more})' if said else ''}"


@dataclass(slots=True)
class Backlog:
    """What an import would bring."""

    rows: list[Past] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    known: int = 0
    """Rows that were imported before."""
    findings: dict[str, Finding] = field(default_factory=dict)

    def reasons(self) -> Counter[str]:
        """Why rows are refused, and how many for each reason."""
        return Counter(refused.reason.partition(":")[0] for refused in self.refused)

    def note(self, what: str, example: str = "") -> None:
        """Count something about a row."""
        finding = self.findings.setdefault(what, Finding(what))
        finding.count += 1
        if example:
            finding.examples[example] += 1


@dataclass(frozen=True, slots=True)
class City:
    """What the rows are read against."""

    services: Sequence[Service]
    zone: tzinfo
    now: datetime
    known: Callable[[Iterable[str]], Collection[str]] = lambda _: ()
    """Of the ids of a source: which are here already."""
    source: str = ""
    """Names the system that the ids are of; the same id of another is another request."""
    locate: Locate | None = None
    """Names the area around points; where the file says none."""


class Doubtful(Invalid):
    """The dates do not say whether the day comes first or the month."""


class _NoRow(Exception):
    """Why a row cannot be taken."""


def date_order(sheet: Sheet, columns: Columns) -> Order | None:
    """What comes first in the dates of these columns; None where none needs to be known. Raises Doubtful."""
    texts = (text for name in DATES if name in columns for text in sheet.column(columns[name]))
    proved, doubtful = orders(texts)
    if len(proved) > 1:
        raise Doubtful("Dates are written in both orders, day first and month first.", _ASK)
    if not proved and doubtful:
        raise Doubtful(f"“{doubtful}” can be read day first or month first.", _ASK)
    return next(iter(proved), None)


_ASK = "Say which comes first, the day or the month (--dates dmy or --dates mdy)."


def prepare(sheet: Sheet, columns: Columns, city: City, order: Order | None = None) -> Backlog:
    """Read every row. `order` settles how dates are read; without it they must prove it. Raises Invalid."""
    guessing.check(columns)
    reader = _Reader(sheet, columns, city, order or date_order(sheet, columns))
    made = reader.made
    made.refused += [Refused(broken.number, broken.cells, broken.reason) for broken in sheet.broken]
    for line in sheet.lines:
        try:
            made.rows.append(reader.read(line))
        except _NoRow as why:
            made.refused.append(Refused(line.number, line.cells, str(why)))
    made.refused.sort(key=lambda refused: refused.number)
    here = city.known([row.source_id for row in made.rows])
    made.known = len(here)
    made.rows = _with_areas([row for row in made.rows if row.source_id not in here], city.locate)
    _note_defaults(made)
    return made


def _with_areas(rows: list[Past], locate: Locate | None) -> list[Past]:
    """The rows, those without an area in the one around their point."""
    points = {
        i: (row.place.lat, row.place.lon)
        for i, row in enumerate(rows)
        if not row.place.area and row.place.lat is not None and row.place.lon is not None
    }
    areas = locate(list(points.values())) if locate is not None else []
    for i, area in zip(points, areas, strict=locate is not None):
        rows[i] = replace(rows[i], place=replace(rows[i].place, area=area))
    return rows


def _note_defaults(made: Backlog) -> None:
    """A point that very many requests share stands for "not found" in most systems."""
    points = Counter((row.place.lat, row.place.lon) for row in made.rows if row.place.lat is not None)
    for (lat, lon), count in points.most_common(1):
        if count >= max(MANY, len(made.rows) * SHARED):
            finding = Finding("on one and the same point, perhaps for want of a better", count)
            finding.examples[f"{lat}, {lon}"] = count
            made.findings[finding.what] = finding


class _Reader:
    def __init__(self, sheet: Sheet, columns: Columns, city: City, order: Order | None) -> None:
        self.made = Backlog()
        self._city, self._order = city, order
        self._places = {name: sheet.header.index(column) for name, column in columns.items()}
        self._by_code = {service.code.casefold(): service for service in city.services}
        self._by_name = {service.name.casefold(): service for service in city.services}
        self._seen: dict[str, int] = {}

    def read(self, line: Line) -> Past:
        """One row. Raises _NoRow."""
        said = {name: line.cells[place] for name, place in self._places.items()}
        opened = self._moment(said, "opened")
        if opened is None:
            raise _NoRow("no date of opening")
        closed = self._closed(said, opened)
        service, name = self._service(said)
        source = self._source(said, line)
        state = self._state(said, closed)
        return Past(
            source_id=source,
            opened_at=opened,
            state=state,
            service_code=service.code if service else said.get("code") or name,
            service=name,
            place=self._place(said),
            description=said.get("description", ""),
            channel=foreign.channel(said.get("channel", "")),
            expected_at=self._due(said, opened),
            sla_hours=service.sla_hours if service else None,
            closed_at=None if state[0].is_open else closed,
            caller=self._caller(said),
        )

    def _caller(self, said: dict[str, str]) -> CallerWords:
        """Who reported it; they hear of it where the file says that they want to."""
        name, phone, email = (" ".join(said.get(field, "").split()) for field in ("caller", "phone", "email"))
        if phone and not any(map(str.isdecimal, phone)):
            self.made.note("a telephone number without digits: left out")
            phone = ""
        elif phone and sum(map(str.isdecimal, phone)) < FEWEST_DIGITS:
            self.made.note("a telephone number that cannot be dialled: kept as it is written")
        if email and "@" not in email:
            self.made.note("an e-mail address without an @: left out")
            email = ""
        who = CallerWords(name, phone, email, consent=foreign.consent(said.get("consent", "")))
        if not who.is_nobody and not who.consent:
            self.made.note("a caller without consent: kept, and told nothing")
        return who

    def _source(self, said: dict[str, str], line: Line) -> str:
        """The row's id; without one a digest of all that it says. The second of the same id is refused."""
        written = said.get("id", "")
        if not written:
            written = f"row-{hashlib.blake2b(repr(line.cells).encode(), digest_size=8).hexdigest()}"
            self.made.note("no id: told apart by all that they say")
        source = source_id(self._city.source, written)
        first = self._seen.setdefault(source, line.number)
        if first != line.number:
            raise _NoRow(f"the same id as an earlier row: line {first}")
        return source

    def _moment(self, said: dict[str, str], name: str) -> datetime | None:
        text = said.get(name, "")
        if not text:
            return None
        read = moment(text, self._order, self._city.zone)
        if read is None:
            raise _NoRow(f"a date that cannot be read ({name}): {text}")
        latest = DUE_BY if name == "due" else self._city.now + _AHEAD
        if not FIRST <= read <= latest:
            raise _NoRow(f"an impossible date ({name}): {text}")
        return read

    def _closed(self, said: dict[str, str], opened: datetime) -> datetime | None:
        closed = self._moment(said, "closed")
        if closed is None or closed >= opened:
            return closed
        same_day = closed.astimezone(self._city.zone).date() == opened.astimezone(self._city.zone).date()
        if same_day and not has_time(said["closed"]):
            return opened
        raise _NoRow(f"closed before it was opened: {said['closed']}, {said['opened']}")

    def _due(self, said: dict[str, str], opened: datetime) -> datetime | None:
        try:
            due = self._moment(said, "due")
        except _NoRow:
            self.made.note("a due date that cannot be: left out", said["due"])
            return None
        if due is not None and due < opened:
            self.made.note("due before it was opened: left out")
            return None
        return due

    def _service(self, said: dict[str, str]) -> tuple[Service | None, str]:
        name, code = said.get("service", ""), said.get("code", "")
        if not name and not code:
            raise _NoRow("no service")
        found = self._by_code.get(code.casefold()) or self._by_name.get(name.casefold())
        found = found or self._by_code.get(name.casefold())
        if found is None:
            self.made.note("a service that the city does not list: kept as it is called", name or code)
        return found, found.name if found else name or code

    def _state(self, said: dict[str, str], closed: datetime | None) -> State:
        word = said.get("status", "")
        usual: State = foreign.state("closed" if closed else "open") or (Status.NEW, None)
        if not word:
            return usual
        state = foreign.state(word)
        if state is None:
            self.made.note("a status that is not understood: open, or closed where a date says so", word)
            return usual
        if state[0].is_open and closed:
            self.made.note("open, with a date of closing: taken as open")
        if not state[0].is_open and not closed:
            self.made.note("closed, without a date: taken as closed when it was opened")
        return state

    def _place(self, said: dict[str, str]) -> Place:
        lat, lon = degrees(said.get("lat", "")), degrees(said.get("lon", ""))
        if lat is None or lon is None or not _on_earth(lat, lon):
            if said.get("lat") or said.get("lon"):
                self.made.note("coordinates that cannot be: left out", f"{said.get('lat')}, {said.get('lon')}")
            lat = lon = None
        address, area = said.get("address", ""), said.get("area", "")
        if lat is None and not address:
            self.made.note("no place")
        elif lat is None:
            self.made.note("an address, but no coordinates: not on the map")
        return Place(" ".join(address.split()), lat, lon, area, said.get("zip", "").removesuffix(".0"))


def _on_earth(lat: float, lon: float) -> bool:
    return math.isfinite(lat + lon) and abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)


def refused_csv(sheet: Sheet, backlog: Backlog) -> str:
    """The refused rows as they were, each with its line and reason, to be mended and imported again."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(["refused: line", "refused: why", *map(_harmless, sheet.header)])
    for row in backlog.refused:
        writer.writerow([row.number, row.reason, *map(_harmless, row.cells)])
    return made.getvalue()


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe, which `sheet` takes off again."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} and degrees(cell) is None else cell
