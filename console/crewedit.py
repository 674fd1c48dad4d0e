"""Editing the crews at the desk: the dialog shows what the store has, and each Save or import is one command of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from console.importing import KINDS
from console.saveas import documents
from services.domain.values import Changes, Crew, LatLon
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Expected

if TYPE_CHECKING:
    from console.window import Window
    from services.intake.crew_file import CrewFile
    from services.store.acting import Acting

FAULTS = 3
"""So many lines that cannot be read are said; of the others how many there are."""


class CrewEdit:
    """One dialog and what it asks for; it opens at once."""

    def __init__(self, window: Window) -> None:
        from widgets.crews.edit import CrewsDialog

        self.window, self.desk = window, window.desk
        may_edit = bool(ACTION_ROLES[Action.EDIT_CREWS] & self.desk.actor.roles)
        self.dialog = CrewsDialog(may_edit=may_edit, parent=window)
        self.is_open = True
        self.dialog.finished.connect(lambda _: self._closed())  # and holds this as long as the dialog lasts
        self.dialog.save_wanted.connect(self._save)
        self.dialog.place_wanted.connect(self._place)
        self.dialog.import_wanted.connect(self._choose)
        self._show("")
        self.dialog.open()

    def _closed(self) -> None:
        self.is_open = False

    def _show(self, name: str) -> None:
        def shown(crews: object) -> None:
            if self.is_open and isinstance(crews, tuple):
                self.dialog.show_crews(crews, name)

        self.desk.ask(lambda side: side.state().crews, shown, "crews")

    def _wrong(self, problem: Expected) -> None:
        if self.is_open:
            self.dialog.say_problem(problem)

    def _refused(self, problem: Expected) -> bool:
        self._wrong(problem)
        return self.is_open

    def _do(self, command: Callable[[Acting], Changes], name: str, then: Callable[[], object] = lambda: None) -> None:
        def done(_: Changes) -> None:
            self._show(name)
            then()

        self.desk.act(command, done, self._refused)

    def _save(self, crew: Crew) -> None:
        before = next((c for c in self.dialog.crews if c.id == crew.id), None)
        self._keep([(before, crew)], f"{crew.name} {'saved' if before else 'added'}")

    def _keep(self, edits: Sequence[tuple[Crew | None, Crew]], sentence: str) -> None:
        """Save what was edited, in one transaction, and offer to take it back in one."""
        from services.store import crews as store

        before, after = edits[0]

        def take_back() -> None:
            self._do(lambda acting: store.edit_back(acting, edits), before.name if before else after.name)

        def offer() -> None:
            self.window.acts.backs[token := f"crew:{uuid.uuid4()}"] = take_back
            self.window.toasts.say(sentence, token)

        made = [crew for _, crew in edits]
        self._do(lambda acting: replace(store.edit_crews(acting, made), sentence=""), after.name, offer)

    def _place(self, crew_id: int, where: LatLon | None) -> None:
        from services.store import crews as store

        self._do(lambda acting: store.set_place(acting, crew_id, where), "")

    def _choose(self) -> None:
        chooser = QFileDialog(self.dialog, "Import crews", documents(), KINDS)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.read_list(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def read_list(self, file: Path) -> None:
        """Save the crews of a table, all or none; what is wrong in it is said."""
        from services.intake.crew_file import read
        from services.intake.sheet import read as read_sheet

        known = tuple(self.dialog.crews)
        self.desk.tasks.run("files", lambda: read(read_sheet(file), known), self._take, self._wrong, key="crews")

    def _take(self, found: CrewFile) -> None:
        if not self.is_open:
            return
        if found.faults:
            more = len(found.faults) - FAULTS
            also = f" And {more:,} more." if more > 0 else ""
            self.dialog.bar.say("Nothing was saved.", " ".join(found.faults[:FAULTS]) + also)
            return
        known = {crew.id: crew for crew in self.dialog.crews}
        edits = [(known.get(crew.id), crew) for crew in found.crews if crew != known.get(crew.id)]
        if not edits:
            self.dialog.bar.say("The table says nothing new of any crew.", "Nothing was saved.", problem=False)
            return
        self._keep(edits, f"{len(edits):,} crew{'' if len(edits) == 1 else 's'} saved")


def edit_crews(window: Window) -> None:
    """Open the dialog."""
    CrewEdit(window)
