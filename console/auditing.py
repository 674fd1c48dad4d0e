"""The audit view at the desk: read from the store some at a time, saved on a connection of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.saveas import ask_where
from services.errors import Expected

if TYPE_CHECKING:
    from console.settings import Settings
    from console.storeside import StoreSide
    from console.taking import GoOn, Progress
    from console.window import Window
    from services.domain.audit import Entry
    from services.store.acting import Acting
    from services.store.audit import Sought
    from widgets.audit import AuditDialog, Wanted


class Auditing:
    """Shows and saves. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: AuditDialog | None = None

    def ask(self) -> None:
        """Open the view, with the newest of everything."""
        from widgets.audit import AuditDialog

        made = self.dialog = AuditDialog(self.desk.settings.timezone, self.window)
        made.wanted.connect(self._read)
        made.history.more_wanted.connect(lambda before: self._read(made.value, before))
        made.save_wanted.connect(self._ask_where)
        made.request_wanted.connect(self._open)
        made.finished.connect(self._closed)
        made.open()
        self._read(made.value)

    def _closed(self) -> None:
        self.dialog = None

    def _open(self, number: str) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.window.acts.open_number(number)

    def _read(self, wanted: Wanted, before: int = 0) -> None:
        def show(read: tuple[list[Entry], bool]) -> None:
            if self.dialog is not None:
                self.dialog.show_entries(read[0], whole=read[1], further=before > 0)

        work = partial(_page, settings=self.desk.settings, wanted=wanted, before=before)
        self.desk.ask(work, show, "audit", self._cannot)

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)

    def _ask_where(self, wanted: Wanted) -> None:
        day = self.desk.now().astimezone(self.desk.settings.timezone)
        name = f"history {day:%Y-%m-%d}.csv"
        ask_where(self.dialog, "Save the history", name, partial(self.save, wanted), "xlsx")

    def save(self, wanted: Wanted, path: Path) -> None:
        """Write all that is filtered by, not only what was scrolled to."""
        settings = self.desk.settings

        def work(may_go_on: GoOn, progress: Progress) -> int | None:
            from console.opening import apart
            from services.reports import audit, saving

            with apart(settings) as acting:
                table = audit.table(acting, _sought(acting, settings, wanted), settings.timezone)
                return table.count if saving.save(path, table, may_go_on, progress) else None

        self.window.acts.taking.write(path, "line", work)


def _page(side: StoreSide, settings: Settings, wanted: Wanted, before: int) -> tuple[list[Entry], bool]:
    from services.domain.audit import entry
    from services.reports.audit import crew_names
    from services.store.audit import PAGE, page

    acting = side.acting()
    crews = crew_names(acting)
    found = page(acting, _sought(acting, settings, wanted), before)
    return [entry(told, crews) for told in found], len(found) < PAGE


def _sought(acting: Acting, settings: Settings, wanted: Wanted) -> Sought:
    from services.domain.values import EventKind
    from services.reports.audit import sought
    from services.store.queries import find

    kind = EventKind(wanted.kind) if wanted.kind else None
    request_id = find(acting.store, wanted.request) if wanted.request else 0
    return sought(wanted.person, kind, wanted.first, wanted.last, settings.timezone, request_id)
