"""Our own e-mails to callers: an item of the outbox becomes a letter, under a Message-ID that never changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from email.utils import parseaddr

from services.domain.outbox import OutboxItem
from services.domain.statusmap import parse_state
from services.errors import Offline, Refused
from services.notify.carriers import Carrier, Letter
from services.notify.mail import Notice, compose
from services.store import calls
from services.store.calls import Addressee
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Notifier:
    """Who writes to callers, and how it leaves. `carrier` raises Expected where the settings are not complete."""

    carrier: Callable[[], Carrier]
    sender: str
    """An address, or a name and an address."""
    city: str
    language: str = "en"
    """For callers who named none."""

    def send(self, store: Store, item: OutboxItem) -> bool:
        """Hand one over; False when its caller is not to be written to any more. Raises Offline or Refused.

        What is raised names neither the address nor whose it is.
        """
        whom = calls.addressee(store, item)
        if whom is None:
            return False
        letter = self._letter(item, whom)
        try:
            self.carrier().carry(letter)
        except Refused as problem:
            raise Refused(_nameless(problem.sentence, letter), problem.remedy, status=problem.status) from problem
        except Offline as problem:
            raise Offline(_nameless(problem.sentence, letter), problem.remedy) from problem
        return True

    def _letter(self, item: OutboxItem, whom: Addressee) -> Letter:
        notice = Notice(
            update_id=item.id,
            number=whom.number,
            service=whom.service,
            address=whom.address,
            state=parse_state(item.status_word),
            message=item.message,
            language=whom.caller.language or self.language,
            at=item.created_at,
            recipient=whom.caller.email,
            sender=self.sender,
            city=self.city,
        )
        try:
            message = compose(notice)
            addresses = parseaddr(str(message["From"]))[1], parseaddr(str(message["To"]))[1]
            return Letter(str(message["Message-ID"]), *addresses, message.as_bytes())
        except (MessageError, ValueError, IndexError) as problem:
            raise Refused("The caller’s address cannot be written to.", "Look at it, and call instead.") from problem


def _nameless(sentence: str, letter: Letter) -> str:
    return re.sub(re.escape(letter.recipient), "(the address)", sentence, flags=re.IGNORECASE)
