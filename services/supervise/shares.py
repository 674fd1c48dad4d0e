"""What share of the requests came by each channel, and what share has a usable place, over time."""

from __future__ import annotations

import numpy as np

from services.queue.snapshot import CHANNELS, NO_PLACE
from services.supervise.base import Base
from services.supervise.counted import Numbers, counts
from services.supervise.flow import BEFORE
from services.supervise.parts import Chart, Part, Series

PLACED = "With a usable place"


def channels(base: Base, earlier: Base | None) -> Chart:
    """By channel, the largest first: its share of what came in, by hour, day, week or month; earlier as a whole."""
    size, many = len(base.spells), len(CHANNELS)
    channel = base.snapshot.channel.take(base.opened)
    both = np.bincount(base.opened_spell * np.int64(many) + channel, minlength=size * many) if size else np.zeros(0)
    table = both[: size * many].reshape(size, many).astype(np.int64)
    totals, every = np.bincount(channel, minlength=many), table.sum(axis=1)
    series = []
    for i in sorted(np.flatnonzero(totals).tolist(), key=lambda i: -int(totals[i])):
        word = f"channel:{CHANNELS[i].value}"
        parts = _parts(base, table[:, i], every, word)
        share = float(totals[i]) / len(base.opened)
        whole = base.part(CHANNELS[i].label, int(totals[i]), word, f"opened:{base.words}", value=share)
        series.append(Series(CHANNELS[i].label, parts, whole))
    if earlier is not None:
        series += _channels_before(earlier)
    title = f"Channels, by {base.period.coarse}"
    return Chart("channels", title, "% of requests", tuple(series), base.spells, base.period.coarse)


def _channels_before(base: Base) -> list[Series]:
    channel = base.snapshot.channel.take(base.opened)
    made = []
    for i, number in enumerate(np.bincount(channel).tolist()):
        if number:
            word = f"channel:{CHANNELS[i].value}"
            whole = base.part(CHANNELS[i].label, number, word, f"opened:{base.words}", value=number / len(channel))
            made.append(Series(CHANNELS[i].label + BEFORE, (), whole))
    return made


def place(base: Base, earlier: Base | None) -> Chart:
    """The share of what came in that has a usable place, by hour, day, week or month."""
    lines = [_placed(base, PLACED)]
    if earlier is not None:
        lines.append(_placed(earlier, PLACED + BEFORE))
    title = f"Usable place, by {base.period.coarse}"
    return Chart("place", title, "% of requests", tuple(lines), base.spells, base.period.coarse)


def _placed(base: Base, title: str) -> Series:
    x, size = base.snapshot.x, len(base.spells)
    every = np.array(counts(base.opened_spell, size), np.int64)
    placed = np.array(counts(base.opened_spell, size, x.take(base.opened_drawn) != NO_PLACE), np.int64)
    many, of_all = int(np.count_nonzero(x.take(base.opened) != NO_PLACE)), len(base.opened)
    share = many / of_all if of_all else None
    whole = base.part(title, many, "-is:noplace", f"opened:{base.words}", value=share)
    return Series(title, _parts(base, placed, every, "-is:noplace"), whole)


def _parts(base: Base, numbers: Numbers, every: Numbers, word: str) -> tuple[Part, ...]:
    """One point for each bucket; without a value where nothing came in."""
    made: list[Part] = []
    for bucket, number, of_all in zip(base.spells, numbers.tolist(), every.tolist(), strict=True):
        share = number / of_all if of_all else None
        made.append(base.part(bucket.words, number, word, f"opened:{bucket.words}", value=share))
    return tuple(made)
