"""What the desk may expect of each configured upstream, from its config and from what discovery told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from services.domain.policy import Policy
from services.domain.statusmap import STATUS_MAPS, Dialect, changed
from services.upstream.base import UpdatesBy, UpstreamConfig

_IMPLIED = {
    UpdatesBy.SERVICEREQUESTUPDATES: Dialect.FIXMYSTREET,
    UpdatesBy.PATCH: Dialect.CITYSDK,
    UpdatesBy.NONE: Dialect.GEOREPORT,
}


class State(Protocol):
    """What the store keeps of an upstream, as far as it is needed here."""

    @property
    def name(self) -> str:
        """Its name in the config."""
        ...

    @property
    def dialect(self) -> Dialect | None:
        """What discovery found; None before the first pull."""
        ...

    @property
    def notifies(self) -> bool:
        """True when the server says how each reporter can be reached."""
        ...


def policies(configs: Iterable[UpstreamConfig], states: Iterable[State]) -> dict[str, Policy]:
    """The policy of every configured upstream, by name. Raises Invalid where the config's own words are no statuses."""
    known = {state.name: state for state in states}
    return {config.name: _policy(config, known.get(config.name)) for config in configs}


def _tells_elsewhere(config: UpstreamConfig) -> bool:
    """True when updates go to another server than the one that is pulled from, and that server tells the reporter."""
    return bool(config.updates_url) and config.updates_url.rstrip("/") != config.url.rstrip("/")


def _policy(config: UpstreamConfig, state: State | None) -> Policy:
    elsewhere = _tells_elsewhere(config)
    found = None if elsewhere or state is None else state.dialect
    dialect = config.dialect or found or _IMPLIED[config.updates]
    return Policy(
        upstream=config.name,
        statuses=changed(STATUS_MAPS[dialect], config.status_out, config.status_in),
        takes_updates=config.updates is not UpdatesBy.NONE,
        notifies=state is not None and state.notifies and not elsewhere,
    )
