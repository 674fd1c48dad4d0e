"""Reads what somebody types for a place: a point, a crossing, or a house number and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.geo import street_names

LONGEST = 200
"""Letters that are looked at."""
_DEGREES = r"([-+−]?\d{1,3}\.\d+)\s*°?\s*([NSEW])?"
_POINT = re.compile(rf"(?<![\w.])(?:([NSEW])\s*)?{_DEGREES}[\s,;/]+(?:([NSEW])\s*)?{_DEGREES}(?![\w.])", re.IGNORECASE)
_FILLER = re.compile(
    r"^\s*(?:(?:on|at|by|near|in front of|outside(?: of)?|across (?:the street )?from|opposite|behind|next to|between|"
    r"the|intersection of|intersection|(?:on |at )?the corner of|corner of|corner|cnr|cor)\b[\s:.,]*)+",
    re.IGNORECASE,
)
_CROSSED = re.compile(r"\s*(?:&|/(?!\d)|@|\+|\band\b|\bat\b|\bcorner(?: of)?\b|\bnear\b|\bx\b)\s*", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:#|\b(?:apt|apartment|unit|suite|ste|floor|fl|room|rm)\b\.?)\s*#?\s*[\w-]*\d[\w-]*|#\s*\w+|\bapt\.?\s+\w\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,6})[a-z]?\s*-\s*(\d{1,6})([a-z])?|(\d{1,6})(\s1/2|[a-z](?![a-z]))?", re.IGNORECASE)
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number: `low` to `high` ("40-54"), or the same twice, with what stands behind ("A", "1/2")."""

    low: int
    high: int
    more: str = ""

    def __str__(self) -> str:
        span = f"{self.low}-{self.high}" if self.high != self.low else str(self.low)
        return f"{span} {self.more}" if "/" in self.more else f"{span}{self.more}"


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed of an address or a name."""

    words: tuple[str, ...]
    number: HouseNumber | None = None
    zipcode: str = ""
    everything: tuple[str, ...] = ()
    """The words with the number among them, as a landmark's name may hold one."""


def point(typed: str) -> tuple[float, float] | None:
    """Latitude and longitude in a pasted text, a link to a map too; None where there are none."""
    match = _POINT.search(typed[:LONGEST].replace("%2C", ","))
    if match is None:
        return None
    before, first, after, other_before, second, other_after = match.groups()
    marks = [(before or after or "").upper(), (other_before or other_after or "").upper()]
    values = [float(value.replace("−", "-")) for value in (first, second)]
    values = [-abs(value) if mark in {"S", "W"} else value for value, mark in zip(values, marks, strict=True)]
    if marks[0] in {"E", "W"} or abs(values[0]) > 90:
        values.reverse()
    lat, lon = values
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def crossing(typed: str) -> tuple[str, str] | None:
    """The two streets of "corner of A and B", "A & B", "A / B"; None where only one is named."""
    text = _FILLER.sub("", typed[:LONGEST])
    sides = [side for side in _CROSSED.split(text) if side.strip(" ,.;")]
    return (sides[0], sides[1]) if len(sides) == 2 else None


def words(typed: str) -> Words:
    """The house number, a zip code and the words of an address; what only says how to get there is left out."""
    text = _UNIT.sub(" ", _FILLER.sub("", typed[:LONGEST]))
    everything = tuple(street_names.words(text))
    zips = list(_ZIP.finditer(text))
    zipcode = ""
    if zips and (zips[-1].start() > 0):
        zipcode = zips[-1][1]
        text = text[: zips[-1].start()] + " " + text[zips[-1].end() :]
    number, rest = _house_number(text)
    return Words(tuple(street_names.words(rest)), number, zipcode, everything)


def house_number(text: str) -> HouseNumber | None:
    """A house number as a file has it ("610", "40-54", "12A", "5 1/2"); None for none."""
    match = _NUMBER.match(text.strip())
    return _made(match) if match else None


def _house_number(text: str) -> tuple[HouseNumber | None, str]:
    """The house number in a text, the first if it comes first and else the last, and the text without it."""
    found = [match for match in _NUMBER.finditer(text) if _stands_alone(match, text)]
    if not found:
        return None, text
    chosen = found[0] if not text[: found[0].start()].strip(" ,.") else found[-1]
    return _made(chosen), f"{text[: chosen.start()]} {text[chosen.end() :]}"


def _stands_alone(match: re.Match[str], text: str) -> bool:
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return not (before.isalnum() or after.isalnum() or before == "/" or after == "/")


def _made(match: re.Match[str]) -> HouseNumber:
    low, high, letter, single, more = match.groups()
    if low is None:
        return HouseNumber(int(single), int(single), (more or "").strip().upper())
    if len(high) < len(low):  # 1220-24 ends at 1224
        high = low[: -len(high)] + high
    ends = sorted((int(low), int(high)))
    return HouseNumber(ends[0], ends[1], (letter or "").upper())
