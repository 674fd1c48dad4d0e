"""What the desk may expect of each configured upstream, from its config and from what discovery told."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import msgspec

from services.domain.policy import Policy
from services.domain.statusmap import STATUS_MAPS, Dialect, changed
from services.upstream.base import UpdatesBy, UpstreamConfig

_IMPLIED = {
    UpdatesBy.SERVICEREQUESTUPDATES: Dialect.FIXMYSTREET,
    UpdatesBy.PATCH: Dialect.CITYSDK,
    UpdatesBy.NONE: Dialect.GEOREPORT,
}
_log = logging.getLogger(__name__)


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

    @property
    def served(self) -> str:
        """What a team's worker says of it, as `told` has it; "": nothing."""
        ...


def policies(configs: Iterable[UpstreamConfig], states: Iterable[State]) -> dict[str, Policy]:
    """The policy of every upstream that is served, by name. Raises Invalid where the config's words are no statuses."""
    known = {state.name: state for state in states}
    return {config.name: _policy(config, known.get(config.name)) for config in served(configs, known.values())}


def served(own: Iterable[UpstreamConfig], states: Iterable[State]) -> tuple[UpstreamConfig, ...]:
    """The upstreams that this home's file names, and beside them those of which a team's worker says what they take."""
    named = {config.name: config for config in own}
    others = (_read(state) for state in states if state.served and state.name not in named)
    return (*named.values(), *filter(None, others))


def told(config: UpstreamConfig) -> str:
    """What a team's worker says of an upstream, for desks whose files do not name it; nothing of its keys."""
    return msgspec.json.encode(replace(config, api_key="", updates_api_key="")).decode()


def _read(state: State) -> UpstreamConfig | None:
    try:
        return msgspec.json.decode(state.served, type=UpstreamConfig)
    except msgspec.MsgspecError as fault:
        _log.info("what the worker says of “%s” cannot be read by this version: %s", state.name, fault)
        return None


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
