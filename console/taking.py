"""What leaves the queue for another program: copied rows, and a CSV file; long ones off the UI thread."""

from __future__ import annotations

import codecs
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from console.saveas import ask_where
from services.errors import Expected
from services.files import replaced, why
from widgets.queue import export

if TYPE_CHECKING:
    from console.window import Window
    from services.queue.snapshot import Ints

AT_ONCE = 2_000
MOST_COPIED = 100_000
STOP = "stop_saving"
SAID_EVERY = 0.5
"""Seconds between two words of progress."""


class Taking(QObject):
    """Copies and saves what the queue shows. Owned by the window."""

    _progress = Signal(int, int)
    """Rows written, of how many."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._stop = threading.Event()
        self.saving = False
        self._progress.connect(self._say_progress)
        window.bar.acted.connect(self._acted)

    # copying

    def copy(self) -> None:
        """Put the selected rows on the clipboard, in the order of the list: tab-separated, and as CSV."""
        rows = self._chosen()
        taken = rows[:MOST_COPIED]
        work = self._lines(taken)

        def text() -> tuple[str, str]:
            lines = [line for part in work for line in part]
            return export.tab_separated(lines), export.comma_separated(lines)

        def done(made: tuple[str, str]) -> None:
            self._put(*made)
            said = f"Copied {_requests(len(taken))}"
            if len(taken) < len(rows):
                said = f"Copied {len(taken):,} of {len(rows):,}; take the rest with “Save the queue as CSV…”"
            self.window.toasts.say(said)

        if len(taken) <= AT_ONCE:
            done(text())
        else:
            self.window.desk.tasks.run("files", text, done, self.window.show_problem, key="copy")

    def _chosen(self) -> Ints:
        """The rows of the snapshot that are selected: those in the list in its order, else wherever they are."""
        table = self.window.queue.table
        listed = table.rows.order[np.flatnonzero(table.chosen)]
        return listed if len(listed) else self.window.desk.selection.rows_of(table.rows.snapshot)

    @staticmethod
    def _put(tabs: str, commas: str) -> None:
        mime = QMimeData()
        mime.setText(tabs)
        mime.setData("text/csv", commas.encode())
        QGuiApplication.clipboard().setMimeData(mime)

    def _lines(self, rows: Ints) -> Iterator[list[tuple[str, ...]]]:
        """The titles and these rows, a chunk at a time; made from what the list shows now, whatever changes later."""
        table = self.window.queue.table
        names, model = table.arrangement.names, table.rows
        titles = [tuple(export.head(names))]
        return chain([titles], export.cells(model.snapshot, rows, names, model.now_ms, model.zone))

    # saving

    def ask_where(self) -> None:
        """Ask for a file, then save the whole list."""
        day = datetime.now(UTC).astimezone(self.window.desk.settings.timezone)
        ask_where(self.window, "Save the queue as CSV", f"queue {day:%Y-%m-%d}.csv", self.save)

    def save(self, path: Path) -> None:
        """Write every row of the list to a file, as it is shown; what is there already stays until it is whole."""
        rows = self.window.queue.table.rows.order
        lines, stop = self._lines(rows), threading.Event()
        self._stop, self.saving = stop, True

        def ended(_: object) -> None:
            self.saving = False

        def done(whole: bool) -> None:
            ended(None)
            self.window.bar.clear()
            said = f"Saved {_requests(len(rows))} in “{path.name}”" if whole else "Not saved; nothing was written"
            self.window.toasts.say(said)

        def failed(problem: Expected) -> None:
            ended(None)
            self.window.show_problem(problem)

        def work() -> bool:
            return write(path, lines, len(rows), self._may_go_on(stop), self._progress.emit)

        self.window.desk.tasks.run("files", work, done, failed)

    def _may_go_on(self, stop: threading.Event) -> Callable[[], bool]:
        tasks = self.window.desk.tasks
        return lambda: not (stop.is_set() or tasks.closing)

    def stop(self) -> None:
        """Let go of the file that is being written."""
        self._stop.set()

    def _acted(self, action: str) -> None:
        if action == STOP:
            self.stop()

    def _say_progress(self, written: int, count: int) -> None:
        if self.saving:
            self.window.bar.say(f"Saving {written:,} of {count:,}…", "", (STOP, "Cancel"), problem=False)


class _Stopped(Exception):
    """The person let go of the file."""


def write(
    path: Path,
    parts: Iterator[list[tuple[str, ...]]],
    count: int,
    may_go_on: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> bool:
    """Write a CSV file for its owner alone, whole or not at all; False when it was stopped. Raises Expected."""
    try:
        with replaced(path) as file:
            _fill(file, parts, count, may_go_on, progress)
    except _Stopped:
        return False
    except OSError as fault:
        remedy = "Choose another place, or make room there."
        raise Expected(f"“{path.name}” could not be written: {why(fault)}.", remedy) from None
    return True


def _fill(
    file: BinaryIO,
    parts: Iterator[list[tuple[str, ...]]],
    count: int,
    may_go_on: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> None:
    """Write the titles and `count` rows. Raises _Stopped when there are not so many, and OSError."""
    written, said = -1, time.monotonic()
    file.write(codecs.BOM_UTF8)
    for lines in parts:
        if not may_go_on():
            break
        file.write(export.comma_separated(lines).encode())
        written += len(lines)
        if time.monotonic() - said >= SAID_EVERY:
            said = time.monotonic()
            progress(written, count)
    if written != count:
        raise _Stopped


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"
