"""How long callers are kept, at the desk: counted first, erased when it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import forgetting
from services.domain.values import Changes
from services.errors import Expected
from widgets.retention import RetentionDialog

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from console.window import Window


class Keeping:
    """Counts and erases. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: RetentionDialog | None = None

    def ask(self) -> None:
        """Open the dialog, with the months of the settings."""
        made = self.dialog = RetentionDialog(self.desk.settings.config.retention.months, self.window)
        made.count_wanted.connect(self._count)
        made.erase_wanted.connect(self._erase)
        made.finished.connect(self._closed)
        made.open()

    def _closed(self) -> None:
        self.dialog = None

    def _count(self, months: int) -> None:
        def show(counts: dict[int, int]) -> None:
            if self.dialog is not None:
                self.dialog.show_counts(months, counts)

        self.desk.ask(lambda side: _kept(side, months, dry_run=True), show, "retention", self._cannot)

    def _erase(self, months: int) -> None:
        def erased(counts: dict[int, int]) -> None:
            if self.dialog is not None:
                self.dialog.say_erased(sum(counts.values()))
            self.desk.acted.emit(Changes((), frozenset({"request", "caller"})))
            self.desk.refresh()

        self.desk.ask(lambda side: _kept(side, months, dry_run=False), erased, "", self._cannot)

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)


def _kept(side: StoreSide, months: int, *, dry_run: bool) -> dict[int, int]:
    from services.store.retention import retention

    return retention(side.acting(), forgetting.closed_before(months), dry_run=dry_run)
