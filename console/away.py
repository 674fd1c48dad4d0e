"""Says how the desk stands with its server: since when it is gone, as of when the list is, whose clock is off."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from services.domain.spans import span
from services.errors import StoreGone

if TYPE_CHECKING:
    from console.storeside import State
    from console.window import Window

AWAY = "If it stays away, ask whoever looks after the database."
KEPT = "Calls, notes and messages are kept here until it is back."
WRITTEN = "Calls can be written down; they stay here as drafts until it has said what services there are."
MOST_MINUTES = 2
"""A clock that is so far off, or farther, is said to be."""


class Away(QObject):
    """Owned by the window; silent at a desk that is alone with its store."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._services: object = ()
        self._was_off = False
        self._said: object = None
        """What was said last: since when it is gone, and as of when the list is."""
        if self._desk.settings.is_team:
            window.status.alone = "No upstream is pulled for this team"
            self._desk.link.turned.connect(self._turned)
            self._desk.state.connect(self._stands)
            self._desk.shut.connect(self._shut)

    def _turned(self, since: datetime | None) -> None:
        if since is None:
            self._window.queue.absent = None
            self._window.status.set_away("")
            self._window.bar.clear()
            self._window.toasts.say("The server is back")
            return
        self._window.detail.head.company.show_people(())
        why = self._desk.link.why
        self._window.queue.absent = (
            "There is no list here yet",
            f"{why.sentence if why else ''} No list of its requests was left on this computer.",
            "Calls can be written down; the list comes by itself as soon as it can be read.",
        )
        self._say()

    def _stands(self, state: State) -> None:
        since = self._desk.link.gone_since
        if since is not None and (since, state.as_of) != self._said:
            self._say()
        if state.services != self._services:
            self._services = state.services
            for pane in self._window.intake.panes:
                pane.set_services(state.services)
        if since is None:
            self._say_clock(state.minutes_ahead)

    def _say(self) -> None:
        """In the bar with what can be done meanwhile, and in the status bar for as long as it lasts."""
        link, state = self._desk.link, self._desk.last_state
        if link.gone_since is None or link.why is None or state is None:
            return  # what was left here is being read
        self._said = link.gone_since, state.as_of
        since, gone = self._clock(link.gone_since), isinstance(link.why, StoreGone)
        how = "gone" if gone else "not usable"
        why = f"{link.why.sentence.rstrip('.')} (since {since})." if gone else f"{link.why.sentence} {link.why.remedy}"
        if state.as_of is None:
            shown = "The list is as it stood then." if self._has_list else "Nothing of its list was left here."
            line = f"Server {how} since {since}"
        else:
            as_of = self._clock(state.as_of)
            shown = f"Showing the list as of {as_of}."
            line = f"List as of {as_of} · server {how} since {since}"
        self._window.status.set_away(line)
        meanwhile = KEPT if state.services else WRITTEN
        self._window.bar.say_once(f"{why} {shown}", f"{meanwhile} {AWAY}" if gone else meanwhile)

    @property
    def _has_list(self) -> bool:
        found = self._desk.last_found
        return found is not None and len(found.snapshot) > 0

    def _clock(self, at: datetime) -> str:
        """The time of day; with the day where that is not today."""
        zone = self._desk.settings.timezone
        at, now = at.astimezone(zone), self._desk.now().astimezone(zone)
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a} {at.day} {at:%b %H:%M}"

    def _shut(self) -> None:
        why = self._desk.link.why
        if why is not None:
            self._window.queue.absent = "Nothing can be shown", why.sentence, why.remedy
        self._window.status.set_away("Not let in by the server")

    def _say_clock(self, minutes: int) -> None:
        way = "ahead" if minutes > 0 else "behind"
        off = span(abs(minutes)) if abs(minutes) >= MOST_MINUTES else ""
        self._window.status.set_clock_off(f"Clock {off} {way}" if off else "")
        if off and not self._was_off:
            remedy = "Set it, or let the system set it by the network; until then times here are the server's."
            whose = "ahead of the server's" if minutes > 0 else "behind the server's"
            self._window.bar.say(f"This computer's clock is {off} {whose}.", remedy)
        self._was_off = bool(off)
