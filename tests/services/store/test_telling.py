"""Everyone of a request's callers hears of it once: from its upstream, by an e-mail of ours, or by a call back."""

from __future__ import annotations

import pytest

from services.domain.detail import Detail
from services.domain.exchange import Receipt
from services.domain.outbox import MAIL, OutboxItem, OutboxKind, OutboxState
from services.domain.policy import LOCAL
from services.domain.status import Outcome, Role, Status
from services.domain.story import Story
from services.domain.values import EventKind, Reach
from services.errors import Forbidden, Invalid, NotFound
from services.store import calls, commands, outbox, queries, telling
from services.store.calls import Result, call_backs, called_back
from services.store.erase import erase_caller
from services.store.joining import CallerWords, join
from services.store.merging import merge
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

ANA = CallerWords("Ana", "617 555 0142", "ana@example.org", "es")
BO = CallerWords("Bo", "617 555 0188", "bo@example.org")
CY = CallerWords("Cy", "617 555 0177")
FIXED = (Status.CLOSED, Outcome.FIXED)


def items(store: Store) -> list[OutboxItem]:
    return outbox.listing(store, unfinished_only=False)


def notices(store: Store) -> list[tuple[int, str, str, str]]:
    """Request, e-mail address, state and text of each of our e-mails that may leave."""
    found = []
    for item in items(store):
        if item.kind is OutboxKind.NOTICE and item.state is not OutboxState.RETRACTED:
            whom = calls.addressee(store, item)
            found.append((item.request_id, whom.caller.email if whom else "", item.status_word, item.message))
    return found


def updates(store: Store) -> list[tuple[int, str, str]]:
    return [
        (i.request_id, i.status_word, i.message)
        for i in items(store)
        if i.kind is OutboxKind.UPDATE and i.state is not OutboxState.RETRACTED
    ]


def called(store: Store) -> list[tuple[str, int, str]]:
    return [(c.caller.name, c.request_id, c.message) for c in call_backs(store)]


def test_who_joined_is_told_by_us_and_the_reporter_by_the_upstream(store: Store, act: Act) -> None:
    logged(act(), upstream="city", name="Own", email="own@example.org")
    for who in (BO, CY):
        join(act(), 1, who)
    done = commands.send_message(act(), [1], "We come")
    assert notices(store) == [(1, "bo@example.org", "new", "We come")]
    assert called(store) == [("Cy", 1, "We come")]
    assert updates(store) == [(1, "OPEN", "We come")]
    assert telling.told_by(store, done.operation) == (1, 1)
    detail = queries.detail(store, 1, acting=act())
    assert (detail.mailed, detail.called) == (1, 1)
    assert queries.columns(store)[0].callback


def test_the_outcome_is_told_without_a_message_too(store: Store, act: Act) -> None:
    pull(store, shown("a", reach=(Reach("email"),)))
    join(act(), 1, BO)
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    assert notices(store) == [], "only a message or the outcome is worth an e-mail"
    commands.set_status(act(), [1], *FIXED)
    assert notices(store) == [(1, "bo@example.org", "closed/fixed", "")]


def test_at_this_desk_only_everybody_is_ours(store: Store, act: Act) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    commands.set_status(act(), [1], *FIXED, message="Done.")
    assert notices(store) == [(1, "ana@example.org", "closed/fixed", "Done.")]
    assert updates(store) == []
    logged(act())
    with pytest.raises(Forbidden, match="this desk only"):
        commands.send_message(act(), [2], "Nobody hears")
    pull(store, shown("s"), upstream="silent")
    with pytest.raises(Forbidden, match="takes no updates"):
        commands.send_message(act(), [3], "Nobody hears")
    join(act(), 3, BO)
    commands.send_message(act(), [3], "One hears")
    assert notices(store)[1:] == [(3, "bo@example.org", "new", "One hears")]
    assert updates(store) == []


@pytest.mark.parametrize(
    "wish", [{"consent": False}, {"do_not_call": True}, {"reply": "none"}], ids=["no consent", "do not call", "none"]
)
def test_who_does_not_want_to_is_never_told(store: Store, act: Act, wish: dict[str, object]) -> None:
    logged(act(), name="Ana", phone="617 555 0142", email="ana@example.org", **wish)
    join(act(), 1, CallerWords("Bo", "617 555 0188", "bo@example.org", **wish))  # type: ignore[arg-type]
    commands.set_status(act(), [1], *FIXED)
    assert (notices(store), called(store)) == ([], [])


def test_who_asks_not_to_be_called_is_taken_off_the_list_of_an_earlier_request(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    logged(act(), name="Bo", phone="617 555 0188", email="bo@example.org", reply="phone")
    commands.set_status(act(), [1, 2], *FIXED)
    assert [name for name, *_ in called(store)] == ["Ana", "Bo"]
    logged(act(), name="A.", phone="(617) 555-0142", do_not_call=True)
    assert [name for name, *_ in called(store)] == ["Bo"]
    join(act(), 3, CallerWords("B.", "", "BO@example.org", do_not_call=True))
    assert called(store) == []
    undo(act())
    assert [name for name, *_ in called(store)] == ["Bo"], "a wish that was taken back is none"


def test_each_address_and_number_once(store: Store, act: Act) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    logged(act(), name="ANA", email="Ana@Example.ORG")
    logged(act(), name="Cy", phone="617 555 0177")
    logged(act(), name="Cy", phone="(617) 555-0177")
    merge(act(), [2, 3, 4], 1)
    commands.send_message(act(), [1], "Soon")
    assert [n[:2] for n in notices(store)] == [(1, "ana@example.org")]
    assert called(store) == [("Cy", 3, "Soon")]


def test_whom_the_upstream_tells_is_not_told_again_for_having_joined(store: Store, act: Act) -> None:
    logged(act(), upstream="city", name="Ana", email="ana@example.org")
    logged(act(), name="Ana", email="ana@example.org")
    merge(act(), [2], 1)
    commands.send_message(act(), [1], "Soon")
    assert notices(store) == []


def test_those_of_merged_requests_hear_of_their_own(store: Store, act: Act) -> None:
    pull(store, *(shown(i) for i in "abc"))
    join(act(), 2, ANA)
    merge(act(), [3], 2)
    merge(act(), [2], 1)
    join(act(), 3, BO)
    commands.set_status(act(), [1], Status.IN_PROGRESS, message="A crew is there")
    assert notices(store) == [
        (2, "ana@example.org", "in_progress", "A crew is there"),
        (3, "bo@example.org", "in_progress", "A crew is there"),
    ]
    said = [u for u in updates(store) if u[2]]
    assert said == [
        (1, "IN_PROGRESS", "A crew is there"),
        (2, "DUPLICATE", "A crew is there"),
        (3, "DUPLICATE", "A crew is there"),
    ], "the reporters of the merged hear through their own upstream"
    assert [queries.detail(store, i).events[0].kind for i in (2, 3)] == [EventKind.MESSAGE] * 2
    assert queries.search(store, "crew there") == [1, 2, 3]
    undo(act())
    assert (notices(store), [u for u in updates(store) if u[2]]) == ([], [])
    assert [queries.detail(store, i).request.status.value for i in (1, 2, 3)] == ["new", "closed", "closed"]


def test_a_merged_reporter_hears_the_outcome_that_no_upstream_tells(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    logged(act(), upstream="city", name="Ana", email="ana@example.org")
    merge(act(), [2], 1)
    commands.set_status(act(), [1], *FIXED)
    assert notices(store) == [(2, "ana@example.org", "closed/fixed", "")]


def test_a_message_about_the_merging_goes_to_those_merged(store: Store, act: Act) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    logged(act(), name="Bo", email="bo@example.org")
    merge(act(), [2], 1, "Reported before")
    assert notices(store) == [(2, "bo@example.org", "closed/duplicate", "Reported before")]


def test_undo_takes_everything_back_and_redo_tells_it_after_all(store: Store, act: Act) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    join(act(), 1, CY)
    commands.set_status(act(), [1], *FIXED)
    undo(act())
    assert (notices(store), called(store), outbox.counts(store).waiting) == ([], [], 0)
    assert not queries.columns(store)[0].callback
    redo(act())
    assert (len(notices(store)), len(called(store))) == (1, 1)
    undo(act())
    redo(act())
    assert (len(notices(store)), len(called(store))) == (1, 1)


def test_what_has_left_is_not_told_again(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    commands.send_message(act(), [1], "Soon")
    (item,) = outbox.waiting(store, [MAIL], clock.forward(seconds=60))
    claimed = outbox.claim(store, item.id, clock.now)
    assert claimed is not None
    assert claimed.caller_id == 1
    outbox.sent(store, item.id, Receipt(id=item.id), clock())
    assert undo(act()).sentence.endswith("The message had already left.")
    redo(act())
    assert len([i for i in items(store) if i.kind is OutboxKind.NOTICE]) == 1


def test_who_hears_from_us_waits_for_nobody_else(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    for who in (ANA, BO):
        join(act(), 1, who)
    commands.send_message(act(), [1], "One")
    commands.send_message(act(), [1], "Two")
    now = clock.forward(seconds=60)
    due = outbox.waiting(store, ["city", MAIL], now)
    assert [(i.kind.value, i.message) for i in due] == [("update", "One"), ("notice", "One"), ("notice", "One")]
    outbox.claim(store, due[0].id, now)
    outbox.unknown(store, due[0].id, "Lost.", now)
    assert [i.message for i in outbox.waiting(store, [MAIL], now)] == ["One", "One"]
    with pytest.raises(Invalid, match="nothing to decide"):
        outbox.retry(act(), due[1].id)
    outbox.claim(store, due[1].id, now)
    outbox.refused(store, due[1].id, "No such mailbox.", now)
    assert queries.columns(store)[0].undelivered
    assert outbox.retry(act(), due[1].id).sentence


def test_an_upstream_that_is_given_up_takes_no_notice_along(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    join(act(), 1, BO)
    commands.send_message(act(), [1], "Soon")
    report = items(store)[0]
    outbox.claim(store, report.id, clock.forward(seconds=60))
    outbox.refused(store, report.id, "No.", clock())
    outbox.give_up(act(), report.id)
    assert [n[1] for n in notices(store)] == ["bo@example.org"]
    assert updates(store) == []


def test_who_was_withdrawn_erased_or_changed_their_mind_meanwhile(store: Store, act: Act) -> None:
    logged(act(), name="Ana", email="ana@example.org")
    join(act("bo"), 1, BO)
    join(act("cy"), 1, CY)
    commands.send_message(act(), [1], "Soon")
    own, joined = (i for i in items(store) if i.kind is OutboxKind.NOTICE)
    erase_caller(act(), 1)
    undo(act("bo"))
    undo(act("cy"))
    assert calls.addressee(store, own) is calls.addressee(store, joined) is None
    assert call_backs(store) == []
    outbox.spare(store, own.id)
    assert items(store)[0].state is OutboxState.RETRACTED


def test_somebody_calls_back(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), name="Cy", phone="617 555 0177")
    for text in ("First", "Second"):
        commands.send_message(act(), [1], text)
    (one,) = call_backs(store)
    assert (one.message, one.state, one.number) == (
        "Second",
        (Status.NEW, None),
        queries.detail(store, 1).request.number,
    )
    assert one.since < clock.now
    assert called_back(act("bo"), one.caller.id).sentence == f"{one.number}: caller called back"
    assert call_backs(store) == []
    assert not queries.columns(store, [1])[0].callback
    assert said(store, queries.detail(store, 1))[0] == "The caller was called back by bo"
    with pytest.raises(Invalid, match="not to be called"):
        called_back(act(), one.caller.id)
    with pytest.raises(NotFound):
        called_back(act(), 99)
    with pytest.raises(Forbidden):
        called_back(act(roles=frozenset()), one.caller.id)
    assert undo(act()).sentence.startswith("Undone: Message to 1 request. The message had already left.")
    undo(act("bo"))
    assert len(call_backs(store)) == 1
    redo(act("bo"))
    assert call_backs(store) == []
    nobody = act(roles=frozenset())
    commands.send_message(act(), [1], "Third")
    assert call_backs(store, acting=nobody)[0].caller.phone == "•••• 0177"
    assert call_backs(store, acting=act(roles=frozenset({Role.CALL_TAKER})))[0].caller.phone == "617 555 0177"


def said(store: Store, detail: Detail) -> list[str]:
    return [Story(detail, LOCAL).line(e).words for e in detail.events]


def test_the_history_says_how_many_heard(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), upstream="plain")
    for who in (ANA, BO):
        join(act(), 1, who)
    commands.send_message(act(), [1], "Soon")
    item = outbox.waiting(store, [MAIL], clock.forward(seconds=60))[0]
    outbox.claim(store, item.id, clock.now)
    outbox.sent(store, item.id, Receipt(id=item.id), clock())
    lines = said(store, queries.detail(store, 1))
    assert lines[:2] == [
        "A caller was told by e-mail",
        "Message to residents by ana; not sent yet; 1 of 2 callers told by e-mail",
    ]


def test_an_upstream_that_closes_it_itself_tells_its_own_only(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), shown("b"))
    join(act(), 1, BO)
    pull(store, shown("a", "fixed", clock()), shown("b", "fixed", clock()))
    assert notices(store) == [(1, "bo@example.org", "closed/fixed", "")]
    pull(store, shown("a", "fixed", clock(), description="again"))
    assert len(notices(store)) == 1, "it was closed already"
    pull(store, shown("c", "fixed", clock()))
    assert len(notices(store)) == 1


def test_what_we_tell_callers_is_not_what_the_upstream_was_told(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    join(act(), 1, BO)
    commands.set_status(act(), [1], *FIXED)
    now = clock.forward(seconds=60)
    for item in outbox.waiting(store, ["city"], now):
        outbox.claim(store, item.id, now)
        outbox.sent(store, item.id, Receipt(id=item.id), now)
    pull(store, shown("a", "open", clock.forward(seconds=5), description="x"))
    assert queries.detail(store, 1).request.differs, "a waiting e-mail to a caller does not make it busy"


def test_a_message_here_reaches_the_upstream_of_what_was_merged(store: Store, act: Act) -> None:
    logged(act())
    pull(store, shown("a"), shown("s"))
    merge(act(), [2], 1)
    commands.send_message(act(), [1], "Soon")
    assert [u for u in updates(store) if u[2]] == [(2, "DUPLICATE", "Soon")]
    pull(store, shown("b"), upstream="silent")
    logged(act())
    merge(act(), [4], 5)
    with pytest.raises(Forbidden, match="this desk only"):
        commands.send_message(act(), [5], "Nobody hears")


def test_who_is_not_reached_stays_and_who_asked_not_to_be_called_is_dropped(store: Store, act: Act) -> None:
    logged(act(), name="Cy", phone="617 555 0177")
    commands.send_message(act(), [1], "Soon")
    (one,) = call_backs(store)
    number = one.number
    missed = called_back(act(), one.caller.id, Result.MISSED)
    assert missed.sentence == f"{number}: caller not reached, still to be called"
    assert (len(call_backs(store)), queries.columns(store, [1])[0].callback) == (1, 1)
    assert said(store, queries.detail(store, 1))[0] == "The caller was called and not reached by ana"
    undo(act())
    assert len(call_backs(store)) == 1
    logged(act(), name="Cy", phone="+1 617-555-0177", do_not_call=True)
    assert call_backs(store) == []
    (waits,) = queries.detail(store, 1).to_call
    assert (waits.caller_id, waits.message, waits.silent) == (one.caller.id, "Soon", True)
    with pytest.raises(Invalid, match="asked never to be called"):
        called_back(act(), one.caller.id, Result.MISSED)
    called_back(act(), one.caller.id, Result.DROPPED)
    assert not queries.columns(store, [1])[0].callback
    undo(act())
    assert queries.columns(store, [1])[0].callback


def test_a_withdrawn_caller_is_on_no_list(store: Store, act: Act) -> None:
    logged(act(), name="Ana")
    join(act("cy"), 1, CY)
    commands.send_message(act(), [1], "Soon")
    assert queries.columns(store, [1])[0].callback
    undo(act("cy"))
    assert not queries.columns(store, [1])[0].callback
    assert queries.detail(store, 1).to_call == ()
