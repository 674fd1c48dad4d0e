"""The supervise view at the desk: made when it is first asked for, its figures reckoned in the store's thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from console.window import Window
    from services.geo.outlines import Outlines
    from services.queue.snapshot import Snapshot
    from services.supervise.measures import Figures
    from widgets.supervise.view import SuperviseView

AGAIN_MS = 2_000
"""So long after the figures were shown they are reckoned again at the earliest, however fast changes come."""


def _kind() -> type[SuperviseView]:
    """What the view is made of; it takes a while to import: not in the UI thread."""
    from widgets.supervise.view import SuperviseView

    return SuperviseView


class Supervising(QObject):
    """Shows the view in place of queue and map, keeps it current while it is seen, and opens what is asked for."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.view: SuperviseView | None = None
        self.figures: Figures | None = None
        """What is shown."""
        self._soon = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._soon.timeout.connect(self.renew)
        window.panes.body.currentChanged.connect(lambda _: self._turned())
        window.rail.whole_chosen.connect(self.show)
        window.top.filter.edited.connect(lambda _: window.panes.show_whole(None))
        self._desk.found.connect(lambda _: self._news())
        self._desk.ticked.connect(self._news)

    @property
    def is_seen(self) -> bool:
        """Whether the view is in sight."""
        return self.view is not None and self._window.panes.shows(self.view)

    def show(self) -> None:
        """Show the figures (Ctrl+3); they stay as they were left."""
        if self.view is None:
            self._desk.tasks.run("network", _kind, self._make, self._desk.problem.emit, key="supervise")
        else:
            self._show(self.view)

    def _make(self, kind: type[SuperviseView]) -> None:
        if self.view is None:
            self.view = kind()
            self.view.opened.connect(self._window.show_query)
            self.view.breaches.opened.connect(self._open_due)
            self.view.left.connect(self._window.focus_queue)
            self.view.changed.connect(self.renew)
            self._load_outlines(self.view)
        self._show(self.view)

    def _open_due(self, query: str) -> None:
        """Show what falls due: the likeliest to be late first, where that is known."""
        is_foreseen = self.view is not None and self.view.breaches.is_foreseen
        (self._window.acts.foreseeing.show_riskiest if is_foreseen else self._window.show_query)(query)

    def _show(self, view: SuperviseView) -> None:
        self._window.panes.show_whole(view)
        self.renew()
        view.setFocus()

    def _turned(self) -> None:
        """The view has come or gone."""
        self._window.rail.set_whole(on=self.is_seen)
        if not self.is_seen:
            self._soon.stop()

    def _load_outlines(self, view: SuperviseView) -> None:
        files = self._desk.settings.area_files

        def work() -> tuple[Outlines, ...]:
            from services.geo import outlines

            return tuple(outlines.load(file) for file in files)

        self._desk.tasks.run("network", work, view.set_outlines, self._desk.problem.emit)

    # -- figures

    def _news(self) -> None:
        """Something has changed, or time has gone on: reckon anew, but not all the time."""
        if self.is_seen and not self._soon.isActive():
            self._soon.start()

    def renew(self) -> None:
        """Reckon the figures for what is chosen; those before stand until then."""
        view, found = self.view, self._desk.last_found
        if view is None or found is None or not self.is_seen:
            return
        bar, snapshot = view.bar, found.snapshot
        days, custom, within, back = bar.days, bar.custom, bar.within, bar.back

        def work(side: StoreSide) -> Figures:
            from services.supervise.measures import Period, figures, last_days

            moment = side.moment()
            period = last_days(days, moment.now, moment.zone) if days else Period(*custom, moment.now, moment.zone)
            return figures(snapshot, moment, period, within, partial(side.search, snapshot), back)

        self._desk.ask(work, lambda made: self._take(made, snapshot), key="figures")

    def _take(self, made: Figures, snapshot: Snapshot) -> None:
        view = self.view
        if view is None:
            return
        self.figures = made
        now = self._desk.now().astimezone(self._desk.settings.timezone)
        view.bar.set_today(now.date())
        view.bar.set_choices(_areas(snapshot), sorted(set(filter(None, snapshot.services))))
        view.bar.as_of.setText(f"numbers as of {now:%H:%M}")
        view.show_figures(made)
        self._window.acts.foreseeing.foresee(view.bar.within, lambda said: view.show_dues(*said))


def _areas(snapshot: Snapshot) -> list[str]:
    from services.queue.natural import natural

    return sorted({part for area in snapshot.areas for part in area.split(", ") if part}, key=natural)
