"""A process that sends a store's notices and kills itself at the point it was told: python -m … URL PORT POINT."""

from __future__ import annotations

import os
import signal
import sys

from services.notify.carriers import Letter, Smtp
from services.sync.notices import Notifier
from services.sync.sync import Syncer


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
    """Send everything that is due."""
    carrier = Dying(Smtp("127.0.0.1", int(sys.argv[2]), "none"), sys.argv[3])
    Syncer(sys.argv[1], [], notifier=Notifier(lambda: carrier, "City <311@example.org>", "City")).once()


if __name__ == "__main__":
    main()
