"""`make chaos-team` tells of each promise that is broken: a town in order, and all the ways to be out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.domain.statusmap import State
from services.notify.mail import message_id
from tests.chaos_team.judging import SENDER, Found, Item, Line, Mail, Stand, Update, faults
from tests.chaos_team.said import End, Said, View, line_of

CITY = "100001"
NEW, DOING, HOLD = (Status.NEW, None), (Status.IN_PROGRESS, None), (Status.ON_HOLD, None)


def said(operation: str, kind: str, text: str, to: State | None = None, seen: int = 0, end: End = End.KEPT) -> Said:
    return Said("desk-0", operation, kind, 1, text, to, seen, end, 0.1)


def moved(operation: str, text: str, before: State, to: State, version: int) -> Line:
    data = {"from": before[0], "from_outcome": None, "to": to[0], "to_outcome": None, "version": version}
    return Line(1, "desk-0", "status", text, operation, data)


def mail(number: str, text: str, label: str) -> Mail:
    return Mail(message_id(number, SENDER), "ana@example.org", CITY, text, label)


@dataclass
class Order:
    """A note, a message, two changes of state of which one has a text, and one that came too late."""

    said: list[Said]
    found: Found


@pytest.fixture
def order() -> Order:
    commands = [
        said("a", "note", "desk-0 1"),
        said("b", "message", "desk-0 2"),
        said("c", "status", "desk-0 3", DOING, 2),
        said("late", "status", "", HOLD, 2, End.STALE),
        said("d", "status", "", HOLD, 3),
    ]
    found = Found(
        lines=[
            Line(1, "desk-0", "note", "desk-0 1", "a", {}),
            Line(1, "desk-0", "message", "desk-0 2", "b", {"version": 2}),
            moved("c", "desk-0 3", NEW, DOING, 3),
            Line(1, "city", "touched", "", "", {"version": 3}),
            moved("d", "", DOING, HOLD, 4),
        ],
        operations=dict.fromkeys("abcd", "desk-0"),
        stands={1: Stand(4, HOLD, CITY)},
        outbox=[
            Item("1", "b", 1, "OPEN", "desk-0 2", OutboxState.SENT),
            Item("2", "c", 1, "IN_PROGRESS", "desk-0 3", OutboxState.SENT),
            Item("3", "d", 1, "ON_HOLD", "", OutboxState.SENT),
        ],
        updates=[
            Update("1", CITY, "OPEN", "desk-0 2"),
            Update("2", CITY, "IN_PROGRESS", "desk-0 3"),
            Update("3", CITY, "ON_HOLD", ""),
        ],
        residents={CITY: "ana@example.org"},
        mails=[mail("2", "desk-0 3", "In progress"), mail("1", "desk-0 2", "New")],
        views=[{1: 4}],
        broken=[],
    )
    return Order(commands, found)


def test_a_town_in_order_has_no_faults(order: Order) -> None:
    assert faults(order.said, order.found) == []


def forgotten(order: Order) -> None:
    del order.found.operations["a"], order.found.lines[0]


def other_text(order: Order) -> None:
    order.found.lines[0] = order.found.lines[0]._replace(text="desk-0 9")


def by_another(order: Order) -> None:
    order.found.operations["a"] = "desk-1"


def done_twice(order: Order) -> None:
    order.found.operations["a2"] = "desk-0"
    order.found.lines.append(order.found.lines[0]._replace(operation="a2"))


def half_done(order: Order) -> None:
    order.found.lines[2:3] = []


def refused_but_done(order: Order) -> None:
    order.found.operations["late"] = "desk-0"


def written_over(order: Order) -> None:
    order.found.lines[4].data["version"] = 3


def forced_through(order: Order) -> None:
    order.said[2] = msgspec.structs.replace(order.said[2], seen=1)


def refused_for_nothing(order: Order) -> None:
    order.said[3] = msgspec.structs.replace(order.said[3], seen=4)


def another_state(order: Order) -> None:
    order.found.stands[1] = Stand(4, DOING, CITY)


def a_version_too_many(order: Order) -> None:
    order.found.stands[1] = Stand(5, HOLD, CITY)


def an_old_screen(order: Order) -> None:
    order.found.views.append({1: 3})


def a_jump(order: Order) -> None:
    order.found.lines[4].data["from"] = Status.NEW


def not_allowed(order: Order) -> None:
    order.found.lines[2].data["to"] = order.found.lines[4].data["from"] = Status.NEW


def a_broken_chain(order: Order) -> None:
    order.found.broken.append("26-000001: line 2 is missing.")


def never_queued(order: Order) -> None:
    del order.found.outbox[2], order.found.updates[2]


def queued_twice(order: Order) -> None:
    order.found.outbox.append(order.found.outbox[2]._replace(id="4"))


def not_sent(order: Order) -> None:
    order.found.outbox[2] = order.found.outbox[2]._replace(state=OutboxState.QUEUED)


def not_at_the_city(order: Order) -> None:
    del order.found.updates[2]


def at_the_city_twice(order: Order) -> None:
    order.found.updates.append(order.found.updates[2]._replace(id="4"))


def out_of_order(order: Order) -> None:
    order.found.updates.reverse()


def no_mail(order: Order) -> None:
    del order.found.mails[0]


def mailed_again(order: Order) -> None:
    order.found.mails.append(order.found.mails[0])


def mailed_under_another_name(order: Order) -> None:
    order.found.mails.append(order.found.mails[0]._replace(message_id="<other@example.org>"))


def mailed_to_another(order: Order) -> None:
    order.found.mails[0] = order.found.mails[0]._replace(recipient="bo@example.org")


def mailed_with_another_state(order: Order) -> None:
    order.found.mails[0] = order.found.mails[0]._replace(label="On hold")


@pytest.mark.parametrize(
    ("breaking", "sentence"),
    [
        (forgotten, "1 acknowledged commands are not there"),
        (forgotten, "1 texts are missing"),
        (other_text, "not in the history once, as they were given"),
        (by_another, "1 acknowledged commands are not there"),
        (done_twice, "1 operations were done of which nobody was told that"),
        (done_twice, "1 texts are there too often"),
        (half_done, "not in the history once, as they were given"),
        (refused_but_done, "1 operations were done of which nobody was told that"),
        (written_over, "request 1: version 3 was made of 3"),
        (forced_through, "1 stale changes of state were let through"),
        (refused_for_nothing, "1 were refused as stale and were not"),
        (another_state, "but what was set last is"),
        (a_version_too_many, "request 1: it is version 5, but the last that was made is 4"),
        (an_old_screen, "request 1: a desk shows version 3, not 4"),
        (a_jump, "request 1: version 4 does not begin where the one before ended"),
        (not_allowed, "request 1: nobody may go from new to new"),
        (a_broken_chain, "team verify: 26-000001: line 2 is missing."),
        (never_queued, "1 were not put into the outbox"),
        (queued_twice, "1 are in the outbox too often"),
        (not_sent, "1 in the outbox were not sent"),
        (not_at_the_city, "1 updates are not at the city"),
        (at_the_city_twice, "1 updates are at the city too often"),
        (out_of_order, "request 1: its updates came to the city in another order"),
        (no_mail, "1 e-mails are missing"),
        (mailed_again, "1 e-mails came under a Message-ID again"),
        (mailed_under_another_name, "1 e-mails came too often"),
        (mailed_to_another, "1 e-mails are missing"),
        (mailed_with_another_state, "1 e-mails came too often"),
    ],
)
def test_what_is_out_of_order_is_told(order: Order, breaking: Callable[[Order], None], sentence: str) -> None:
    breaking(order)
    told = faults(order.said, order.found)
    assert any(sentence in fault for fault in told), told


def test_what_a_desk_says_is_heard_as_it_was_said(order: Order) -> None:
    lines = [*order.said, View("desk-0", {1: 4})]
    assert [line_of(msgspec.json.encode(line)) for line in lines] == lines
