"""What every command of the command line starts from: the home, its settings, and the store when it is needed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console import home as homes
from console import settings as files
from console.settings import Settings

if TYPE_CHECKING:
    from services.store.acting import Acting
    from services.store.store import Store
    from services.sync.sync import Syncer


@dataclass(frozen=True, slots=True)
class Context:
    """One run of one command."""

    args: argparse.Namespace
    home: Path
    settings: Settings

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The desk's store, made when it is missing, with the crews of config.toml. Raises StoreProblem."""
        from console.opening import open_store

        store = open_store(self.settings)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def acting(self) -> Iterator[Acting]:
        """The store, with who acts and what each upstream takes."""
        from console.opening import apart

        with apart(self.settings) as acting:
            yield acting

    def syncer(self) -> Syncer:
        """What pulls, posts and writes to callers. Raises NotFound or Invalid for a bad file of areas."""
        from console.opening import besides, notifier
        from services.sync.sync import Syncer

        settings = self.settings
        letters, beside = notifier(settings), besides(settings)
        return Syncer(settings.store_url, settings.upstreams, self.locate(), notifier=letters, beside=beside)

    def locate(self) -> Callable[[Sequence[tuple[float, float]]], list[str]] | None:
        """Names the areas of a place; None while no areas are set. Raises NotFound or Invalid for a bad file."""
        from console.opening import locate

        return locate(self.settings)


def of(args: argparse.Namespace) -> Context:
    """The context that the arguments name. Raises Invalid or Expected."""
    home = homes.find(getattr(args, "home", None))
    return Context(args, home, files.load(home, getattr(args, "acting_as", "")))
