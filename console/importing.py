"""Importing a backlog at the desk: the file is read and examined off the UI thread, then taken in as one operation."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from console.saveas import ask_where, documents
from services.domain.values import Changes
from services.domain.workflow import Action
from services.errors import Expected

if TYPE_CHECKING:
    from console.window import Window
    from services.intake.backlog import Backlog
    from services.intake.columns import Columns
    from services.intake.sheet import Sheet
    from widgets.importing.dialog import ImportDialog

KINDS = "Tables (*.csv *.tsv *.txt *.ssv *.jsonl *.ndjson *.json *.gz);;All files (*)"
SEEN = 200
"""Rows in which an example of each column is looked for."""
LISTED = 500
"""Refused rows that are named one by one; the file of refused rows has them all."""


class Importing(QObject):
    """One import at a time. Owned by the window."""

    _told = Signal(int, int)
    """Rows written, of how many."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.tasks = window, window.desk.tasks
        self.dialog: ImportDialog | None = None
        self._file = Path()
        self._sheet: Sheet | None = None
        self._backlog: Backlog | None = None
        self._report: list[str] = []
        self._stop = threading.Event()
        self._told.connect(self._say_written)

    def ask(self) -> None:
        """Ask for a file, then show what is in it."""
        chooser = QFileDialog(self.dialog or self.window, "Import a backlog", documents(), KINDS)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.read(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def read(self, file: Path) -> None:
        """Read a file and show it."""
        from services.intake import columns as guessing
        from services.intake import sheet as sheets

        dialog = self._opened()
        self._file, self._sheet, self._backlog = file, None, None
        dialog.bar.clear()
        dialog.show_waiting(f"Reading “{file.name}”…")

        def work() -> tuple[Sheet, Columns]:
            sheet = sheets.read(file)
            return sheet, guessing.guess(sheet)

        self.tasks.run("files", work, self._show_sheet, self._cannot, key="import")

    def _opened(self) -> ImportDialog:
        from widgets.importing.dialog import ImportDialog

        if self.dialog is None:
            made = self.dialog = ImportDialog(self.window)
            made.changed.connect(self._examine)
            made.import_wanted.connect(self._import)
            made.refused_wanted.connect(self._ask_where)
            made.another_wanted.connect(self.ask)
            made.stop_wanted.connect(self._stop.set)
            made.finished.connect(self._closed)
            made.open()
        return self.dialog

    def _closed(self) -> None:
        self.dialog, self._sheet, self._backlog = None, None, None

    # what would come

    def _show_sheet(self, read: tuple[Sheet, Columns]) -> None:
        if self.dialog is None:
            return
        self._sheet, columns = read
        sheet = self._sheet
        about = f"{self._file.name} · {sheet.form} · {_rows(len(sheet.lines))}, {len(sheet.header)} columns"
        self.dialog.show_file(about, sheet.header, columns)
        self._examine()

    def _examine(self) -> None:
        """Find out what these columns would bring; the newest choice wins."""
        from console import backlogs, opening
        from services.intake.dates import Order

        dialog, sheet = self.dialog, self._sheet
        if dialog is None or sheet is None:
            return
        columns, said, source = dialog.columns.chosen, dialog.columns.order.currentData(), dialog.columns.source.text()
        order, settings = Order(said) if said else None, self.window.desk.settings
        sees = bool(settings.rights[Action.SEE_CONTACTS] & self.window.desk.actor.roles)
        places = {field: sheet.header.index(column) for field, column in columns.items()}
        dialog.show_rows([
            {f: backlogs.seen(f, line.cells[i], sees_contacts=sees) for f, i in places.items()}
            for line in sheet.lines[:SEEN]
        ])  # fmt: skip
        dialog.show_waiting(f"Looking at {_rows(len(sheet.lines))}…")
        self._backlog = None

        def work() -> tuple[Backlog, list[str]]:
            with opening.apart(settings) as acting:
                backlog = backlogs.examine(acting, settings, sheet, columns, order, source)
            return backlog, lines(backlog)

        self.tasks.run("files", work, self._show_backlog, self._cannot, key="import")

    def _show_backlog(self, examined: tuple[Backlog, list[str]]) -> None:
        if self.dialog is not None:
            self._backlog, self._report = examined
            self.dialog.show_report(self._report, len(self._backlog.rows), len(self._backlog.refused))

    def _cannot(self, problem: Expected) -> None:
        from services.intake.backlog import Doubtful
        from services.intake.columns import Missing

        if self.dialog is None:
            return
        self.dialog.show_nothing()
        remedy = ""
        if isinstance(problem, Missing):
            remedy = "Choose its column at the left."
        elif isinstance(problem, Doubtful):
            remedy = "Choose at the left which comes first."
            self.dialog.columns.ask_order(asked=True)
        self.dialog.say_problem(problem, remedy)

    # the import

    def _import(self) -> None:
        from console import opening
        from services.store import backlog as store

        dialog, backlog, name, settings = self.dialog, self._backlog, self._file.name, self.window.desk.settings
        if dialog is None or backlog is None:
            return
        self._stop.clear()
        dialog.bar.clear()
        dialog.show_writing(0, len(backlog.rows))

        def told(done: int, count: int) -> None:
            if self._stop.is_set() or self.tasks.closing:
                raise Expected("Stopped: nothing was imported.")
            self._told.emit(done, count)

        def work() -> Changes:
            with opening.apart(settings) as acting:
                return store.add(acting, backlog.rows, name, told)

        self.tasks.run("files", work, self._imported, self._not_imported, keep=True)

    def _say_written(self, done: int, count: int) -> None:
        if self.dialog is not None:
            self.dialog.show_writing(done, count)

    def _imported(self, changes: Changes) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.window.desk.acted.emit(changes)
        self.window.desk.refresh()
        self.window.focus_queue()

    def _not_imported(self, problem: Expected) -> None:
        if self.dialog is not None and self._backlog is not None:
            self._show_backlog((self._backlog, self._report))
            self.dialog.say_problem(problem)

    # what is refused

    def _ask_where(self) -> None:
        ask_where(self.dialog, "Save refused rows", f"{self._file.name.partition('.')[0]} refused.csv", self._save)

    def _save(self, file: Path) -> None:
        from console import backlogs

        dialog, sheet, backlog = self.dialog, self._sheet, self._backlog
        if dialog is None or sheet is None or backlog is None:
            return

        def saved(_: None) -> None:
            dialog.bar.say(f"Saved in “{file.name}”: {_rows(len(backlog.refused))}, with reasons.", problem=False)

        work = lambda: backlogs.write_refused(file, sheet, backlog)  # noqa: E731 - one line
        self.tasks.run("files", work, saved, dialog.say_problem)


def lines(backlog: Backlog) -> list[str]:
    """What is to be known before it is imported: what was found, then what is refused and why.

    Half a second for half a million refused rows: not for the UI thread.
    """
    said = [str(finding) for finding in backlog.findings.values()]
    said += [f"{backlog.known:,} were imported before: left as they are"] if backlog.known else []
    said += [f"{count:,} refused: {reason}" for reason, count in backlog.reasons().most_common(LISTED)]
    said += [f"Line {refused.number}: {refused.reason}" for refused in backlog.refused[:LISTED]]
    more = len(backlog.refused) - LISTED
    return [*said, f"and {more:,} more, all in the file of refused rows"] if more > 0 else said or ["Nothing is wrong."]


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
