"""The whole of it: the town is made, troubled, calmed down and judged."""

from __future__ import annotations

import random
from contextlib import ExitStack

from tests.chaos_team.judging import Found, faults, look
from tests.chaos_team.said import End, Said
from tests.chaos_team.town import Counts, Town
from tests.chaos_team.trouble import trouble


def play(cuts: int, failovers: int, seed: int = 1, between: float = 0.2) -> Counts:
    """What was done to them, what came of it, and what was found to be wrong.

    `between`: seconds from one cut to the next, on average; in them something else gets done.
    """
    counts, said, found = played(cuts, failovers, seed, between)
    counts.faults += faults(said, found)
    return counts


def played(cuts: int, failovers: int, seed: int, between: float) -> tuple[Counts, list[Said], Found]:
    """The same before it is judged: what the desks said, and what is there."""
    with ExitStack() as stack:
        town = Town(stack, follows=failovers > 0)
        town.populate()
        trouble(town, cuts, failovers, random.Random(seed), between)
        town.calm_down()
        found = look(town)
        counts, ends = town.counts, [one.end for one in town.said]
        counts.acknowledged, counts.stale, counts.busy = (ends.count(end) for end in (End.KEPT, End.STALE, End.BUSY))
        counts.updates, counts.mails = len(found.updates), len(found.mails)
        counts.longest = max(one.seconds for one in town.said)
        return counts, town.said, found
