"""A real SMTP server that keeps what it accepted, and can be told to refuse."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from services.notify.carriers import Smtp


class Mailbox:
    """Counts messages where they count: at DATA. `refuse` maps a step (MAIL, RCPT, DATA) to the answer it gives."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.arrived = threading.Condition()
        self.port = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        with self.arrived:
            self.messages.append(read)
            self.arrived.notify_all()
        return "250 accepted"

    def wait_for(self, count: int) -> list[EmailMessage]:
        """The messages, once there are so many."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, 30)
            return list(self.messages)

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in the order of their acceptance."""
        return [str(m["Message-ID"]) for m in self.messages]

    def smtp(self, **changes: Any) -> Smtp:
        """The settings that reach this server."""
        return Smtp("127.0.0.1", **{"port": self.port, "security": "none", "timeout": 10.0, **changes})


@contextmanager
def smtp_server(**options: Any) -> Iterator[Mailbox]:
    """A mailbox behind a running server."""
    box = Mailbox()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """The text or the HTML of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
