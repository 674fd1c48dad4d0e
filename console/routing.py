"""The routing rules at the desk: tried on the last month while they are edited, saved in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.domain.values import Changes, Crew
from services.errors import Expected, Invalid

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from console.window import Window
    from services.dispatch.routing import DryRun
    from services.domain.routing import Rule
    from services.store.acting import Acting
    from widgets.routing import RoutingDialog


class Routing:
    """Opens the dialog and does what it asks for. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: RoutingDialog | None = None

    def ask(self) -> None:
        """Open the dialog with the rules that hold."""
        self.desk.ask(_read, self._open, "routing")

    def _open(self, read: tuple[tuple[Rule, ...], tuple[Crew, ...], Expected | None]) -> None:
        from widgets.routing import RoutingDialog

        rules, crews, problem = read

        if self.dialog is None:
            made = self.dialog = RoutingDialog(rules, crews, self.window)
            made.try_wanted.connect(self._try)
            made.save_wanted.connect(self._save)
            made.finished.connect(self._closed)
            made.open()
            if problem is not None:
                made.say_problem(problem, "Nothing goes to a crew by itself until you save rules here.")

    def _closed(self) -> None:
        self.dialog = None

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)

    def _refused(self, problem: Expected) -> bool:
        self._cannot(problem)
        return self.dialog is not None

    def _try(self, rules: tuple[Rule, ...]) -> None:
        found, now, zone = self.desk.last_found, self.desk.now(), self.desk.settings.timezone
        if found is None:
            return
        snapshot = found.snapshot

        def work() -> DryRun:
            from services.dispatch.routing import dry_run

            return dry_run(snapshot, rules, now, zone)

        def show(ran: DryRun) -> None:
            if self.dialog is not None:
                self.dialog.show_effect(rules, [one.said(ran.total) for one in ran.rules], str(ran))

        self.desk.tasks.run("forecast", work, show, self._cannot, key="dry run")

    def _save(self, rules: tuple[Rule, ...]) -> None:
        def work(acting: Acting) -> Changes:
            from services.store.routing import save_rules

            return save_rules(acting, rules)

        def saved(_: Changes) -> None:
            if self.dialog is not None:
                self.dialog.accept()

        self.desk.act(work, saved, self._refused)


def _read(side: StoreSide) -> tuple[tuple[Rule, ...], tuple[Crew, ...], Expected | None]:
    """The rules that hold, the crews, and why the rules cannot be read, where they cannot."""
    from services.store.routing import rules

    crews = side.state().crews
    try:
        return rules(side.acting().store), crews, None
    except Invalid as problem:
        return (), crews, problem
