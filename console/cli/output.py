"""What the command line prints: outside text made harmless for a terminal, times in the city's zone, JSON lines."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from console.logs import ascii_json
from services.errors import Expected

_STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Needed to spell some languages and emoji; they steer nothing."""


def plain(text: str) -> str:
    """The text on one line, without what could steer a terminal or turn its reading direction."""
    return "".join(c if c in _JOINERS or unicodedata.category(c) not in _STEERING else " " for c in text).strip()


def say(text: str) -> None:
    """Print lines of our own making for a person; each keeps its line."""
    print("\n".join(plain_keeping_indent(line) for line in text.splitlines()))


def plain_keeping_indent(line: str) -> str:
    """Like `plain`, with the blanks at the line's start kept."""
    return " " * (len(line) - len(line.lstrip(" "))) + plain(line)


def say_json(value: object) -> None:
    """Print one JSON object on one line."""
    print(ascii_json(value))


def complain(problem: Expected) -> None:
    """Print the sentence and its remedy on stderr."""
    print(f"connect-console: {plain(problem.sentence)} {plain(problem.remedy)}".rstrip(), file=sys.stderr)


def warn(sentences: Iterable[str]) -> None:
    """Print on stderr what is odd, though it was done."""
    for sentence in sentences:
        print(f"connect-console: {plain(sentence)}", file=sys.stderr)


def utc(moment: datetime | None) -> str | None:
    """A moment for JSON: ISO 8601 in UTC, e.g. 2026-11-23T14:02:00Z, with milliseconds where there are any."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def local(moment: datetime | None, zone: tzinfo) -> str:
    """A moment for people, in the city's zone: 2026-11-23 14:02; "" for none."""
    if moment is None:
        return ""
    try:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError):
        return moment.strftime("%Y-%m-%d %H:%M")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows in columns, the last one as long as it is; "" where there are no rows."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[i]) for row in [head, *cells]) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *cells]
    )
