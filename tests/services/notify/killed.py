"""A process that empties a mail outbox and kills itself at the point it was told: python -m … FILE PORT POINT."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from services import sqlite
from services.notify.carriers import Letter, Smtp
from services.notify.mailer import Mailer


class Dying:
    """Carries letters by SMTP, and dies before or after one."""

    def __init__(self, smtp: Smtp, point: str) -> None:
        self.smtp = smtp
        self.point = point

    def carry(self, letter: Letter) -> None:
        if self.point == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        self.smtp.carry(letter)
        if self.point == "after":
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Send everything that is queued."""
    source = sqlite.engine(Path(sys.argv[1]))
    smtp = Smtp("127.0.0.1", int(sys.argv[2]), "none")
    mailer = Mailer(source, Dying(smtp, sys.argv[3]), lambda: datetime.now(UTC))
    mailer.start()
    sys.stdin.read()
    mailer.stop()
    source.dispose()


if __name__ == "__main__":
    main()
