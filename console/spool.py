"""What was done at this desk while the server was gone: as data, so that it can wait in a file and be done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console import SPOOL_FOLDER
from console.shelf import Shelf
from services.domain.status import Outcome, Status
from services.domain.values import Changes
from services.errors import Expected, StoreGone
from services.files import why
from services.store import changing, claiming, commands, joining
from services.store.calling import CallerWords
from services.store.commands import PhoneReport
from widgets.call.draft import PhoneReportDraft

if TYPE_CHECKING:
    from services.store.acting import Acting

Seen = dict[int, int]
"""The version of each request as it was seen."""


class Call(msgspec.Struct, frozen=True, tag=True):
    """A report that was taken down."""

    report: PhoneReport
    what = "A call"

    @property
    def said(self) -> str:
        """What it says, for whoever has to do it again."""
        return self.report.description

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

    @property
    def said(self) -> str:
        """What it says."""
        return self.text

    def do(self, acting: Acting) -> Changes:
        """Write it down."""
        return commands.add_note(acting, self.ids, self.text)


class Message(msgspec.Struct, frozen=True, tag=True):
    """A message to reporters."""

    ids: list[int]
    text: str
    seen: Seen | None
    what = "A message"

    @property
    def said(self) -> str:
        """What it says."""
        return self.text

    def do(self, acting: Acting) -> Changes:
        """Queue it."""
        return commands.send_message(acting, self.ids, self.text, expected=self.seen)


class Assignment(msgspec.Struct, frozen=True, tag=True):
    """Requests given to a crew; None takes them from it."""

    ids: list[int]
    crew: int | None
    seen: Seen | None
    what = "An assignment"
    about = commands.CREW
    said = ""

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
    about = changing.TOLD

    @property
    def said(self) -> str:
        """What it says."""
        return self.message

    def do(self, acting: Acting) -> Changes:
        """Set it, where nobody has changed the requests since."""
        return commands.set_status(acting, self.ids, self.status, self.outcome, self.message, expected=self.seen)


class Claim(msgspec.Struct, frozen=True, tag=True):
    """Requests that whoever sits here looks after from now on; what somebody else has, is refused."""

    ids: list[int]
    what = "A claim"
    said = ""

    def do(self, acting: Acting) -> Changes:
        """Take them."""
        return claiming.claim(acting, self.ids)


class Handing(msgspec.Struct, frozen=True, tag=True):
    """Requests that a colleague looks after from now on; "" is whoever claims them next."""

    ids: list[int]
    to: str
    about = claiming.CLAIM
    said = ""

    @property
    def what(self) -> str:
        """What it is called."""
        return f"Handing over to {self.to}" if self.to else "Letting go"

    def do(self, acting: Acting) -> Changes:
        """Give them away."""
        return claiming.hand_over(acting, self.ids, self.to) if self.to else claiming.let_go(acting, self.ids)


Work = Call | Joined | Note | Message | Assignment | Turn | Claim | Handing


class Kept(msgspec.Struct, frozen=True):
    """One piece of work that waits, under the name by which it can be told whether it was done."""

    id: str
    at: datetime
    work: Work
    head: int = 0
    """How far the history had come that was on screen."""
    form: PhoneReportDraft | None = None
    """What was taken down, to come back where it is refused."""

    def do(self, acting: Acting) -> Changes:
        """Do it now, where nobody else has changed what it is about since. Raises what the command raises."""
        work = self.work
        if isinstance(work, Call):
            work = Call(replace(work.report, taken_at=self.at))
        if isinstance(work, Assignment | Turn | Handing) and self.head:
            seen = changing.unchanged_since(acting, work.ids, self.head, work.about)
            work = work if isinstance(work, Handing) else msgspec.structs.replace(work, seen=seen)
        return work.do(acting)


def shelf(home: Path) -> Shelf[Kept]:
    """Where the work of this home waits."""
    return Shelf(home / SPOOL_FOLDER, Kept)


def keep(home: Path, kept: Kept) -> None:
    """Write it down. Raises Expected where it cannot be written."""
    try:
        shelf(home).keep(kept)
    except OSError as fault:
        raise Expected(
            f"{kept.work.what} could not be kept here: {why(fault)}.",
            "Make room on the disk, then do it again.",
        ) from fault


def attempt(home: Path, kept: Kept, doing: Callable[[], Changes]) -> Changes:
    """Do it now; it is kept while that is under way, and stays so where the server goes. Raises Expected."""
    keep(home, kept)
    try:
        made = doing()
    except StoreGone:
        raise
    except BaseException:
        shelf(home).forget(kept.id)
        raise
    shelf(home).forget(kept.id)
    return made


def waiting(home: Path) -> tuple[list[Kept], int]:
    """What waits, in the order in which it was done; and how many files there are that this version cannot read."""
    here = shelf(home)
    return sorted(here.kept(), key=lambda kept: (kept.at, kept.id)), len(here.unreadable)
