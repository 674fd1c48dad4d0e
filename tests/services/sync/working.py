"""A worker in a process of its own, to be killed: python -m … STORE_URL UPSTREAM_URL, the key in CITY_KEY."""

from __future__ import annotations

import sys
import threading

from services.sync.sync import Syncer
from services.upstream.base import UpdatesBy, UpstreamConfig


def main() -> None:
    """Pull and post until killed."""
    store, city = sys.argv[1:]
    config = UpstreamConfig(
        "city", url=city, api_key="env:CITY_KEY", updates=UpdatesBy.SERVICEREQUESTUPDATES, poll_seconds=1
    )
    Syncer(store, [config]).run(threading.Event(), lambda: None)


if __name__ == "__main__":
    main()
