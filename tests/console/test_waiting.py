"""What is kept at a desk while its server is gone: done once, in order, never over a colleague's work, never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from console import opening, settings, spool
from console.link import NOT_DONE, UNSURE
from console.spool import Assignment, Call, Claim, Handing, Kept, Note
from services.domain.status import Status
from services.domain.values import Changes, Place
from services.errors import Expected, Forbidden, StoreForbidden, StoreGone, StoreProblem
from services.store import claiming, commands, queries
from services.store.acting import Acting
from services.store.commands import PhoneReport
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_team import cut, fill, home_of
from widgets.call.draft import PhoneReportDraft

GONE = StoreGone("The server cannot be reached.", "Wait.")
AT = datetime.now(UTC) - timedelta(minutes=5)


@pytest.fixture
def home(tmp_path: Path, server_url: str) -> Path:
    fill(tmp_path, server_url)
    return home_of(tmp_path, server_url, "ana").home


@pytest.fixture
def ana(home: Path, tmp_path: Path, server_url: str, qtbot: QtBot) -> Iterator[Sitting]:
    with sitting_at(settings.load(home), qtbot) as sitting:
        sitting.until(lambda: len(sitting.ids) == 30)
        yield sitting


def drained(sitting: Sitting) -> bool:
    return list((sitting.settings.home / "spool").glob("*.json")) == []


def test_what_a_killed_desk_had_kept_is_done_once_at_its_next_start(
    home: Path, tmp_path: Path, server_url: str, qtbot: QtBot
) -> None:
    with closing(town.second(settings.load(home))) as store:
        first = queries.columns(store)[0].id
    spool.keep(home, Kept("one", AT, Note([first], "Gate is locked")))
    spool.keep(home, Kept("two", AT + timedelta(seconds=1), Note([first], "Dog inside")))
    with sitting_at(settings.load(home), qtbot) as sitting:
        sitting.until(lambda: drained(sitting))
        spool.keep(home, Kept("one", AT, Note([first], "Gate is locked")))  # as if it had died before forgetting it
        sitting.window.acts.waiting._go_on()
        sitting.until(lambda: drained(sitting))
        texts = [event.text for event in sitting.stored(first).events if event.text]
        assert texts == ["Dog inside", "Gate is locked"]


def test_a_refused_call_comes_back_as_a_form_and_its_file_stays(ana: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Forbidden("That service takes no reports any more.", "Choose another.")

    form = PhoneReportDraft(service_code="0", upstream="city", description="Elm down", address="9 Main St")
    report = PhoneReport("0", "Elm down", Place("9 Main St"), upstream="city")
    monkeypatch.setattr(commands, "log_call", refuse)
    spool.keep(ana.settings.home, Kept("call", AT, Call(report), 0, form))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: "takes no reports" in ana.warned)
    assert "Elm down" in ana.warned
    ana.until(lambda: [pane.draft().description for pane in ana.window.intake._open] == ["Elm down"])
    assert [file.name for file in (ana.settings.home / "spool").iterdir()] == ["call.refused"]
    timers = [timer for pane in ana.window.intake._open for timer in pane.findChildren(QTimer)]
    ana.until(lambda: not any(timer.isActive() for timer in timers))


def test_what_the_server_cannot_do_just_now_stays(ana: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    real = commands.add_note

    def busy(*args: object) -> object:
        tried.append(1)
        if len(tried) == 1:
            raise StoreProblem("The server takes no more desks just now.", "Ask whoever looks after the database.")
        return real(*args)  # type: ignore[arg-type]

    first = ana.ids[0]
    monkeypatch.setattr("console.waiting.AGAIN_MS", 0)
    monkeypatch.setattr(commands, "add_note", busy)
    spool.keep(ana.settings.home, Kept("note", AT, Note([first], "Gate is locked")))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: drained(ana))
    assert len(tried) == 2
    assert [event.text for event in ana.stored(first).events if event.text] == ["Gate is locked"]


def test_what_the_database_itself_refuses_stops_nothing_behind_it(
    ana: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, real = ana.ids[0], commands.add_note

    def refuse(acting: Acting, ids: list[int], text: str) -> Changes:
        if text == "Dog":
            raise StoreForbidden("Your role on the server may not do that.", "Ask a supervisor.")
        return real(acting, ids, text)

    monkeypatch.setattr(commands, "add_note", refuse)
    for number, text in enumerate(("Dog", "Gate is locked")):
        spool.keep(ana.settings.home, Kept(f"n{number}", AT + timedelta(minutes=number), Note([first], text)))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: drained(ana) and "may not do that" in ana.warned)
    assert "It said: “Dog”" in ana.warned
    assert [event.text for event in ana.stored(first).events if event.text] == ["Gate is locked"]
    assert [file.name for file in (ana.settings.home / "spool").iterdir()] == ["n0.refused"]
    assert ana.desk.link.why is None, "nobody is shut out by it"


def test_an_offer_stays_while_the_list_is_said_to_be_as_of_then(ana: Sitting) -> None:
    """The list as it was left is read while somebody already does something: both are to be said."""
    waiting, link = ana.window.acts.waiting, ana.desk.link
    assert ana.desk.last_state is not None
    link.gone_since, link.why = AT, GONE
    waiting._offer(Kept("a", AT, Assignment([ana.ids[0]], 1, None), 0), was_tried=False)
    ana.desk.last_state = replace(ana.desk.last_state, as_of=AT)
    ana.window.acts.away._stands(ana.desk.last_state)
    assert ana.warned.startswith("An assignment was not saved")
    assert ana.window.bar.button.text() == "Do it when the server is back"
    assert ana.window.status.away.text().startswith("List as of")
    assert ana.window.status.saved.text() == "1 not saved"
    ana.click(ana.window.bar.close_button)
    assert ana.window.status.saved.text() == "everything saved"
    link.gone_since = link.why = None


def test_what_is_under_way_is_not_done_again_by_what_waits(ana: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept while it is tried; who looks then at what waits leaves it alone, and goes on with the others."""
    first, said = ana.ids[0], list[str]()
    seen, is_seen = spool.waiting, threading.Event()
    real = commands.add_note

    def refuse(acting: Acting, ids: list[int], text: str) -> Changes:
        said.append(text)
        if text == "Now":
            assert is_seen.wait(20)
            raise Forbidden("You may not write notes.", "Ask a supervisor.")
        return real(acting, ids, text)

    def look(home: Path) -> tuple[list[Kept], int]:
        found = seen(home)
        if any(kept.work == Note([first], "Now") for kept in found[0]):
            is_seen.set()
        return found

    monkeypatch.setattr(commands, "add_note", refuse)
    monkeypatch.setattr(spool, "waiting", look)
    waiting = ana.window.acts.waiting
    waiting.do(Note([first], "Now"))
    ana.until(lambda: said == ["Now"])
    spool.keep(ana.settings.home, Kept("note", AT + timedelta(hours=1), Note([first], "Gate is locked")))
    waiting._go_on()
    ana.until(lambda: "may not write notes" in ana.warned and drained(ana) and not waiting._busy)
    assert said == ["Now", "Gate is locked"]


def test_a_command_whose_answer_was_lost_may_have_been_done(ana: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only of what met no server it is known that it was not done."""
    first, said = ana.ids[0], list[Expected]()
    ana.desk.problem.connect(said.append)

    def gone(*_: object, **__: object) -> None:
        raise GONE

    def lost(acting: Acting) -> Changes:
        commands.add_note(acting, [first], "Gate is locked")
        raise GONE

    with monkeypatch.context() as away:
        away.setattr(opening, "open_store", gone)
        ana.desk.act(lost)
        side = ana.desk._side
        ana.until(lambda: said and side is not None and not side.is_open)
        ana.desk.act(lost)
        ana.until(lambda: len(said) == 2)
    assert said == [UNSURE, NOT_DONE]
    assert [event.text for event in ana.stored(first).events if event.text] == ["Gate is locked"]


def test_an_assignment_kept_meanwhile_does_not_undo_a_colleagues(
    ana: Sitting, tmp_path: Path, server_url: str, qtbot: QtBot
) -> None:
    first, second = ana.ids[:2]
    assert ana.desk.last_found is not None
    head = ana.desk.last_found.snapshot.head
    crews = [crew.id for crew in ana.desk.last_found.snapshot.crews]
    with sitting_at(home_of(tmp_path, server_url, "carla2", member="carla"), qtbot) as carla:
        carla.until(lambda: len(carla.ids) == 30)
        carla.window.acts.waiting.do(Assignment([first], crews[1], None), lambda _: None)
        carla.turns(first, Status.ASSIGNED)
    for number, request in enumerate((first, second)):
        spool.keep(ana.settings.home, Kept(f"a{number}", AT, Assignment([request], crews[0], None), head))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: drained(ana))
    assert "Crew is now" in ana.warned
    crew = ana.stored(first).request.crew
    assert crew is not None
    assert crew.id == crews[1]
    ana.turns(second, Status.ASSIGNED)


def test_a_file_that_cannot_be_read_is_said_and_left(ana: Sitting, caplog: pytest.LogCaptureFixture) -> None:
    folder = ana.settings.home / "spool"
    folder.mkdir(exist_ok=True)
    (folder / "new.json").write_text('{"id": "new", "work": {"type": "Later"}}', encoding="utf-8")
    ana.window.acts.waiting._go_on()
    ana.until(lambda: "cannot be read by this version" in ana.warned)
    assert (folder / "new.json").exists()
    caplog.clear()


def test_a_cut_connection_keeps_a_note_and_does_it(ana: Sitting, server_url: str) -> None:
    first = ana.ids[0]
    cut(server_url)
    ana.desk.selection.set((first,))
    ana.window.acts.add_note("Gate is locked", ana.desk.selection.ids)
    ana.until(lambda: drained(ana) and not ana.desk.tasks._pools["drafts"]._work_queue.qsize())
    ana.until(lambda: [e.text for e in ana.stored(first).events if e.text] == ["Gate is locked"])


def test_a_claim_kept_meanwhile_takes_nothing_from_a_colleague(ana: Sitting, tmp_path: Path, server_url: str) -> None:
    first, second, third = ana.ids[:3]
    assert ana.desk.last_found is not None
    head = ana.desk.last_found.snapshot.head
    ben = home_of(tmp_path, server_url, "ben")
    with closing(town.second(ben)) as store:
        claiming.claim(opening.acting(store, ben), [first, third])
    work: list[spool.Work] = [Claim([first]), Claim([second]), Handing([second], "carla"), Handing([third], "")]
    for number, one in enumerate(work):
        spool.keep(ana.settings.home, Kept(f"c{number}", AT + timedelta(seconds=number), one, head))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: drained(ana))
    holders = [ana.stored(request).request.claimed_by for request in (first, second, third)]
    assert holders == ["ben", "carla", "ben"], "ana is a dispatcher, who may take it from ben, had she seen that"
    refused = sorted(file.name for file in (ana.settings.home / "spool").glob("*.refused"))
    assert refused == ["c0.refused", "c3.refused"]
    ana.until(lambda: "ben has it now" in ana.warned)


@pytest.mark.parametrize("minutes", [-90, 90])
def test_a_call_counts_from_when_it_was_taken_and_never_from_tomorrow(ana: Sitting, minutes: int) -> None:
    taken = datetime.now(UTC) + timedelta(minutes=minutes)
    report = PhoneReport("0", "Gone elm", Place("9 Main St"), upstream="city", operation="call")
    spool.keep(ana.settings.home, Kept("call", taken, Call(report)))
    ana.window.acts.waiting._go_on()
    ana.until(lambda: len(ana.ids) == 31 and drained(ana))
    made = next(r for r in map(ana.stored, ana.ids) if r.request.description == "Gone elm")
    asked = min(taken, made.events[0].at)
    assert abs(made.request.requested_at - asked) < timedelta(seconds=1)
    assert made.request.due_at is not None
    assert abs(made.request.due_at - asked - timedelta(hours=72)) < timedelta(seconds=1)
    assert abs(made.events[0].at - datetime.now(UTC)) < timedelta(minutes=1), "history has when it was logged"
