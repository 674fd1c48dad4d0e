"""A desk that is started while its server is gone: the list as it was left, and work that is done once it is back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from sqlalchemy.engine import make_url

from console import drafts, settings, spool
from console.app import Application
from console.link import _OPEN
from console.settings import Settings
from services.domain.status import Status
from services.domain.values import Attribute, Service
from services.store import server, upstreams
from services.team import members, setup
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_team import fill, home_of, note, take_a_call
from tests.console.way import Way, way_to
from tests.services.postgres import running

ROWS = 30


@pytest.fixture
def way(server_url: str, tmp_path: Path) -> Iterator[Way]:
    fill(tmp_path, server_url)
    with way_to(server_url) as made:
        yield made


@pytest.fixture
def ana(way: Way, tmp_path: Path, qtbot: QtBot) -> Settings:
    """Her home, in which a desk has left its list; now the server is gone."""
    return left(home_of(tmp_path, way.url, "ana"), way, qtbot)


def left(home: Settings, way: Way, qtbot: QtBot) -> Settings:
    with sitting_at(home, qtbot) as sitting:
        sitting.until(lambda: len(sitting.ids) == ROWS)
    way.cut()
    return home


@contextmanager
def started(home: Settings, bot: QtBot) -> Iterator[Sitting]:
    """A desk whose server is gone, as soon as it says so."""
    made = Application(home, scheme="light", sync=False)
    try:
        made.show((1600, 1000))
        sitting = Sitting(made, bot)
        sitting.until(lambda: made.desk.link.gone_since is not None and made.window.is_ready)
        sitting.come_back()
        yield sitting
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def shows(sitting: Sitting, size: int) -> bool:
    return len(sitting.ids) == size


def head_of(sitting: Sitting) -> int:
    """How far the history has come that is on screen."""
    assert sitting.desk.last_found is not None
    return sitting.desk.last_found.snapshot.head


def kept(sitting: Sitting) -> list[Path]:
    return list((sitting.settings.home / "spool").glob("*.json"))


def descriptions(sitting: Sitting, words: str) -> int:
    """How many requests in the store say so."""
    said = [sitting.stored(request_id).request.description for request_id in sitting.ids]
    return said.count(words)


def test_it_shows_the_list_as_it_was_left_and_says_so(ana: Settings, way: Way, qtbot: QtBot) -> None:
    with started(ana, qtbot) as desk:
        desk.until(lambda: len(desk.ids) == ROWS)
        desk.until(lambda: "Showing the list as of" in desk.warned)
        assert "server cannot be reached (since" in desk.warned
        assert "Calls, notes and messages are kept here" in desk.warned
        assert desk.window.status.away.text().startswith("List as of ")
        assert "server gone since" in desk.window.status.away.text()
        assert not desk.window.status.upstream.isVisible()
        assert desk.window.status.who.text() == "ana"
        assert "dispatcher" not in desk.window.registry["request.assign"].disabled(desk.window)
        desk.window.bar.clear()
        desk.desk.set_query("service:pothole")
        desk.until(lambda: len(desk.ids) == ROWS // 3)
        assert desk.window.status.away.isVisible(), "what was closed above is still said below"
        way.open()
        desk.until(lambda: desk.said() == "The server is back")
        assert not desk.window.status.away.isVisible()
        assert desk.window.status.upstream.isVisible()
        assert desk.desk.last_state is not None
        desk.until(lambda: desk.desk.last_state and desk.desk.last_state.as_of is None)


def test_a_request_is_shown_as_far_as_the_list_has_it(ana: Settings, way: Way, qtbot: QtBot) -> None:
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.ids)
        first = desk.ids[0]
        desk.choose(first)
        detail = desk.window.detail
        assert detail.head.title.text() == "Fallen tree"
        assert "0 Main St" in detail.head.address.text()
        assert "at the server" in detail.head.description.text()
        assert not detail.callers.isVisible()
        assert not detail.timeline.isVisible()
        way.open()
        desk.until(lambda: "Somebody wrote about number 0" in detail.head.description.text())
        assert detail.timeline.isVisible()
        assert detail.callers.isVisible()


def test_work_waits_and_is_done_once(ana: Settings, way: Way, qtbot: QtBot) -> None:
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.ids)
        first, second, third = desk.ids[:3]
        desk.desk.selection.set((third,))
        take_a_call(desk, "Gone elm")
        note(desk, first, "Gate is locked")
        desk.until(lambda: desk.window.acts.waiting.count == 2)
        assert desk.window.status.saved.text() == "2 kept here for the server"
        desk.choose(second)
        desk.press("C")
        desk.until(lambda: desk.warned.startswith("A claim was not saved, since the server could not be reached"))
        desk.click(desk.window.bar.button)
        desk.until(lambda: desk.window.acts.waiting.count == 3)
        desk.choose(third)
        desk.press("A")
        desk.pick("Tree 2")
        desk.until(lambda: "An assignment was not saved" in desk.warned)
        desk.click(desk.window.bar.close_button)  # they leave it
        assert len(kept(desk)) == 3
        way.open()
        desk.until(lambda: desk.window.acts.waiting.count == 0 and len(desk.ids) == ROWS + 1)
        assert desk.window.status.saved.text() == "everything saved"
        assert descriptions(desk, "Gone elm") == 1
        assert [event.text for event in desk.stored(first).events if event.text] == ["Gate is locked"]
        assert (desk.stored(second).request.claimed_by, desk.stored(third).request.status) == ("ana", Status.NEW)
        assert desk.window.toasts.take_newest(), "what is done late can be taken back too"


def test_all_that_was_not_saved_is_offered_together(ana: Settings, way: Way, qtbot: QtBot) -> None:
    with started(ana, qtbot) as desk:
        desk.until(lambda: len(desk.ids) == ROWS)
        desk.choose(third := desk.ids[2])
        desk.press("C")
        desk.until(lambda: "A claim was" in desk.warned)
        desk.click(desk.window.bar.close_button)
        for request in (first := desk.ids[0], second := desk.ids[1]):
            desk.choose(request)
            desk.press("A")
            desk.pick("Tree 2")
        desk.until(lambda: "2 assignments were not saved" in desk.warned)
        way.open()
        desk.until(lambda: desk.window.bar.button.text() == "Do all 2 now")
        desk.click(desk.window.bar.button)
        desk.turns(second, Status.ASSIGNED)
        assert (desk.stored(first).request.status, desk.stored(third).request.claimed_by) == (Status.ASSIGNED, "")


def test_words_are_looked_for_in_the_list_and_that_is_said(ana: Settings, way: Way, qtbot: QtBot) -> None:
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.ids)
        desk.window.show_query("main light")
        desk.until(lambda: len(desk.ids) == ROWS // 3)
        assert "words are looked for in numbers, addresses, services and areas only" in desk.window.unclear.words.text()
        desk.window.show_query("wrote")
        desk.until(lambda: not desk.ids)
        way.open()
        desk.until(lambda: len(desk.ids) == ROWS)
        desk.until(lambda: not desk.window.unclear.isVisible())


def test_a_server_that_does_not_say_a_word_keeps_nobody_waiting(
    ana: Settings, way: Way, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server._DEFAULTS, "connect_timeout", "600")
    way.block()
    made = Application(ana, scheme="light", sync=False)
    try:
        made.show((1600, 1000))
        desk = Sitting(made, qtbot)
        desk.until(lambda: len(desk.ids) == ROWS)
        for query, size in (("service:pothole", 10), ("status:open", ROWS), ("main tree", 10)):
            made.desk.set_query(query)
            desk.until(partial(shows, desk, size))
        assert made.desk.tasks.under_way(_OPEN), "neither waits until it is given up: that takes ten minutes here"
        way.open()
        desk.until(lambda: made.desk.last_state is not None and made.desk.last_state.as_of is None)
    finally:
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_first_start_ever_has_no_list_and_takes_calls_as_drafts(way: Way, tmp_path: Path, qtbot: QtBot) -> None:
    way.cut()
    with started(home_of(tmp_path, way.url, "ben"), qtbot) as desk:
        desk.until(lambda: "Nothing of its list was left here" in desk.warned)
        assert "Calls can be written down" in desk.warned
        assert desk.ids == []
        assert desk.window.queue.empty.isVisible()
        assert desk.window.status.who.text() == "ben"
        desk.press("Ctrl+N")
        call = desk.window.call
        assert call is not None
        call.address.setText("9 Main St")
        call.description.set_text("Gone elm")
        desk.press("Ctrl+Return")
        assert desk.window.call is call, "without a service it cannot be logged"
        desk.until(lambda: len(drafts.kept(desk.settings.home)) == 1)
        way.open()
        desk.until(lambda: len(desk.ids) == ROWS)
        call.service.choose("city", "0")
        desk.press("Ctrl+Return")
        desk.until(lambda: len(desk.ids) == ROWS + 1)
        assert descriptions(desk, "Gone elm") == 1


@pytest.mark.parametrize("other", ["another database", "another person", "another store"])
def test_a_list_that_is_not_theirs_is_not_shown(
    ana: Settings, way: Way, tmp_path: Path, qtbot: QtBot, other: str
) -> None:
    config = ana.home / "config.toml"
    address = make_url(ana.config.store.url)
    if other == "another store":
        known = ana.home / "team.asof"
        known.write_text(json.dumps(json.loads(known.read_text()) | {"store_id": "of another"}))
    else:
        changed = address.set(database="elsewhere") if other == "another database" else address.set(username="ben")
        said = config.read_text()
        config.write_text(said.replace(ana.config.store.url, changed.render_as_string()))
        assert config.read_text() != said
    with started(settings.load(ana.home), qtbot) as desk:
        desk.until(lambda: desk.desk.last_state is not None)
        assert desk.ids == []
        assert desk.desk.last_found is not None
        assert len(desk.desk.last_found.snapshot) == 0


def test_whoever_is_let_in_no_more_loses_the_list_on_screen_and_disk(
    way: Way, server_url: str, tmp_path: Path, qtbot: QtBot
) -> None:
    ben = left(home_of(tmp_path, way.url, "ben"), way, qtbot)
    ben.home.joinpath("front").write_bytes(b"a picture of the list")
    with started(ben, qtbot) as desk:
        desk.until(lambda: len(desk.ids) == ROWS)
        desk.choose(desk.ids[0])
        members.remove(server_url, "ben")
        way.open()
        desk.until(lambda: not desk.ids)
        desk.until(lambda: "may not use that database" in desk.warned)
        assert desk.chosen() == ()
        assert desk.window.status.away.text() == "Not let in by the server"
        assert "may not use that database" in desk.window.queue.empty.why.text()
        desk.until(lambda: not any((ben.home / name).exists() for name in ("team.queue", "team.asof", "front")))
        desk.window.bar.clear()
        note(desk, 1, "Gate is locked")
        desk.until(lambda: "may not use that database" in desk.warned)
        assert kept(desk) == [], "what the server refuses is not kept for it"
    assert not (ben.home / "team.queue").exists(), "nor does closing leave it again"
    way.cut()
    with started(ben, qtbot) as desk:
        desk.until(lambda: desk.desk.last_state is not None)
        assert desk.ids == []


def test_a_call_survives_a_killed_desk_and_is_filed_once(tmp_path: Path, qtbot: QtBot) -> None:
    with running(fsync="on", full_page_writes="on", synchronous_commit="on") as own:
        url = own.url("city", "postgres")
        setup.init(url)
        fill(tmp_path, url)
        home = home_of(tmp_path, url, "ana")
        with sitting_at(home, qtbot) as desk:
            desk.until(lambda: len(desk.ids) == ROWS)
        own.stop("immediate")
        killed_with_a_call(home.home, "Gone elm")
        assert [one.work.said for one in spool.waiting(home.home)[0]] == ["Gone elm"]
        with started(home, qtbot) as desk:
            desk.until(lambda: len(desk.ids) == ROWS and desk.window.acts.waiting.count == 1)
            desk.until(lambda: [p.draft().description for p in desk.window.intake.panes] == ["Gone elm, the other one"])
            own.start()
            desk.until(lambda: len(desk.ids) == ROWS + 1 and desk.window.acts.waiting.count == 0)
            assert descriptions(desk, "Gone elm") == 1
            assert kept(desk) == []
        with sitting_at(home, qtbot) as desk:
            desk.until(lambda: len(desk.ids) == ROWS + 1)
            assert descriptions(desk, "Gone elm") == 1


def killed_with_a_call(home: Path, words: str) -> None:
    """Have another process take this call, and kill it where it stands."""
    command = [sys.executable, "-m", "tests.console.doomed", str(home), words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"kept\n"
        finally:
            os.kill(process.pid, signal.SIGKILL)


def test_a_draft_that_waits_already_is_not_there_twice(ana: Settings, way: Way, qtbot: QtBot) -> None:
    """As if the desk had died between keeping a call for the server and deleting its draft."""
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.ids)
        take_a_call(desk, "Gone elm")
        desk.until(lambda: desk.window.acts.waiting.count == 1)
    (waiting,), _ = spool.waiting(ana.home)
    assert waiting.form is not None
    drafts.keep(ana.home, drafts.Draft(waiting.id, waiting.at, waiting.form))
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.window.intake.restoring.is_done and desk.window.acts.waiting.count == 1)
        assert desk.window.intake.panes == []
        desk.until(lambda: drafts.kept(ana.home) == [])
        way.open()
        desk.until(lambda: len(desk.ids) == ROWS + 1)
        assert descriptions(desk, "Gone elm") == 1


def test_the_list_is_kept_soon_after_a_start_and_when_the_server_goes(
    way: Way, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.SOON_MS", 0)
    home = home_of(tmp_path, way.url, "ana")
    saved = home.home / "team.queue"
    with sitting_at(home, qtbot) as desk:
        desk.until(saved.exists)
        first, head = saved.read_bytes(), head_of(desk)
        note(desk, desk.ids[0], "Gate is locked")
        desk.until(lambda: head_of(desk) > head)
        way.cut()
        desk.until(lambda: desk.desk.link.gone_since is not None)
        desk.until(lambda: saved.read_bytes() != first)


def test_no_picture_is_left_of_a_desk_without_its_server(ana: Settings, qtbot: QtBot) -> None:
    """The next start would say that it is as of now; the one that was left before says truly as of when it is."""
    with started(ana, qtbot) as desk:
        desk.until(lambda: desk.ids)
        desk.made.leave()
        assert not (ana.home / "front").exists()


def test_a_question_of_a_service_is_asked_from_what_is_known(way: Way, tmp_path: Path, qtbot: QtBot) -> None:
    with closing(town.second(home_of(tmp_path, way.url, "asker", member="worker"))) as store:
        listed = [Service(str(i), name, "city", has_definition=i == 1) for i, name in enumerate(town.SERVICES)]
        upstreams.apply_services(store, "city", listed)
        upstreams.apply_definition(
            store, "city", "1", (Attribute("DEPTH", "string", "How deep is it?", required=True),)
        )
    home = left(home_of(tmp_path, way.url, "ana"), way, qtbot)
    with started(home, qtbot) as desk:
        desk.until(lambda: desk.ids)
        desk.press("Ctrl+N")
        call = desk.window.call
        assert call is not None
        call.service.choose("city", "1")
        desk.until(lambda: [row.asked.description for row in call.questions.rows] == ["How deep is it?"])


def test_what_is_read_when_the_server_goes_stays_on_screen(way: Way, tmp_path: Path, qtbot: QtBot) -> None:
    with sitting_at(home_of(tmp_path, way.url, "ana"), qtbot) as desk:
        desk.until(lambda: len(desk.ids) == ROWS)
        first, second = desk.ids[:2]
        desk.choose(first)
        description = desk.window.detail.head.description
        assert "Somebody wrote about number 0" in description.text()
        way.cut()
        desk.until(lambda: desk.desk.link.gone_since is not None)
        desk.desk._on_tick()
        landed: list[object] = []
        desk.desk.ask(lambda _: None, landed.append)
        desk.until(lambda: landed)
        assert "Somebody wrote about number 0" in description.text()
        desk.choose(second)
        assert "at the server" in description.text(), "and never stands beside another request"
        assert "The list is as it stood then" in desk.warned or "Showing the list as of" in desk.warned
