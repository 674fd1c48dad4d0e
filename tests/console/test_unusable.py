"""A desk whose server answers and cannot be worked with: the reason is said, and nobody is sent to look at cables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
from pytestqt.qtbot import QtBot

from services.store.commands import add_note
from tests.console.test_away import ROWS, left, started, way
from tests.console.test_team import home_of, take_a_call
from tests.console.way import Way

__all__ = ["way"]


def test_a_server_that_answers_and_cannot_be_used_is_not_said_to_be_unreachable(
    way: Way, server_url: str, tmp_path: Path, qtbot: QtBot
) -> None:
    """A desk of a new version comes before the database was brought up to date."""
    home = home_of(tmp_path, way.url, "ben")
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as admin:
        (known,) = admin.execute("SELECT version_num FROM desk.alembic_version").fetchall()
        admin.execute("UPDATE desk.alembic_version SET version_num = '0004'")
        try:
            with started(home, qtbot) as desk:
                desk.until(lambda: "Nothing of its list was left here" in desk.warned)
                said = desk.warned
                assert "older than this version" in said
                assert "connect-console team migrate" in said
                assert "cannot be reached" not in said + desk.window.queue.empty.why.text()
                assert "If it stays away" not in said
                assert "older than this version" in desk.window.queue.empty.why.text()
                assert desk.window.status.away.text().startswith("Server not usable since ")
                desk.press("Ctrl+N")  # its words are read on a connection of their own, which meets the same
                assert desk.window.call is not None
                desk.until(lambda: not desk.window.intake.answering._learning)
                assert desk.warned == said
                desk.desk.act(lambda acting: add_note(acting, [1], "Gate is locked"))
                desk.until(lambda: desk.warned != said)
                assert desk.warned.startswith("Not done: The database is older")
        finally:
            admin.execute("UPDATE desk.alembic_version SET version_num = %s", known)


def test_a_list_that_an_updated_desk_cannot_read_is_not_said_to_be_shown(
    way: Way, tmp_path: Path, qtbot: QtBot
) -> None:
    """The desk was updated in the night, and in the morning the server is gone; services are known all the same."""
    home = left(home_of(tmp_path, way.url, "ana"), way, qtbot)
    home.home.joinpath("team.queue").write_bytes(b"of another version")
    with started(home, qtbot) as desk:
        desk.until(lambda: "Nothing of its list was left here" in desk.warned)
        assert "Showing the list" not in desk.warned
        assert "Calls, notes and messages are kept here" in desk.warned
        assert desk.window.queue.empty.title.text() == "There is no list here yet"
        take_a_call(desk, "Gone elm")
        desk.until(lambda: desk.window.acts.waiting.count == 1)
        way.open()
        desk.until(lambda: len(desk.ids) == ROWS + 1)


def test_the_board_says_that_the_lists_are_at_the_server(way: Way, tmp_path: Path, qtbot: QtBot) -> None:
    home = left(home_of(tmp_path, way.url, "ana"), way, qtbot)
    with started(home, qtbot) as desk:
        desk.until(lambda: len(desk.ids) == ROWS)
        desk.press("Ctrl+2")
        pane = desk.window.crews.pane
        assert pane is not None
        desk.until(lambda: pane.board.empty.isVisible())
        assert "at the server" in pane.board.empty.why.text()
        assert not pane.board.pending.isVisible()
        assert pane.isAncestorOf(desk.focus), "the keyboard stays at the board"
        way.open()
        desk.until(lambda: pane.board.list.hasFocus() and pane.board.pending.isVisible())
        assert pane.board.about.text()
        way.cut()
        desk.until(lambda: desk.desk.link.gone_since is not None)
        here = desk.window.crews.shown_day
        desk.window.crews.turn_to(here + timedelta(days=1))
        desk.until(lambda: desk.said().startswith("That day's lists are at the server"))
        assert desk.window.crews.shown_day == here
        assert pane.board.list.isVisible()
