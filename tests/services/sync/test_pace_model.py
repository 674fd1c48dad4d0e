"""When an upstream is called again, beside a plain account of what it and a person asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.sync.pace import FIRST, LONGEST, Pace, back_off
from tests.services.clock import NOON

UPSTREAMS = ("city", "state")


class Waiting(RuleBasedStateMachine):
    """Two upstreams, each with how often it failed in a row, our own wait and what it asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.jitter = 0.0
        self.pace = Pace(lambda: self.jitter)
        self.now = NOON
        self.failures = dict.fromkeys(UPSTREAMS, 0)
        self.ours: dict[str, datetime] = {}
        self.theirs: dict[str, datetime] = {}

    names = st.sampled_from(UPSTREAMS)

    @rule(seconds=st.sampled_from([1, 4, 6, 30, 121, 4000]))
    def time_goes_on(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(jitter=st.floats(0, 1))
    def chance(self, jitter: float) -> None:
        self.jitter = jitter

    @rule(name=names, after=st.none() | st.integers(0, 600))
    def it_could_not_be_reached(self, name: str, after: int | None) -> None:
        self.failures[name] += 1
        told = self.pace.failed(name, self.now, after)
        longest = min(LONGEST, FIRST * 2 ** min(self.failures[name] - 1, 20))
        self.ours[name] = self.now + longest * (1 - self.jitter / 2)
        self.theirs.pop(name, None)
        if after is not None:
            self.theirs[name] = self.now + timedelta(seconds=after)
        assert told == max(self.ours[name], self.theirs.get(name, self.ours[name]))

    @rule(name=names)
    def it_answered(self, name: str) -> None:
        self.pace.answered(name)
        self.failures[name] = 0
        self.ours.pop(name, None)
        self.theirs.pop(name, None)

    @rule(name=names, seconds=st.integers(0, 600))
    def it_asks_to_be_left_alone(self, name: str, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        self.pace.asked(name, until)
        self.theirs[name] = until

    @rule()
    def a_person_hurries(self) -> None:
        self.pace.hurry()
        self.ours.clear()

    @invariant()
    def it_opens_when_both_are_over(self) -> None:
        for name in UPSTREAMS:
            waits = [at for at in (self.ours.get(name), self.theirs.get(name)) if at is not None and at > self.now]
            assert self.pace.opens_at(name, self.now) == max(waits, default=None)
            asked = self.theirs.get(name)
            assert self.pace.asked_until(name, self.now) == (max(self.now, asked) if asked else self.now)


Waiting.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestWaiting = Waiting.TestCase


@given(st.integers(-3, 50), st.floats(0, 1))
def test_one_item_by_itself_waits_as_an_upstream_does(attempts: int, jitter: float) -> None:
    waits = Pace(lambda: jitter).alone(attempts, NOON) - NOON
    assert waits == back_off(max(attempts, 1), lambda: jitter)
