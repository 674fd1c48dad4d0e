"""The first window of the desk, shown before anything is imported that it does not need."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console import HOME_FOLDER, HOME_VARIABLE
from console.display import no_display

if TYPE_CHECKING:
    from console.front import Frame

_OPTIONS = ("--home", "--as")


def first_window(words: Sequence[str]) -> Frame | None:
    """The window where these words of the command line ask for the desk, and it was left before; None for all else."""
    named = _home(words)
    if named is None or no_display():
        return None
    try:
        from console import front
    except ImportError:  # the command itself says what Qt lacks
        return None
    home = Path(named or os.environ.get(HOME_VARIABLE) or front.data_folder() / HOME_FOLDER).expanduser()
    return front.show(home)


def _home(words: Sequence[str]) -> str | None:
    """What --home names ("": nothing), or None where the words ask for more than the desk."""
    given = dict.fromkeys(_OPTIONS, "")
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name not in given:
            return None
        given[name] = value if equals else next(rest, "")
    return given["--home"]
