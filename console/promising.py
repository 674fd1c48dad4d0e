"""What the city promises, at the desk: counted while it is typed, saved in one transaction, an earlier one put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from console.importing import KINDS
from console.saveas import documents
from services.errors import Conflict, Expected

if TYPE_CHECKING:
    from datetime import date

    from console.storeside import StoreSide
    from console.window import Window
    from services.domain.sla import Sla
    from services.domain.values import Changes, Service
    from services.intake.targets import Targets
    from services.store.acting import Acting
    from widgets.promises import PromisesDialog


PUT_BACK = "targets"
"""What the token of a toast begins with that offers the targets before."""


@dataclass(frozen=True)
class _Counted:
    """What a preview found."""

    promised: Sla
    effect: str
    odd: tuple[str, ...]


class Promising:
    """Opens the dialog and does what it asks for. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: PromisesDialog | None = None

    def ask(self) -> None:
        """Open the dialog with what holds now."""
        self.desk.ask(_read, self._open, "targets")

    def _open(self, read: tuple[Sla, list[Service]]) -> None:
        from widgets.promises import PromisesDialog

        if self.dialog is None:
            made = self.dialog = PromisesDialog(*read, self.desk.now().year, self.window)
            made.preview_wanted.connect(self._count)
            made.save_wanted.connect(self._save)
            made.import_wanted.connect(self._choose)
            made.holidays_wanted.connect(self._add_holidays)
            made.earlier_wanted.connect(self._earlier)
            made.finished.connect(self._closed)
            made.open()
            made.recount()

    def _closed(self) -> None:
        self.dialog = None

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)

    def _count(self, promised: Sla) -> None:
        def show(counted: _Counted) -> None:
            if self.dialog is not None:
                self.dialog.show_effect(counted.promised, counted.effect, counted.odd)

        self.desk.ask(lambda side: _counted(side, promised), show, "targets", self._cannot)

    def _save(self, promised: Sla) -> None:
        def refused(problem: Expected) -> bool:
            self._cannot(problem)
            return self.dialog is not None

        def saved(_: object) -> None:
            if self.dialog is not None:
                self.dialog.accept()

        self.desk.act(partial(_promise, promised), saved, refused)

    def put_back(self, version: int) -> None:
        """Let this version hold again, which the next one had followed."""
        self.desk.act(partial(_put_back, version))

    def _earlier(self) -> None:
        """Fill in what held before what is shown; it is saved only when somebody says so."""
        if self.dialog is not None:
            self.desk.ask(_version(self.dialog.version - 1), self._show, "targets", self._cannot)

    def _show(self, promised: Sla) -> None:
        if self.dialog is not None:
            self.dialog.show_promised(promised)

    def _add_holidays(self, place: str) -> None:
        from services.domain.termtext import days_off
        from services.intake.daysoff import public_holidays

        year = self.desk.now().year

        def show(found: dict[date, str]) -> None:
            if self.dialog is None:
                return
            try:
                listed = days_off(self.dialog.off.toPlainText())
            except Expected as problem:
                self._cannot(problem)
            else:
                self.dialog.show_days_off({**found, **listed})

        self.desk.tasks.run(
            "files", lambda: public_holidays(place, (year, year + 1)), show, self._cannot, key="holidays"
        )

    def _choose(self) -> None:
        chooser = QFileDialog(self.dialog or self.window, "Import targets", documents(), KINDS)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.read_list(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def read_list(self, file: Path) -> None:
        """Fill in the targets of a list; what is wrong in it is said."""
        from services.intake.sheet import read
        from services.intake.targets import read_targets

        if self.dialog is None:
            return
        services = self.dialog.services
        self.desk.tasks.run(
            "files", lambda: read_targets(read(file), services), self._take, self._cannot, key="targets"
        )

    def _take(self, found: Targets) -> None:
        if self.dialog is not None:
            self.dialog.take_targets(found.targets, found.problems)


def _read(side: StoreSide) -> tuple[Sla, list[Service]]:
    from services.store import queries, slas

    store = side.acting().store
    found = slas.read(store)
    return (found if found.version else slas.first(str(side.settings.timezone))), queries.services(store)


def _counted(side: StoreSide, promised: Sla) -> _Counted:
    from services.store import promising, queries

    store = side.acting().store
    effect = promising.preview(store, promised)
    odd = promising.warnings(promised, queries.services(store), store.clock())
    return _Counted(promised, str(effect), tuple(odd))


def _promise(promised: Sla, acting: Acting) -> Changes:
    from services.store.promising import promise

    changes = promise(acting, promised).changes
    return replace(changes, operation=f"{PUT_BACK}:{promised.version}") if promised.version else changes


def _put_back(version: int, acting: Acting) -> Changes:
    from services.store import slas
    from services.store.promising import promise

    now, left = slas.read(acting.store), slas.read(acting.store, version + 1)
    if replace(now, version=left.version) != left:
        raise Conflict("The targets were set again since.", "See in “Targets and hours…” what holds now.")
    return promise(acting, slas.read(acting.store, version)).changes


def _version(number: int) -> Callable[[StoreSide], Sla]:
    def read(side: StoreSide) -> Sla:
        from services.store import slas

        return slas.read(side.acting().store, number)

    return read
