"""Who looks after a request: claimed once, handed over by who may, let go of, taken back, and seen in every list."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Barrier

import pytest

from services.domain.rights import Group
from services.domain.status import ALL_ROLES, Outcome, Role, Status
from services.domain.values import Actor, Changes, EventKind
from services.errors import Conflict, Expected, Forbidden, Invalid, NotFound
from services.store import claiming, commands, queries
from services.store.acting import Acting
from services.store.changing import clock as shown_clock
from services.store.store import Store
from services.store.undo import redo, undo
from services.team import members
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, pull, shown

CALL_TAKER = frozenset({Role.CALL_TAKER})
DISPATCHER = frozenset({Role.DISPATCHER})


@pytest.fixture(autouse=True)
def staff(request: pytest.FixtureRequest, store: Store, act: Act) -> None:
    """Three requests; ana and ben are known, at a server because they are let in, else because they have acted."""
    pull(store, *(shown(f"u{i}") for i in range(3)))
    for name in ("ana", "ben"):
        if store.path is None:
            members.add(request.getfixturevalue("server_url"), name, Group.CALL_TAKER)
        else:
            commands.add_note(act(name), [3], "here")


def holders(store: Store) -> list[str]:
    """Who has each request, as the queue and the detail both say."""
    rows = queries.columns(store)
    assert rows == list(queries.every(store)) == queries.columns(store, [1, 2, 3])
    assert [queries.detail(store, row.id).request.claimed_by for row in rows] == [row.claimed_by for row in rows]
    return [row.claimed_by for row in rows]


def handlers(store: Store) -> list[str]:
    return [row.handler for row in queries.columns(store, [1, 2])]


def test_what_nobody_has_is_claimed_and_stands_in_history(store: Store, act: Act) -> None:
    before = queries.detail(store, 1).request.version
    done = claiming.claim(act("ana", CALL_TAKER), [1, 2])
    assert done.sentence == "2 requests claimed"
    assert done.ids == (1, 2)
    assert holders(store) == ["ana", "ana", ""]
    assert handlers(store) == ["ana", "ana"]
    shown = queries.detail(store, 1)
    assert shown.request.version == before + 1
    assert (shown.events[0].kind, shown.events[0].actor) == (EventKind.CLAIMED, "ana")
    assert shown.events[0].data == {"from_holder": "", "holder": "ana", "version": before + 1}
    assert claiming.claim(act("ana", CALL_TAKER), [2, 3]).sentence == "1 request claimed", "what one has stays"
    with pytest.raises(Invalid, match="You have it already"):
        claiming.claim(act("ana", CALL_TAKER), [1, 2])
    with pytest.raises(Invalid, match="ana has it already"):
        claiming.hand_over(act("cara", DISPATCHER), [1, 2], "ana")


def test_what_somebody_has_is_not_claimed_and_it_is_said_since_when(store: Store, act: Act, clock: Clock) -> None:
    claiming.claim(act("ana"), [1])
    when = clock.now
    clock.forward(seconds=600)
    commands.add_note(act("ben"), [1], "Looked")
    with pytest.raises(Conflict) as refused:
        claiming.claim(act("ben"), [1, 2])
    assert refused.value.sentence == f"26-000001: ana has had it since {shown_clock(when, None)}."
    assert holders(store) == ["ana", "", ""], "all or none"


def test_it_is_said_by_the_citys_clock(store: Store, act: Act, clock: Clock) -> None:
    claiming.claim(act("ana"), [1])
    for hours in (-11, 0, 13):
        zone = timezone(timedelta(hours=hours))
        acting = replace(act("ben"), zone=zone)
        with pytest.raises(Conflict) as refused:
            claiming.claim(acting, [1])
        assert refused.value.sentence == f"26-000001: ana has had it since {shown_clock(clock.now, zone)}."
        assert f"{clock.now.astimezone(zone):%H:%M}." in refused.value.sentence


def test_only_the_holder_or_who_dispatches_gives_it_away(store: Store, act: Act) -> None:
    claiming.claim(act("ana", CALL_TAKER), [1, 2])
    ben = act("ben", CALL_TAKER)
    with pytest.raises(Forbidden, match="ana has it; only they or a dispatcher"):
        claiming.hand_over(ben, [1], "ben")
    with pytest.raises(Forbidden, match="ana has it; only they or a dispatcher"):
        claiming.let_go(ben, [1])
    assert claiming.hand_over(act("ana", CALL_TAKER), [1], "ben").sentence == "1 request handed over to ben"
    assert claiming.hand_over(act("cara", DISPATCHER), [2], "cara").sentence == "1 request handed over to cara"
    assert holders(store) == ["ben", "cara", ""]
    assert handlers(store) == ["ben", "cara"], "whoever was given it, not who gave it"
    claiming.hand_over(act("ben", CALL_TAKER), [3], "ana")
    assert holders(store) == ["ben", "cara", "ana"], "what nobody has may be given by anybody"


def test_what_is_let_go_of_is_nobodys(store: Store, act: Act) -> None:
    commands.add_note(act("ana"), [1], "Looked at")
    claiming.claim(act("ana"), [1])
    assert claiming.let_go(act("ana"), [1, 2]).sentence == "1 request let go of"
    assert (holders(store), handlers(store)) == (["", "", ""], ["", ""])
    with pytest.raises(Invalid, match="Nobody has claimed it"):
        claiming.let_go(act("ana"), [1])
    claiming.claim(act("ben", CALL_TAKER), [1])
    assert holders(store)[0] == "ben"


def test_it_is_handed_to_nobody_unknown_and_nothing_closed_is(store: Store, act: Act) -> None:
    with pytest.raises(NotFound, match="Nobody called “eve”") as unknown:
        claiming.hand_over(act("ana"), [1], "eve")
    assert "ben" in unknown.value.remedy
    claiming.claim(act("ana"), [1])
    commands.set_status(act("ana"), [1], Status.CLOSED, Outcome.FIXED)
    assert holders(store)[0] == "ana", "closing lets go of nothing"
    with pytest.raises(Invalid, match="26-000001: It is closed"):
        claiming.hand_over(act("ana"), [1], "ben")
    with pytest.raises(NotFound):
        claiming.claim(act("ana"), [99])
    with pytest.raises(Invalid, match="No request is chosen"):
        claiming.claim(act("ana"), [])
    claiming.let_go(act("ana"), [1])
    assert holders(store)[0] == ""


def test_undo_gives_it_back_and_redo_takes_it_again(store: Store, act: Act) -> None:
    claiming.claim(act("ana"), [1, 2])
    given = claiming.hand_over(act("ana"), [1, 2], "ben")
    assert undo(act("ana")).sentence == "Undone: 2 requests handed over to ben."
    assert (holders(store), handlers(store)) == (["ana", "ana", ""], ["ana", "ana"])
    redo(act("ana"))
    assert holders(store) == ["ben", "ben", ""]
    claiming.let_go(act("ben"), [2])
    with pytest.raises(Conflict, match="26-000002: Nobody has it now, set by ben"):
        undo(act("ana"), given.operation)
    assert holders(store) == ["ben", "", ""]
    undo(act("ben"))
    undo(act("ana"), given.operation)
    assert holders(store) == ["ana", "ana", ""]
    last = queries.detail(store, 1).events[0]
    assert (last.kind, last.data["from_holder"], last.data["holder"]) == (EventKind.UNDONE, "ben", "ana")


def test_a_claim_stands_in_nobodys_way(store: Store, act: Act, crew: int) -> None:
    seen = {1: queries.detail(store, 1).request.version}
    claiming.claim(act("ben"), [1])
    commands.assign(act("ana"), [1], crew, expected=seen)
    commands.set_status(act("ana"), [2], Status.IN_PROGRESS)
    assert claiming.hand_over(act("ben"), [1, 2], "ana").ids == (1, 2)
    row = queries.columns(store, [1])[0]
    assert (row.crew_id, row.status, row.claimed_by) == (crew, "assigned", "ana")


@pytest.mark.parametrize("store", ["server"], indirect=True)
def test_the_team_is_who_is_let_in_to_a_desk(store: Store, server_url: str) -> None:
    members.add(server_url, "audrey", Group.AUDITOR)
    assert {"ana", "ben"} <= set(claiming.team(store))
    assert "audrey" not in claiming.team(store)
    members.remove(server_url, "audrey")


@pytest.mark.parametrize("store", ["file"], indirect=True)
def test_a_desk_alone_has_no_team(store: Store) -> None:
    assert claiming.team(store) == ()


@pytest.mark.parametrize("store", ["server"], indirect=True)
def test_of_many_who_claim_at_once_one_has_it_and_all_others_are_told_who(store: Store, server_url: str) -> None:
    names = [f"desk {n}" for n in range(4)]
    desks = [Store.open(server_url) for _ in names]
    start = Barrier(len(names))

    def claim(at: tuple[str, Store, Sequence[int]]) -> Changes | Expected:
        name, desk, ids = at
        start.wait()
        try:
            return claiming.claim(Acting(desk, Actor(name, ALL_ROLES), POLICIES, timedelta()), ids)
        except Expected as problem:
            return problem

    asked = [(name, desk, ids) for name, desk, ids in zip(names, desks, ([1, 2], [2, 1]) * 2, strict=True)]
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(claim, asked))
    for desk in desks:
        desk.close()
    (winner,) = (name for name, answer in zip(names, answers, strict=True) if isinstance(answer, Changes))
    assert holders(store) == [winner, winner, ""]
    refused = [answer for answer in answers if isinstance(answer, Expected)]
    assert len(refused) == 3
    assert all(isinstance(r, Conflict) and f"{winner} has had it since" in r.sentence for r in refused), refused
