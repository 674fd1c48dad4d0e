"""Makes the upstream that a config asks for."""

from __future__ import annotations

from services.errors import Invalid
from services.upstream.base import Upstream, UpstreamConfig
from services.upstream.open311 import Open311


def connect(config: UpstreamConfig) -> Upstream:
    """The upstream of that kind; nothing is sent yet. Raises Invalid: unknown kind, bad url, missing key."""
    if config.kind != "open311":
        raise Invalid(f"“{config.name}” is of the unknown kind “{config.kind}”.", "The only kind is open311.")
    return Open311(config)
