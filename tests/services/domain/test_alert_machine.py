"""An alert's life beside a plain diary of its looks: every step that a clock, a figure and a person can bring about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.alerts import LOOK_MS, REST_MS, SEEN_REST_MS, Measure, Rule, Step, Watch, Way, checked, look
from services.errors import Invalid

MINUTE, HOUR = 60_000, 3_600_000


class AlertLife(RuleBasedStateMachine):
    """The diary holds, of each look since the alert began, how long it counts for and whether the figure was low."""

    def __init__(self) -> None:
        super().__init__()
        self.threshold = 10.0
        self.watch = Watch(0)
        self.now = 0
        self.lasts = False
        self.seen = False
        self.rested = False
        """Whether it had been low for an hour while somebody answered for it: only worse is news then."""
        self.peak = 0.0
        self.diary: list[tuple[int, bool]] = []
        self.last_look = 0

    @initialize(threshold=st.sampled_from([0.5, 1.0, 10.0, 250.0]), start=st.integers(0, 10**12))
    def begin(self, threshold: float, start: int) -> None:
        self.threshold, self.now, self.last_look = threshold, start, start
        self.watch = Watch(start)

    @rule(minutes=st.sampled_from([0, 1, 5, 9, 10, 11, 59, 60, 61, 1440, 10_000]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(hours=st.integers(1, 100_000))
    def the_clock_is_put_back(self, hours: int) -> None:
        self.now -= hours * HOUR

    @precondition(lambda self: self.lasts)
    @rule()
    def somebody_acknowledges_it(self) -> None:
        self.seen = True
        self.watch = replace(self.watch, seen=True)

    def looked(self, share: float | None) -> None:
        counts_for = min(max(0, self.now - self.last_look), LOOK_MS)
        self.last_look = self.now
        figure = None if share is None else share * self.threshold
        self.watch, step = look(self.watch, self.now, figure, self.threshold, self.peak)
        if not self.lasts:
            begins = share is not None and share >= 1
            assert step is (Step.BEGIN if begins else Step.NOTHING)
            self.lasts, self.peak = begins, figure or 0.0
            return
        self.diary.append((counts_for, share is not None and share < 0.8))
        is_worse = self.rested and figure is not None and figure > max(self.peak, self.threshold)
        over = is_worse or self.rest() >= REST_MS
        assert step is (Step.END if over else Step.NOTHING)
        self.peak = max(self.peak, figure or 0.0)
        self.rested = self.seen and (self.rested or self.rest() >= SEEN_REST_MS)
        if over:
            self.lasts = self.seen = self.rested = False
            self.diary = []

    def rest(self) -> int:
        """How long the figure has been low up to now, look by look, back to the last one that was not."""
        made = 0
        for counts_for, low in reversed(self.diary):
            if not low:
                break
            made += counts_for
        return made

    @rule(share=st.sampled_from([None, 0.0, 0.5, 0.79, 0.8, 0.9, 0.99, 1.0, 1.5, 40.0]))
    def a_look(self, share: float | None) -> None:
        self.looked(share)

    @rule(looks=st.integers(1, 150), minutes=st.sampled_from([2, 10, 30]), share=st.sampled_from([0.0, 0.79, 0.9, 1.0]))
    def many_looks_at_the_same(self, looks: int, minutes: int, share: float) -> None:
        for _ in range(looks):
            self.now += minutes * MINUTE
            self.looked(share)

    @invariant()
    def the_watch_says_what_the_diary_says(self) -> None:
        assert self.watch.begun == self.lasts
        assert self.watch.looked_ms == self.last_look
        assert self.watch.low_ms == self.rest()
        assert (self.watch.seen, self.watch.rested) == (self.seen, self.rested)


AlertLife.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAlertLife = AlertLife.TestCase


@given(st.floats(0.01, 1e6), st.floats(0, 2), st.integers(0, REST_MS), st.booleans(), st.integers(-HOUR, HOUR))
def test_acknowledging_never_makes_an_alert_last_longer(
    threshold: float, share: float, low: int, seen: bool, passed: int
) -> None:
    watch = Watch(0, begun=True, seen=seen, low_ms=low)
    _, as_it_is = look(watch, passed, share * threshold, threshold)
    _, acknowledged = look(replace(watch, seen=True), passed, share * threshold, threshold)
    assert as_it_is is not Step.END or acknowledged is Step.END


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.floats(0, 1e6))
def test_a_lower_threshold_begins_wherever_a_higher_one_does(one: float, other: float, figure: float) -> None:
    low, high = sorted((one, other))
    begins = [look(Watch(0), 1, figure, threshold)[1] is Step.BEGIN for threshold in (low, high)]
    assert begins[0] >= begins[1]


SOUND = Rule(0, "Storm", "is:open", Measure.COUNT, 20.0)


def test_a_rule_is_kept_trimmed_and_its_address_and_hook_are_read() -> None:
    made = checked(
        replace(
            SOUND,
            name="  Storm \t of  August ",
            query=" is:open   area:x ",
            mail=" Chief@Example.org ",
            webhook=" ops ",
        )
    )
    assert (made.name, made.query, made.webhook) == ("Storm of August", "is:open area:x", "ops")
    assert made.mail.casefold() == "chief@example.org"
    assert checked(replace(SOUND, mail="  ", webhook=" ")) == SOUND
    assert checked(made) == made, "what was checked once is not changed again"


BAD = {
    "no name": replace(SOUND, name="  "),
    "a name that cannot be shown": replace(SOUND, name="a\x00b"),
    "nothing to reach": replace(SOUND, threshold=0.0),
    "below nothing": replace(SOUND, threshold=-1.0),
    "no number": replace(SOUND, threshold=float("nan")),
    "no end": replace(SOUND, threshold=float("inf")),
    "beyond any city": replace(SOUND, threshold=1e9),
    "no address": replace(SOUND, mail="chief at example"),
    "two addresses": replace(SOUND, mail="a@example.org, b@example.org"),
    "an address with a header behind it": replace(SOUND, mail="a@example.org\nBcc: b@example.org"),
    "a hook that cannot be shown": replace(SOUND, webhook="o\x07ps"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_cannot_be_kept_is_refused_in_a_sentence_with_what_to_do(bad: Rule) -> None:
    with pytest.raises(Invalid) as told:
        checked(bad)
    assert str(told.value).rstrip().endswith(".")
    assert told.value.remedy


@pytest.mark.parametrize(("way", "label"), [(Way.MAIL, "E-mail"), (Way.WEBHOOK, "Webhook")])
def test_ways_have_the_names_people_use(way: Way, label: str) -> None:
    assert way.label == label
