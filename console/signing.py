"""The worker signs off a team's histories once a day, in a thread and on a connection of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.settings import Settings

_EVERY = 600.0
"""Seconds between two looks whether it is due."""


def signing(settings: Settings) -> AbstractContextManager[None]:
    """Sign at once where today nobody has, and then each day, for as long as the block lasts."""
    url, folder = settings.store_url, settings.signing_folder
    if folder is None:
        return nullcontext()
    from services.store.beside import again

    return again("signing", lambda _: sign_today(url, folder), _EVERY)


def sign_today(url: str, folder: Path) -> Path | None:
    """Sign unless it was done today; the file, where there was anything to sign. Raises Expected."""
    from services.store.store import Store
    from services.team import chain

    if chain.signed_on(folder) == f"{datetime.now(UTC):%Y%m%d}":
        return None
    with closing(Store.open(url)) as store:
        return chain.sign(store, folder)
