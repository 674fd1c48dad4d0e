"""The demo's gateway as a process: seeds, serves, posts the day's reports, and ends when its parent goes."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from services.demo.pace import SECONDS, later_rows, pace
from services.demo.seed import seed
from services.errors import Expected
from services.gateway.keys import new_key
from services.gateway.server import Gateway
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore

CITY = "City of Boston (demo)"
SENDER = f"{CITY} <311@example.org>"
KEY_NAME = "demo desk"


def main() -> int:
    """Print "gateway URL" and "key KEY", then serve until SIGTERM or until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="between two reports; 0: none")
    args = parser.parse_args()
    try:
        key = _prepared(args.home)
        gateway = Gateway(GatewaySettings(args.home, port=args.port, city=CITY, sender=SENDER))
    except Expected as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"gateway {gateway.url}\nkey {key}\n")
    sys.stdout.flush()
    _run(gateway, args.seconds)
    return 0


def _prepared(home: Path) -> str:
    store = GatewayStore.open(GatewaySettings(home).store_path)
    try:
        seed(store)
        return new_key(store, KEY_NAME, replace=True)
    finally:
        store.close()


def _run(gateway: Gateway, seconds: float) -> None:
    stop = threading.Event()
    threading.Thread(target=_until_orphaned, args=(gateway,), name="orphan", daemon=True).start()
    residents = threading.Thread(target=pace, args=(gateway.url, later_rows(), stop, seconds), name="residents")
    if seconds > 0:
        residents.start()
    try:
        gateway.run()
    finally:
        stop.set()
        if seconds > 0:
            residents.join()


def _until_orphaned(gateway: Gateway) -> None:
    sys.stdin.read()
    gateway.stop()


if __name__ == "__main__":
    sys.exit(main())
