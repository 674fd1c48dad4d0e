"""A command whose answer was lost: what was saved stands once, and what was not is done then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from services.domain.outbox import OutboxKind
from services.domain.status import ALL_ROLES, Status
from services.domain.values import Actor, Changes
from services.errors import Invalid, StoreGone
from services.store import commands, queries
from services.store.acting import Acting
from services.store.once import certainly, done
from services.store.store import Store
from services.store.tables import event, operation, outbox, request, text_row
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.postgres import Postgres
from tests.services.proxy import Cut, Proxy, after, at_commit, between
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged, pull, shown

STORES = ("server",)
WAYS: dict[str, Callable[[], Cut]] = {
    "before COMMIT arrives": lambda: at_commit(passing=False),
    "after COMMIT has passed": lambda: at_commit(passing=True),
    "after it was saved": lambda: at_commit(passing=True, answered=True),
}


@pytest.fixture
def proxy(template: Postgres) -> Iterator[Proxy]:
    with between(template.port) as proxy:
        yield proxy


@pytest.fixture
def far(proxy: Proxy, server_url: str, store: Store) -> Iterator[Acting]:
    """Whoever sits at a desk whose way to the server may be cut."""
    url = make_url(server_url).set(port=proxy.port).render_as_string(hide_password=False)
    with closing(Store.open(url, clock=Clock())) as opened:
        yield Acting(opened, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))


def texts(store: Store) -> Counter[str]:
    """How often each text is there, by the lines of history that refer to it."""
    with store.read() as connection:
        said = select(text_row.c.body).join(event, event.c.text_id == text_row.c.id)
        return Counter(connection.execute(said).scalars())


def count(store: Store) -> int:
    """How many operations were done."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(operation)).scalar_one())


@pytest.mark.parametrize("way", WAYS)
def test_a_lost_answer_is_looked_up(proxy: Proxy, far: Acting, store: Store, act: Act, way: str) -> None:
    (request_id,) = logged(act()).ids
    proxy.plan = [WAYS[way]()]
    made = certainly(far, lambda acting: commands.add_note(acting, [request_id], "Dog."))
    assert proxy.cuts == 1
    assert texts(store) == {"Dog.": 1}
    assert made.ids == (request_id,)
    assert made.sentence == "Note on 1 request"
    assert done(store, made.operation) is not None
    assert undo(far, made.operation).undone == made.operation


@pytest.mark.parametrize("way", WAYS)
def test_who_does_not_ask_learns_that_it_is_not_known(
    proxy: Proxy, far: Acting, store: Store, act: Act, way: str
) -> None:
    (request_id,) = logged(act()).ids
    proxy.plan = [WAYS[way]()]
    with pytest.raises(StoreGone):
        commands.add_note(replace(far, operation="one"), [request_id], "Dog.")
    certainly(far, lambda acting: commands.add_note(acting, [request_id], "Dog."), "one")
    assert texts(store) == {"Dog.": 1}


@pytest.mark.parametrize("way", WAYS)
def test_undo_goes_back_one_step_not_two(proxy: Proxy, far: Acting, store: Store, act: Act, way: str) -> None:
    (request_id,) = logged(act()).ids
    for status in (Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.ON_HOLD):
        commands.set_status(act(), [request_id], status)
    proxy.plan = [WAYS[way]()]
    certainly(far, undo)
    assert queries.detail(store, request_id).request.status is Status.IN_PROGRESS
    proxy.plan = [WAYS[way]()]
    certainly(far, redo)
    assert queries.detail(store, request_id).request.status is Status.ON_HOLD
    assert proxy.cuts == 2


def test_what_is_refused_is_refused_though_it_was_tried_twice(proxy: Proxy, far: Acting, act: Act, crew: int) -> None:
    (request_id,) = logged(act()).ids
    commands.assign(act(), [request_id], crew)
    proxy.plan = [after(40)]
    with pytest.raises(Invalid, match="Already with"):
        certainly(far, lambda acting: commands.assign(acting, [request_id], crew))
    assert proxy.cuts == 1


def test_a_server_that_stays_away_is_given_up_in_time(proxy: Proxy, far: Acting, act: Act) -> None:
    (request_id,) = logged(act()).ids
    proxy.close()
    with pytest.raises(StoreGone):
        certainly(far, lambda acting: commands.add_note(acting, [request_id], "Dog."), seconds=0.3)


def test_who_repeats_while_the_server_is_still_at_it_meets_its_name(
    far: Acting, store: Store, act: Act, crew: int
) -> None:
    """The first try is saved between the look and the repetition."""
    (request_id,) = logged(act()).ids
    tries = []

    def assign(acting: Acting) -> Changes:
        tries.append(acting.operation)
        if len(tries) == 1:
            raise StoreGone("The server cannot be reached.")
        commands.assign(replace(acting, store=store), [request_id], crew)
        return commands.add_note(acting, [request_id], "Not twice.")

    made = certainly(far, assign)
    assert made.operation == tries[0] == tries[1]
    assert made.sentence == "1 request assigned to Forestry 2"
    assert texts(store) == {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(2))
def test_sixty_cuts_anywhere_and_everything_is_done_once(proxy: Proxy, far: Acting, store: Store, seed: int) -> None:
    rng = random.Random(seed)
    pull(store, shown("one"), shown("two"))
    ids, said, before = [1, 2], 0, versions(store)
    while proxy.cuts < 60:
        proxy.plan = [_somewhere(rng) for _ in range(rng.randint(1, 2))]
        one = rng.choice(ids)
        assert certainly(far, partial(_message, one, f"message {said}")).ids == (one,)
        said += 1
        before[one] += 1
    proxy.plan = []
    assert texts(store) == {f"message {n}": 1 for n in range(said)}
    assert versions(store) == before
    assert count(store) == said
    with store.read() as connection:
        posted = connection.execute(select(outbox.c.kind)).scalars().all()
    assert posted == [OutboxKind.UPDATE.value] * said


def _message(request_id: int, text: str, acting: Acting) -> Changes:
    return commands.send_message(acting, [request_id], text)


def versions(store: Store) -> dict[int, int]:
    """By request: how often it was changed."""
    with store.read() as connection:
        return {row.id: row.version for row in connection.execute(select(request.c.id, request.c.version))}


def _somewhere(rng: random.Random) -> Cut:
    ways: list[Callable[[], Cut]] = [*WAYS.values(), *[lambda: after(rng.randint(0, 9_000))] * 3]
    return rng.choice(ways)()
