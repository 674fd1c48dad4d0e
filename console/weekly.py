"""The weekly report at the desk: reckoned in the store's thread, then drawn and put in its place whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.saveas import ask_where
from services.errors import Expected
from services.files import replaced, why

if TYPE_CHECKING:
    from console.settings import Settings
    from console.storeside import StoreSide
    from console.window import Window
    from services.queue.snapshot import Snapshot
    from services.supervise.week import Week


class Weekly:
    """Asks where, and writes. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk

    def ask(self) -> None:
        """Reckon the last week that is over, then ask for a file."""
        found = self.desk.last_found
        if found is not None:
            files = self.desk.settings.area_files
            self.desk.ask(partial(_reckoned, snapshot=found.snapshot, area_files=files), self._ask_where, "week")

    def _ask_where(self, week: Week) -> None:
        ask_where(self.window, "Save the weekly report", f"week {week.period.first}.pdf", partial(self.save, week))

    def save(self, week: Week, path: Path) -> None:
        """Write it."""
        from services.supervise.week import EMPTY

        try:
            write(path, week, self.desk.settings)
        except Expected as problem:
            self.window.show_problem(problem)
        else:
            odd = f". {EMPTY}" if week.is_empty else ""
            self.window.toasts.say(f"Saved the weekly report in “{path.name}”{odd}")


def _reckoned(side: StoreSide, snapshot: Snapshot, area_files: Sequence[Path]) -> Week:
    from services.store.sent import messages
    from services.supervise.week import last_week, week

    moment, acting = side.moment(), side.acting()
    return of_widest(week(snapshot, moment, last_week(moment), partial(messages, acting.store)), area_files)


def of_widest(made: Week, area_files: Sequence[Path]) -> Week:
    """Its list of areas is of the widest kind that the city has, as on the map. Raises NotFound, Invalid."""
    from services.geo.outlines import widest
    from services.supervise.backlog import areas_of_kind

    return replace(made, figures=areas_of_kind(made.figures, widest(area_files)))


def write(path: Path, week: Week, settings: Settings) -> None:
    """Draw it; what was at `path` stays until it is whole. For the UI thread. Raises Expected."""
    from widgets.supervise import weekly

    city = settings.config.city
    try:
        with replaced(path) as file:
            file.write(weekly.pdf(week, weekly.About(city.name, city.country)))
    except OSError as fault:
        remedy = "Choose another place, or make room there."
        raise Expected(f"“{path.name}” could not be written: {why(fault)}.", remedy) from None
