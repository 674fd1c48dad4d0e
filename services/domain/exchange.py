"""The values that cross the border between the desk and an upstream, known to the store and to every upstream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.domain.statusmap import Dialect
from services.domain.values import Place, Reach


@dataclass(frozen=True, slots=True)
class Facts:
    """What discovery told us about a server."""

    dialect: Dialect
    notifies: bool = False
    """True when the server says by which channel each reporter can be reached (our gateway)."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """One service request as an upstream shows it. Unknown is "" or None, never a placeholder (0/0 becomes None)."""

    upstream_id: str
    service_code: str
    service: str
    status_word: str
    status_notes: str
    description: str
    requested_at: datetime
    updated_at: datetime | None
    expected_at: datetime | None
    place: Place
    media_urls: tuple[str, ...] = ()
    agency: str = ""
    channel: str = ""
    reach: tuple[Reach, ...] | None = None
    """None where the upstream does not say."""
    answers: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    """Code of each question of the service with what was answered; None where the upstream does not say."""


@dataclass(frozen=True, slots=True)
class UpstreamUpdate:
    """One public update or comment on a request, as an upstream shows it."""

    update_id: str
    upstream_id: str
    status_word: str
    description: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """One record of a page that could not be read: which, and why."""

    where: str
    """Its id where one could be found, else its position: "record 3"."""
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pull: committed in one transaction together with `cursor`."""

    requests: tuple[UpstreamRequest, ...]
    unreadable: tuple[UnreadableRecord, ...]
    cursor: str
    """Opaque: what `pages` wants back next time. Empty means: do not move the cursor yet."""


@dataclass(frozen=True, slots=True)
class OutgoingUpdate:
    """A status, a message, or both, to be posted."""

    update_id: str
    upstream_id: str
    status_word: str
    message: str
    updated_at: datetime
    service_code: str = ""
    tell_reporter: bool = True
    """False: the server is told the new state, but another one tells the reporter."""


@dataclass(frozen=True, slots=True)
class OutgoingReport:
    """A report logged at the desk, to be created upstream."""

    reference: str
    """Our own reference, carried in the text or an attribute so that it is found again when an answer is lost."""
    service_code: str
    description: str
    place: Place
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the upstream answered. Exactly one of `id` and `token` is set."""

    id: str = ""
    token: str = ""
    notice: str = ""
