"""What leaves the queue for another program: copied rows, and files; long ones off the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from console.saveas import ask_where
from services.errors import Expected
from services.reports import csv_file, queue, saving
from services.reports.fields import LATITUDE, LONGITUDE, Table

if TYPE_CHECKING:
    from console.window import Window
    from services.queue.snapshot import Ints
    from services.reports.queue import Further

GoOn = Callable[[], bool]
Progress = Callable[[int, int], object]
AT_ONCE = 2_000
MOST_COPIED = 100_000
STOP = "stop_saving"


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
        table = self._table(taken, self._names)

        def text() -> tuple[str, str]:
            lines = list(chain.from_iterable(csv_file.lines_of(table)))
            return csv_file.tab_separated(lines), csv_file.comma_separated(lines)

        def done(made: tuple[str, str]) -> None:
            self._put(*made)
            said = f"Copied {_said(len(taken), 'request')}"
            if len(taken) < len(rows):
                said = f"Copied {len(taken):,} of {len(rows):,}; take the rest with “Save the queue as…”"
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

    def _table(self, rows: Ints, names: Sequence[str], further: Sequence[Further] = ()) -> Table:
        """These rows as they are now, whatever changes later."""
        model = self.window.queue.table.rows
        return queue.table(model.snapshot, rows, names, model.now_ms, model.zone, further)

    @property
    def _names(self) -> tuple[str, ...]:
        return self.window.queue.table.arrangement.names

    # saving

    def ask_where(self, *, callers: bool = False) -> None:
        """Ask for a file, then save the whole list; `callers`: with who reported and how to reach them."""
        settings = self.window.desk.settings
        day = self.window.desk.now().astimezone(settings.timezone)
        title = "Save the queue with callers" if callers else "Save the queue"
        chosen = partial(self.save, callers=callers)
        ask_where(self.window, title, f"queue {day:%Y-%m-%d}.csv", chosen, "xlsx", "gpkg")

    def save(self, path: Path, *, callers: bool = False) -> None:
        """Write every row of the list to a file, as it is shown, each with its number.

        What is there already stays until it is whole.
        """
        rows, settings = self.window.queue.table.rows.order, self.window.desk.settings
        placed = (LATITUDE.name, LONGITUDE.name) if path.suffix.lower() == saving.PLACED else ()
        make = partial(self._table, rows, tuple(dict.fromkeys(("number", *self._names, *placed))))

        def work(may_go_on: GoOn, progress: Progress) -> int | None:
            saving.check(path)
            if not callers:
                return len(rows) if saving.save(path, make(), may_go_on, progress) else None
            from console.opening import apart
            from services.reports import further

            with apart(settings) as acting:
                return len(rows) if saving.save(path, make([further.callers(acting)]), may_go_on, progress) else None

        self.write(path, "request", work)

    def write(self, path: Path, noun: str, work: Callable[[GoOn, Progress], int | None]) -> None:
        """Let `work` write a file off the UI thread; it tells how many of what the noun names, None when it stopped."""
        stop = self._stop = threading.Event()
        self.saving = True

        def ended(_: object) -> None:
            self.saving = False

        def done(count: int | None) -> None:
            ended(None)
            self.window.bar.clear()
            said = "Not saved; nothing was written" if count is None else f"Saved {_said(count, noun)} in “{path.name}”"
            self.window.toasts.say(said)

        def failed(problem: Expected) -> None:
            ended(None)
            self.window.show_problem(problem)

        may_go_on = self._may_go_on(stop)
        self.window.desk.tasks.run("files", lambda: work(may_go_on, self._progress.emit), done, failed)

    def _may_go_on(self, stop: threading.Event) -> GoOn:
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


def _said(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
