"""The pull: pages and cursor together, what was committed stays, comments once, and every fault in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest

from services.domain.outbox import OutboxState
from services.domain.values import EventKind, Place
from services.errors import Expected, Invalid, Offline, Refused, StoreProblem, Unreadable
from services.store import commands, queries, upstreams
from services.store.commands import PhoneReport
from services.sync.pull import PullReport, pull
from services.sync.session import PullOutcome, Session
from services.upstream.base import Page, UnreadableRecord, Upstream, UpstreamConfig, UpstreamUpdate
from tests.services.sync.conftest import Desk

DOWN = Offline("The city cannot be reached.", "Check the network.")


@pytest.fixture
def session(desk: Desk) -> Session:
    def connect(config: UpstreamConfig) -> Upstream:
        return desk.cities[config.name]

    return Session(desk.store, {"city": desk.city.config}, connect, desk.pace, lambda points: ["Ward 6"] * len(points))


def state(desk: Desk) -> queries.UpstreamState:
    return queries.upstream_states(desk.store)[0]


def counted(outcome: PullOutcome) -> tuple[int, int, int, int]:
    report = outcome.report
    return report.pulled, report.new, report.changed, report.unreadable


def test_the_first_pull_learns_the_server_and_takes_every_page(desk: Desk, session: Session) -> None:
    for number in range(5):
        desk.city.add(str(number))
    outcome = session.pull("city")
    assert counted(outcome) == (5, 5, 0, 0)
    assert outcome.problem == ""
    assert len(outcome.report.ids) == 5
    assert [s.code for s in queries.services(desk.store)] == ["hole", "tree"]
    assert queries.definition(desk.store, "city", "tree")[0].code == "size"
    assert queries.detail(desk.store, 1).request.place.area == "Ward 6"
    assert state(desk).pulled_at is not None


def test_the_next_pull_asks_for_changes_only_and_does_not_learn_again(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    session.pull("city")
    desk.city.calls.clear()
    desk.city.add("2")
    assert counted(session.pull("city")) == (2, 1, 0, 0)
    assert "services" not in desk.city.calls
    desk.clock.forward(hours=1)
    session.pull("city")
    assert "services" in desk.city.calls


def test_what_was_committed_before_a_fault_stays_and_the_cursor_with_it(desk: Desk, session: Session) -> None:
    for number in range(4):
        desk.city.add(str(number))
    calls = iter([None, DOWN])

    def second_page_fails() -> None:
        error = next(calls)
        if error:
            raise error

    original = desk.city._called
    desk.city._called = lambda call: (second_page_fails() if call == "page" else None) or original(call)  # type: ignore[method-assign,func-returns-value]
    outcome = session.pull("city")
    assert counted(outcome) == (2, 2, 0, 0)
    assert outcome.problem.startswith("The city cannot be reached. Check the network. Next try at ")
    assert state(desk).problem == outcome.problem
    assert state(desk).pulled_at is None
    assert upstreams.cursor(desk.store, "city")
    assert outcome.next_at > desk.clock()
    desk.city._called = original  # type: ignore[method-assign]
    assert counted(session.pull("city")) == (3, 2, 0, 0)
    assert state(desk).problem == ""


@pytest.mark.parametrize("error", [DOWN, Refused("No."), Unreadable("A web page."), Invalid("No key.")])
@pytest.mark.parametrize("call", ["facts", "services", "page"])
def test_every_fault_is_noted_with_the_next_try(desk: Desk, session: Session, call: str, error: Exception) -> None:
    desk.city.fail(call, error)
    outcome = session.pull("city")
    assert "Next try at" in state(desk).problem
    assert outcome.next_at > desk.clock()
    held = desk.pace.opens_at("city", desk.clock())
    assert held == (outcome.next_at if isinstance(error, Offline) else None), "a bad list keeps no update waiting"


def test_retry_after_is_kept(desk: Desk, session: Session) -> None:
    desk.city.fail("page", Offline("Too many calls.", retry_after=200))
    assert session.pull("city").next_at - desk.clock() > timedelta(seconds=190)


def test_a_bad_record_is_named_and_the_others_are_taken(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    desk.city.unreadable = tuple(UnreadableRecord(f"record {n}", "it has no id") for n in range(5))
    outcome = session.pull("city")
    assert counted(outcome) == (1, 1, 0, 5)
    assert "5 records of “city” could not be read (record 0: it has no id; " in outcome.problem
    assert "and 2 more" in outcome.problem
    assert state(desk).problem == outcome.problem
    assert state(desk).pulled_at is not None
    desk.city.unreadable = desk.city.unreadable[:1]
    desk.city.add("2")
    assert "1 record of “city” could not be read (record 0: it has no id)" in session.pull("city").problem


def test_questions_that_cannot_be_got_do_not_stop_the_pull(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    desk.city.fail("definition", Unreadable("A web page."))
    outcome = session.pull("city")
    assert outcome.report.new == 1
    assert outcome.problem == "The questions of “Tree” could not be got: A web page."


def test_later_comments_of_residents_come_into_the_timeline_once(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    session.pull("city")
    desk.clock.forward(minutes=5)
    desk.city.comments.append(UpstreamUpdate("77", "1", "", "It blocks the school door.", desk.clock()))
    assert session.pull("city").report.ids == {1}
    assert session.pull("city").report.ids == set()
    first = queries.detail(desk.store, 1).events[0]
    assert (first.kind, first.text) == (EventKind.RESIDENT_UPDATE, "It blocks the school door.")


def test_comments_are_found_with_a_server_clock_a_day_off_and_after_a_restart(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    session.pull("city")
    late = desk.clock() - timedelta(hours=24)
    desk.city.comments.append(UpstreamUpdate("77", "1", "", "It blocks the school door.", late))
    fresh = Session(session.store, session.configs, session.connect, desk.pace)
    assert fresh.pull("city").report.ids == {1}
    desk.clock.forward(minutes=9)
    desk.city.comments.append(UpstreamUpdate("78", "1", "", "Now it has moved.", late + timedelta(minutes=9)))
    assert fresh.pull("city").report.ids == {1}


def test_a_comment_dated_in_a_far_year_does_not_end_the_looking(desk: Desk, session: Session) -> None:
    desk.city.add("1")
    desk.city.comments.append(UpstreamUpdate("1", "1", "", "now", desk.clock()))
    desk.city.updates_since = lambda start, end: [c for c in desk.city.comments if c.updated_at >= start]  # type: ignore[method-assign]
    desk.city.comments.append(UpstreamUpdate("2", "1", "", "far", desk.clock().replace(year=9999)))
    session.pull("city")
    desk.city.comments.append(UpstreamUpdate("3", "1", "", "later", desk.clock()))
    assert session.pull("city").report.ids == {1}
    texts = {event.text for event in queries.detail(desk.store, 1).events}
    assert {"now", "far", "later"} <= texts


@pytest.mark.parametrize("error", [Refused("Not for you."), Unreadable("A web page.")])
def test_a_server_that_shows_no_comments_is_pulled_all_the_same(desk: Desk, session: Session, error: Exception) -> None:
    desk.city.add("1")
    desk.city.fail("updates_since", error)
    outcome = session.pull("city")
    assert outcome.report.new == 1
    assert outcome.problem.startswith("Comments of residents could not be got: ")
    assert state(desk).pulled_at is not None


def test_a_token_is_asked_about_until_it_has_an_id(desk: Desk, session: Session) -> None:
    session.pull("city")
    desk.city.gives_tokens = True
    call = PhoneReport("tree", "A tree is down.", Place("1 Elm Street", 42.3, -71.06), upstream="city")
    request_id = commands.log_call(desk.acting, call).ids[0]
    desk.city.find_report = lambda report, since: None  # type: ignore[method-assign]
    assert session.relay().posted == 1
    del desk.city.requests["r1"]
    desk.say(request_id, "We have it.")
    assert session.relay().calls == 0
    assert session.next_relay() is None
    session.pull("city")
    assert queries.detail(desk.store, request_id).request.upstream_id == ""
    desk.city.tokens["t-r1"] = "4711"
    assert session.pull("city").report.ids == {request_id}
    assert queries.detail(desk.store, request_id).request.upstream_id == "4711"
    desk.city.add("4711")
    assert session.relay().posted == 1
    assert desk.states() == [OutboxState.SENT] * 2


def test_it_stops_between_pages_and_lets_the_relay_in_between(desk: Desk) -> None:
    for number in range(6):
        desk.city.add(str(number))
    stop, seen = threading.Event(), []

    def between() -> None:
        seen.append(len(queries.columns(desk.store)))
        if len(seen) == 2:
            stop.set()

    report = PullReport()
    pull(desk.store, desk.city, desk.acting.policies["city"], stop=stop, between=between, report=report)
    assert seen == [2, 4]
    assert report.pulled == 4


class Pages:
    """An upstream that shows a request a page and moves no cursor; the last one may fail."""

    def __init__(self, desk: Desk, count: int, problem: Expected | None = None) -> None:
        self.config = desk.city.config
        self._shown = [desk.city.add(str(number)) for number in range(count)]
        self._problem = problem

    def pages(self, _cursor: str) -> Iterator[Page]:
        for shown in self._shown:
            yield Page((shown,), (), "")
        if self._problem:
            raise self._problem


def seen_between(desk: Desk, pages: Pages) -> list[int]:
    """How many requests are in the store each time somebody is let in between."""
    seen: list[int] = []
    policy = desk.acting.policies["city"]
    pull(desk.store, cast("Upstream", pages), policy, between=lambda: seen.append(len(queries.columns(desk.store))))
    return seen


def test_pages_are_put_together_until_they_are_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.pull._GATHERED", 4)
    assert seen_between(desk, Pages(desk, 6)) == [4]
    assert len(queries.columns(desk.store)) == 6


def test_pages_that_have_waited_are_kept_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.pull._SECONDS", -1.0)
    assert seen_between(desk, Pages(desk, 3)) == [1, 2, 3]


def test_what_came_before_an_error_is_kept(desk: Desk) -> None:
    with pytest.raises(Refused):
        seen_between(desk, Pages(desk, 3, Refused("No more.", status=503)))
    assert len(queries.columns(desk.store)) == 3


def test_a_fault_of_the_disk_is_raised(desk: Desk, session: Session) -> None:
    desk.city.fail("page", StoreProblem("The disk is full."))
    with pytest.raises(StoreProblem):
        session.pull("city")


def test_an_upstream_that_cannot_be_set_up_is_said_by_both(desk: Desk) -> None:
    desk.say(desk.pulled())

    def connect(config: UpstreamConfig) -> Upstream:
        raise Invalid("The key CITY_KEY is not set.", "Set it.")

    session = Session(desk.store, {"city": desk.city.config}, connect, desk.pace)
    assert "CITY_KEY" in session.pull("city").problem
    assert session.relay().problems == ["“city”: The key CITY_KEY is not set. Set it."]
    assert desk.states() == [OutboxState.QUEUED]
