"""The relay against a city with faults: in order, never twice, and every doubt is settled or shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.outbox import OutboxState
from services.domain.status import Outcome, Status
from services.domain.statusmap import Dialect
from services.domain.values import EventKind, Place
from services.errors import Invalid, KeyRefused, Offline, Refused, Unreadable
from services.store import commands, outbox, queries, undo
from services.store.commands import PhoneReport
from services.sync.relay import SETTLES
from services.upstream.base import OutgoingUpdate, Receipt, UpdatesBy
from tests.services.sync.city import City, config
from tests.services.sync.conftest import Desk

DOWN = Offline("The city cannot be reached.")
LOST = Offline("The city did not answer.", maybe_done=True)


def call_in(desk: Desk) -> int:
    report = PhoneReport("tree", "A tree is down.", Place("1 Elm Street", 42.3, -71.06), upstream="city")
    return commands.log_call(desk.acting, report).ids[0]


def test_a_message_leaves_once_under_its_own_id(desk: Desk) -> None:
    request_id = desk.pulled()
    desk.say(request_id)
    first = desk.relay()
    again = desk.relay()
    assert (first.posted, again.posted, again.calls) == (1, 0, 0)
    (item,) = desk.items()
    assert item.state is OutboxState.SENT
    assert [u.update_id for u in desk.city.posted] == [item.id]
    assert item.receipt == f"c-{item.id}"


def test_a_held_message_does_not_leave_and_undo_takes_it_back(desk: Desk) -> None:
    desk.hold = 10
    request_id = desk.pulled()
    desk.say(request_id)
    assert desk.relay().posted == 0
    until = desk.relayer().next_at()
    assert until is not None
    assert until == desk.items()[0].held_until
    undo.undo(desk.acting)
    desk.clock.forward(seconds=11)
    assert desk.relay().posted == 0
    assert desk.states() == [OutboxState.RETRACTED]
    assert desk.relayer().next_at() is None


def test_updates_of_one_request_keep_their_order_through_a_failure(desk: Desk) -> None:
    request_id = desk.pulled()
    for text in ("first", "second", "third"):
        desk.say(request_id, text)
    desk.city.fail("post_update", DOWN)
    assert desk.relay().posted == 0
    desk.clock.forward(minutes=3)
    assert desk.relay().posted == 3
    assert [u.message for u in desk.city.posted] == ["first", "second", "third"]


def test_one_request_that_fails_does_not_hold_up_the_others(desk: Desk) -> None:
    bad, good = desk.pulled("1"), desk.pulled("2")
    desk.say(bad, "bad")
    desk.city.fail("post_update", DOWN)
    desk.relay()
    desk.say(good, "good")
    desk.city.fail("post_update", DOWN)
    desk.clock.forward(minutes=3)
    # The fresh one goes first; the order of two requests among themselves does not matter.
    desk.city.faults.clear()
    assert desk.relay().posted == 2
    assert [u.message for u in desk.city.posted] == ["good", "bad"]


def test_an_upstream_that_is_down_is_asked_once_a_round_and_others_go_on(desk: Desk) -> None:
    desk.cities["other"] = City(config("other"), desk.clock)
    one, two = desk.pulled("1"), desk.pulled("2")
    far = desk.pulled("9", "other")
    for request_id in (one, two, far):
        desk.say(request_id)
    desk.city.fail("post_update", DOWN, DOWN)
    report = desk.relay()
    assert desk.city.calls.count("post_update") == 1
    assert len(desk.cities["other"].posted) == 1
    assert report.posted == 1
    assert "cannot be reached" in report.problems[0]
    waiting = [item for item in desk.items() if item.state is OutboxState.QUEUED]
    assert len(waiting) == 2


def test_retry_after_holds_back_everything_for_that_upstream(desk: Desk) -> None:
    one, two = desk.pulled("1"), desk.pulled("2")
    desk.say(one)
    desk.say(two)
    desk.city.fail("post_update", Offline("Too many calls.", retry_after=120))
    desk.relay()
    desk.pace.hurry()
    desk.clock.forward(seconds=100)
    assert desk.relay().calls == 0
    opens = desk.relayer().next_at()
    assert opens is not None
    assert opens > desk.clock()
    desk.clock.forward(seconds=30)
    assert desk.relay().posted == 2


def test_refused_says_why_and_what_comes_after_it_goes_on(desk: Desk) -> None:
    request_id = desk.pulled()
    desk.say(request_id, "first")
    desk.say(request_id, "second")
    desk.city.fail("post_update", Refused("The city said no: it is archived.", "Ask.", status=403))
    report = desk.relay()
    assert (report.refused, report.posted) == (1, 1)
    assert desk.items()[0].problem == "The city said no: it is archived. Ask."
    outbox.retry(desk.acting, desk.items()[0].id)
    assert desk.relay().posted == 1


def test_a_key_that_is_not_taken_holds_everything_up_and_nothing_is_lost(desk: Desk) -> None:
    one, two = desk.pulled("1"), desk.pulled("2")
    desk.say(one, "first")
    desk.say(two, "second")
    desk.city.fail("post_update", *[KeyRefused("The city does not accept the key.", "Check api_key.", status=403)] * 2)
    for _ in range(2):
        report = desk.relay()
        assert (report.refused, report.calls) == (0, 1), "the second has the same key, so it is not tried"
        assert desk.states() == [OutboxState.QUEUED, OutboxState.QUEUED]
        opens = desk.relayer().next_at()
        assert opens is not None
        assert opens > desk.clock()
        desk.clock.forward(minutes=3)
    assert desk.items()[0].problem == "The city does not accept the key. Check api_key."
    assert desk.relay().posted == 2


def test_a_fault_of_our_own_settings_waits_and_is_said(desk: Desk) -> None:
    desk.say(desk.pulled())
    desk.city.fail("post_update", Invalid("The key CITY_KEY is not set.", "Set it."))
    report = desk.relay()
    assert "CITY_KEY" in report.problems[0]
    assert desk.states() == [OutboxState.QUEUED]


@pytest.mark.parametrize("error", [LOST, Unreadable("The city answered with a web page.")])
def test_a_lost_answer_is_settled_by_reading_back_at_once(desk: Desk, error: Exception) -> None:
    desk.say(desk.pulled())
    desk.city.fail("post_update", error, lost=True)
    assert desk.relay().posted == 1
    assert desk.city.calls.count("post_update") == 1
    assert desk.states() == [OutboxState.SENT]


def test_what_surely_did_not_arrive_is_sent_again_under_the_same_id(desk: Desk) -> None:
    desk.say(desk.pulled())
    desk.city.fail("post_update", LOST)
    desk.relay()
    assert desk.relay().calls == 0, "not at once: the city may be in trouble"
    desk.clock.forward(minutes=1)
    desk.relay()
    assert len(desk.city.posted) == 1
    assert desk.items()[0].id == desk.city.posted[0].update_id
    assert desk.items()[0].attempts == 2


def test_what_nobody_can_tell_is_for_a_person_and_blocks_what_follows(desk: Desk) -> None:
    desk.city.shows_updates = False
    request_id = desk.pulled()
    desk.say(request_id, "first")
    desk.say(request_id, "second")
    desk.city.fail("post_update", LOST, lost=True)
    report = desk.relay()
    assert report.unknown == 1
    assert desk.states() == [OutboxState.UNKNOWN, OutboxState.QUEUED]
    assert desk.relayer().next_at() is None
    assert desk.relay().calls == 0
    outbox.give_up(desk.acting, desk.items()[0].id)
    assert desk.relay().posted == 1


@pytest.mark.parametrize(("shows", "ends"), [(True, OutboxState.SENT), (False, OutboxState.UNKNOWN)])
def test_after_a_crash_in_sending_it_reads_back_before_anything_else(
    desk: Desk, shows: bool, ends: OutboxState
) -> None:
    desk.city.shows_updates = shows
    desk.say(desk.pulled())
    item = desk.crash_in_sending()
    desk.city.post_update(outbox.payload(desk.store, item))  # type: ignore[arg-type]
    desk.city.calls.clear()
    desk.relay()
    assert desk.city.calls[0] == "find_update"
    assert "post_update" not in desk.city.calls
    assert desk.states() == [ends]


def test_after_a_crash_before_the_call_it_is_sent(desk: Desk) -> None:
    desk.say(desk.pulled())
    desk.crash_in_sending()
    assert desk.relay().posted == 1
    assert desk.city.calls[-2:] == ["find_update", "post_update"]


def test_a_read_back_that_fails_leaves_the_doubt_for_later(desk: Desk) -> None:
    desk.say(desk.pulled())
    desk.crash_in_sending()
    desk.city.fail("find_update", DOWN)
    report = desk.relay()
    assert desk.states() == [OutboxState.SENDING]
    assert report.problems
    assert desk.relay().calls == 0
    opens = desk.relayer().next_at()
    assert opens is not None
    desk.clock.now = opens
    assert desk.relay().posted == 1


@pytest.mark.parametrize("error", [Refused("No."), Unreadable("A web page.")])
def test_a_read_back_that_says_nothing_is_unknown(desk: Desk, error: Exception) -> None:
    desk.say(desk.pulled())
    desk.crash_in_sending()
    desk.city.fail("find_update", error)
    desk.relay()
    assert desk.states() == [OutboxState.UNKNOWN]
    events = queries.detail(desk.store, desk.items()[0].request_id).events
    assert events[0].kind is EventKind.UNKNOWN


def test_an_upstream_that_is_no_longer_configured_is_left_alone(desk: Desk) -> None:
    desk.say(desk.pulled())
    desk.crash_in_sending()
    desk.cities.clear()
    assert desk.relay().calls == 0
    assert desk.relayer().next_at() is None


def test_a_long_outbox_is_sent_in_parts(desk: Desk) -> None:
    request_id = desk.pulled()
    for number in range(5):
        desk.say(request_id, f"text {number}")
    assert desk.relayer().run(most=2).posted == 2
    assert desk.relay().posted == 3


# Reports that were logged here


def test_a_report_gets_its_id_and_updates_wait_for_it(desk: Desk) -> None:
    desk.pull()
    request_id = call_in(desk)
    assert desk.relay().posted == 1
    assert queries.detail(desk.store, request_id).request.upstream_id == "r1"
    assert desk.city.reports[0].reference


def test_a_lost_answer_to_a_report_is_found_by_our_reference(desk: Desk) -> None:
    desk.pull()
    request_id = call_in(desk)
    desk.city.fail("create", LOST, lost=True)
    assert desk.relay().posted == 1
    assert len(desk.city.reports) == 1
    assert queries.detail(desk.store, request_id).request.upstream_id == "r1"


def test_a_report_that_is_not_there_is_only_believed_absent_after_a_while(desk: Desk) -> None:
    desk.pull()
    call_in(desk)
    desk.city.fail("create", LOST)
    desk.relay()
    assert desk.states() == [OutboxState.SENDING]
    assert desk.relay().posted == 0
    assert desk.city.calls.count("create") == 1
    again = desk.relayer().next_at()
    assert again is not None
    assert timedelta() < again - desk.clock() <= SETTLES
    desk.clock.now = again
    assert desk.relay().posted == 1
    assert len(desk.city.reports) == 1


def test_a_report_nobody_can_find_is_unknown(desk: Desk) -> None:
    desk.city.shows_updates = False
    desk.pull()
    call_in(desk)
    desk.city.fail("create", LOST, lost=True)
    assert desk.relay().unknown == 1


# What FixMyStreet does with a 200


def test_updates_are_dated_when_they_leave_however_long_they_waited(desk: Desk) -> None:
    desk.say(desk.pulled(), "It took us a while.")
    desk.clock.forward(days=8)
    desk.relay()
    assert desk.city.mailed == ["It took us a while."]


def test_dates_grow_per_request_even_when_the_clock_goes_back(desk: Desk) -> None:
    request_id = desk.pulled()
    desk.say(request_id, "first")
    desk.relay()
    desk.clock.forward(hours=-2)
    commands.set_status(desk.acting, [request_id], Status.CLOSED, Outcome.FIXED, "Done.")
    desk.relay()
    first, second = desk.city.posted
    assert second.updated_at > first.updated_at
    assert desk.city.requests["1"].status_word == "closed"


def test_an_update_is_dated_after_what_the_upstream_has_shown(desk: Desk) -> None:
    ahead = desk.clock() + timedelta(minutes=20)
    desk.city.add("1", updated_at=ahead)
    desk.pull()
    desk.say(queries.find(desk.store, "1"))
    desk.relay()
    assert desk.city.posted[0].updated_at > ahead


def test_a_date_of_a_mad_clock_is_not_followed(desk: Desk) -> None:
    desk.city.add("1", updated_at=desk.clock() + timedelta(days=4000))
    desk.pull()
    desk.say(queries.find(desk.store, "1"))
    desk.relay()
    assert desk.city.posted[0].updated_at <= desk.clock()


def test_what_the_upstream_says_beside_its_yes_is_in_the_timeline(desk: Desk) -> None:
    desk.city.notice = "It took the update, but still shows the request as “open”."
    request_id = desk.pulled()
    commands.set_status(desk.acting, [request_id], Status.CLOSED, Outcome.FIXED, "Done.")
    assert desk.relay().posted == 1
    newest = queries.detail(desk.store, request_id).events[0]
    assert (newest.kind, newest.text) == (EventKind.POSTED, desk.city.notice)


def test_a_patch_that_is_absent_is_settled_later_too(desk: Desk) -> None:
    desk.city.dialect = Dialect.CITYSDK
    desk.city.config = config(updates=UpdatesBy.PATCH)
    desk.say(desk.pulled())
    desk.city.fail("post_update", LOST)
    desk.relay()
    assert desk.states() == [OutboxState.SENDING]
    desk.clock.forward(seconds=61)
    assert desk.relay().posted == 1


def test_a_server_that_may_take_one_update_twice_is_given_time_before_it_is_asked_again(desk: Desk) -> None:
    desk.cities["city"] = City(config(dialect=Dialect.GEOREPORT), desk.clock, Dialect.GEOREPORT)
    desk.say(desk.pulled())
    desk.city.fail("post_update", LOST)
    desk.relay()
    assert desk.states() == [OutboxState.SENDING]
    desk.clock.forward(seconds=SETTLES.total_seconds() + 1)
    desk.relay()
    desk.clock.forward(minutes=5)
    desk.relay()
    assert desk.states() == [OutboxState.SENT]
    assert len(desk.city.posted) == 1


def test_what_is_undone_while_it_cannot_leave_never_leaves(desk: Desk) -> None:
    desk.say(desk.pulled())
    post = desk.city.post_update

    def undone_meanwhile(update: OutgoingUpdate) -> Receipt:
        undo.undo(desk.acting)
        return post(update)

    desk.city.post_update = undone_meanwhile  # type: ignore[method-assign]
    desk.city.fail("post_update", DOWN)
    desk.relay()
    desk.clock.forward(minutes=5)
    desk.relay()
    assert desk.city.posted == []
    assert desk.states() == [OutboxState.RETRACTED]
