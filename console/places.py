"""The places of a home's city: its address files, read when first needed, whether a place is outside, the geocoder."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.opening import locate
from console.settings import Settings
from services.domain.values import Place
from services.errors import Expected

if TYPE_CHECKING:
    from services.geo.areas import Layers
    from services.geo.localities import Elsewhere, Localities
    from services.geo.places import AddressBook, Found
    from services.intake.geocoding import Geocoder, Geocoding

log = logging.getLogger(__name__)
FAR = 300.0
"""Metres from the nearest address beyond which a place in no area is outside the city; piers lie beyond their ward."""
NOWHERE_NEAR = 3_000.0
"""The same where no areas are known."""


class Places:
    """What is asked about places, of several threads, none of them the UI's. Methods raise Expected for bad files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._book: AddressBook | None = None
        self._areas: Layers | None = None
        self._areas_read = False
        self._towns: Localities | None = None
        self._geocoder: Geocoder | None = None

    @property
    def is_read(self) -> bool:
        """Whether the files have been read, so that answers come at once."""
        return self._book is not None

    @property
    def book(self) -> AddressBook:
        """The city's address book; the first call reads the files, which takes a second for a large city."""
        with self._lock:
            if self._book is None:
                from services.geo.localities import Localities
                from services.geo.places import load

                areas = self._locate()
                book = load(self._settings.address_files, areas)
                own = {*book.areas(), *(areas.names if areas else ()), *self._own_names}
                self._towns = Localities(own, self._settings.config.city.neighbours, book.knows)
                self._book = book
            return self._book

    def _locate(self) -> Layers | None:
        """The city's areas; the lock is held."""
        if not self._areas_read:
            self._areas, self._areas_read = locate(self._settings), True
        return self._areas

    @property
    def _own_names(self) -> tuple[str, str]:
        return self.city, self._settings.config.geocoder.town

    def complete(self, typed: str, most: int = 5) -> list[Found]:
        """The places that a text as typed so far may mean, the likeliest first."""
        return self.book.complete(typed, most)

    def nearest(self, lat: float, lon: float) -> tuple[Found, float] | None:
        """The address next to a point in degrees, and how many metres off; None where no address is known."""
        return self.book.nearest(lat, lon)

    def area(self, lat: float, lon: float) -> str:
        """The areas (ward, district, neighbourhood) that a point lies in, by the city's polygons; "" for none."""
        with self._lock:
            found = self._locate()
        return found([(lat, lon)])[0] if found else ""

    def placed(self, place: Place) -> Place:
        """A place with the areas that its point lies in; without them where the city's files of areas are no good."""
        if place.area or place.lat is None or place.lon is None:
            return place
        try:
            return replace(place, area=self.area(place.lat, place.lon))
        except Expected as problem:
            log.warning("a place is filed without its area (%s)", problem)
            return place

    def outside(self, lat: float, lon: float) -> str:
        """What to tell a caller whose place lies outside the city ([city] outside_message); "" for a place in it.

        By [city] extent where that is set, else by the areas, else by how far the nearest address is.
        """
        return self.outside_message if self._is_outside(lat, lon) else ""

    @property
    def outside_message(self) -> str:
        """Whom to call instead, as the settings say it."""
        return self._settings.config.city.outside_message

    @property
    def city(self) -> str:
        """What the city is called in a sentence."""
        return self._settings.config.city.name.removeprefix("City of ") or "this city"

    def elsewhere(self, typed: str) -> Elsewhere | None:
        """The other town that a typed address names; None where it names none."""
        known = len(self.book)
        town = self._towns.elsewhere(typed) if self._towns else None
        return town if known or (town and town.listed) else None

    def said_of(self, town: Elsewhere) -> str:
        """What to tell a caller who means another town."""
        if town.listed:
            return f"{town.name} is not in {self.city}. {self.outside_message}"
        return f"“{town.name}” is not known in {self.city}. If it is another town: {self.outside_message}"

    @property
    def online_host(self) -> str:
        """Where the online geocoder is, for whoever is to send it something; "" while none is configured."""
        keys = self._settings.config.geocoder
        return urlsplit(keys.url).hostname or "" if keys.kind else ""

    def _is_outside(self, lat: float, lon: float) -> bool:
        if self._settings.config.city.extent:
            return self._settings.is_outside(lat, lon)
        if self.area(lat, lon):
            return False
        near = self.nearest(lat, lon)
        return near is not None and near[1] > (FAR if self._areas else NOWHERE_NEAR)

    def online(self, typed: str) -> Geocoding:
        """What the online geocoder knows; nothing while none is configured. Raises Offline, Refused, Unreadable."""
        from services.intake.geocoding import Geocoding

        asked = self._opened()
        return asked.find(typed) if asked else Geocoding()

    def _opened(self) -> Geocoder | None:
        from services.intake.geocoding import Geocoder
        from services.secrets import resolve

        keys, extent = self._settings.config.geocoder, self._settings.config.city.extent
        edges = (extent[0], extent[1], extent[2], extent[3]) if extent else self.book.bounds()
        with self._lock:
            if self._geocoder is None and keys.kind:
                self._geocoder = Geocoder(keys.kind, keys.url, key=resolve(keys.key), extent=edges, town=keys.town)
            return self._geocoder

    def close(self) -> None:
        """Let go of the geocoder's connections."""
        with self._lock:
            if self._geocoder is not None:
                self._geocoder.close()
                self._geocoder = None
