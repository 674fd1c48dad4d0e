"""What the form of a call is told about its place: addresses as one types, another town, and the online geocoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from widgets.call.offers import Offer
from widgets.call.pane import CallPane

if TYPE_CHECKING:
    from console.places import Places
    from console.window import Window
    from services.errors import Expected
    from services.geo.localities import Elsewhere
    from services.geo.places import Found
    from services.intake.geocoding import Geocoding

NEXT_TO = 150.0
"""Metres within which an address names a point of the map."""
GOOD = 0.85
"""A place of the city's own files that fits so well is what was typed: nobody else is asked."""
LEAST = 4
"""Letters from which on a text is worth asking somebody else about."""
REST_MS = 1_000
"""So long after the last key the geocoder is asked where it is to be asked by itself."""
Stands = Callable[[CallPane, Callable[[CallPane], str], str], bool]
"""Whether a form is still there, and some words still stand in one of its fields."""


@dataclass(frozen=True, slots=True)
class Online:
    """What an offer to ask the geocoder holds."""

    typed: str
    offers: tuple[Offer, ...]
    """What the city's own files know of it: offered again, when the geocoder cannot be asked."""


class Locating:
    """Asks the home's places for every form; for one form only the newest question is answered."""

    def __init__(self, window: Window, stands: Stands) -> None:
        self.window, self.desk, self._stands = window, window.desk, stands
        self._asked = False

    @cached_property
    def places(self) -> Places:
        """The home's places; what reads them is imported with the first call."""
        from console.places import Places

        return Places(self.desk.settings)

    def attend(self, pane: CallPane, name: str) -> None:
        """Answer this form from now on; `name` tells it from others."""
        rest = QTimer(pane, interval=REST_MS, singleShot=True)
        rest.timeout.connect(partial(self._ask_by_itself, pane, name))
        pane.where_typed.connect(rest.stop)
        pane.where_typed.connect(partial(self._look, pane, name, rest))
        pane.address.asked.connect(partial(self._ask_online, pane, name))

    def read(self) -> None:
        """Read the city's addresses before they are asked for."""
        if self.desk.settings.address_files:
            self.desk.tasks.run("lookup", lambda: len(self.places.book), lambda _: None, self.window.show_problem)

    def close(self) -> None:
        """Let go of the geocoder's connections, after what is under way: the desk closes."""
        if self._asked:
            self.desk.tasks.run("online", self.places.close, lambda _: None, self.window.show_problem, keep=True)

    def ask_online(self, pane: CallPane) -> None:
        """Ask the geocoder about what stands in the form now, however well the city's own files know it."""
        offers = tuple(offer for offer in pane.address.offers if not offer.asks)
        pane.address.asked.emit(Online(_address(pane), offers))

    # what is typed

    def _look(self, pane: CallPane, name: str, rest: QTimer, typed: str) -> None:
        settings = self.desk.settings
        if not (settings.address_files or settings.config.city.neighbours):
            self._show(pane, rest, typed, [], None)
            return
        if settings.address_files and not self.places.is_read:
            pane.address.wait("Reading the city's addresses…")

        def work() -> tuple[list[Found], Elsewhere | None]:
            return self.places.complete(typed), self.places.elsewhere(typed)

        def show(answer: tuple[list[Found], Elsewhere | None]) -> None:
            if self._stands(pane, _address, typed):
                self._show(pane, rest, typed, *answer)

        self.desk.tasks.run("lookup", work, show, self.window.show_problem, key=f"places {name}")

    def _show(self, pane: CallPane, rest: QTimer, typed: str, found: Sequence[Found], town: Elsewhere | None) -> None:
        """Offer what was found; what names another town is not taken by Enter alone."""
        offers = _offers(found)
        is_known = bool(found) and found[0].score >= GOOD
        abroad = town is not None and town.listed
        pane.say("address", self.places.said_of(town) if town else "")
        if is_known or abroad or not self.places.online_host or len(typed.strip()) < LEAST:
            pane.address.show_offers(offers, mark=-1 if abroad else 0)
            return
        pane.address.show_offers([*offers[:4], self._online_offer(typed, offers)], mark=0 if offers else -1)
        if self.desk.settings.config.geocoder.asked == "by itself":
            rest.start()

    # online

    def _online_offer(self, typed: str, offers: Sequence[Offer], how: str = "Look up") -> Offer:
        """Who is asked stands in the row, for these words leave the house with it."""
        return Offer(f"{how} at {self.places.online_host} ▸", "", Online(typed, tuple(offers)), asks=True)

    def _ask_by_itself(self, pane: CallPane, name: str) -> None:
        row = next((offer for offer in pane.address.offers if offer.asks), None)
        if row is not None and isinstance(row.value, Online) and self._stands(pane, _address, row.value.typed):
            self._ask_online(pane, name, row.value)

    def _ask_online(self, pane: CallPane, name: str, asked: Online) -> None:
        self._asked = True
        pane.say("address", "")
        pane.address.wait(f"Asking {self.places.online_host}…")

        def show(answer: Geocoding) -> None:
            if self._stands(pane, _address, asked.typed):
                self._show_online(pane, asked, answer)

        def failed(problem: Expected) -> None:
            if self._stands(pane, _address, asked.typed):
                pane.say("address", str(problem))
                again = self._online_offer(asked.typed, asked.offers, "Try again")
                pane.address.show_offers([*asked.offers[:4], again], mark=-1)

        self.desk.tasks.run("online", partial(self.places.online, asked.typed), show, failed, key=f"online {name}")

    def _show_online(self, pane: CallPane, asked: Online, answer: Geocoding) -> None:
        if answer.found:
            pane.address.show_offers(_offers(answer.found))
            return
        host = self.places.online_host
        if answer.outside:
            pane.say("address", self.places.outside_message)
        said = f"{host} knows it only outside of {self.places.city}" if answer.outside else f"{host} does not know it"
        nothing = Offer(said, "", asked, key="ask again", asks=True)
        pane.address.show_offers([*asked.offers[:4], nothing], mark=-1)

    # the map

    def clicked(self, pane: CallPane, lat: float, lon: float) -> None:
        """A point of the map is where the caller means: the form has it, and the address next to it."""
        pane.set_place(lat, lon)
        if not self.desk.settings.address_files:
            return

        def show(found: tuple[Found, float] | None) -> None:
            if found is not None and found[1] <= NEXT_TO and self._stands(pane, lambda _: "", ""):
                pane.name_place(lat, lon, found[0].label)

        work = partial(self.places.nearest, lat, lon)
        self.desk.tasks.run("lookup", work, show, self.window.show_problem, key=f"nearest {id(pane)}")


def _address(pane: CallPane) -> str:
    return pane.address.text()


def _offers(found: Sequence[Found]) -> list[Offer]:
    """Each with where it is, which tells streets of one name apart, and why it is offered."""
    return [Offer(f.label, " · ".join(filter(None, (f.area, f.note))), f) for f in found]
