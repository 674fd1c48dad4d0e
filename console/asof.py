"""What a team's desk keeps beside its list, to be usable while the server is gone: as of when, whose, and services."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import msgspec

from services.domain.values import Actor, Attribute, Crew, Service
from services.files import replaced
from services.store.outbox import OutboxCounts
from services.store.queries import UpstreamState

Questions = list[tuple[str, str, tuple[Attribute, ...]]]
"""By upstream and code of a service, what it asks whoever reports."""
log = logging.getLogger(__name__)


class AsOf(msgspec.Struct, frozen=True):
    """Nothing in it is about a caller. Of no use to who logs in as somebody else, or elsewhere."""

    login: str
    """Who logs in where."""
    store_id: str
    at: datetime
    """The server's time when list and all this were read."""
    actor: Actor
    crews: tuple[Crew, ...]
    services: tuple[Service, ...]
    questions: Questions
    upstreams: tuple[UpstreamState, ...]
    outbox: OutboxCounts
    team: tuple[str, ...]

    def asked(self, upstream: str, code: str) -> tuple[Attribute, ...]:
        """What a service asks; () where that is not known."""
        return next((asked for u, c, asked in self.questions if (u, c) == (upstream, code)), ())


def keep(path: Path, known: AsOf) -> bool:
    """Write it for its owner alone, whole or not at all; False where it cannot be."""
    try:
        with replaced(path, lasting=False) as file:
            file.write(msgspec.json.encode(known))
    except OSError as fault:
        log.info("what is known cannot be kept at %s: %s", path, fault.strerror)
        return False
    return True


def read(path: Path, login: str) -> AsOf | None:
    """What was kept for this login; None where nothing was, or it cannot be read."""
    try:
        known = msgspec.json.decode(path.read_bytes(), type=AsOf)
    except (OSError, msgspec.MsgspecError) as fault:
        log.info("nothing is known from before at %s (%s)", path, type(fault).__name__)
        return None
    return known if known.login == login else None
