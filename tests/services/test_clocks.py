"""The time a store goes by: its server's, whatever happens to this machine's clock, which is known to be off."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.clocks import Clock, steady, utcnow

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECONDS = st.floats(0, 1e6)
OFF = st.floats(-1e6, 1e6)


class Machine:
    """A machine whose clock can be set, and whose time goes on."""

    def __init__(self, off: float) -> None:
        self.off, self.gone = off, 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.off + self.gone)

    def steady(self) -> float:
        return 1000.0 + self.gone


def near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(milliseconds=1)


@given(OFF, SECONDS)
def test_a_file_goes_by_this_machines_clock(off: float, gone: float) -> None:
    machine = Machine(off)
    clock = Clock(machine.now, machine.steady)
    machine.gone = gone
    assert clock() == machine.now()
    assert clock.ahead == timedelta()


@given(OFF, OFF, SECONDS, SECONDS)
def test_a_servers_time_goes_on_though_the_clock_is_set_meanwhile(
    off: float, set_to: float, before: float, after: float
) -> None:
    machine = Machine(off)
    clock = Clock(machine.now, machine.steady)
    clock.follow(NOON)
    machine.gone = before
    assert near(clock(), NOON + timedelta(seconds=before))
    assert near(NOON + clock.ahead, NOON + timedelta(seconds=off))
    machine.off = set_to
    machine.gone = before + after
    assert near(clock(), NOON + timedelta(seconds=before + after))
    assert near(NOON + clock.ahead, NOON + timedelta(seconds=set_to))


@given(OFF, SECONDS)
def test_what_it_was_told_last_holds(off: float, gone: float) -> None:
    machine = Machine(off)
    clock = Clock(machine.now, machine.steady)
    clock.follow(NOON - timedelta(days=1))
    machine.gone = gone
    clock.follow(NOON)
    assert near(clock(), NOON)


def test_the_real_ones_go_on() -> None:
    first, began = steady(), utcnow()
    while time.monotonic() == time.monotonic() and steady() == first:
        pass
    assert steady() > first
    assert utcnow() >= began
    assert began.tzinfo is UTC
