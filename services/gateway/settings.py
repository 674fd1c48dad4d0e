"""What a gateway is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.notify.carriers import Smtp


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One gateway: its folder, where it listens, and how it writes to residents."""

    home: Path
    """The folder of gateway.db and, without an SMTP server, of mail/."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free port."""
    city: str = "City services"
    jurisdiction_id: str = ""
    """Where it is set, a call that names another is answered 404."""
    contact: str = ""
    sender: str = "City services <no-reply@localhost.localdomain>"
    """The From of every e-mail: a name and an address."""
    smtp: Smtp | None = None
    """None: e-mails are put into mail/ as .eml files."""

    @property
    def store_path(self) -> Path:
        """The gateway's SQLite file."""
        return self.home / "gateway.db"

    @property
    def mail_folder(self) -> Path:
        """Where e-mails go without an SMTP server."""
        return self.home / "mail"
