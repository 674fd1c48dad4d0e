"""Any mix of faults, crashes, pauses and commands: nothing twice, nothing lost, order kept per request."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.outbox import OutboxState
from services.domain.status import Outcome, Status
from services.errors import Expected, Forbidden, Invalid, Offline, Refused, Unreadable
from services.store import commands, outbox, undo
from services.store.store import Store
from tests.services.clock import Clock
from tests.services.sync.city import City, config
from tests.services.sync.conftest import Desk

ERRORS: list[Expected] = [
    Offline("Down."),
    Offline("Busy.", retry_after=90),
    Offline("Lost.", maybe_done=True),
    Unreadable("A web page."),
]
FAULTS = st.tuples(
    st.just("fault"), st.sampled_from(["post_update", "find_update"]), st.sampled_from(range(4)), st.booleans()
)
ACTS = st.one_of(
    FAULTS,
    st.tuples(st.just("say"), st.sampled_from([1, 2, 3])),
    st.tuples(st.just("close"), st.sampled_from([1, 2, 3])),
    st.tuples(st.sampled_from(["undo", "relay", "crash", "pause", "back"])),
)


def act(desk: Desk, number: int, step: tuple[object, ...]) -> None:
    match step:
        case ("fault", str(call), int(error), bool(lost)):
            surely_not = error < 2
            desk.city.fail(call, ERRORS[error], lost=lost and not surely_not)
        case ("say", int(request_id)):
            desk.say(request_id, f"text {number}")
        case ("close", int(request_id)):
            try:
                commands.set_status(desk.acting, [request_id], Status.CLOSED, Outcome.FIXED, f"done {number}")
            except (Forbidden, Invalid):
                return
        case ("undo",):
            try:
                undo.undo(desk.acting)
            except Expected:
                return
        case ("relay",):
            desk.relay()
        case ("crash",):
            if outbox.waiting(desk.store, list(desk.cities), desk.clock()):
                desk.crash_in_sending()
        case ("pause",):
            desk.clock.forward(minutes=3)
        case _:
            desk.clock.forward(minutes=-10)


def ascending(numbers: Iterable[float]) -> bool:
    listed = list(numbers)
    return listed == sorted(set(listed))


@settings(max_examples=25)
@given(st.lists(ACTS, max_size=25))
def test_nothing_is_lost_doubled_or_out_of_order(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        store = Store.open(f"sqlite:///{Path(folder)}/desk.db", clock=clock)
        try:
            desk = Desk(store, clock, {"city": City(config(), clock, page_size=9)})
            for upstream_id in ("1", "2", "3"):
                desk.city.add(upstream_id)
            desk.pull()
            for number, step in enumerate(steps):
                act(desk, number, step)
            check(desk)
        finally:
            store.close()


def check(desk: Desk) -> None:
    desk.city.faults.clear()
    for _ in range(3):
        desk.clock.forward(hours=1)
        desk.relay()
    items = desk.items()
    assert {item.state for item in items} <= {OutboxState.SENT, OutboxState.RETRACTED}
    sent = [item.id for item in items if item.state is OutboxState.SENT]
    posted = [update.update_id for update in desk.city.posted]
    assert sorted(posted) == sorted(sent), "each once, and no other"
    for upstream_id in ("1", "2", "3"):
        ours = [update for update in desk.city.posted if update.upstream_id == upstream_id]
        wanted = [item.id for item in items if item.upstream_id == upstream_id and item.id in set(posted)]
        assert [update.update_id for update in ours] == wanted, "in the order in which they were said"
        assert ascending(update.updated_at.timestamp() for update in ours), "with dates that grow"


def test_a_refusal_in_between_is_a_persons_and_loses_nothing(desk: Desk) -> None:
    request_id = desk.pulled()
    for text in ("a", "b", "c"):
        desk.say(request_id, text)
    desk.city.fail("post_update", Refused("No."))
    desk.relay()
    outbox.retry(desk.acting, desk.items()[0].id)
    desk.relay()
    assert sorted(update.message for update in desk.city.posted) == ["a", "b", "c"]
