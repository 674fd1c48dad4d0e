"""Tells of an alert those who sit at no desk: by e-mail, or by a JSON posted to a webhook of the configuration."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from services.domain.alerts import Alert, Way
from services.errors import Offline, Refused
from services.notify.carriers import Carrier, Letter
from services.secrets import REFERENCE, resolve
from services.store.alerts import Sending
from services.upstream.http import Session

_SECONDS = 15.0
_MAX_BYTES = 2**16
"""Of an answer; nothing in it is read."""
_BETWEEN = 502, 504
"""What is between answers so when it lost the webhook's own answer: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One of the configuration. `url` and `key` may be references to secrets (env:NAME, keyring:NAME)."""

    name: str
    url: str
    key: str = ""
    """Sent as a bearer token; "" for none."""


@dataclass(frozen=True, slots=True)
class Sender:
    """How messages about alerts leave. `carrier` raises Expected where the settings are not complete."""

    carrier: Callable[[], Carrier]
    sender: str
    """An address, or a name and an address."""
    city: str
    webhooks: Sequence[Webhook] = ()
    zone: tzinfo | None = None

    def send(self, sending: Sending, store_id: str) -> None:
        """Hand one over; on return it has left. Raises Expected: Offline where it is worth another try."""
        mark = f"alert-{store_id}-{sending.id}"
        if sending.way is Way.MAIL:
            self.carrier().carry(self._letter(sending, mark))
        else:
            self._post(sending, mark)

    def _letter(self, sending: Sending, mark: str) -> Letter:
        alert, local = sending.alert, sending.alert.begun_at.astimezone(self.zone)
        made = EmailMessage(policy=SMTP)
        made["From"], made["To"] = self.sender, sending.target
        made["Subject"] = f"Alert: {alert.sentence}"
        made["Date"] = format_datetime(alert.begun_at)
        made["Message-ID"] = f"<{mark}@connect-console>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(
            f"{alert.sentence}.\n\n"
            f"Began {local:%A %d %B %Y, %H:%M} ({self.city}).\n"
            f"The requests: {alert.query or 'all'}\n\n"
            "You hear of it once, however much more comes. Look at it and acknowledge it at the desk.\n"
        )
        return Letter(str(made["Message-ID"]), parseaddr(self.sender)[1], sending.target, made.as_bytes())

    def _post(self, sending: Sending, mark: str) -> None:
        hook = next((h for h in self.webhooks if h.name == sending.target), None)
        if hook is None:
            raise Refused(f"There is no webhook “{sending.target}”.", "Add a [[webhook]] of that name to config.toml.")
        url = resolve(hook.url) if REFERENCE.fullmatch(hook.url) else hook.url
        headers = {"Idempotency-Key": mark}
        if key := resolve(hook.key):
            headers["Authorization"] = f"Bearer {key}"
        who = f"The webhook “{hook.name}”"
        with closing(Session(who, seconds=_SECONDS, max_bytes=_MAX_BYTES)) as session:
            answer = session.post_json(url, _plain(sending.alert, self.city), headers)
        if answer.ok:
            return
        said = f"{who} answered with HTTP {answer.status}."
        if answer.status == 429 or answer.status >= 500:
            lost = answer.status in _BETWEEN
            remedy = "Look whether it arrived." if lost else "It is tried again."
            raise Offline(said, remedy, maybe_done=lost, retry_after=answer.retry_after)
        raise Refused(said, "Check its url and key in config.toml.", status=answer.status)


def _plain(alert: Alert, city: str) -> bytes:
    told = {
        "alert": alert.id, "rule": alert.rule, "text": alert.sentence, "query": alert.query,
        "measure": alert.measure.value, "value": alert.value, "begun_at": alert.begun_at.isoformat(), "city": city,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()
