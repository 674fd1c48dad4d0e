"""The history in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.outbox import OutboxKind, OutboxState
from services.domain.status import Outcome, Status
from services.domain.story import Line, Mark, Story, chip_words, language, outbox_line, seconds_held, told_whom
from services.domain.values import Event, EventKind, Reach
from tests.widgets.detail.sample import GATEWAY, NOW, PLAIN, detail, event, item


def tell(one: Event, *, outbox: tuple[object, ...] = ()) -> Line:
    return Story(detail(outbox=outbox), GATEWAY).line(one)  # type: ignore[arg-type]


CASES = [
    (event(1, EventKind.LOGGED, channel="walk_in"), "Logged from a walk-in by ana"),
    (event(1, EventKind.LOGGED, channel="email"), "Logged from an e-mail by ana"),
    (event(1, EventKind.LOGGED, channel="web"), "Logged from a web form by ana"),
    (event(1, EventKind.LOGGED, channel="phone"), "Logged by phone by ana"),
    (event(1, EventKind.LOGGED, asked="“Danger?” no"), "Logged by ana; how urgent: “Danger?” no"),
    (
        event(1, EventKind.LOGGED, channel="phone", asked="“Danger?” yes", needed_hours=2.0),
        "Logged by phone by ana; how urgent: “Danger?” yes; needed within 2 h",
    ),
    (event(1, EventKind.LOGGED, lifted="3,4"), "Logged by ana; may be called and written to again"),
    (event(1, EventKind.LOGGED, channel="carrier pigeon"), "Logged by ana"),
    (event(1, EventKind.LOGGED, channel="unknown"), "Logged by ana"),
    (event(1, EventKind.PULLED, "city", status="new"), "Came in through “city”"),
    (event(1, EventKind.STATUS, to="in_progress"), "In progress by ana"),
    (event(1, EventKind.STATUS, to="closed", to_outcome="not_ours"), "Closed: not ours by ana"),
    (event(1, EventKind.STATUS, to="no such status"), "Status changed by ana"),
    (event(1, EventKind.ASSIGNED, crew=2, crew_name="Tree 2"), "Assigned to Tree 2 by ana"),
    (event(1, EventKind.ASSIGNED, from_crew=2, from_crew_name="Tree 2"), "Taken off Tree 2 by ana"),
    (event(1, EventKind.ASSIGNED), "Crew taken off by ana"),
    (event(1, EventKind.CLAIMED, from_holder="", holder="ana"), "Claimed by ana"),
    (event(1, EventKind.CLAIMED, from_holder="ben", holder="ana"), "Taken over from ben by ana"),
    (event(1, EventKind.CLAIMED, from_holder="ana", holder="ben"), "Handed over to ben by ana"),
    (event(1, EventKind.CLAIMED, from_holder="ana", holder=""), "Let go by ana"),
    (event(1, EventKind.CLAIMED, from_holder="ben", holder="", undone=True), "Taken off ben by ana (undone)"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", to="closed", to_outcome="fixed"), "Upstream: Closed: fixed"),
    (
        event(1, EventKind.UPSTREAM_CHANGED, "city", fields="address,description"),
        "Address and description changed upstream",
    ),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", fields="lat"), "Place on the map changed upstream"),
    (
        event(1, EventKind.UPSTREAM_CHANGED, "city", fields="service,service_code,lat,lon,due_at"),
        "Service, place on the map and due time changed upstream",
    ),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", to="new", fields="zipcode"), "Upstream: New; ZIP code changed too"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", notes=True), "Upstream added a remark"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", named=True), "Upstream gave it an id of its own"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", differs=True), "Upstream and desk differ"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city"), "Changed upstream"),
    (event(1, EventKind.NOTE, text="Gate is locked"), "ana: Gate is locked"),
    (event(1, EventKind.NOTE), "Note by ana, erased"),
    (event(1, EventKind.NOTE, text="x", undone=True), "ana: x (undone)"),
    (event(1, EventKind.STATUS, to="on_hold", undone=True), "On hold by ana (undone)"),
    (event(1, EventKind.GIVEN_UP), "Left unsent by ana"),
    (event(1, EventKind.ERASED), "Personal details erased by ana"),
]


@pytest.mark.parametrize(("one", "said"), CASES, ids=[said for _, said in CASES])
def test_an_event_reads_as_a_sentence(one: Event, said: str) -> None:
    assert tell(one).words == said


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_words_even_without_data(kind: EventKind) -> None:
    line = tell(event(1, kind, ""))
    assert line.words
    assert line.staff is (kind is EventKind.NOTE)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OutboxState.QUEUED, "not sent yet"),
        (OutboxState.SENDING, "being sent"),
        (OutboxState.REFUSED, "refused"),
        (OutboxState.UNKNOWN, "may not have arrived"),
        (OutboxState.RETRACTED, "never sent"),
        (OutboxState.SENT, "sent, the reporter told by e-mail in English, by text message in Vietnamese"),
    ],
)
def test_a_message_says_what_became_of_it(state: OutboxState, said: str) -> None:
    line = tell(event(1, EventKind.MESSAGE, text="On its way.", operation="op-1"), outbox=(item("a", state),))
    assert line.words == f"Message to residents by ana; {said}"
    assert line.text == "On its way."
    assert line.mark is Mark.MAIL


def test_a_message_the_outbox_does_not_know_promises_nothing() -> None:
    line = tell(event(1, EventKind.MESSAGE, text="On its way.", operation="op-2"))
    assert line.words == "Message to residents by ana"


def test_what_the_upstream_answered_is_named_with_its_reason() -> None:
    refused = item("a", OutboxState.REFUSED, problem="The key is wrong.")
    assert tell(event(1, EventKind.REFUSED, "city", outbox="a"), outbox=(refused,)).words == (
        "“city” said no: The key is wrong."
    )
    assert tell(event(1, EventKind.UNKNOWN, "city")).words == "It may not have arrived at “city”"
    taken = tell(event(1, EventKind.POSTED, "city", outbox="a", what="update"), outbox=(item("a"),))
    assert taken.words == "The update was taken by “city” as “IN_PROGRESS”"
    assert tell(event(1, EventKind.POSTED, "", what="report")).words == "The report was taken by “city”"


def test_the_shape_of_a_status_line_is_its_status() -> None:
    line = tell(event(1, EventKind.STATUS, to="scheduled"))
    assert (line.mark, line.status) == (Mark.STATUS, Status.SCHEDULED)


def test_whom_a_message_reached() -> None:
    assert told_whom(detail(), PLAIN) == "the upstream tells the reporter"
    assert told_whom(detail(reach=None), GATEWAY) == "the upstream tells the reporter"
    assert told_whom(detail(reach=()), GATEWAY).startswith("shown publicly")
    assert told_whom(detail(reach=(Reach("push"),)), GATEWAY) == "the reporter told by the app"


def test_the_chip_never_hides_how_it_ended() -> None:
    assert chip_words(Status.IN_PROGRESS, None) == "In progress"
    assert chip_words(Status.CLOSED, Outcome.NOT_OURS) == "Closed: not ours"
    assert chip_words(Status.CLOSED, Outcome.UNKNOWN) == "Closed: no outcome given"


def test_the_outbox_counts_down_and_gives_reasons() -> None:
    assert outbox_line(item("a"), NOW) == ("The message leaves in 7 s", "")
    almost = NOW + timedelta(seconds=6, milliseconds=999)
    assert outbox_line(item("a"), almost)[0] == "The message leaves in 1 s"
    later = NOW + timedelta(seconds=7)
    assert outbox_line(item("a"), later) == ("The message waits to be sent", "")
    again = item("a", attempts=2, problem="The city's server did not answer.")
    assert outbox_line(again, later)[1] == "The city's server did not answer."
    assert outbox_line(item("a", OutboxState.SENDING), NOW)[0] == "The message is being sent"
    assert outbox_line(item("a", OutboxState.SENT), NOW) == ("The message was sent", "")
    assert outbox_line(item("a", OutboxState.RETRACTED), NOW)[0] == "The message was taken back before it left"
    refused = item("a", OutboxState.REFUSED, message="", problem="403")
    assert outbox_line(refused, NOW) == ("The new status was refused", "403")
    unknown = item("a", OutboxState.UNKNOWN, kind=OutboxKind.REPORT)
    assert outbox_line(unknown, NOW) == ("The report may not have arrived", "The answer was lost.")


@given(st.integers(-100_000, 100_000))
def test_held_seconds_are_whole_and_never_negative(milliseconds: int) -> None:
    held = seconds_held(item("a", held_until=NOW + timedelta(milliseconds=milliseconds)), NOW)
    assert held == max(0, -(-milliseconds // 1000))


def test_a_language_is_named() -> None:
    assert language("vi") == " in Vietnamese"
    assert language("") == ""
