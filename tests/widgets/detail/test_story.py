"""The history in words."""

from __future__ import annotations

import pytest

from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.domain.values import Event, EventKind, Reach
from tests.widgets.detail.sample import GATEWAY, PLAIN, detail, event, item
from widgets.detail.story import Line, Mark, Story, told_whom


def tell(one: Event, *, outbox: tuple[object, ...] = ()) -> Line:
    return Story(detail(outbox=outbox), GATEWAY).line(one)  # type: ignore[arg-type]


CASES = [
    (event(1, EventKind.LOGGED, channel="walk_in"), "Logged by walk-in by ana"),
    (event(1, EventKind.LOGGED, channel="carrier pigeon"), "Logged by ana"),
    (event(1, EventKind.LOGGED, channel="unknown"), "Logged by ana"),
    (event(1, EventKind.PULLED, "city", status="new"), "Came in through “city”"),
    (event(1, EventKind.STATUS, to="in_progress"), "In progress by ana"),
    (event(1, EventKind.STATUS, to="closed", to_outcome="not_ours"), "Closed: not ours by ana"),
    (event(1, EventKind.STATUS, to="no such status"), "Status changed by ana"),
    (event(1, EventKind.ASSIGNED, crew=2, crew_name="Tree 2"), "Assigned to Tree 2 by ana"),
    (event(1, EventKind.ASSIGNED, from_crew=2, from_crew_name="Tree 2"), "Taken off Tree 2 by ana"),
    (event(1, EventKind.ASSIGNED), "Crew taken off by ana"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", to="closed", to_outcome="fixed"), "Upstream: Closed: fixed"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", fields="address,due_at"), "Upstream changed: address, due at"),
    (event(1, EventKind.UPSTREAM_CHANGED, "city", notes=True), "Upstream added a remark"),
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
