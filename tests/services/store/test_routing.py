"""Routing rules: who may set them, what arrives goes by the first that takes it, once, and never over a person."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from services.domain.routing import Rule
from services.domain.shifts import parse_week
from services.domain.status import Role, Status
from services.domain.values import EventKind
from services.errors import Forbidden, Invalid, NotFound, StoreProblem
from services.store import commands, queries, routing_calls
from services.store.acting import Acting
from services.store.routing import rules, save_rules, trouble
from services.store.routing_calls import Calls
from services.store.store import Store
from services.store.undo import undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, logged, pull, shown

FIRST, SECOND, RETIRED = 1, 2, 3
SUPERVISOR = frozenset({Role.SUPERVISOR})


@pytest.fixture
def boss(act: Act, crew: int) -> Acting:
    return replace(act(roles=SUPERVISOR), zone=UTC)


def crews(store: Store) -> list[int | None]:
    return [row.crew_id for row in queries.every(store)]


def test_they_are_kept_in_order_and_only_a_supervisor_may(store: Store, boss: Acting, act: Act) -> None:
    given = (
        Rule("Trees, nights", FIRST, (" Tree  Emergencies",), ("Ward 3", "Ward 3"), parse_week("Mon-Fri 22-6")),
        Rule("All the rest", SECOND, active=False),
    )
    assert rules(store) == ()
    assert save_rules(boss, given).sentence == "2 routing rules saved"
    assert rules(store) == (replace(given[0], services=("Tree Emergencies",), areas=("Ward 3",)), given[1])
    save_rules(boss, given[::-1])
    assert [rule.name for rule in rules(store)] == ["All the rest", "Trees, nights"]
    with pytest.raises(Forbidden):
        save_rules(act(roles=frozenset({Role.DISPATCHER})), given)


def test_what_makes_no_sense_is_refused(boss: Acting) -> None:
    for wrong, kind in (
        ((Rule(" ", FIRST),), Invalid),
        ((Rule("A", FIRST), Rule("a", SECOND)), Invalid),
        ((Rule("A", FIRST, week=(None,) * 7),), Invalid),
        ((Rule("A", 99),), NotFound),
    ):
        with pytest.raises(kind):
            save_rules(boss, wrong)


def test_what_arrives_goes_to_the_first_rule_once_and_its_history_says_which(store: Store, boss: Acting) -> None:
    pull(store, shown("before"))
    save_rules(boss, [Rule("Never", SECOND, ("Nothing such",)), Rule("All", FIRST), Rule("Late", SECOND)])
    pull(store, shown("before"), shown("u1"))
    assert crews(store) == [None, FIRST]
    detail = queries.detail(store, 2)
    assert detail.request.status is Status.ASSIGNED
    said = [e for e in detail.events if e.kind is EventKind.ASSIGNED]
    assert [e.actor for e in said] == ["rule All"]
    commands.assign(boss, [2], SECOND)
    pull(store, replace(shown("u1"), description="changed since"))
    assert crews(store) == [None, SECOND]
    commands.assign(boss, [2], None)
    pull(store, replace(shown("u1"), description="changed again"))
    assert crews(store) == [None, None]


def test_what_is_off_retired_or_closed_is_left_alone(store: Store, boss: Acting) -> None:
    save_rules(boss, [Rule("Off", FIRST, active=False)])
    pull(store, shown("u1"))
    save_rules(boss, [Rule("Retired", RETIRED)])
    pull(store, shown("u2"))
    assert crews(store) == [None, None]


def test_the_upstream_is_told_as_of_any_assignment(store: Store, boss: Acting) -> None:
    save_rules(boss, [Rule("All", FIRST)])
    pull(store, shown("u1"))
    by_rule = queries.detail(store, 1).outbox
    save_rules(boss, [])
    pull(store, shown("u2"))
    commands.assign(boss, [2], FIRST)
    by_hand = queries.detail(store, 2).outbox
    assert [(item.kind, item.status_word) for item in by_rule] == [(item.kind, item.status_word) for item in by_hand]


def calls(store: Store) -> Calls:
    return Calls(store, lambda _: POLICIES, timedelta(seconds=10))


def test_what_is_taken_down_here_goes_by_them_once_it_cannot_be_taken_back(
    store: Store, boss: Acting, act: Act, clock: Clock
) -> None:
    logged(act())
    clock.forward(minutes=1)
    save_rules(boss, [Rule("All", FIRST)])
    routing = calls(store)
    logged(act(), upstream="city")
    logged(act())
    taken_back = logged(act())
    assert routing.look() == 0, "they can still be taken back"
    undo(act(), taken_back.operation)
    clock.forward(seconds=10)
    assert [routing.look() for _ in range(2)] == [2, 0]
    assert crews(store) == [None, FIRST, FIRST, None], "not what came before the rules"
    said = [e for e in queries.detail(store, 2).events if e.kind is EventKind.ASSIGNED]
    assert [(e.actor, e.operation) for e in said] == [("rule All", "")]
    assert len(queries.detail(store, 2).outbox) == 2
    assert queries.columns(store, [2])[0].touched_ms is None, "nobody of the staff has touched it"


def test_a_call_that_somebody_assigned_or_imported_is_left_alone_also_by_the_next_process(
    store: Store, boss: Acting, act: Act, clock: Clock
) -> None:
    save_rules(boss, [Rule("All", FIRST)])
    for _ in range(3):
        logged(act())
    commands.assign(boss, [1], SECOND)
    commands.assign(boss, [2], SECOND)
    commands.assign(boss, [2], None)
    clock.forward(minutes=1)
    assert calls(store).look() == 1
    commands.assign(boss, [3], None)
    assert calls(store).look() == 0
    assert crews(store) == [SECOND, None, None]
    save_rules(boss, [Rule("Off", FIRST, active=False)])
    logged(act())
    clock.forward(minutes=1)
    assert calls(store).look() == 0


@pytest.mark.parametrize("after", [1, 9, 11, 14])
@pytest.mark.parametrize("first_look", [0, 3])
def test_whenever_new_rules_are_saved_a_call_goes_by_those_that_held_when_it_could_stay(
    store: Store, boss: Acting, act: Act, clock: Clock, after: int, first_look: int
) -> None:
    save_rules(boss, [Rule("Before", FIRST)])
    clock.forward(hours=1)
    routing, given = calls(store), 0
    logged(act())
    for second in range(20):
        if second == after:
            save_rules(boss, [Rule("After", SECOND)])
        if second % 5 == first_look:
            given += routing.look()
        clock.forward(seconds=1)
    assert (crews(store), given) == ([FIRST if after > 10 else SECOND], 1)


def test_what_was_taken_while_nobody_looked_is_routed_by_the_next_process_by_the_rules_of_its_time(
    store: Store, boss: Acting, act: Act, clock: Clock
) -> None:
    logged(act(), service_code="light")
    clock.forward(hours=1)
    save_rules(boss, [Rule("Trees", FIRST, ("tree",))])
    routing = calls(store)
    assert routing.look() == 0
    logged(act())
    logged(act(), service_code="light")
    clock.forward(days=2)
    save_rules(boss, [Rule("All", SECOND)])
    assert calls(store).look() == 1
    commands.add_note(act(), [3], "Again")
    assert [routing.look(), calls(store).look()] == [0, 0]
    assert crews(store) == [None, FIRST, None], "no rule of their time took the others"
    logged(act(), service_code="light")
    clock.forward(seconds=10)
    assert [routing.look(), calls(store).look()] == [1, 0]
    assert crews(store)[3] == SECOND


def test_what_could_not_be_written_is_routed_by_the_next_look(
    store: Store, boss: Acting, act: Act, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_rules(boss, [Rule("All", FIRST)])
    routing = calls(store)
    logged(act())
    assert routing.look() == 0
    clock.forward(seconds=10)
    with monkeypatch.context() as patch:
        patch.setattr(routing_calls, "load", refuse)
        with pytest.raises(StoreProblem):
            routing.look()
    assert [routing.look(), routing.look()] == [1, 0]
    assert crews(store) == [FIRST]


def refuse(*_: object) -> None:
    raise StoreProblem("The store is busy.")


@pytest.mark.parametrize(
    "damage",
    ['{"rules": [{}], "zone": "UTC"}', '{"rules": [], "zone": "Nowhere"}', '{"zone": "UTC"}', "[]", "{", '"x"', "null"],
)
def test_damaged_rules_stop_no_arrival_are_said_and_written_anew(store: Store, boss: Acting, damage: str) -> None:
    if store.path is None:
        pytest.skip("a server takes no such rules: tests/services/team/test_crewing.py")
    save_rules(boss, [Rule("All", FIRST)])
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("UPDATE routing SET rules = ?", (damage,))
    with pytest.raises(Invalid, match="cannot be read"):
        rules(store)
    assert trouble(store).startswith("The routing rules cannot be read")
    assert pull(store, shown("u1")).new == 1
    assert crews(store) == [None]
    save_rules(boss, [Rule("All", FIRST)])
    assert trouble(store) == ""
    pull(store, shown("u2"))
    assert crews(store) == [None, FIRST]
