"""What an argument may be: each reads its text or says what is wrong with it, for argparse."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable
from datetime import date

from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.domain.statusmap import State


def count(text: str) -> int:
    """A whole number of at least 1."""
    return _number(text, 1, 10**9)


def many(text: str) -> int:
    """How many requests a city has in a year: more than the demo's storm day, and what this machine's disk can hold."""
    return _number(text, 10_000, 5_000_000)


def port(text: str) -> int:
    """A port; 0 means any free one."""
    return _number(text, 0, 65535)


def latitude(text: str) -> float:
    """Degrees north."""
    return _degrees(text, 90, "latitude")


def longitude(text: str) -> float:
    """Degrees east."""
    return _degrees(text, 180, "longitude")


def point(text: str) -> tuple[float, float]:
    """Latitude and longitude in degrees, written 42.33,-71.05."""
    lat, _, lon = text.partition(",")
    return latitude(lat), longitude(lon)


def day(text: str) -> date:
    """A day, written 2011-08-28."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2011-08-28") from None


def size(text: str) -> tuple[int, int]:
    """Width and height in pixels, written 1600x1000."""
    width, _, height = text.lower().partition("x")
    try:
        return _number(width, 200, 10000), _number(height, 200, 10000)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"“{text}” is no size; write e.g. 1600x1000") from None


def state(text: str) -> State:
    """A status, with its outcome after a stroke where it has one: in_progress, "On hold", closed/fixed."""
    head, _, tail = text.partition("/")
    status = Status(_one_of(head, (s.value for s in Status), "status"))
    return status, outcome(tail) if tail else None


def outcome(text: str) -> Outcome:
    """How a request ended."""
    return Outcome(_one_of(text, (o.value for o in CHOSEN_OUTCOMES), "outcome"))


def answer(text: str) -> tuple[str, str]:
    """A question's code and the answer to it, written CODE=VALUE."""
    code, _, value = text.partition("=")
    if not code.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is no answer; write CODE=VALUE")
    return code.strip(), value.strip()


def _one_of(text: str, known: Iterable[str], what: str) -> str:
    words = list(known)
    key = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    if key in words:
        return key
    near = difflib.get_close_matches(key, words, 1, 0.0)
    raise argparse.ArgumentTypeError(f"“{text}” is no {what}; nearest: {near[0]}; all: {', '.join(words)}")


def _number(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from {least} to {most}")
    return number


def _degrees(text: str, most: float, what: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise argparse.ArgumentTypeError(f"“{text}” is no {what} in degrees")
    return degrees
