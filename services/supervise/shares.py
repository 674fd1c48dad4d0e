"""What share of the requests came by each channel, and what share has a usable place, over time."""

from __future__ import annotations

import numpy as np

from services.queue.snapshot import CHANNELS, NO_PLACE
from services.supervise.base import Base
from services.supervise.counted import Numbers, counts
from services.supervise.parts import Chart, Part, Series


def channels(base: Base) -> Chart:
    """By channel, the largest first: its share of what came in, by hour, day, week or month."""
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
        whole = base.part(CHANNELS[i].label, int(totals[i]), word, f"opened:{base.period.words}", value=share)
        series.append(Series(CHANNELS[i].label, parts, whole))
    title = f"Channels, by {base.period.coarse}"
    return Chart("channels", title, "% of requests", tuple(series), base.spells, base.period.coarse)


def place(base: Base) -> Chart:
    """The share of what came in that has a usable place, by hour, day, week or month."""
    size, has = len(base.spells), base.snapshot.x.take(base.opened) != NO_PLACE
    every = np.array(counts(base.opened_spell, size), np.int64)
    placed = np.array(counts(base.opened_spell, size, has), np.int64)
    many, all_of_it = int(np.count_nonzero(has)), f"opened:{base.period.words}"
    share = many / len(has) if len(has) else None
    whole = base.part("with a usable place", many, "-is:noplace", all_of_it, value=share)
    line = Series("With a usable place", _parts(base, placed, every, "-is:noplace"), whole)
    title = f"Usable place, by {base.period.coarse}"
    return Chart("place", title, "% of requests", (line,), base.spells, base.period.coarse)


def _parts(base: Base, numbers: Numbers, every: Numbers, word: str) -> tuple[Part, ...]:
    """One point for each bucket; without a value where nothing came in."""
    made: list[Part] = []
    for bucket, number, of_all in zip(base.spells, numbers.tolist(), every.tolist(), strict=True):
        share = number / of_all if of_all else None
        made.append(base.part(bucket.words, number, word, f"opened:{bucket.words}", value=share))
    return tuple(made)
