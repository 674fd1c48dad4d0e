"""`call`: what a telephone system or a `tel:` link runs; the desk that is open gets the call, else one is opened."""

from __future__ import annotations

import argparse
import os

from console import HOME_VARIABLE, display
from console.cli import context, output
from console.cli.commands import Commands


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add(
        "call",
        call,
        "Take down a call: the open desk comes forward with the number; without one, it opens.",
        log="desk",
    )
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("phone", nargs="?", metavar="PHONE", help="a number, or a tel: or callto: address")
    what.add_argument("--register", action="store_true", help="have this system's tel: and callto: links run it")
    what.add_argument("--unregister", action="store_true", help="take that back")


def call(args: argparse.Namespace) -> int:
    """Hand the number to the desk."""
    if args.phone is None:
        return _links(args)
    from services import dialled

    here = context.of(args)
    number = dialled.number(args.phone, here.settings.config.city.country)
    display.check_qt()
    from console.instance import CALL, tell

    if tell(here.settings.store_url, f"{CALL}{number}"):
        output.say(f"{number} is at the desk that is open.")
        return 0
    display.check_window()
    from console.app import run

    letters = here.settings.mail_folder
    return run(here.settings, mail_folder=letters if letters.is_dir() else None, number=number)


def _links(args: argparse.Namespace) -> int:
    from console import links

    where = str(args.home) if args.named_home or os.environ.get(HOME_VARIABLE) else None
    output.say(links.register(where) if args.register else links.unregister())
    return 0
