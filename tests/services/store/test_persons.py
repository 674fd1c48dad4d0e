"""One person's data is found, given out and erased, and is then in no file; the requests and their history stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.domain.exchange import Receipt
from services.domain.outbox import MAIL
from services.domain.status import Outcome, Role, Status
from services.domain.values import EventKind
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Forbidden, Invalid
from services.queue.file import save
from services.queue.letters import Letters
from services.queue.snapshot import build
from services.queue.word_index import build_index
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.callers import Person, known
from services.store.calls import call_backs
from services.store.joining import CallerWords, join, log_enquiry
from services.store.persons import Erased, erase, export, find
from services.store.store import Store
from services.store.undo import undo
from tests.services.clock import Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import assert_index_is_whole, logged, pull, shown

XA = {"name": "Xaverius Ytter", "phone": "+1 617-555-0142", "email": "Xaverius@example.org"}
WORDS = ("Xaverius", "Ytter", "5550142", "555-0142", "Wolframite", "Zirconium", "Niobium", "Tantalum")


def one(acting: Acting, **by: str) -> Person:
    (person,) = find(acting, **by)
    return person


def a_life(store: Store, act: Act) -> None:
    """Reported one, joined another, asked about a third, joined a fourth by mistake; others wrote of them."""
    logged(act(), description="Wolframite", attributes={"GATE": ("Zirconium",)}, **XA)
    pull(store, shown("b"), shown("c", description="Call Xaverius Ytter at 617 555 0142"), shown("d"))
    join(act(), 2, CallerWords(XA["name"], "617 555 0142"), "Niobium")
    log_enquiry(act(), 3, CallerWords(email="XAVERIUS@example.org"), "Tantalum")
    join(act(), 4, CallerWords("Xaverius", "", XA["email"]), "Niobium too")
    undo(act())
    commands.add_note(act(), [1], "Xaverius  YTTER is cross")
    commands.add_note(act(), [1], "Ring (617) 555-0142 first")
    commands.add_note(act(), [1], "Gate is locked")
    logged(act(), name="Bo Lund", phone="617 555 0188", description="Other")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("store", ["file"], indirect=True)
def test_a_person_erased_is_in_no_file_and_the_requests_stay(store: Store, act: Act, tmp_path: Path) -> None:
    a_life(store, act)
    letters = Letters()
    build_index(letters, store, lambda: False)
    before = {r.id: len(queries.detail(store, r.id).events) for r in queries.columns(store)}
    assert any(b"xaverius" in content for content in files(tmp_path).values())
    erased = erase(act(), one(act(), phone="617-555-0142"))
    assert (erased.callers, erased.requests, erased.upstreams) == (4, (1, 2, 3, 4), ("city",))
    assert (erased.texts, erased.descriptions) == (5, 2)
    assert "Copies at “city” have to be erased there." in erased.sentence
    assert save(build(list(queries.columns(store)), ()), tmp_path / "desk.db.queue", store.store_id)
    for name, content in files(tmp_path).items():
        for word in WORDS:
            assert word.lower().encode() not in content, (word, name)
    for word in WORDS:
        assert queries.search(store, word) == []
    assert {r.id: len(queries.detail(store, r.id).events) for r in queries.columns(store)} == {
        i: n + (i in (1, 2, 3, 4)) for i, n in before.items()
    }
    texts = {e.text for e in queries.detail(store, 1).events}
    assert "Gate is locked" in texts
    assert queries.detail(store, 5).callers[0].name == "Bo Lund"
    assert queries.detail(store, 2).events[0].kind is EventKind.ERASED
    pull(store, shown("c", "open", description="Call Xaverius Ytter at 617 555 0142", status_notes="again"))
    assert queries.detail(store, 3).request.description == "", "a later pull does not bring it back"
    assert known(store, XA["phone"]) == find(act(), name="Xaverius") == []
    assert_index_is_whole(store)


def test_nothing_waits_for_who_is_erased(store: Store, act: Act) -> None:
    logged(act(), **XA)
    logged(act(), name="Xaverius", phone="617 555 0142")
    commands.set_status(act(), [1, 2], Status.CLOSED, Outcome.FIXED)
    assert (len(outbox.listing(store)), len(call_backs(store))) == (1, 1)
    erase(act(), one(act(), phone="6175550142"))
    assert (outbox.listing(store), call_backs(store)) == ([], [])


def test_what_is_about_to_leave_is_waited_for(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city", **XA)
    with pytest.raises(Invalid, match="about to leave"):
        erase(act(), one(act(), phone=XA["phone"]))
    assert find(act(), phone=XA["phone"])
    pull(store, shown("b"))
    join(act(), 2, CallerWords("Zoe Quill", email="zoe@example.org"))
    commands.send_message(act(), [2], "Dear Zoe Quill")
    with pytest.raises(Invalid, match="about to leave"):
        erase(act(), one(act(), email="zoe@example.org"))


def test_everything_is_given_out_in_words(store: Store, act: Act, clock: Clock) -> None:
    a_life(store, act)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED, "Mended")
    (item,) = outbox.waiting(store, [MAIL], clock.forward(seconds=60))
    outbox.claim(store, item.id, clock.now)
    outbox.sent(store, item.id, Receipt(id="x"), clock.now)
    given = export(act(), one(act(), email=XA["email"]))
    assert (given["name"], given["phone"]) == ("Xaverius", "617 555 0142")
    entries = given["entries"]
    assert isinstance(entries, list)
    assert [(e["reported_it"], e["withdrawn"], e["description"]) for e in entries] == [
        (True, False, "Wolframite"),
        (False, False, None),
        (False, False, None),
        (False, True, None),
    ]
    assert entries[0]["answers"] == {"GATE": "Zirconium"}
    assert (entries[0]["status"], entries[0]["outcome"]) == ("Closed", "Fixed")
    assert [t["text"] for t in entries[0]["told_by_us"]] == ["Mended"]
    assert entries[0]["told_by_us"][0]["at"]
    assert [s["text"] for e in entries for s in e["said"]] == ["Niobium", "Tantalum", "Niobium too"]


def test_the_withdrawn_are_found_by_name_too(store: Store, act: Act) -> None:
    pull(store, shown("a"))
    join(act(), 1, CallerWords("Zoe Quill"))
    undo(act())
    assert known(store, name="quill") == []
    assert [p.name for p in find(act(), name="quill zoe")] == ["Zoe Quill"]


def test_who_may(store: Store, act: Act) -> None:
    logged(act(), **XA)
    person = one(act(), phone=XA["phone"])
    taker = act(roles=frozenset({Role.CALL_TAKER}))
    assert find(taker, phone=XA["phone"])
    for forbidden in (export, erase):
        with pytest.raises(Forbidden, match="supervisor"):
            forbidden(taker, person)
    narrow = {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.SUPERVISOR})}
    with pytest.raises(Forbidden, match="may not see contacts"):
        find(Acting(store, taker.actor, {}, taker.hold, rights=narrow), phone=XA["phone"])
    blind = {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset({Role.CALL_TAKER})}
    supervisor = act(roles=frozenset({Role.SUPERVISOR}))
    with pytest.raises(Forbidden, match="may not see contacts"):
        export(Acting(store, supervisor.actor, {}, supervisor.hold, rights=blind), person)
    with pytest.raises(Invalid, match="Nobody is named"):
        find(act())


def test_a_number_too_short_and_a_name_alone_take_little_along(store: Store, act: Act) -> None:
    logged(act(), name="", phone="911", description="x")
    logged(act(), description="nothing of theirs")
    commands.add_note(act(), [1], "Call 911 at once")
    erased = erase(act(), one(act(), phone="911"))
    assert (erased.texts, erased.callers) == (0, 1)
    assert Erased(1, 0, 0, (1,), ()).sentence.startswith("Erased: 1 caller entries, 0 texts, 0 descriptions. Backups")
