"""Callers are known however their number is typed, with what they reported; who may not see contacts is shown less."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.exchange import OutgoingReport
from services.domain.status import ALL_ROLES, Outcome, Role, Status
from services.domain.values import REPLIES
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Invalid
from services.store import callers, commands, outbox, queries
from services.store.acting import Acting
from services.store.callers import known
from services.store.erase import erase_caller
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

ANA = {"name": "Ana Pereira", "phone": "+1 617-555-0142", "email": "Ana@Example.org", "language": "pt"}


@pytest.mark.parametrize("typed", ["6175550142", "(617) 555-0142", "+1 617 555 0142", "1-617-555-0142", "617.555.0142"])
def test_a_number_is_known_however_it_is_typed(store: Store, act: Act, typed: str) -> None:
    logged(act(), **ANA)
    (person,) = known(store, typed)
    assert (person.name, person.email, person.language) == ("Ana Pereira", "Ana@Example.org", "pt")


def test_an_address_in_any_case_and_a_name_by_its_beginnings(store: Store, act: Act) -> None:
    logged(act(), **ANA)
    logged(act(), name="Anatol Pér", phone="617 555 0199")
    assert [p.name for p in known(store, email=" ana@EXAMPLE.org")] == ["Ana Pereira"]
    assert [p.name for p in known(store, name="per ana")] == ["Anatol Pér", "Ana Pereira"]
    assert [p.name for p in known(store, name="pereira")] == ["Ana Pereira"]
    for nothing in ("", "example", "--", "Zoe"):
        assert known(store, name=nothing) == []
    assert known(store, "617 555 0000") == []
    assert known(store, "none", "") == []


def test_what_somebody_reported_before_is_listed_the_newest_first(store: Store, act: Act) -> None:
    logged(act(), **ANA)
    logged(act(), name="A. Pereira", email="ana@example.org", reply="email", consent=False)
    logged(act(), phone="617 555 0142", do_not_call=True)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.WITHDRAWN)
    (person,) = known(store, "6175550142")
    assert [e.request_id for e in person.requests] == [3, 2, 1]
    assert (person.name, person.reply, person.consent, person.do_not_call) == ("A. Pereira", "", True, True)
    assert len(person.callers) == 3
    first = person.requests[-1]
    assert (first.status, first.outcome, first.address) == (Status.CLOSED, Outcome.WITHDRAWN, "1 Main St")
    assert first.number == queries.detail(store, 1).request.number
    assert first.closed_at is not None


def test_the_number_goes_before_the_address(store: Store, act: Act) -> None:
    logged(act(), name="Ana", phone="617 555 0142")
    logged(act(), name="Bo", email="bo@example.org")
    assert [p.name for p in known(store, "6175550142", "bo@example.org")] == ["Ana"]


def test_who_is_erased_is_known_no_longer(store: Store, act: Act) -> None:
    logged(act(), **ANA)
    erase_caller(act(), 1)
    assert known(store, ANA["phone"]) == known(store, email=ANA["email"]) == known(store, name="Ana") == []


def test_a_way_to_reply_that_nobody_knows_is_refused(store: Store, act: Act) -> None:
    with pytest.raises(Invalid, match="no way to reply"):
        logged(act(), name="Ana", reply="pigeon")
    for reply in REPLIES:
        logged(act(), name="Ana", reply=reply, consent=False, do_not_call=True)
    kept = [queries.detail(store, row.id).callers[0] for row in queries.columns(store)]
    assert [(c.reply, c.consent, c.do_not_call, c.joined) for c in kept] == [(r, False, True, False) for r in REPLIES]


def narrowed(acting: Acting, roles: frozenset[Role]) -> Acting:
    rights = {**ACTION_ROLES, Action.SEE_CONTACTS: roles}
    return Acting(acting.store, acting.actor, acting.policies, timedelta(0), rights=rights)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("may", [ALL_ROLES, frozenset({Role.SUPERVISOR}), frozenset()])
def test_numbers_and_addresses_are_for_those_who_may(
    store: Store, act: Act, role: Role | None, may: frozenset[Role]
) -> None:
    logged(act(), **ANA)
    logged(act(), name="Bo", phone="911", email="nowhere")
    acting = narrowed(act(roles=frozenset({role} if role else ())), may)
    (person,) = known(store, ANA["phone"], acting=acting)
    own = queries.detail(store, 1, acting=acting).callers[0]
    odd = queries.detail(store, 2, acting=acting).callers[0]
    if role in may:
        assert (person.phone, own.email, odd.phone) == (ANA["phone"], ANA["email"], "911")
        return
    assert (person.phone, person.email) == (own.phone, own.email) == ("•••• 0142", "A•••@Example.org")
    assert (odd.phone, odd.email) == ("••••", "•••")
    assert person.name == own.name == "Ana Pereira"


def test_nobody_who_left_nothing_is_masked(store: Store, act: Act) -> None:
    logged(act(), name="Ana")
    acting = narrowed(act(), frozenset())
    assert (
        queries.detail(store, 1, acting=acting).callers[0].phone,
        known(store, name="ana", acting=acting)[0].email,
    ) == ("", "")


def test_the_rows_looked_at_have_an_end(store: Store, act: Act) -> None:
    for _ in range(5):
        logged(act(), phone="6175550142")
    (person,) = known(store, "6175550142", most=3)
    assert [e.request_id for e in person.requests] == [5, 4, 3]


KEYS = st.sampled_from(["", "a", "b", "c"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(KEYS, KEYS), max_size=8))
def test_people_are_who_share_a_number_or_an_address(pairs: list[tuple[str, str]]) -> None:
    class Row:
        def __init__(self, number: int, phone: str, email: str) -> None:
            self.id, self.phone_key, self.email_key = number, phone, email

    rows = [Row(i, *pair) for i, pair in enumerate(pairs)]
    random.Random(len(pairs)).shuffle(rows)
    grouped = callers._grouped(rows)  # type: ignore[arg-type]
    assert sorted(row.id for some in grouped for row in some) == list(range(len(pairs)))

    def alike(a: object, b: object) -> bool:
        keys = [(getattr(a, k), getattr(b, k)) for k in ("phone_key", "email_key")]
        return any(x and x == y for x, y in keys)

    whose = {row.id: number for number, some in enumerate(grouped) for row in some}
    for a in rows:
        assert all(whose[a.id] == whose[b.id] for b in rows if alike(a, b))
    for some in grouped:
        reached, left = [some[0]], list(some[1:])
        while near := [r for r in left if any(alike(r, s) for s in reached)]:
            reached += near
            left = [r for r in left if r not in near]
        assert not left, "nobody is among them without a reason"


def test_a_report_is_posted_with_its_own_caller_only(store: Store, act: Act) -> None:
    logged(act(), upstream="city", **ANA)
    (item,) = outbox.listing(store)
    report = outbox.payload(store, item)
    assert isinstance(report, OutgoingReport)
    assert report.name == "Ana Pereira"


def test_the_callers_of_what_was_pulled_are_nobody(store: Store) -> None:
    pull(store, shown("a"))
    assert queries.detail(store, 1).callers == ()
