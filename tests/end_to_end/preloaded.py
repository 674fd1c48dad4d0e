"""What every child needs, imported once in the process that they are forked from."""

from services.gateway import server as server
from services.store import commands as commands
from services.sync import sync as sync
from services.upstream import open311 as open311
from tests.end_to_end import doomed as doomed
