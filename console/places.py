"""The places of a home's city: its address files, read when first needed, whether a place is outside, the geocoder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.opening import locate
from console.settings import Settings

if TYPE_CHECKING:
    from services.geo.places import AddressBook, Found
    from services.intake.geocoding import Geocoder, Geocoding

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
        self._areas: Callable[[Sequence[tuple[float, float]]], list[str]] | None = None
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
                from services.geo.places import load

                self._areas = locate(self._settings)
                self._book = load(self._settings.address_files, self._areas)
            return self._book

    def complete(self, typed: str, most: int = 5) -> list[Found]:
        """The places that a text as typed so far may mean, the likeliest first."""
        return self.book.complete(typed, most)

    def nearest(self, lat: float, lon: float) -> tuple[Found, float] | None:
        """The address next to a point in degrees, and how many metres off; None where no address is known."""
        return self.book.nearest(lat, lon)

    def area(self, lat: float, lon: float) -> str:
        """The areas (ward, district, neighbourhood) that a point lies in, by the city's polygons; "" for none."""
        found = self.book and self._areas
        return found([(lat, lon)])[0] if found else ""

    def outside(self, lat: float, lon: float) -> str:
        """What to tell a caller whose place lies outside the city ([city] outside_message); "" for a place in it.

        By [city] extent where that is set, else by the areas, else by how far the nearest address is.
        """
        return self.outside_message if self._is_outside(lat, lon) else ""

    @property
    def outside_message(self) -> str:
        """Whom to call instead, as the settings say it."""
        return self._settings.config.city.outside_message

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
        from services.upstream.secrets import resolve

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
