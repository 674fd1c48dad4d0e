"""What every command of the command line starts from: the home, its settings, and the store when it is needed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console import home as homes
from console import settings as files
from console.settings import Settings
from services.domain.values import Crew

if TYPE_CHECKING:
    from services.store.acting import Acting
    from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """One run of one command."""

    args: argparse.Namespace
    home: Path
    settings: Settings

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The desk's store, made when it is missing. Raises StoreProblem."""
        from services.store.store import Store

        store = Store.open(self.settings.store_url)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def acting(self) -> Iterator[Acting]:
        """The store, with who acts and what each upstream takes."""
        from services.store import queries
        from services.store.acting import Acting
        from services.sync.policies import policies

        with self.store() as store:
            keep_crews(store, self.settings)
            known = policies(self.settings.upstreams, queries.upstream_states(store))
            yield Acting(store, self.settings.actor, known, self.settings.hold)

    def locate(self) -> Callable[[float, float], str] | None:
        """Names the area of a place; None while no areas are set. Raises NotFound or Invalid for a bad file."""
        if not self.settings.area_files:
            return None
        from services.geo.areas import locator

        return locator(self.settings.area_files)


def keep_crews(store: Store, settings: Settings) -> None:
    """See to it that the crews of config.toml are in the store, as they are written there."""
    from services.store import queries
    from services.store.crews import save_crews

    known = {crew.name: (tuple(crew.skills), crew.capacity, crew.active) for crew in queries.crews(store)}
    written = [Crew(0, keys.name, keys.skills, keys.capacity) for keys in settings.config.crew]
    changed = [crew for crew in written if known.get(crew.name) != (crew.skills, crew.capacity, True)]
    if changed:
        save_crews(store, changed)


def of(args: argparse.Namespace) -> Context:
    """The context that the arguments name. Raises Invalid or Expected."""
    home = homes.find(getattr(args, "home", None))
    return Context(args, home, files.load(home, getattr(args, "acting_as", "")))
