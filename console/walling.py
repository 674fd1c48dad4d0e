"""The wall display: its figures are reckoned in the store's thread; it says since when they are stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from console.cityfiles import CityFiles
from services.errors import Expected
from widgets.wall.choice import ALERTS, MAP, Choice

if TYPE_CHECKING:
    from console.desk import Desk
    from console.storeside import Found, StoreSide
    from services.domain.alerts import Alert
    from services.queue.snapshot import Snapshot
    from services.supervise.forecast import Due, Forecast
    from services.supervise.measures import Figures
    from widgets.wall.content import Ahead
    from widgets.wall.display import WallDisplay

AGAIN_MS = 5_000
"""So long after the figures were shown they are reckoned again at the earliest."""
CLOCK_MS = 1_000
OLD = timedelta(minutes=15)
"""What was pulled longer ago is stale."""


HOURS = (4, 24)
"""The next hours of which it is said what is expected to be late."""
FRESH_MS = 60_000
"""So long a forecast is good while the list is the same."""


@dataclass(frozen=True)
class _Made:
    """What was reckoned for the pages."""

    figures: dict[int, Figures]
    drawn: Found | None
    alerts: list[Alert]
    dues: tuple[Due, ...]


def _kind() -> type[WallDisplay]:
    """What the display is made of; it takes a while to import: not in the UI thread."""
    from widgets.wall.display import WallDisplay

    return WallDisplay


class Walling(QObject):
    """One wall display; it reads, and can send nothing."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self.choice = desk, Choice()
        self.display: WallDisplay | None = None
        self._files = CityFiles(desk.settings)
        self._soon = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._soon.timeout.connect(self.renew)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tell_time)
        self._problem = ""
        self._forecast: Forecast | None = None
        self._areas: frozenset[str] | None = None
        """The names of the areas of the widest kind; both of the store's thread alone."""
        desk.found.connect(lambda _: self._news())
        desk.ticked.connect(self._news)
        desk.shut.connect(self._shut)

    def choose(self, parent: QWidget) -> None:
        """Ask what is to be shown, then show it."""
        from widgets.wall.dialog import WallDialog

        dialog = WallDialog(self.choice, parent)
        dialog.started.connect(lambda choice: self.open(choice, parent))
        dialog.open()

    def open(self, choice: Choice, beside: QWidget | None = None) -> None:
        """Show these pages, on another screen than that of the window where there is one."""
        self.choice = choice
        made = partial(self._make, choice, beside)
        self._desk.tasks.run("network", _kind, made, self._desk.problem.emit, key="wall")

    def _make(self, choice: Choice, beside: QWidget | None, kind: type[WallDisplay]) -> None:
        self.close()
        self.display = display = kind(self._desk.settings.config.city.name, choice)
        display.left.connect(self._left)
        if display.map is not None:
            self._files.load(self._desk, display.map)
        here = beside.screen() if beside else QGuiApplication.primaryScreen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not here), here)
        display.setGeometry(other.geometry())
        display.showFullScreen()
        display.activateWindow()
        display.setFocus()
        self._tell_time()
        self._clock.start()
        self.renew()

    def close(self) -> None:
        """End it, if there is one."""
        if self.display is not None:
            self.display.close()

    def _left(self) -> None:
        for timer in (self._soon, self._clock):
            timer.stop()
        self._files.close()
        gone, self.display = self.display, None
        if gone is not None:  # behind what is still being read for its map
            self._desk.tasks.run("network", lambda: None, lambda _: gone.deleteLater(), self._desk.problem.emit)
        self.closed.emit()

    def say(self, problem: Expected) -> None:
        """Something is wrong that nobody else says: it stands on the wall until figures come."""
        self._problem = problem.sentence
        self._tell_time()

    # -- figures

    def _news(self) -> None:
        if self.display is not None and not self._soon.isActive():
            if self.display.has_contents:
                self._soon.start()
            else:
                self.renew()

    def _shut(self) -> None:
        if self.display is not None:
            self.display.show_contents({}, "")

    def renew(self) -> None:
        """Reckon the figures of the pages; those before stand until then."""
        display, found = self.display, self._desk.last_found
        if display is None or found is None:
            return
        snapshot, choice, as_of = found.snapshot, display.choice, self._as_of()

        def work(side: StoreSide) -> _Made:
            from services.queue.query import Order, parse
            from services.supervise.measures import figures, last_days
            from widgets.wall.content import days

            moment = side.moment()
            search = partial(side.search, snapshot)
            made = {
                many: self._of_widest(
                    figures(snapshot, moment, last_days(many, moment.now, moment.zone), choice.query, search)
                )
                for many in days(choice.pages)
            }
            drawn = side.find(snapshot, parse(f"{choice.query} is:open"), Order()) if MAP in choice.pages else None
            alerts = side.alerts()[0] if ALERTS in choice.pages else []
            return _Made(made, drawn, alerts, self._dues(side, snapshot, choice) if ALERTS in choice.pages else ())

        self._desk.ask(work, partial(self._take, choice, as_of), key="wall figures")

    def _of_widest(self, made: Figures) -> Figures:
        """Of areas those of the widest kind, as on the map; in the store's thread."""
        from services.geo.outlines import widest
        from services.supervise.backlog import areas_of_kind

        if self._areas is None:
            self._areas = widest(self._desk.settings.area_files)
        return areas_of_kind(made, self._areas)

    def _dues(self, side: StoreSide, snapshot: Snapshot, choice: Choice) -> tuple[Due, ...]:
        """What is expected of the next hours; in the store's thread."""
        import numpy as np

        from services.queue.query import parse, run
        from services.supervise.forecast import forecast

        moment, made = side.moment(), self._forecast
        if made is None or made.snapshot.head != snapshot.head or moment.ms - made.now_ms >= FRESH_MS:
            made = self._forecast = forecast(snapshot, moment.ms)
        only = np.zeros(len(made.snapshot), np.bool_)
        only[run(made.snapshot, parse(choice.query), moment, partial(side.search, made.snapshot))] = True
        return tuple(made.within(hours, only) for hours in HOURS)

    def _ahead(self, made: _Made) -> Ahead:
        from services.domain.alerts import said
        from widgets.wall.content import Ahead, Standing

        standing = (
            Standing(one.rule, said(one.measure, one.peak), self._said(one.begun_at), one.acknowledged_at is not None)
            for one in made.alerts
        )
        return Ahead(tuple(standing), made.dues)

    def _take(self, choice: Choice, as_of: datetime, made: _Made) -> None:
        from widgets.wall.content import content

        display, drawn = self.display, made.drawn
        if display is None or display.choice is not choice or self._is_refused:
            return
        if display.map is not None and drawn is not None:
            display.map.set_now(int(self._desk.now().timestamp() * 1000))
            display.map.set_snapshot(drawn.snapshot, drawn.rows, drawn.grid)
        self._problem = ""
        today = self._local(self._desk.now()).date()
        ahead = self._ahead(made)
        contents = {page: content(page, made.figures, today, ahead) for page in choice.pages}
        display.show_contents(contents, self._said(as_of))
        self._tell_time()

    # -- time, and what is stale

    @property
    def _is_refused(self) -> bool:
        return self._desk.link.why is not None and self._desk.link.gone_since is None

    def _as_of(self) -> datetime:
        """When the list was so."""
        state = self._desk.last_state
        known = (self._desk.link.gone_since, state.as_of if state else None)
        return min((self._desk.now(), *(at for at in known if at is not None)))

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._desk.settings.timezone)

    def _said(self, at: datetime) -> str:
        then, now = self._local(at), self._local(self._desk.now())
        return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%a} {then.day} {then:%b %H:%M}"

    def _wrong(self) -> str:
        """What is wrong with the figures, since when; "" while they are good."""
        link, state = self._desk.link, self._desk.last_state
        if link.gone_since is not None:
            return f"No connection to the server since {self._said(self._as_of())}."
        if self._is_refused:
            return "The server does not let this display in."
        for upstream in state.upstreams if state else ():
            is_old = upstream.pulled_at is not None and self._desk.now() - upstream.pulled_at > OLD
            if upstream.name in (state.policies if state else {}) and (upstream.problem or is_old):
                since = f"since {self._said(upstream.pulled_at)}" if upstream.pulled_at else "yet"
                return f"Nothing new from “{upstream.name}” {since}."
        return self._problem

    def _tell_time(self) -> None:
        if self.display is not None:
            self.display.show_time(self._local(self._desk.now()), self._wrong())
