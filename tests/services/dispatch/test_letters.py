"""A crew's day by e-mail, through a real SMTP server: once, as it stands when it leaves, and failures are said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from services.clocks import utcnow
from services.dispatch.letters import Postman
from services.domain.status import ALL_ROLES, Role
from services.domain.values import Actor, Crew
from services.errors import Forbidden, Invalid, NotFound
from services.store import crew_letters, days, leaving, queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.leaving import QUEUED, REFUSED, SENT
from services.store.store import Store
from services.store.tables import crew_letter
from tests.services.clock import Clock
from tests.services.notify.mailbox import Mailbox, smtp_server, text_of
from tests.services.store.parts import POLICIES, pull, shown

STORES = ("file", "server")
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def acting(store: Store) -> Acting:
    """Two requests on the list of a crew that has an address."""
    pull(store, shown("u0"), shown("u1"))
    save_crews(store, [Crew(0, "Tree 1", email="tree1@example.org"), Crew(0, "Mute 1")])
    made = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
    days.plan(made, crew(store), MONDAY, [2, 1], [])
    return made


def crew(store: Store, name: str = "Tree 1") -> int:
    return next(c.id for c in queries.crews(store) if c.name == name)


def postman(box: Mailbox, url: str = "") -> Postman:
    return Postman(url, box.smtp, "Town <311@example.org>", "Town", UTC, every=0.01)


def state(store: Store) -> tuple[str, str]:
    letter = crew_letters.of_day(store, MONDAY)[crew(store)]
    return letter.state, letter.problem


def test_a_day_leaves_once_when_its_time_to_be_taken_back_is_over(
    acting: Acting, store: Store, box: Mailbox, clock: Clock
) -> None:
    done = crew_letters.send_day(acting, crew(store), MONDAY)
    assert done.sentence == "Tree 1's list for Mon 23 Nov leaves for tree1@example.org"
    assert postman(box).send(store) == 0
    clock.now += timedelta(seconds=10)
    days.plan(acting, crew(store), MONDAY, [1, 2], [2, 1])
    assert [postman(box).send(store) for _ in range(3)] == [1, 0, 0]
    assert state(store)[1] == ""
    (letter,) = box.messages
    assert (letter["To"], letter["Subject"]) == ("tree1@example.org", "Tree 1: Monday 23 November, 2 jobs")
    first, second = (queries.detail(store, i).request.number for i in (1, 2))
    text = text_of(letter)
    assert text.index(first) < text.index(second)
    assert f"#{first}" in text_of(letter, "html")
    assert state(store) == (SENT, "")


def test_a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    acting: Acting, store: Store, box: Mailbox, clock: Clock
) -> None:
    crew_letters.send_day(acting, crew(store), MONDAY)
    clock.now += timedelta(seconds=10)
    box.refuse["RCPT"] = "451 come back later"
    assert postman(box).send(store) == 1
    assert state(store)[0] == QUEUED
    assert "come back later" in state(store)[1]
    assert postman(box).send(store) == 0
    clock.now += timedelta(minutes=1)
    box.refuse["RCPT"] = "550 nobody here"
    assert postman(box).send(store) == 1
    assert state(store)[0] == REFUSED
    clock.now += timedelta(hours=9)
    assert postman(box).send(store) == 0
    assert box.messages == []


def test_a_letter_is_taken_back_while_it_waits(acting: Acting, store: Store, box: Mailbox, clock: Clock) -> None:
    crew_letters.send_day(acting, crew(store), MONDAY)
    with pytest.raises(Invalid, match="waits already"):
        crew_letters.send_day(acting, crew(store), MONDAY)
    crew_letters.take_back(acting, crew(store), MONDAY)
    assert crew_letters.of_day(store, MONDAY) == {}
    clock.now += timedelta(seconds=10)
    assert postman(box).send(store) == 0
    with pytest.raises(Invalid, match="left already"):
        crew_letters.take_back(acting, crew(store), MONDAY)
    crew_letters.send_day(acting, crew(store), MONDAY)
    assert state(store)[0] == QUEUED


def test_what_was_being_sent_when_the_process_died_is_not_sent_again(
    acting: Acting, store: Store, box: Mailbox, clock: Clock
) -> None:
    crew_letters.send_day(acting, crew(store), MONDAY)
    clock.now += timedelta(seconds=10)
    assert crew_letters.take(store) is not None
    assert postman(box).send(store) == 0
    assert [leaving.broken_off(store, crew_letter) for _ in range(2)] == [1, 0]
    assert state(store) == (
        REFUSED, "The program ended while it was being sent. It may have arrived, and is not sent again."
    )  # fmt: skip
    clock.now += timedelta(days=1)
    assert postman(box).send(store) == 0
    crew_letters.send_day(acting, crew(store), MONDAY)


@pytest.mark.parametrize("store", ["server"], indirect=True)
def test_of_many_who_send_a_day_at_once_one_does(acting: Acting, store: Store, server_url: str) -> None:
    desks = [Store.open(server_url) for _ in range(4)]
    start, whose = threading.Barrier(len(desks)), crew(store)

    def send(desk: Store) -> str:
        start.wait(30)
        try:
            return crew_letters.send_day(replace(acting, store=desk), whose, MONDAY).sentence
        except Invalid as problem:
            return str(problem)

    try:
        with ThreadPoolExecutor(len(desks)) as pool:
            said = list(pool.map(send, desks))
    finally:
        for desk in desks:
            desk.close()
    assert sum("leaves for" in each for each in said) == 1, said
    assert sum("waits already" in each for each in said) == len(desks) - 1, said


def test_who_may_not_and_whom_nobody_can_write_to(acting: Acting, store: Store, box: Mailbox, clock: Clock) -> None:
    taker = replace(acting, actor=Actor("cleo", frozenset({Role.CALL_TAKER})))
    with pytest.raises(Forbidden):
        crew_letters.send_day(taker, crew(store), MONDAY)
    with pytest.raises(Invalid, match="Mute 1 has no e-mail address"):
        crew_letters.send_day(acting, crew(store, "Mute 1"), MONDAY)
    with pytest.raises(NotFound):
        crew_letters.send_day(acting, 99, MONDAY)
    crew_letters.send_day(acting, crew(store), MONDAY)
    save_crews(store, [Crew(0, "Tree 1")])
    clock.now += timedelta(seconds=10)
    assert postman(box).send(store) == 1
    assert state(store) == (REFUSED, "The crew has no e-mail address any more. Give it one, and send it again.")


def test_beside_the_sync_it_leaves_by_itself_and_the_desks_are_told(box: Mailbox, url: str) -> None:
    opened = Store.open(url, clock=utcnow)
    try:
        pull(opened, shown("u0"))
        save_crews(opened, [Crew(0, "Tree 1", email="tree1@example.org")])
        made = Acting(opened, Actor("ana", ALL_ROLES), POLICIES, timedelta())
        days.plan(made, crew(opened), MONDAY, [1], [])
        crew_letters.send_day(made, crew(opened), TUESDAY)
        assert crew_letters.take(opened) is not None, "and the process dies"
        told = threading.Event()
        with postman(box, url).beside(told.set):
            crew_letters.send_day(made, crew(opened), MONDAY)
            assert len(box.wait_for(1)) == 1
            assert told.wait(30)
        assert state(opened)[0] == SENT
        assert crew_letters.of_day(opened, TUESDAY)[crew(opened)].state == REFUSED
    finally:
        opened.close()
