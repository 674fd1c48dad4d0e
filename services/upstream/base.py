"""What the desk asks of an upstream, whatever its kind: the values that cross the border, and the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.domain.exchange import (
    Facts,
    OutgoingReport,
    OutgoingUpdate,
    Page,
    Receipt,
    UnreadableRecord,
    UpstreamRequest,
    UpstreamUpdate,
)
from services.domain.statusmap import Dialect
from services.domain.values import Attribute, Service

__all__ = [
    "Facts",
    "OutgoingReport",
    "OutgoingUpdate",
    "Page",
    "ReadBack",
    "Receipt",
    "UnreadableRecord",
    "UpdatesBy",
    "Upstream",
    "UpstreamConfig",
    "UpstreamRequest",
    "UpstreamUpdate",
]


class UpdatesBy(StrEnum):
    """How an upstream takes status updates."""

    SERVICEREQUESTUPDATES = "servicerequestupdates"
    PATCH = "patch"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class UpstreamConfig:
    """One [[upstream]] of config.toml. `api_key` is a reference (env:NAME, keyring:NAME), never the key itself."""

    name: str
    kind: str = "open311"
    url: str = ""
    format: str = "auto"
    jurisdiction_id: str = ""
    api_key: str = ""
    updates: UpdatesBy = UpdatesBy.NONE
    updates_url: str = ""
    updates_jurisdiction_id: str = ""
    updates_api_key: str = ""
    """The key of `updates_url`, as a reference; empty: the same as `api_key`."""
    poll_seconds: int = 30
    dialect: Dialect | None = None
    """None: found out from the server's discovery; until then, from `updates`."""
    status_out: Mapping[str, str] = field(default_factory=dict)
    status_in: Mapping[str, str] = field(default_factory=dict)


class ReadBack(StrEnum):
    """What reading back says about something that may or may not have arrived."""

    THERE = "there"
    ABSENT = "absent"
    CANNOT_TELL = "cannot_tell"


class Upstream(Protocol):
    """An upstream. Every call raises only Expected errors: Offline, Refused, Unreadable, Invalid."""

    @property
    def config(self) -> UpstreamConfig:
        """What the city set for it."""
        ...

    def facts(self) -> Facts:
        """Ask the server what it is (discovery); falls back to what the config implies."""
        ...

    def services(self) -> list[Service]:
        """The services it takes."""
        ...

    def definition(self, code: str) -> tuple[Attribute, ...]:
        """The questions of one service, in order; () where there are none."""
        ...

    def pages(self, cursor: str) -> Iterator[Page]:
        """Everything changed since the cursor (with an overlap), oldest change first where the server can."""
        ...

    def request(self, upstream_id: str) -> UpstreamRequest:
        """One request, as it stands now. Raises NotFound."""
        ...

    def updates(self, upstream_id: str) -> list[UpstreamUpdate]:
        """The public updates and comments the server shows of one request; [] where it shows none."""
        ...

    def updates_since(self, start: datetime, end: datetime) -> list[UpstreamUpdate]:
        """The public updates and comments of all requests in a window; [] where the server shows none."""
        ...

    def post_update(self, update: OutgoingUpdate) -> Receipt:
        """Post it. Offline(maybe_done=True) when it may have arrived."""
        ...

    def find_update(self, update: OutgoingUpdate) -> ReadBack:
        """Whether an update that may have been sent has arrived."""
        ...

    def create(self, report: OutgoingReport) -> Receipt:
        """Create the report; Receipt with an id, or with a token to ask about later."""
        ...

    def find_report(self, report: OutgoingReport, since: datetime) -> Receipt | None:
        """The report with our reference; None when surely absent. Raises Unreadable where nobody can tell."""
        ...

    def resolve_token(self, token: str) -> str:
        """The request id behind a token; "" while the server has not decided."""
        ...

    def takes_key(self) -> bool:
        """True when the server was asked and takes our key; False where only a change would tell. Raises KeyRefused."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...
