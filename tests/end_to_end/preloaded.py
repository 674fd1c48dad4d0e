"""What every child needs, imported once in the process that they are forked from."""

from console import app as app
from console import storeside as storeside
from services.gateway import server as server
from services.store import commands as commands
from services.sync import sync as sync
from services.upstream import open311 as open311
from tests.end_to_end import doomed as doomed
from tests.end_to_end import driven as driven
from widgets.map import view as view
