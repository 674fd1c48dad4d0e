"""DB Browser for SQLite beside the desk's start: both on one screen of their own, seen from outside."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.benchmarks.city import City
from tests.benchmarks.outside import program
from tests.benchmarks.screen import Box, Screen, Watched

NAME = "DB Browser for SQLite"
NOTE = (
    "both on one Xvfb, looked at from outside every millisecond, from the command until the rows are there as they"
    " stay; ours first paints the queue as it was left; DB Browser has the window and the settings that it comes with"
)
QUEUE = Box(240, 150, 770, 520)
"""Where the queue has the words of its rows, but not their clocks, in a desk of 1600 × 1000 at the screen's corner."""
TABLE = Box(20, 200, 470, 620)
"""Where DB Browser's table has rows in the window that it opens with for the first time."""
QUIET = ("-o", "checkversion/enabled=false")
"""It is not to ask its makers for a newer version."""
DESK = "import sys; from console.cli import main; sys.exit(main())"


def contenders(of: City, screen: Screen) -> tuple[Watched, Watched]:
    """The desk on this home, and DB Browser on a copy of its store. Raises NotDriven."""
    copy = screen.folder / "copy.db"
    shutil.copyfile(of.file, copy)
    desk = [sys.executable, "-c", DESK, "--home", str(of.settings.home)]
    return Watched("ours", screen, desk, QUEUE), browser(copy, screen)


def browser(store: Path, screen: Screen) -> Watched:
    """DB Browser on a store of its own. Raises NotDriven."""
    return Watched(NAME, screen, [program("sqlitebrowser"), *QUIET, "-t", "request", str(store)], TABLE)
