"""The words of a query as they are typed: which there are, what they may hold, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from difflib import get_close_matches

from services.domain.status import Channel, Outcome, Status
from services.errors import Expected, Invalid
from services.queue.dates import span

KEYS = (
    "status", "service", "crew", "claimed", "area", "channel", "upstream", "outcome", "number", "is", "due", "age",
    "since", "opened", "closed", "reopened", "told", "undelivered", "touched", "took", "call", "overdue", "risk",
)  # fmt: skip
HAPPENED = ("opened", "closed", "reopened", "told", "undelivered")
"""These ask for what happened on some days."""
_SPANS = {"due", "age", "touched", "took", "call"}
"""These are compared with a length of time."""
_COMPARED = {*_SPANS, "risk"}
ONLY_OPEN = {"due", "overdue", "risk"}
"""No closed request is any of what these ask for."""
IS_WORDS = (
    "open",
    "closed",
    "overdue",
    "unassigned",
    "mine",
    "noplace",
    "differs",
    "reopened",
    "kept",
    "missed",
    "undelivered",
    "callback",
    "visible",
    "outside",
)
_OPEN_WORDS = {"open", "overdue", "unassigned", "mine"}
"""No closed request is any of these."""
Bounds = tuple[int, int, int, int]
"""West, south, east and north in world units (`services.geo.projection`)."""
NO_MAP = ("There is no map here to see anything on.", "Leave out is:visible.")
NO_CITY = ("The city's extent is not known here.", "Leave out is:outside, or set [city] extent in config.toml.")
NO_RISK = "Leave out risk."
STATUS_WORDS = (*(s.value for s in Status), "open")
_TERM = re.compile(r'(?P<not>-?)(?P<key>[a-z]+)(?P<op>[:<>])(?P<value>(?:"[^"]*"?|[^\s"])*)', re.IGNORECASE)
_TOKEN = re.compile(r'-?[A-Za-z]+[:<>](?:"[^"]*"?|[^\s"])*|"[^"]*"?|\S+')
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(m|h|d|w)$")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%?")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_LONGEST = 1000 * 366 * 86400
"""Seconds of the longest span: a thousand years back there are still dates."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the query with a key: status:new, due<1d."""

    key: str
    op: str
    values: tuple[str, ...]
    negated: bool
    text: str
    """As it was typed."""

    def asks(self, word: str) -> bool:
        """Whether this is is:word, alone or among others."""
        return self.key == "is" and word in map(str.lower, self.values)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as read. `problems` are sentences about words that make no sense; such words filter nothing."""

    terms: tuple[Term, ...] = ()
    words: tuple[str, ...] = ()
    problems: tuple[Expected, ...] = ()

    def check(self) -> None:
        """Raise the first problem, for those who cannot mend it while typing."""
        if self.problems:
            raise self.problems[0]

    def at(self, moment: Moment) -> Query:
        """The query as far as it makes sense here and now: without what asks for a map where there is none."""
        problems, kept = [*self.problems], self.terms
        for word, known, said in (("visible", moment.bounds, NO_MAP), ("outside", moment.city, NO_CITY)):
            if known is None and any(t.asks(word) for t in kept):
                problems.append(Invalid(*said))
                kept = tuple(t for t in kept if not t.asks(word))
        if moment.unforeseen and self.asks_risk:
            problems.append(Invalid(moment.unforeseen, NO_RISK))
            kept = tuple(t for t in kept if t.key != "risk")
        return self if kept is self.terms else Query(kept, self.words, tuple(problems))

    @property
    def asks_risk(self) -> bool:
        """Whether it asks for what only a forecast knows."""
        return any(t.key == "risk" for t in self.terms)

    @property
    def only_open(self) -> bool:
        """Whether closed requests are left out by what the words say."""
        return any(map(_leaves_out_closed, self.terms))

    def anywhere(self) -> Query:
        """The query without is:visible: what the map draws, so that moving it shows what lies beside."""
        kept = tuple(t for t in self.terms if t.negated or not t.asks("visible") or len(t.values) > 1)
        return self if len(kept) == len(self.terms) else Query(kept, self.words, self.problems)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a query needs to know of here and now: the time, the city's time zone, who asks, and what the map shows."""

    now: datetime
    zone: tzinfo = UTC
    actor: str = ""
    bounds: Bounds | None = None
    """What the map shows; None where there is no map."""
    city: Bounds | None = None
    """The city's extent; None where it is not known."""
    unforeseen: str = ""
    """Why nobody knows what will breach, a sentence; "" where it is known or was not asked yet."""

    @property
    def ms(self) -> int:
        """Now, in ms since 1970."""
        return int(self.now.timestamp() * 1000)


def tokens(text: str) -> list[str]:
    """What a query is made of, as it was typed; each read alone means what it means in the query."""
    return _TOKEN.findall(text)


def parse(text: str) -> Query:
    """Read a query; never fails: what cannot be read is in `problems`."""
    terms: list[Term] = []
    words: list[str] = []
    problems: list[Expected] = []
    for token in tokens(text):
        match = _TERM.fullmatch(token)
        if match is None or match["key"].lower() not in KEYS:
            near = match and get_close_matches(match["key"].lower(), KEYS, 1)
            if match and match["op"] == ":" and near:
                problems.append(Invalid(f"There is no “{match['key']}:” to filter by.", f"Did you mean {near[0]}: ?"))
            elif word := token.strip('"').strip():
                words.append(word)
            continue
        term = Term(match["key"].lower(), match["op"], _values(match["value"]), bool(match["not"]), token)
        problem = _problem(term)
        if problem:
            problems.append(problem)
        elif term.values:
            terms.append(term)
    return Query(tuple(terms), tuple(words), tuple(problems))


def _leaves_out_closed(term: Term) -> bool:
    if term.key in ONLY_OPEN:
        return not term.negated
    values = {v.lower() for v in term.values}
    if term.negated:
        return "closed" in values and term.key in {"status", "is"}
    return values <= _OPEN_WORDS if term.key == "is" else term.key == "status" and "closed" not in values


def _values(text: str) -> tuple[str, ...]:
    parts = re.findall(r'(?:"[^"]*"?|[^,"])+', text)
    return tuple(v for v in (p.replace('"', "").strip() for p in parts) if v)


def _problem(term: Term) -> Expected | None:
    """Why the term makes no sense, or None."""
    key, allowed = term.key, _ALLOWED.get(term.key)
    if term.op != ":" and key not in _COMPARED:
        return Invalid(f"“{key}{term.op}” makes no sense.", f"Write {key}:value.")
    for value in term.values:
        if allowed and value.lower().replace(" ", "_") not in allowed:
            said = f"There is no “{key}:{value}”." if key in {"is", "overdue"} else f"“{value}” is no {key}."
            return Invalid(said, f"One of: {', '.join(allowed)}.")
        if key == "age" and (term.op == ":" or seconds(value) is None):
            return Invalid(f"“{term.text}” is no age.", "Write age>3d or age<2h (m, h, d, w).")
        if key == "due" and (seconds(value) is None if term.op != ":" else value.lower() not in _DUE_DAYS):
            return Invalid(
                f"“{term.text}” is no due time.", "Write due<1d, due>2h, due:today, due:tomorrow or due:none."
            )
        lacks = value.lower() != "none" if term.op == ":" else seconds(value) is None
        if key == "risk" and (value.lower() != "none" if term.op == ":" else percent(value) is None):
            return Invalid(f"“{term.text}” is no risk.", "Write risk>50%, risk<20% or risk:none.")
        if key in _SPANS - {"due", "age"} and lacks:
            return Invalid(f"“{term.text}” is no length of time.", f"Write {key}<1d, {key}>2h or {key}:none.")
        if key in HAPPENED and value.lower() != "today" and span(value, UTC) is None:
            wanted = f"{key}:2026-11-20, {key}:2026-11, {key}:2026-11-20..2026-11-22 or {key}:today"
            return Invalid(f"“{value}” is no day.", f"Write {wanted}.")
        if key == "since" and since_start(value, Moment(datetime.now(UTC))) is None:
            return Invalid(f"“{value}” is no date.", "Write since:2026-11-20, since:26-Aug or since:3d.")
    return None


_DUE_DAYS = ("today", "tomorrow", "none")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "status": STATUS_WORDS,
    "is": IS_WORDS,
    "outcome": tuple(o.value for o in Outcome),
    "channel": tuple(c.value for c in Channel),
    "overdue": ("1x", "3x"),
}


def seconds(value: str) -> float | None:
    """The seconds of "3d", "2h", "30m", "1w"; None for anything else, and for more than a thousand years."""
    match = _SPAN.fullmatch(value)
    span = float(match[1]) * _SECONDS[match[2]] if match else None
    return None if span is None or span > _LONGEST else span


def percent(value: str) -> float | None:
    """The number of "50%" or "50"; None for anything else."""
    match = _PERCENT.fullmatch(value)
    return float(match[1]) if match else None


def since_start(value: str, moment: Moment) -> datetime | None:
    """The start of what "since" means: a length of time back, an ISO day, or a day of the last twelve months."""
    if (span := seconds(value)) is not None:
        return moment.now - timedelta(seconds=span)
    local = moment.now.astimezone(moment.zone)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        found = _day_and_month(value, local.date())
        if found is None:
            return None
        day = found
    return datetime(day.year, day.month, day.day, tzinfo=moment.zone)


def _day_and_month(value: str, today: date) -> date | None:
    """The last "26-Aug" that is not after today."""
    for year in (today.year, today.year - 1):
        for form in ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"):
            try:
                day = datetime.strptime(f"{value.replace('-', ' ')} {year}", form).date()
            except ValueError:
                continue
            if day <= today:
                return day
    return None
