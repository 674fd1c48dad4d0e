"""Alerts and letters to crews, with what leaves of them: whatever the order, each at most once, as plain lists say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from services.domain.alerts import Measure, Rule, Way
from services.errors import Conflict, Invalid
from services.store import alerts, crew_letters, leaving
from services.store.alerts import Sending
from services.store.crew_letters import CrewLetter
from services.store.tables import alert_send, crew_letter
from tests.services.store.machines import FEW_STEPS, HOLD, OnAStore

DAYS = (date(2026, 11, 23), date(2026, 11, 24))
again = st.sampled_from([None, timedelta(seconds=30), timedelta(minutes=15)])


@dataclass
class Message:
    """One that is to leave, as the model knows it."""

    about: tuple[int, date] | int
    due: datetime
    way: Way = Way.MAIL
    state: str = leaving.QUEUED
    attempts: int = 0
    problem: str = ""


class Letters(OnAStore):
    """Letters to two crews about two days."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[int] = []
        self.messages: list[Message] = []
        self.under_way: dict[int, CrewLetter] = {}
        """By their place in the list."""

    @initialize()
    def a_city(self) -> None:
        self.ids = self.crews("Forestry", "Streets")

    def waiting(self, about: tuple[int, date]) -> list[Message]:
        return [m for m in self.messages if m.about == about and m.state == leaving.QUEUED]

    @rule(which=st.integers(0, 1), day=st.sampled_from(DAYS))
    def a_day_is_to_be_sent(self, which: int, day: date) -> None:
        about = (self.ids[which], day)
        if self.waiting(about):
            with pytest.raises(Invalid, match="waits already"):
                crew_letters.send_day(self.acting, *about)
            return
        crew_letters.send_day(self.acting, *about)
        self.messages.append(Message(about, self.clock.now + HOLD))

    @rule(which=st.integers(0, 1), day=st.sampled_from(DAYS))
    def it_is_taken_back(self, which: int, day: date) -> None:
        about = (self.ids[which], day)
        waiting = self.waiting(about)
        if not waiting:
            with pytest.raises(Invalid, match="left already"):
                crew_letters.take_back(self.acting, *about)
            return
        crew_letters.take_back(self.acting, *about)
        for message in waiting:
            message.state = leaving.RETRACTED

    @rule(seconds=st.sampled_from([1, 9, 11, 31, 1000]))
    def time_goes_on(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule()
    def the_next_is_taken(self) -> None:
        letter = crew_letters.take(self.store)
        now = self.clock.now
        due = [i for i, m in enumerate(self.messages) if m.state == leaving.QUEUED and m.due <= now]
        if not due:
            assert letter is None
            return
        first = self.messages[due[0]]
        first.state, first.attempts = leaving.SENDING, first.attempts + 1
        assert letter is not None
        assert (letter.crew_id, letter.day) == first.about
        assert (letter.state, letter.attempts) == (leaving.SENDING, first.attempts)
        self.under_way[due[0]] = letter

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def it_leaves(self, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(sorted(self.under_way)))
        leaving.sent(self.store, crew_letter, self.under_way.pop(at).id)
        self.messages[at].state, self.messages[at].problem = leaving.SENT, ""

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), again=again)
    def it_does_not_leave(self, data: st.DataObject, again: timedelta | None) -> None:
        at = data.draw(st.sampled_from(sorted(self.under_way)))
        leaving.not_sent(self.store, crew_letter, self.under_way.pop(at).id, "No.", again)
        message = self.messages[at]
        message.state, message.problem = leaving.REFUSED if again is None else leaving.QUEUED, "No."
        message.due = self.clock.now + (again or timedelta())

    @rule()
    def the_process_dies_and_another_begins(self) -> None:
        lost = [m for m in self.messages if m.state == leaving.SENDING]
        assert leaving.broken_off(self.store, crew_letter) == len(lost)
        for message in lost:
            message.state = leaving.REFUSED
            message.problem = "It may have arrived"
        stale, self.under_way = self.under_way, {}
        for letter in stale.values():
            leaving.not_sent(self.store, crew_letter, letter.id, "Late.", None)
            leaving.sent(self.store, crew_letter, letter.id)

    @invariant()
    def the_last_letter_of_each_day_is_known(self) -> None:
        for day in DAYS:
            wanted: dict[int, Message] = {}
            for message in self.messages:
                if isinstance(message.about, tuple) and message.about[1] == day and message.state != leaving.RETRACTED:
                    wanted[message.about[0]] = message
            found = crew_letters.of_day(self.store, day)
            assert found.keys() == wanted.keys()
            for crew, letter in found.items():
                assert (letter.state, letter.attempts) == (wanted[crew].state, wanted[crew].attempts)
                assert wanted[crew].problem in letter.problem
                assert bool(letter.problem) == bool(wanted[crew].problem)
                assert (letter.sent_at is not None) == (letter.state == leaving.SENT)


@dataclass
class Begun:
    """One alert, as the model knows it."""

    rule_id: int
    peak: float
    value: float
    seen_by: str = ""
    over: bool = False


class Alerts(OnAStore):
    """Two rules, one of which also goes out by mail and webhook."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: list[Rule] = []
        self.begun: list[Begun] = []
        """Number i has the id i + 1."""
        self.messages: list[Message] = []
        self.under_way: dict[int, Sending] = {}

    @initialize()
    def two_rules(self) -> None:
        storm = Rule(0, "Storm", "is:open", Measure.RATE, 3, mail="chief@example.org", webhook="ops")
        for made in (storm, Rule(0, "Old", "is:open", Measure.OLDEST, 48)):
            alerts.save_rule(self.acting, made)
        self.watched = alerts.rules(self.store)
        assert [made.name for made in self.watched] == ["Old", "Storm"]

    def lasting(self) -> list[int]:
        return [i for i, one in enumerate(self.begun) if not one.over]

    figures = st.integers(1, 500).map(float)

    @rule(which=st.integers(0, 1), figure=figures)
    def a_figure_is_reached(self, which: int, figure: float) -> None:
        made = self.watched[which]
        lasts = any(self.begun[i].rule_id == made.id for i in self.lasting())
        begun = alerts.begin(self.store, made, figure)
        assert begun == (0 if lasts else len(self.begun) + 1)
        if begun:
            self.begun.append(Begun(made.id, figure, figure))
            ways = [way for way, target in ((Way.MAIL, made.mail), (Way.WEBHOOK, made.webhook)) if target]
            self.messages += [Message(begun, self.clock.now, way) for way in ways]

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), figure=figures)
    def it_rises(self, data: st.DataObject, figure: float) -> None:
        at = data.draw(st.integers(0, len(self.begun) - 1))
        alerts.go_on(self.store, at + 1, figure)
        self.begun[at].peak = max(self.begun[at].peak, figure)

    @precondition(lambda self: self.begun)
    @rule(data=st.data())
    def it_is_over(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.begun) - 1))
        alerts.end(self.store, at + 1)
        self.begun[at].over = True

    @precondition(lambda self: self.begun)
    @rule(data=st.data())
    def somebody_answers_for_it(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.begun) - 1))
        if self.begun[at].seen_by:
            with pytest.raises(Conflict, match="ana has acknowledged"):
                alerts.acknowledge(self.acting, at + 1)
        else:
            alerts.acknowledge(self.acting, at + 1)
            self.begun[at].seen_by = "ana"

    @rule(seconds=st.sampled_from([1, 31, 1000]))
    def time_goes_on(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule()
    def the_next_is_taken(self) -> None:
        sending = alerts.take(self.store)
        due = [i for i, m in enumerate(self.messages) if m.state == leaving.QUEUED and m.due <= self.clock.now]
        if not due:
            assert sending is None
            return
        message = self.messages[due[0]]
        message.state, message.attempts = leaving.SENDING, message.attempts + 1
        assert sending is not None
        assert (sending.alert.id, sending.way, sending.attempts) == (message.about, message.way, message.attempts)
        self.under_way[due[0]] = sending

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), again=again)
    def it_does_not_leave(self, data: st.DataObject, again: timedelta | None) -> None:
        at = data.draw(st.sampled_from(sorted(self.under_way)))
        leaving.not_sent(self.store, alert_send, self.under_way.pop(at).id, "No.", again)
        message = self.messages[at]
        message.state, message.problem = leaving.REFUSED if again is None else leaving.QUEUED, "No."
        message.due = self.clock.now + (again or timedelta())

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def it_leaves(self, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(sorted(self.under_way)))
        leaving.sent(self.store, alert_send, self.under_way.pop(at).id)
        self.messages[at].state, self.messages[at].problem = leaving.SENT, ""

    @invariant()
    def the_history_is_as_it_was_lived(self) -> None:
        found = alerts.history(self.store)[::-1]
        assert [(a.rule_id, a.value, a.peak, a.acknowledged_by, a.ended_at is not None) for a in found] == [
            (one.rule_id, one.value, one.peak, one.seen_by, one.over) for one in self.begun
        ]
        assert {a.id for a in alerts.lasting(self.store)} == {i + 1 for i in self.lasting()}
        assert len({self.begun[i].rule_id for i in self.lasting()}) == len(self.lasting())

    @invariant()
    def what_could_not_be_told_is_said_while_its_alert_lasts(self) -> None:
        wanted = [
            (m.about, m.way, m.problem)
            for m in self.messages
            if m.problem and isinstance(m.about, int) and not self.begun[m.about - 1].over
        ]
        assert [(a.id, way, why) for a, way, why in alerts.unsent(self.store)] == wanted


Letters.TestCase.settings = Alerts.TestCase.settings = FEW_STEPS
TestLetters, TestAlerts = Letters.TestCase, Alerts.TestCase
