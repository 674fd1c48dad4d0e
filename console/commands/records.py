"""What a person does with what is kept: bringing a backlog in, one person's data, retention, and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.domain.status import Role
from services.domain.workflow import Action

if TYPE_CHECKING:
    from console.window import Window


def _supervisor(window: Window) -> str:
    return "" if Role.SUPERVISOR in window.desk.actor.roles else "Only a supervisor may do this."


def _audits(window: Window) -> str:
    roles = window.desk.actor.roles
    return "Only a supervisor or an auditor may do this." if roles and Role.SUPERVISOR not in roles else ""


def sees_contacts(window: Window) -> str:
    """Why whoever sits here may not see how callers are reached; "" for who may."""
    sees = window.desk.settings.rights[Action.SEE_CONTACTS] & window.desk.actor.roles
    return "" if sees else "Only who may see how callers are reached may do this."


RECORDS: tuple[Command, ...] = (
    Command("record.import", "Import a backlog…", "Requests from a file of another system; one operation, one undo.",
            (), lambda w: w.acts.importing.ask(), _supervisor),
    Command("record.person", "Find a person…", "What is kept about a caller: look, save it for them, or erase it.",
            ("Ctrl+Shift+F",), lambda w: w.acts.persons.ask(), sees_contacts),
    Command("record.retention", "Retention…", "Erase the callers of requests that were closed long ago; counted first.",
            (), lambda w: w.acts.keeping.ask(), _supervisor),
    Command("record.targets", "Targets and hours…", "By when each service is done, the city's hours and days off.",
            (), lambda w: w.acts.promising.ask(), _supervisor),
    Command("record.week", "Weekly report…", "The last week beside earlier ones, with charts, as a PDF.",
            (), lambda w: w.acts.weekly.ask(), _supervisor),
    Command("record.routing", "Routing rules…", "Which crew a request goes to by itself when it arrives; tried first.",
            (), lambda w: w.acts.routing.ask(), _supervisor),
    Command("record.audit", "Audit…", "Who did what, when, and from what to what; filter it, and save it.",
            (), lambda w: w.acts.auditing.ask(), _audits),
)  # fmt: skip
