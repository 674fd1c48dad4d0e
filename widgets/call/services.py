"""The field that finds a service while one types, with the services that fit below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from services.domain.values import Service
from services.intake.naming import Suggestion, find
from widgets.call.offers import Offer, OfferField

ROWS = 5
NOTHING = "No service fits these words"
GENERAL = "general other"
"""Words of the services that take what no other does: they are offered where nothing fits."""
LONGEST = 200
"""Characters that are searched for; each key looks at all of them, while the window waits."""
Suggest = Callable[[Sequence[Service], str, int], list[Suggestion]]
"""Services, what was typed, and how many are wanted: those that fit, best first."""


class ServiceField(OfferField):
    """Type words, move with the arrows, take with Enter or a click; what is chosen stays until another is."""

    changed = Signal()

    def __init__(self) -> None:
        self.chosen: Service | None = None
        self.wanted = ("", "")
        """Upstream and code of what was chosen, also while the services are not known yet."""
        self._services: tuple[Service, ...] = ()
        self._suggest: Suggest = find
        super().__init__("What it is about: type words to find the service", ROWS)
        self.line.setMaxLength(LONGEST)
        self.typed.connect(self._leave)
        self.taken.connect(self._take_service)

    @property
    def words(self) -> str:
        """What is written while no service is chosen, not even one that is not known yet."""
        return "" if any(self.wanted) else self.line.text().strip()

    def set_services(self, services: Sequence[Service]) -> None:
        """The services that can be chosen; a choice that is still among them is kept."""
        self._services = tuple(services)
        self.line.setPlaceholderText("Words: hole road" if services else "No services are known here yet")
        if any(self.wanted):
            self.choose(*self.wanted)
        self._find()

    @property
    def known(self) -> bool:
        """Whether there is any service to choose."""
        return bool(self._services)

    def set_suggest(self, suggest: Suggest) -> None:
        """Who says what fits from now on; by the services' names until then."""
        self._suggest = suggest
        self._find()

    def choose(self, upstream: str, code: str) -> None:
        """Choose by upstream and code; nothing is chosen when there is no such service."""
        self.chosen = next((s for s in self._services if (s.upstream, s.code) == (upstream, code)), None)
        self.wanted = (upstream, code) if self.chosen or not self._services else ("", "")
        self.line.setText(self.chosen.name if self.chosen else "")
        self._find()
        self.changed.emit()

    def _take_service(self, value: object) -> None:
        if isinstance(value, Service):
            self.choose(value.upstream, value.code)

    def _leave(self) -> None:
        self.chosen, self.wanted = None, ("", "")
        self._find()
        self.changed.emit()

    def _find(self) -> None:
        words = self.line.text().strip()
        if self.chosen is not None:
            self.show_offers([Offer(self.chosen.name, self.chosen.group, self.chosen, key="chosen", chosen=True)])
            return
        found = self._suggest(self._services, words, ROWS)
        if found or not words:
            offers = [Offer(hit.service.name, hit.reason, hit.service) for hit in found]
            self.show_offers(offers, mark=0 if words else -1)
        elif general := find(self._services, GENERAL, ROWS):
            self.show_offers([Offer(hit.service.name, NOTHING, hit.service) for hit in general], mark=-1)
        else:
            self.remark(NOTHING)

    def _is_open(self) -> bool:
        """While nobody types here, only words that have found nothing yet show what fits them."""
        return self.line.hasFocus() or (self.chosen is None and bool(self.line.text().strip()))
