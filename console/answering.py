"""What the form of a call is told while one types: who calls, which services, places and open requests fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from console.locating import Locating
from services.contact import HIDDEN
from services.domain.story import LANGUAGES, chip_words
from widgets.call.band import Duplicate
from widgets.call.offers import Offer
from widgets.call.pane import CallPane
from widgets.call.services import Suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from console.window import Window
    from services.errors import Expected
    from services.intake.duplicates import Candidate, Sought
    from services.intake.services import WordModel
    from services.queue.snapshot import Snapshot
    from services.store.callers import Earlier, Person

LOOK_MS = 150
"""So long after a key the open requests are looked through, however many keys follow."""
DIGITS = 7
"""From so many digits on a number is looked up."""


class Answering(QObject):
    """Asks store and lookups for every form; of several questions of one kind only the newest is answered."""

    asked_about = Signal(object, int)
    """The pane, and the earlier request that its caller asks about."""
    people_found = Signal(object, bool)
    """The pane, and whether anybody has called before from the number in it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.desk = window, window.desk
        self._attended: set[CallPane] = set()
        self.where = Locating(window, self._stands)
        self._suggest: Suggest | None = None
        self._learning = False

    def attend(self, pane: CallPane, name: str) -> None:
        """Answer this form from now on; `name` tells it from others."""
        self._attended.add(pane)
        if self._suggest is not None:
            pane.service.set_suggest(self._suggest)
        elif not self._learning:
            self._learning = True
            self._learn()
        soon = QTimer(pane, interval=LOOK_MS, singleShot=True)
        soon.timeout.connect(partial(self._look_for_duplicates, pane, name))
        pane.edited.connect(soon.start)
        pane.phone_typed.connect(partial(self._look_for_people, pane, name))
        self.where.attend(pane, name)
        pane.offer_taken.connect(partial(self._taken, pane))
        soon.start()

    def leave(self, pane: CallPane) -> None:
        """The call has ended: what is still being looked up is not shown."""
        self._attended.discard(pane)

    def _stands(self, pane: CallPane, field: Callable[[CallPane], str], typed: str) -> bool:
        """Whether these words still stand in a form that is still there."""
        return pane in self._attended and field(pane) == typed

    # who

    def _look_for_people(self, pane: CallPane, name: str, typed: str) -> None:
        if sum(c.isdecimal() for c in typed) < DIGITS:
            pane.phone.show_offers(())
            self.people_found.emit(pane, False)
            return

        def show(found: object) -> None:
            if isinstance(found, list) and self._stands(pane, lambda p: p.phone.text(), typed):
                pane.phone.show_offers(_people(found, self.desk.settings.timezone))
                self.people_found.emit(pane, bool(found))

        self.desk.ask(lambda side: side.people(typed), show, key=f"people {name}")

    def _taken(self, pane: CallPane, value: object) -> None:
        from services.geo.places import Found
        from services.store.callers import Earlier, Person

        match value:
            case Person():
                email = "" if HIDDEN in value.email else value.email
                pane.set_person(
                    value.name, email, value.reply, value.language, consent=value.consent, do_not_call=value.do_not_call
                )
            case Earlier():
                self.asked_about.emit(pane, value.request_id)
            case Found():
                pane.take_place(value.lat, value.lon, value.label)
                pane.say("address", "")

    # what

    def _learn(self) -> None:
        """Have services found by the words of the city's past requests; by their names until these are learned."""

        def learned(model: WordModel) -> None:
            self._suggest = model.suggest
            for pane in self._attended:
                pane.service.set_suggest(model.suggest)

        def named(model: WordModel) -> None:
            if self._suggest is None:
                learned(model)

        def names() -> WordModel:
            from console.learning import names

            return names()

        def failed(problem: Expected) -> None:
            self._learning = False
            self.window.show_problem(problem)

        def work() -> WordModel:
            from console.learning import words

            return words(self.desk.settings.store_url, lambda: self.desk.tasks.closing)

        self.desk.tasks.run("lookup", names, named, self.window.show_problem)
        self.desk.tasks.run("learning", work, learned, failed)
        self.where.read()

    # which may be the same

    def _look_for_duplicates(self, pane: CallPane, name: str) -> None:
        found = self.desk.last_found
        sought = _sought(pane, self.desk.now())
        if found is None or sought is None:
            self._show_duplicates(pane, ())
            return
        snapshot = found.snapshot

        def show(answer: object) -> None:
            now = _sought(pane, self.desk.now()) if pane in self._attended else None
            if isinstance(answer, list) and now is not None and replace(now, at=sought.at) == sought:
                self._show_duplicates(pane, [_duplicate(snapshot, one) for one in answer])

        self.desk.ask(lambda side: side.duplicates(snapshot, sought), show, key=f"duplicates {name}")

    def _show_duplicates(self, pane: CallPane, found: Sequence[Duplicate]) -> None:
        pane.show_duplicates(found)
        if pane is self.window.call:
            self.show_on_map(pane)

    def show_on_map(self, pane: CallPane | None) -> None:
        """Show on the map where this call's place is and what may be the same, or no call at all."""
        if self.window.map is None:
            return
        from widgets.map.calling import Marked

        draft = pane.draft() if pane is not None else None
        place = (draft.lat, draft.lon) if draft and draft.lat is not None and draft.lon is not None else None
        rows = enumerate(pane.band.found if pane is not None else (), 1)
        marked = [Marked(rank, one.status, *one.place) for rank, one in rows if one.place is not None]
        self.window.map.show_call(place, marked)


def _people(found: Sequence[Person], zone: tzinfo) -> list[Offer]:
    """The likeliest person, then what they asked for before; without one, nothing."""
    if not found:
        return []
    person = found[0]
    wish = "never call or write" if person.do_not_call else ""
    known = ", ".join(filter(None, (wish, person.email, LANGUAGES.get(person.language, person.language))))
    named = [Offer(person.name or "The same caller", known or "called before", person)]
    open_first = sorted(person.requests, key=lambda request: not request.status.is_open)
    return [*named, *(_earlier(request, zone) for request in open_first)]


def _earlier(request: Earlier, zone: tzinfo) -> Offer:
    """An earlier request: taking it means that the caller asks about it."""
    day = request.requested_at.astimezone(zone).strftime("%d %b").lstrip("0")
    how = "" if request.status.is_open else chip_words(request.status, request.outcome).partition(": ")[2]
    note = " · ".join(filter(None, (request.address, ", ".join(filter(None, (day, how))))))
    return Offer(request.service, note, request, request.status, key="asks")


def _sought(pane: CallPane, now: datetime) -> Sought | None:
    """What the form says that open requests can be compared with; None where it says neither place nor address."""
    from services.intake.duplicates import Sought

    draft, chosen = pane.draft(), pane.service.chosen
    if draft.lat is None and not draft.address:
        return None
    return Sought(
        draft.lat,
        draft.lon,
        draft.service_code,
        chosen.name if chosen else "",
        draft.upstream,
        draft.description,
        draft.address,
        now,
    )


def _duplicate(snapshot: Snapshot, one: Candidate) -> Duplicate:
    from services.queue.snapshot import STATUSES

    row = snapshot.row_of(one.request_id)
    status = STATUSES[int(snapshot.status[row])]
    title = snapshot.addresses[row] or snapshot.services[int(snapshot.service_idx[row])]
    return Duplicate(one.request_id, snapshot.numbers[row], title, status, one.reasons, snapshot.point(row))
