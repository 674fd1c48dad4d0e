"""One service request with everything around it, as the detail pane and `show` need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.outbox import OutboxItem
from services.domain.values import Caller, Event, ServiceRequest


@dataclass(frozen=True, slots=True)
class ToCall:
    """A caller who is to be called back."""

    caller_id: int
    message: str
    """What they are to hear; "" for where the request stands."""
    since: datetime
    silent: bool
    """Their number was since left with the wish never to be called: nobody calls it."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A request, its history newest first, who called, what waits to be told, and the answers given with it."""

    request: ServiceRequest
    events: tuple[Event, ...] = ()
    """Newest first."""
    callers: tuple[Caller, ...] = ()
    outbox: tuple[OutboxItem, ...] = ()
    """Oldest first, finished items included."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Question and answer, in the service's order."""
    merged_into: str = ""
    """The number of the request that this one was merged into; "" for none."""
    merged: tuple[str, ...] = ()
    """Numbers of the requests that were merged into this one."""
    merged_callers: tuple[int, ...] = ()
    """How many callers each of those has, who hear of this one's outcome."""
    mailed: int = 0
    """Callers whom a message would reach by an e-mail of ours; known only where it is said who looks."""
    called: int = 0
    """Callers whom it would put on the list of calls back."""
    to_call: tuple[ToCall, ...] = ()
    """Who is on that list now, the longest waiting first."""
    respond_by: datetime | None = None
    """By when somebody is to have looked at it, while nobody has; None: no such target, or somebody has."""
    stands_since: datetime | None = None
    """Since when its clock stands; None: it runs."""
    is_outline: bool = False
    """Only what a list has of it is known here: nothing of what was said, who called, or its history."""
