"""Text for other programs: on one line, nothing in it that a file may not hold, and no formula for a spreadsheet."""

from __future__ import annotations

import re

_UNSEEN = r"\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"[{_UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet begins a formula with, behind characters that nobody sees and some programs leave out."""
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_FORBIDDEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
"""What neither UTF-8 nor XML may hold."""


def clean(text: str) -> str:
    """The text on one line, without control characters."""
    return _FORBIDDEN.sub("\ufffd", _UNPRINTED.sub(" ", text)).strip()


def inert(line: str) -> str:
    """A clean line; what a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{line}" if line and not line[0].isalnum() and _FORMULA.match(line) else line
