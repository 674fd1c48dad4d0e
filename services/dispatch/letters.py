"""Sends crews their day by e-mail: one process of a store does it, the one that pulls and posts, in a thread beside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial

from services.clocks import utcnow
from services.dispatch.paper import Sheet, day_sheet, day_text, sheet_of
from services.domain.values import Crew
from services.errors import Expected, Refused, StoreProblem
from services.notify.again import again_after, said
from services.notify.carriers import Carrier, Letter
from services.store import crew_letters, days, leaving, queries
from services.store.beside import beside
from services.store.crew_letters import CrewLetter
from services.store.store import Store
from services.store.tables import crew_letter

EVERY = 2.0
"""Seconds between two looks: somebody waits for it."""
_LETTERS = 300
"""Of each description."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Postman:
    """How letters to crews leave. `carrier` raises Expected where the settings are not complete."""

    store_url: str
    carrier: Callable[[], Carrier]
    sender: str
    """An address, or a name and an address."""
    city: str
    zone: tzinfo
    clock: Callable[[], datetime] = utcnow
    every: float = EVERY

    def beside(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """Send for as long as the block lasts; `on_change` is called, in another thread, when one left or did not."""
        return beside("crew letters", self._opened, self._begin, self.every, on_change)

    def _begin(self, store: Store, stop: threading.Event) -> Callable[[], int]:
        leaving.broken_off(store, crew_letter)
        return partial(self.send, store, stop)

    def _opened(self) -> Store:
        return Store.open(self.store_url, clock=self.clock)

    def send(self, store: Store, stop: threading.Event | None = None) -> int:
        """Send what waits, each once; how many left or did not. Raises StoreProblem."""
        done = 0
        while not (stop and stop.is_set()) and (letter := crew_letters.take(store)) is not None:
            done += 1
            try:
                self.carrier().carry(self._letter(store, letter))
            except StoreProblem:
                raise
            except Expected as problem:
                _log.info("a letter to a crew did not leave: %s", said(problem))
                again = again_after(problem, letter.attempts)
                leaving.not_sent(store, crew_letter, letter.id, said(problem), again)
            except Exception as fault:  # noqa: BLE001 - a fault of ours with one letter keeps no other here
                _log.exception("a letter to a crew failed")
                why = f"Something went wrong ({type(fault).__name__})."
                leaving.not_sent(store, crew_letter, letter.id, why, None)
            else:
                leaving.sent(store, crew_letter, letter.id)
        return done

    def _letter(self, store: Store, letter: CrewLetter) -> Letter:
        with store.read():
            crew = next((c for c in queries.crews(store) if c.id == letter.crew_id), None)
            ids = days.stops(store, letter.day).get(letter.crew_id, ())
            details = [queries.detail(store, request_id) for request_id in ids]
        if crew is None or not crew.email:
            raise Refused("The crew has no e-mail address any more.", "Give it one, and send it again.")
        made = sheet_of(crew, letter.day, details, store.clock(), letter.actor, self.zone, self.city)
        mark = f"crew-{store.store_id}-{letter.id}"
        try:
            message = self._message(made, crew, mark, letter.asked_at)
            return Letter(str(message["Message-ID"]), parseaddr(self.sender)[1], crew.email, message.as_bytes())
        except (MessageError, ValueError, IndexError) as problem:
            raise Refused("The crew’s address cannot be written to.", "Look at it in “Edit the crews”.") from problem

    def _message(self, made: Sheet, crew: Crew, mark: str, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self.sender, crew.email
        message["Subject"] = f"{made.crew}: {made.day:%A} {made.day.day} {made.day:%B}, {made.size}"
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{mark}@connect-console>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(day_text(made))
        message.add_alternative(day_sheet(made, _LETTERS), subtype="html")
        return message
