"""A gateway in a process of its own, to be stopped or killed: python -m … HOME [SMTP PORT]."""

from __future__ import annotations

import sys
from pathlib import Path

from services.gateway.server import serve
from services.gateway.settings import GatewaySettings
from services.notify.carriers import Smtp


def main() -> None:
    """Serve until told to stop."""
    smtp = Smtp("127.0.0.1", int(sys.argv[2]), "none") if len(sys.argv) > 2 else None
    serve(GatewaySettings(Path(sys.argv[1]), smtp=smtp))


if __name__ == "__main__":
    main()
