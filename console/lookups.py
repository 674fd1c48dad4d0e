"""What a call is looked up in, off the UI thread: the city's places and the words that its callers use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from console.settings import Settings

if TYPE_CHECKING:
    from services.geo.places import AddressBook, Found
    from services.intake.services import WordModel


class Lookups:
    """Made at once, filled when first asked. For one thread: the lane “lookup”."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._book: AddressBook | None = None
        self._words: WordModel | None = None

    def places(self, typed: str) -> list[Found]:
        """The places that fit what was typed. Raises NotFound or Invalid where the city's file cannot be read."""
        return self.book.complete(typed)

    def nearest(self, lat: float, lon: float) -> tuple[Found, float] | None:
        """The address next to a point, and how many metres off. Raises as `places` does."""
        return self.book.nearest(lat, lon)

    @property
    def has_book(self) -> bool:
        """Whether the addresses have been read; for any thread."""
        return self._book is not None

    @property
    def book(self) -> AddressBook:
        """The city's addresses, read when first needed."""
        if self._book is None:
            from console import opening
            from services.geo.places import load

            self._book = load(self._settings.address_files, opening.locate(self._settings))
        return self._book

    def words(self, ended: Callable[[], bool]) -> WordModel:
        """What the city's past requests tell of its callers' words, learned when first asked.

        Raises StoreProblem, and Expected once `ended` says so.
        """
        if self._words is None:
            from services.intake.services import learn
            from services.store.store import Store

            with closing(Store.open(self._settings.store_url)) as store:
                self._words = learn(store, ended)
        return self._words
