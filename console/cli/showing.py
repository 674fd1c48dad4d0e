"""The desk itself, the demo city and pictures of any pane; Qt is imported only here, and only when one is asked for."""

from __future__ import annotations

import argparse
from pathlib import Path

from console import display
from console.cli import context, kinds
from console.cli.commands import Commands


def add(commands: Commands) -> None:
    """Add them."""
    shown = commands.add(
        "demo", demo, "Open the desk on the demo city: Boston on the day after Hurricane Irene.", log="desk"
    )
    shown.add_argument(
        "--requests", type=kinds.many, default=0, metavar="N", help="a year of N requests made from the real ones"
    )
    wall_ = commands.add(
        "wall", wall, "Show charts and the map in turn, full screen, until Esc; nothing is sent.", log="wall"
    )
    wall_.add_argument(
        "--page",
        action="append",
        metavar="PAGE",
        help="now, alerts, flow, age, targets, areas, channels, "
        "closing, crews or map; may be given several times (those last chosen at the desk)",
    )
    wall_.add_argument("--seconds", type=int, metavar="N", help="how long each is shown (as last chosen)")
    wall_.add_argument("--filter", metavar="QUERY", help="only these requests: area: service: … (as last chosen)")
    shot = commands.add("screenshot", screenshot, "Write a picture of the desk or one of its panes, without a window.")
    shot.add_argument("file", type=Path, metavar="FILE", help="PNG to write")
    shot.add_argument("--view", default="desk", metavar="PANE", help="desk, queue, map, detail or another pane's name")
    shot.add_argument("--size", type=kinds.size, default=(1600, 1000), metavar="WxH", help="in pixels (1600x1000)")
    shot.add_argument("--theme", choices=("light", "dark"), default="light")
    shot.add_argument("--select", metavar="NUMBER", help="request to select")


def desk(args: argparse.Namespace) -> int:
    """Open the desk."""
    here = context.of(args)
    display.check_window()
    from console.app import run

    letters = here.settings.mail_folder
    return run(here.settings, mail_folder=letters if letters.is_dir() else None, frame=args.frame)


def demo(args: argparse.Namespace) -> int:
    """Open the demo city."""
    from console.demo import run

    return run(args.named_home, args.requests)


def wall(args: argparse.Namespace) -> int:
    """Open the wall display alone."""
    here = context.of(args)
    display.check_window()
    from console import hall

    return hall.run(here.settings, args.page, args.seconds, args.filter)


def screenshot(args: argparse.Namespace) -> int:
    """Write a picture."""
    here = context.of(args)
    display.check_qt()
    from console import screenshot as pictures

    return pictures.run(
        here.settings,
        args.file,
        view=args.view,
        size=args.size,
        theme=args.theme,
        select=args.select,
    )
