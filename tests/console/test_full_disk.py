"""A real desk at a server whose disk is full: nobody's words are lost, and it is said who can make room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from pytestqt.qtbot import QtBot

from services.domain.status import Status
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_team import fill, home_of, note
from tests.server import cramped_team
from tests.services.disks import Disk
from tests.services.postgres import Postgres

MOST = 2_000
"""Notes that a disk without room takes at most."""


@contextmanager
def sitting(where: str, folder: Path, bot: QtBot) -> Iterator[tuple[Sitting, Postgres, Disk]]:
    """A dispatcher, the server they work on, and its small disk."""
    with cramped_team(where) as server:
        url = server.url("desks", "postgres")
        fill(folder, url)
        with sitting_at(home_of(folder, url, "ana"), bot) as ana:
            ana.until(lambda: len(ana.ids) == 30)
            assert server.disk is not None
            yield ana, server, server.disk


def note_until(ana: Sitting, request: int, ends: str) -> list[str]:
    """Note after note, until the bar says so; all texts, of which the last was not saved, as far as the desk knows."""
    texts: list[str] = []
    while ends not in ana.warned:
        assert len(texts) < MOST
        texts.append(f"{len(texts)} {Random(len(texts)).randbytes(1_500).hex()}")
        said = len(ana.window.toasts.shown), ana.said()
        done: list[object] = []
        ana.desk.acted.connect(done.append)
        note(ana, request, texts[-1])
        ana.until(lambda: done or ends in ana.warned or said != (len(ana.window.toasts.shown), ana.said()))  # noqa: B023
        ana.desk.acted.disconnect(done.append)
    return texts


def noted(ana: Sitting, request: int) -> list[str]:
    """What is there, the oldest first."""
    return [event.text for event in reversed(ana.stored(request).events) if event.text]


def kept(ana: Sitting, folder: str) -> list[Path]:
    return list((ana.settings.home / folder).glob("*.json"))


def test_what_has_no_room_comes_back_to_who_wrote_it(tmp_path: Path, qtbot: QtBot) -> None:
    with sitting("data", tmp_path, qtbot) as (ana, _, disk):
        first = ana.ids[0]
        ana.choose(first)
        disk.fill()
        texts = note_until(ana, first, "disk is full")
        assert ana.warned == (
            "The server's disk is full; nothing of this was saved."
            " Ask whoever looks after the database. What was saved before is safe."
        )
        assert ana.desk.link.gone_since is None
        field = ana.window.detail.note.field
        ana.until(lambda: field.text() == texts[-1])
        assert kept(ana, "spool") == []
        assert noted(ana, first) == texts[:-1]
        disk.make_room()
        note(ana, first, texts[-1])
        ana.until(lambda: noted(ana, first) == texts)


def test_a_call_stays_on_the_form_until_there_is_room(tmp_path: Path, qtbot: QtBot) -> None:
    with sitting("data", tmp_path, qtbot) as (ana, _, disk):
        disk.fill()
        note_until(ana, ana.ids[0], "disk is full")
        ana.window.bar.clear()
        ana.press("Ctrl+N")
        call = ana.window.call
        assert call is not None
        call.service.choose("city", "0")
        call.address.setText("9 Main St")
        call.description.set_text("Gone elm " * 400)
        ana.press("Ctrl+Return")
        ana.until(lambda: "disk is full" in ana.warned and not call.saving)
        assert ana.window.call is call
        assert call.draft().description.startswith("Gone elm")
        disk.make_room()
        ana.press("Ctrl+Return")
        ana.until(lambda: ana.window.call is None)
        ana.until(lambda: len(ana.ids) == 31 and kept(ana, "drafts") == [])


def test_a_server_that_stopped_for_its_full_log_is_waited_for(tmp_path: Path, qtbot: QtBot) -> None:
    with sitting("wal", tmp_path, qtbot) as (ana, server, disk):
        first, second = ana.ids[:2]
        disk.fill()
        texts = note_until(ana, first, "server cannot be reached (since")
        assert ana.warned.endswith("If it stays away, ask whoever looks after the database.")
        ana.until(lambda: ana.window.acts.waiting.count == 1)
        assert len(kept(ana, "spool")) == 1
        disk.make_room()
        ana.until(server.is_up)
        ana.until(lambda: ana.window.acts.waiting.count == 0)
        ana.until(lambda: ana.desk.link.gone_since is None)
        assert noted(ana, first) == texts
        ana.come_back()
        ana.choose(second)
        ana.press("A")
        ana.pick("Tree 2")
        ana.turns(second, Status.ASSIGNED)
