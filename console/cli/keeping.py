"""`config`, `doctor`, `backup` and `restore`: looking after a home."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import msgspec

from console import home as homes
from console.cli import context, output, team
from console.cli.commands import Commands
from console.settings import Settings
from console.settings_store import StoreKeys
from console.settings_text import as_toml
from services.errors import StoreProblem

_TEAMS = f"A team's database is named by {team.ADMINISTRATOR}; to restore, an empty one."


def add(commands: Commands) -> None:
    """Add them."""
    shown = commands.add("config", config, "Print every setting with its value, bounds, default and meaning, as TOML.")
    shown.add_argument("--json", action="store_true", help="the values in force as one JSON object")
    commands.add("doctor", doctor, "Say what is wrong with this home and its surroundings, and the remedy.")
    saved = commands.add("backup", backup, f"Copy the store into one file, also while desks are open. {_TEAMS}")
    saved.add_argument("file", type=Path, metavar="FILE")
    brought = commands.add(
        "restore", restore, f"Put a backup in the place of the store; close the desk first. {_TEAMS}"
    )
    brought.add_argument("file", type=Path, metavar="FILE")


def config(args: argparse.Namespace) -> int:
    """Print the settings."""
    here = context.of(args)
    if args.json:
        output.say_json(msgspec.to_builtins(here.settings.config))
        return 0
    print(f"# {output.plain(str(homes.config_file(here.home)))}")
    print("\n".join(as_toml(here.settings.config)))
    return 0


def doctor(args: argparse.Namespace) -> int:
    """Examine everything; 1 when something is wrong."""
    from console.doctor import Grade, examine

    worst = 0
    for finding in examine(args.home, args.acting_as):
        output.say(f"{finding.grade.value:<8} {finding.about}: {finding.sentence}")
        if finding.remedy:
            output.say(f"         → {finding.remedy}")
        worst = max(worst, int(finding.grade is Grade.PROBLEM))
    return worst


def _of_team(settings: Settings) -> bool:
    """Whether the team's database is meant: an administrator's home names no store, but they have named the server."""
    is_unset = settings.config.store.url == StoreKeys().url
    return settings.is_team or (is_unset and bool(os.environ.get(team.ADMINISTRATOR, "").strip()))


def backup(args: argparse.Namespace) -> int:
    """Copy the store."""
    from services.store.backup import backup as copy

    here = context.of(args)
    if _of_team(here.settings):
        team.backup(args.file)
        return 0
    copy(here.settings.store_url, args.file)
    output.say(f"The store was saved to “{args.file}”.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Put a backup in the store's place."""
    from services.store.backup import restore as bring
    from services.store.engine import store_path
    from services.sync.turns import FileTurns

    here = context.of(args)
    if _of_team(here.settings):
        return team.restore(args.file, here.settings.rights)
    url = here.settings.store_url
    store_path(url).parent.mkdir(parents=True, exist_ok=True)
    turns = FileTurns(store_path(url))
    with turns.lead() as leading, turns.turn() as ours:
        if not (leading and ours):
            raise StoreProblem("A desk or a worker is at work on this store.", "Close it, then restore.")
        bring(args.file, url)
    output.say(f"The store was brought back from “{args.file}”.")
    return 0
