"""One row of the queue as the store hands it over: plain numbers and strings, ready to become columns."""

from __future__ import annotations

from typing import NamedTuple


class QueueRow(NamedTuple):
    """What the queue, the map and the filter bar need to know of one service request. Times: ms since 1970, UTC."""

    id: int
    number: str
    upstream: str
    upstream_id: str
    service_code: str
    service: str
    status: str
    outcome: str | None
    address: str
    lat: float | None
    lon: float | None
    area: str
    """Names from the finest to the widest, joined by ", ": "Ward 6, South Boston"."""
    requested_ms: int
    updated_ms: int
    due_ms: int | None
    closed_ms: int | None
    crew_id: int | None
    channel: str
    version: int
    differs: bool
    """The upstream's state and the desk's disagree."""
    reopened: bool
    undelivered: bool
    """Something for the upstream was refused, or may or may not have arrived."""
    handler: str
    """The member of staff who acted on it last, or was given it; "" when nobody has, or it was let go of."""
    callback: bool = False
    """A caller is to be called back."""
    claimed_by: str = ""
    """The member of staff who looks after it; "" for nobody."""
    touched_ms: int | None = None
    """When a member of staff first did something with it, after it had come in; None: nobody has."""
    call_s: int | None = None
    """How many seconds the call took in which it was taken down here; None for what was no call."""
    told_at: str | None = None
    """When its upstream, or a caller, was sent an update of it: each time, with commas between; None: never."""
    failed_at: str | None = None
    """When something for these was refused, or may or may not have arrived."""
    reopened_at: str | None = None
    """When it was opened again after having been closed, undone closings aside."""
