"""The worker signs off a team's histories once a day, in a thread and on a connection of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import Expected

if TYPE_CHECKING:
    from console.settings import Settings

_REST = 600.0
"""Seconds between two looks whether it is due."""
_log = logging.getLogger(__name__)


@contextmanager
def signing(settings: Settings, stop: threading.Event) -> Iterator[None]:
    """Sign at once where today nobody has, and then each day, until `stop` is set."""
    folder = settings.signing_folder
    if folder is None:
        yield
        return
    thread = threading.Thread(target=_run, args=(settings.store_url, folder, stop), name="signing")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(url: str, folder: Path, stop: threading.Event) -> None:
    while True:
        try:
            sign_today(url, folder)
        except (Expected, OSError) as problem:
            _log.warning("histories are not signed off: %s", problem)
        if stop.wait(_REST):
            return


def sign_today(url: str, folder: Path) -> Path | None:
    """Sign unless it was done today; the file, where there was anything to sign. Raises StoreProblem, OSError."""
    from services.store.store import Store
    from services.team import chain

    if chain.signed_on(folder) == f"{datetime.now(UTC):%Y%m%d}":
        return None
    with closing(Store.open(url)) as store:
        return chain.sign(store, folder)
