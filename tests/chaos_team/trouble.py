"""What is done to them: connections cut anywhere, back ends and workers killed, servers that fall."""

from __future__ import annotations

import random
import time

from tests.chaos_team.town import Town
from tests.services.proxy import Cut, after, at_commit

LEADER = (
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND classid = 8312 AND objid = 1 AND granted"
)
_USED_WITHIN = 0.5
"""Seconds: a cut that nobody has met by then gives way to another."""


def trouble(town: Town, cuts: int, failovers: int, rng: random.Random, between: float) -> None:
    """All that is to be done to them, `between` seconds apart on average, each at a moment that nobody chose."""
    step = 0
    while town.cuts() < cuts or town.counts.failovers < failovers:
        step += 1
        time.sleep(rng.uniform(0, 2 * between))
        cut(town, rng)
        if step % 8 == 0:
            kill_back_end(town, rng)
        if step % 25 == 0:
            kill_leader(town)
        if step % 50 == 0 and town.is_followed():
            town.sign()
        due = town.counts.failovers < failovers and town.cuts() >= (town.counts.failovers + 0.5) * cuts / failovers
        if due and town.is_followed():
            town.fail_over()
    for way in town.ways:
        way.plan = []
    town.counts.cuts = town.cuts()
    if failovers:
        town.is_followed(wait=True)


def cut(town: Town, rng: random.Random) -> None:
    """Cut a connection somewhere, once somebody uses it; mostly on the way that is used most."""
    way = town.way_to(town.primary) if rng.random() < 0.8 else rng.choice(town.ways)
    at: list[Cut] = [after(rng.randint(0, 9_000)), at_commit(passing=rng.random() < 0.5)]
    at.append(at_commit(passing=True, answered=True))
    way.plan = [rng.choice(at)]
    end = time.monotonic() + _USED_WITHIN
    while way.plan and time.monotonic() < end:
        time.sleep(0.002)


def kill_back_end(town: Town, rng: random.Random) -> None:
    """End somebody's connection at the server."""
    found = town.primary.ask("SELECT pid FROM pg_stat_activity WHERE application_name ~ '^(desk|worker)-' ORDER BY pid")
    if found:
        town.primary.ask(f"SELECT pg_terminate_backend({rng.choice(found)[0]})")
        town.counts.killed += 1


def kill_leader(town: Town) -> None:
    """SIGKILL for the worker that leads, and another instead; where none leads just now, one is about to."""
    for (name,) in town.primary.ask(LEADER):
        if process := town.workers.pop(str(name), None):
            with process:
                process.kill()
            town.counts.workers_killed += 1
            town.start_worker()
