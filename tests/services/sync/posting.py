"""A process that sends a store's notices and kills itself at the point it was told: python -m … URL PORT POINT."""

from __future__ import annotations

import sys

from services.notify.carriers import Smtp
from services.sync.notices import Notifier
from services.sync.sync import Syncer
from tests.services.notify.killed import Dying


def main() -> None:
    """Send everything that is due."""
    carrier = Dying(Smtp("127.0.0.1", int(sys.argv[2]), "none"), sys.argv[3])
    Syncer(sys.argv[1], [], notifier=Notifier(lambda: carrier, "City <311@example.org>", "City")).once()


if __name__ == "__main__":
    main()
