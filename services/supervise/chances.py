"""A forecast in words: how likely one request is to miss its due time, why, and what is expected of the next hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.supervise.forecast import DAY, SHORTEST, Due, Forecast

_SURE, _NEVER = 0.95, 0.05
_WORDS = ((0.65, "Likely"), (0.35, "May well"), (0.0, "Not likely"))
"""From which chance on it is called so."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one request: the chance, and what it rests on. Either may be ""."""

    chance: str
    why: str


def told(made: Forecast, request_id: int) -> Told:
    """Of an open request with a due time ahead; empty for any other. Without a number it says why there is none."""
    row = made.snapshot.row_of(request_id)
    if row < 0 or row not in made.ahead:
        return Told("", "")
    chance = float(made.of(np.array([row]))[0])
    if np.isnan(chance):
        return Told("", short(made) or "No forecast: too few of this kind have come to an end.")
    return Told(in_words(chance), _because(made, row))


def in_words(chance: float) -> str:
    """ "Likely to miss its due time: about 8 in 10". `chance` from 0 to 1."""
    if chance >= _SURE:
        return "Almost sure to miss its due time"
    if chance < _NEVER:
        return "Hardly ever misses its due time"
    word = next(word for least, word in _WORDS if chance >= least)
    verb = "miss" if word == "May well" else "to miss"
    return f"{word} {verb} its due time: about {min(9, max(1, round(chance * 10)))} in 10"


def short(made: Forecast) -> str:
    """That the history is too short for any number, "" where it is not."""
    if not made.too_short:
        return ""
    days = max(0, made.now_ms - made.since_ms) // DAY if made.since_ms > 0 else 0
    known = f"closings are known for {days} day{'' if days == 1 else 's'}" if days else "no closings are known yet"
    return f"No forecast: {known}, and it takes {SHORTEST // DAY} days."


def _because(made: Forecast, row: int) -> str:
    reason = made.reason(row)
    if reason is None:
        return ""
    many = f"{reason.late} of the last {reason.of} of this kind{' here' if reason.here else ''}"
    return f"{many}, when still open at this point, were late."


def expected(due: Due) -> str:
    """ "about 250 of 295 due", or that there is no number."""
    if due.breaches is None:
        return f"{due.due:,} due"
    unknown = f", {due.unknown:,} of them without a forecast" if due.unknown else ""
    return f"about {round(due.breaches):,} of {due.due:,} due{unknown}"
