"""What was done at this desk while the server was gone: as data, so that it can wait in a file and be done once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console import SPOOL_FOLDER
from console.shelf import Shelf
from services.domain.status import Outcome, Status
from services.domain.values import Changes
from services.store import commands, joining
from services.store.calling import CallerWords
from services.store.commands import PhoneReport

if TYPE_CHECKING:
    from services.store.acting import Acting

Seen = dict[int, int]
"""The version of each request as it was seen."""


class Call(msgspec.Struct, frozen=True, tag=True):
    """A report that was taken down."""

    report: PhoneReport
    what = "A call"

    def do(self, acting: Acting) -> Changes:
        """Log it."""
        return commands.log_call(acting, self.report)


class Joined(msgspec.Struct, frozen=True, tag=True):
    """One more caller of a request, or somebody who asked about it."""

    request_id: int
    caller: CallerWords
    said: str
    asks: bool
    operation: str
    what = "A caller"

    def do(self, acting: Acting) -> Changes:
        """Add them to it."""
        return (joining.log_enquiry if self.asks else joining.join_or_ask)(
            acting, self.request_id, self.caller, self.said, self.operation
        )


class Note(msgspec.Struct, frozen=True, tag=True):
    """An internal note."""

    ids: list[int]
    text: str
    what = "A note"

    def do(self, acting: Acting) -> Changes:
        """Write it down."""
        return commands.add_note(acting, self.ids, self.text)


class Message(msgspec.Struct, frozen=True, tag=True):
    """A message to reporters."""

    ids: list[int]
    text: str
    seen: Seen | None
    what = "A message"

    def do(self, acting: Acting) -> Changes:
        """Queue it."""
        return commands.send_message(acting, self.ids, self.text, expected=self.seen)


class Assignment(msgspec.Struct, frozen=True, tag=True):
    """Requests given to a crew; None takes them from it."""

    ids: list[int]
    crew: int | None
    seen: Seen | None
    what = "An assignment"

    def do(self, acting: Acting) -> Changes:
        """Assign them, where nobody has changed them since."""
        return commands.assign(acting, self.ids, self.crew, expected=self.seen)


class Turn(msgspec.Struct, frozen=True, tag=True):
    """A status set, with a message."""

    ids: list[int]
    status: Status
    outcome: Outcome | None
    message: str
    seen: Seen | None
    what = "A status"

    def do(self, acting: Acting) -> Changes:
        """Set it, where nobody has changed the requests since."""
        return commands.set_status(acting, self.ids, self.status, self.outcome, self.message, expected=self.seen)


Work = Call | Joined | Note | Message | Assignment | Turn


class Kept(msgspec.Struct, frozen=True):
    """One piece of work that waits, under the name by which it can be told whether it was done."""

    id: str
    at: datetime
    work: Work


def shelf(home: Path) -> Shelf[Kept]:
    """Where the work of this home waits."""
    return Shelf(home / SPOOL_FOLDER, Kept)


def waiting(home: Path) -> list[Kept]:
    """What waits, in the order in which it was done."""
    return sorted(shelf(home).kept(), key=lambda kept: (kept.at, kept.id))
