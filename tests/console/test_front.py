"""The first window: what is left when the desk closes, shown by the next start before anything else is imported."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import FRONT_FILE, __version__, front, leaving
from console.app import Application
from console.cli.early import _home, first_window
from console.settings import Settings
from services.domain.spans import age, due
from tests.console import town
from tests.console.conftest import Sitting, sitting_at

NOW = 1_700_000_000_000
PIECES = {
    style + part: (0, 8) for style in (front.AGE, front.DUE, front.SOON) for part in (*"0123456789", *front.UNITS)
}
LEFT = front.Front(
    __version__, "Désk", b"\x00g", 8, 2, (1, 1), 1.5, 9.0, 48, 4, PIECES, 4, (front.Clock(True, NOW, 7, 1, 9),)
)
PIXELS = bytes(range(192))


def words_of(clock: front.Clock, now_ms: int) -> str:
    """The words that the pieces of a clock spell."""
    names = [n for n in front._names(clock, now_ms) if "mark" not in n]
    return "".join(n.partition(" ")[2] or " " for n in reversed(names)).strip()


@given(st.integers(-(10**14), 10**14))
def test_the_clocks_say_what_the_queue_says(ms: int) -> None:
    assert words_of(front.Clock(False, NOW - ms, 0, 0, 0), NOW) == age(ms)
    until = front.Clock(True, NOW + ms, 0, 0, 0)
    said, minutes = due(ms)
    assert words_of(until, NOW) == said
    marks = {n for n in front._names(until, NOW) if "mark" in n}
    assert marks == ({front.LATE_MARK} if minutes < 0 else {front.SOON_MARK} if minutes < 120 else set())


def test_what_was_left_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "front.1.new").write_bytes(b"of a process that was killed")
    front.write(tmp_path / "front", LEFT, PIXELS)
    read = front.read(tmp_path / "front")
    assert read is not None
    assert (read[0], bytes(read[1])) == (LEFT, PIXELS)
    assert stat.S_IMODE((tmp_path / "front").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["front"]


def test_damage_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "front"
    front.write(path, LEFT, PIXELS)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert front.read(path) is None
        path.write_bytes(whole[:at])
        assert front.read(path) is None
    front.write(path, LEFT._replace(version="0"), PIXELS)
    assert front.read(path) is None
    front.write(path, LEFT, PIXELS[:-4])
    assert front.read(path) is None
    assert front.read(tmp_path / "nothing") is None


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "front").mkdir()
    with pytest.raises(OSError, match="front"):
        front.write(tmp_path / "front", LEFT, PIXELS)
    assert os.listdir(tmp_path) == ["front"]


@pytest.mark.parametrize(
    ("words", "home"),
    [
        ([], ""),
        (["--home", "x"], "x"),
        (["--home=x", "--as", "ana"], "x"),
        (["list"], None),
        (["--home", "x", "list"], None),
        (["--version"], None),
        (["--home"], ""),
    ],
)
def test_only_the_bare_command_shows_the_first_window(words: list[str], home: str | None) -> None:
    assert _home(words) == home


@contextmanager
def left_at(settings: Settings, bot: QtBot) -> Iterator[Sitting]:
    """A desk that leaves what its next start shows, when it is closed."""
    with sitting_at(settings, bot) as made:
        yield made
        made.made.leave()


def fresh(settings: Settings) -> None:
    """Let the application have the font that it has when a process begins; the desk sets its own."""
    read = front.read(settings.home / FRONT_FILE)
    assert read is not None
    if read[0].points > 0:
        font = QApplication.font()
        font.setPointSizeF(read[0].points)
        QApplication.setFont(font)


@contextmanager
def started(settings: Settings, bot: QtBot) -> Iterator[tuple[front.Frame, Application]]:
    """The next start: the first window, and the desk that is to settle in it."""
    fresh(settings)
    frame = first_window(["--home", str(settings.home)])
    assert frame is not None
    bot.waitUntil(lambda: frame.painted)
    made = Application(settings, scheme="light", sync=False)
    try:
        yield frame, made
    finally:
        frame.close()
        made.frame = frame
        made.close()
        frame.lock.unlock()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def image_of(frame: front.Frame) -> QImage:
    return frame.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def test_the_first_window_looks_as_the_desk_did(desk: Sitting, qtbot: QtBot) -> None:
    desk.choose(desk.ids[3])
    desk.window.show_query("fallen tree")
    desk.made.leave()
    assert desk.desk.query == leaving.FIRST_QUERY
    shown = desk.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows, table = len(desk.ids), desk.table
    view = QRect(table.viewport().mapTo(desk.window, QPoint(0, 0)), table.viewport().size())
    with started(desk.settings, qtbot) as (frame, _):
        left = frame.left
        assert left is not None
        assert (left.width, left.height) == (desk.window.width(), desk.window.height())
        frame.resize(left.width, left.height)  # the offscreen platform's screen is smaller
        now = image_of(frame)
        above = QRect(0, 0, shown.width(), view.top())
        below = QRect(
            0, view.bottom() + 1, shown.width(), left.height - view.bottom() - 1 - desk.window.status.height()
        )
        for same in (above, below):
            assert now.copy(same) == shown.copy(same)
        assert now != shown, "the status line says that the desk is opening"
        tops = {clock.top for clock in left.clocks}
        assert len(tops) in {rows, view.height() // left.clocks[0].height}
        by_row = [c.ms for c in left.clocks if c.is_due]
        snapshot = table.rows.snapshot
        assert by_row == [int(snapshot.due_ms[int(table.rows.order[row])]) for row in range(len(by_row))]


def test_the_desk_settles_in_it_with_the_keys_typed_meanwhile(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot) as before:
        ids = before.ids
    with started(settings, qtbot) as (frame, made):
        assert first_window(["--home", str(settings.home)]) is None, "one desk for each home"
        frame.resize(1600, 1000)  # the offscreen platform's screen is smaller than the desk likes
        place, title = frame.geometry(), frame.windowTitle()
        QTest.keyClick(frame, Qt.Key.Key_J)
        QTest.keyClick(frame, Qt.Key.Key_J)
        QTest.keyClick(frame, Qt.Key.Key_A)
        QTest.keyClick(frame, Qt.Key.Key_J)
        made.show(frame=frame)
        qtbot.waitUntil(lambda: made.window.window() is frame and made.window.is_ready, timeout=20_000)
        table = made.window.queue.table
        assert [table.rows.id_at(row) for row in range(table.rows.rowCount())] == ids
        assert (frame.geometry(), frame.windowTitle()) == (place, title)
        assert made.desk.selection.current == ids[1]
        assert frame.left is None
        assert QApplication.activeWindow() is frame
        frame.close()
        assert not made.window.isVisible()


def test_what_changed_meanwhile_is_there_after_the_start(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot) as before:
        first = before.ids[0]
        before.choose(first)
        before.press("n")
        before.type("A note")
        before.press("Ctrl+Return")
        before.until(lambda: any(e.text == "A note" for e in before.stored(first).events))
    kept = folder / "desk.db.queue"
    assert kept.exists()
    with sitting_at(settings, qtbot) as after:
        assert after.desk._side is not None
        assert after.desk._side.left.was_used, "the snapshot was taken up"
        assert set(after.ids) == set(before_ids(settings))


def before_ids(settings: Settings) -> list[int]:
    from services.store import queries

    store = town.second(settings)
    try:
        return [row.id for row in queries.columns(store)]
    finally:
        store.close()


def test_nothing_heavy_is_imported_before_the_first_paint(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot):
        pass
    code = (
        "import sys; from console.cli.early import first_window;"
        "frame = first_window(['--home', sys.argv[1]]);"
        "import PySide6.QtCore as core;"
        "print(frame.painted, 'Qt' in vars(core), *sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    painted, namespace, *modules = ran.stdout.split()
    assert (painted, namespace) == ("True", "False")
    heavy = {"numpy", "msgspec", "sqlalchemy", "requests", "pyqtgraph", "shapely", "platformdirs", "widgets"}
    assert not heavy & set(modules)
    assert ran.stderr == ""


def test_a_window_that_nobody_sees_is_not_waited_for(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot):
        pass
    fresh(settings)
    monkeypatch.setattr(front.Frame, "show", front.Frame.hide)
    frame = first_window(["--home", str(folder)])
    assert frame is not None
    assert not frame.painted
    frame.lock.unlock()
    frame.deleteLater()


def test_a_window_that_is_closed_at_once_is_not_waited_for(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot):
        pass
    fresh(settings)
    monkeypatch.setattr(front, "PATIENCE_MS", 10**9)
    monkeypatch.setattr(front.Frame, "show", lambda frame: QTimer.singleShot(0, frame.close))
    frame = first_window(["--home", str(folder)])
    assert frame is not None
    assert (frame.painted, frame.closed) == (False, True)
    frame.lock.unlock()
    frame.deleteLater()


def test_a_start_that_is_given_up_ends(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot):
        pass
    fresh(settings)
    frame = first_window(["--home", str(folder)])
    assert frame is not None
    frame.close()
    from console.app import run

    assert run(settings, frame=frame) == 0
    frame.lock.unlock()
    frame.deleteLater()


def test_a_file_of_another_person_s_font_is_not_shown(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with left_at(settings, qtbot):
        pass
    read = front.read(folder / FRONT_FILE)
    assert read is not None
    fresh(settings)
    for other in (read[0]._replace(points=30.0), read[0]._replace(density=3.0, lines=0, stride=0)):
        front.write(folder / FRONT_FILE, other, bytes(read[1]) if other.lines else b"")
        assert front.show(folder) is None
