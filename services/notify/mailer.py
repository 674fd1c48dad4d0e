"""The thread that empties the mail outbox: after the commit, one letter at a time, patiently."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from services.errors import Offline, Refused, StoreProblem
from services.notify import outbox
from services.notify.carriers import Carrier

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
GIVE_UP_AFTER = 300
"""Attempts: about three days of trying every quarter of an hour."""
_STORE_WAIT = 5.0
_log = logging.getLogger(__name__)


class Mailer:
    """Sends what is queued until stopped.

    A crash between the server's yes and our mark repeats that one letter, under the same Message-ID.
    """

    def __init__(self, source: Engine, carrier: Carrier, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._carrier = carrier
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="mailer", daemon=True)

    def start(self) -> None:
        """Send again what a crash interrupted, then what is queued."""
        self._thread.start()

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the letter in hand, and return when the thread has ended."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        recovered = False
        while not self._stopping:
            self._wake.clear()
            try:
                if not recovered:
                    outbox.recover(self._source, self._clock())
                    recovered = True
                wait = self._empty()
            except StoreProblem as problem:
                _log.warning("mail waits: %s", problem)
                wait = _STORE_WAIT
            if not self._stopping:
                self._wake.wait(wait)

    def _empty(self) -> float | None:
        """Send all that is due; returns the seconds until the next is, None when nothing waits."""
        while not self._stopping and (claimed := outbox.claim(self._source, self._clock())):
            mail_id, letter, attempts = claimed
            try:
                self._carrier.carry(letter)
            except Refused as problem:
                _log.warning("mail %s refused: %s", letter.message_id, problem.sentence)
                outbox.refused(self._source, mail_id, problem.sentence)
            except Offline as problem:
                self._postpone(mail_id, attempts, problem.sentence)
            except Exception as fault:  # noqa: BLE001 - a fault of ours with one letter keeps no other here
                _log.exception("mail %s failed", letter.message_id)
                self._postpone(mail_id, attempts, f"Something in the gateway went wrong ({type(fault).__name__}).")
            else:
                outbox.sent(self._source, mail_id, self._clock())
        due = outbox.next_try(self._source)
        return None if due is None else max(0.0, (due - self._clock()).total_seconds())

    def _postpone(self, mail_id: int, attempts: int, sentence: str) -> None:
        if attempts + 1 >= GIVE_UP_AFTER:
            outbox.refused(self._source, mail_id, sentence)
            return
        outbox.later(self._source, mail_id, sentence, self._clock() + back_off(attempts))


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling from 5 s to 15 min, shortened by up to a quarter at random."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 10))
    return longest * random.uniform(0.75, 1.0)  # noqa: S311 (spreads load, guards nothing)
