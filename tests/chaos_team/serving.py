"""The command line, ended with its standard input, so that no gateway outlives who started it."""

from __future__ import annotations

import os
import signal
import sys
import threading

from console.cli import main


def _wait() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_wait, daemon=True).start()
    sys.exit(main(sys.argv[1:]))
