"""What a person does with what is kept: bringing a backlog in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.domain.status import Role

if TYPE_CHECKING:
    from console.window import Window


def _supervisor(window: Window) -> str:
    return "" if Role.SUPERVISOR in window.desk.settings.actor.roles else "Only a supervisor may do this."


RECORDS: tuple[Command, ...] = (
    Command("record.import", "Import a backlog…", "Requests from a file of another system; one operation, one undo.",
            (), lambda w: w.acts.importing.ask(), _supervisor),
)  # fmt: skip
