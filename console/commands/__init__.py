"""What a person can do at the desk: each a declared value; menus, keys, palette and help come from here."""

from console.commands.alerting import ALERTING
from console.commands.calling import CALLING
from console.commands.crews import CREWS
from console.commands.listing import LISTING
from console.commands.looking import LOOKING
from console.commands.mapping import MAPPING
from console.commands.records import RECORDS
from console.commands.registry import Command, Registry
from console.commands.requests import REQUESTS

__all__ = ["ALL", "Command", "Registry"]

ALL: tuple[Command, ...] = REQUESTS + CREWS + CALLING + LISTING + LOOKING + MAPPING + RECORDS + ALERTING
