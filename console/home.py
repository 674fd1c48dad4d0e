"""Where one person's desk lives: the folder with config.toml, the store, the logs and the mail that was not sent."""

from __future__ import annotations

import os
from pathlib import Path

from console import HOME_FOLDER, HOME_VARIABLE
from services.errors import Expected, Invalid


def find(argument: str | None = None) -> Path:
    """The home, made when it is missing: `--home`, else CONNECT_CONSOLE_HOME, else the system's place for data.

    Only its owner may read it, since names and telephone numbers lie in it. Raises Invalid or Expected.
    """
    if argument == "":
        raise Invalid("--home names no folder.", "Write --home FOLDER, or leave it out.")
    named = argument or os.environ.get(HOME_VARIABLE) or _usual()
    home = Path(named).expanduser()
    if home.exists() and not home.is_dir():
        raise Invalid(f"The home “{home}” is a file, not a folder.", "Name a folder with --home.")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise Expected(f"The home “{home}” cannot be made: {reason}.", "Name another with --home.") from problem
    return home.resolve()


def config_file(home: Path) -> Path:
    """config.toml of this home; it need not exist."""
    return home / "config.toml"


def log_folder(home: Path) -> Path:
    """Where the logs of this home are written."""
    return home / "logs"


def _usual() -> str:
    from platformdirs import user_data_dir

    return user_data_dir(HOME_FOLDER, appauthor=False)
