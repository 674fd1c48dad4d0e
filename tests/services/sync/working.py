"""A worker in a process of its own, to be killed: python -m … STORE_URL UPSTREAM_URL, the key in CITY_KEY.

It ends with its standard input, too, so that none outlives who started it.
"""

from __future__ import annotations

import sys
import threading

from services.sync.sync import Syncer
from services.upstream.base import UpdatesBy, UpstreamConfig


def main() -> None:
    """Pull and post until killed, or nobody is there any more."""
    store, city = sys.argv[1:]
    config = UpstreamConfig(
        "city", url=city, api_key="env:CITY_KEY", updates=UpdatesBy.SERVICEREQUESTUPDATES, poll_seconds=1
    )
    stop = threading.Event()
    threading.Thread(target=_wait, args=(stop,), daemon=True).start()
    Syncer(store, [config]).run(stop, lambda: None)


def _wait(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    main()
