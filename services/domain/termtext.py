"""Terms, hours of work and days off as people write them: "2 working days", "8:30-17:00", "2026-07-04 Holiday"."""

from __future__ import annotations

import re
from datetime import date

from services.domain.calendar import Calendar, Hours
from services.domain.sla import Term, Unit
from services.errors import Invalid

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_AMOUNT = re.compile(r"([-+]?[0-9]+(?:[.,][0-9]+)?)\s*(.*)", re.DOTALL)
_CLOCK = r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:-|–|to)\s*{_CLOCK}")
_WORDS = {
    Unit.HOURS: ("h", "hr", "hrs", "hour", "hours"),
    Unit.WORKING_HOURS: ("wh", "working hour", "working hours", "business hour", "business hours"),
    Unit.WORKING_DAYS: ("wd", "bd", "working day", "working days", "business day", "business days", "work days"),
}
_PLAIN_DAYS = ("d", "day", "days")
_SAY = "Write e.g. 48 hours, 4 working hours or 2 working days; nothing where there is no target."


def term(text: str, unit: str = "") -> Term | None:
    """A term; None for nothing. `unit`: in words, for a bare number; days by themselves are of 24 hours.

    Raises Invalid.
    """
    said = " ".join(text.split()).casefold()
    if said in {"", "-", "–", "none", "n/a"}:
        return None
    found = _AMOUNT.fullmatch(said)
    if found is None:
        raise Invalid(f"“{text.strip()}” is no target.", _SAY)
    amount, words = (
        float(found[1].replace(",", ".")),
        (found[2] or unit.strip().casefold() or "hours").replace("_", " "),
    )
    if words in _PLAIN_DAYS:
        made = Term(amount * 24)
    else:
        named = next((unit for unit, its in _WORDS.items() if words in its), None)
        if named is None:
            raise Invalid(f"“{words}” is no unit of a target.", _SAY)
        made = Term(amount, named)
    if not made.is_one:
        raise Invalid(f"A target of {amount:g} cannot be kept.", _SAY)
    return made


def hours(text: str) -> Hours | None:
    """The hours of a day, "8:30-17:00"; None for nothing or "closed". Raises Invalid."""
    said = " ".join(text.split()).casefold()
    if said in {"", "-", "–", "none", "closed"}:
        return None
    found = _HOURS.fullmatch(said)
    if found is not None:
        opens, closes = (int(found[n]) * 60 + int(found[n + 1] or 0) for n in (1, 3))
        if opens < closes <= 24 * 60 and all(int(found[n] or 0) < 60 for n in (2, 4)):
            return opens, closes
    raise Invalid(f"“{text.strip()}” are no hours.", "Write e.g. 8:30-17:00, or nothing for a day nobody works.")


def hours_text(hours: Hours | None) -> str:
    """ "8:30-17:00"; "" for none."""
    return "-".join(f"{minutes // 60}:{minutes % 60:02d}" for minutes in hours) if hours else ""


def week(text: str) -> dict[int, Hours | None]:
    """Days with their hours, "mon-fri 8:30-17:00" or "sat closed"; Monday is 0. Raises Invalid."""
    first, _, rest = " ".join(text.split()).partition(" ")
    from_day, _, to_day = first.partition("-")
    begins, ends = _day(from_day), _day(to_day or from_day)
    return dict.fromkeys(
        range(begins, ends + 1) if begins <= ends else (*range(begins, 7), *range(ends + 1)), hours(rest)
    )


def _day(text: str) -> int:
    found = [n for n, name in enumerate(DAYS) if len(text) >= 3 and name.casefold().startswith(text.casefold())]
    if not found:
        raise Invalid(f"“{text}” is no day of the week.", "Write e.g. mon-fri 8:30-17:00, or sat closed.")
    return found[0]


def week_text(calendar: Calendar) -> str:
    """When the city works: "Monday to Friday 8:30-17:00; Saturday 9:00-12:00"."""
    runs: list[tuple[int, int, Hours]] = []
    for day, its in enumerate(calendar.hours):
        if its and runs and runs[-1][1] == day - 1 and runs[-1][2] == its:
            runs[-1] = (runs[-1][0], day, its)
        elif its:
            runs.append((day, day, its))
    said = (f"{DAYS[a]} to {DAYS[b]} {hours_text(h)}" if a != b else f"{DAYS[a]} {hours_text(h)}" for a, b, h in runs)
    return "; ".join(said) or "never"


def days_off(text: str) -> dict[date, str]:
    """One a line: a date (2026-07-04) and what it is called. Raises Invalid, naming the line."""
    found: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said, _, name = line.replace(",", " ", 1).strip().partition(" ")
        if said:
            try:
                found[date.fromisoformat(said)] = " ".join(name.split())
            except ValueError:
                problem = f"Line {number} of the days off: “{said}” is no date."
                raise Invalid(problem, "Write e.g. 2026-07-04 Independence Day, one a line.") from None
    return found


def days_off_text(named: dict[date, str]) -> str:
    """The same the other way round, in their order."""
    return "\n".join(f"{day.isoformat()} {named[day]}".strip() for day in sorted(named))
