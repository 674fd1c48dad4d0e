"""The views beside the queue: a name, the query it stands for, and how many requests that is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.queue.query import Moment, Search, count, parse
from services.queue.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class View:
    """A named query. `icon` names a status shape or an icon; `letter` is the key after G."""

    id: str
    title: str
    query: str
    icon: str
    letter: str = ""


VIEWS: tuple[View, ...] = (
    View("new", "New", "status:new", "new", "n"),
    View("overdue", "Overdue", "is:overdue", "overdue", "o"),
    View("due_today", "Due today", "due:today", "clock", "t"),
    View("unassigned", "Unassigned", "is:unassigned", "person", "u"),
    View("mine", "My work", "is:mine", "inbox", "m"),
)
TEAM_VIEWS: tuple[View, ...] = (
    View("all_open", "All open", "status:open", "layers", "a"),
    View("no_place", "No usable place", "is:noplace status:open", "pin", "p"),
    View("callback", "To call back", "is:callback", "phone", "b"),
    View("undelivered", "Not delivered", "is:undelivered", "alert", "d"),
    View("differs", "Differs upstream", "is:differs", "open-out", "f"),
)


def counts(snapshot: Snapshot, views: Sequence[View], moment: Moment, search: Search) -> dict[str, int]:
    """How many requests each view holds."""
    return {v.id: count(snapshot, parse(v.query), moment, search) for v in views}
