"""The words of the command line: one parser, to which each group of commands adds its own."""

from __future__ import annotations

import argparse

from console import __version__
from console.cli import (
    alerts,
    calling,
    crews,
    doing,
    finding,
    importing,
    keeping,
    outbox,
    people,
    reading,
    reports,
    routing,
    running,
    showing,
    sla,
    team,
)  # fmt: skip
from console.cli.commands import Commands, Parser

_AFTER = """\
Query words for list, the same as in the desk's filter bar: status: service: crew: area: due<1d is:overdue
is:unassigned … and free text; -status:new leaves these out. Exit codes: 0 done, 1 refused or failed with a sentence
on stderr, 2 usage.
"""


def build() -> Parser:
    """The whole parser. After parsing, `run` holds the function of the command, `home` and `acting_as` are set."""
    top = Parser(
        prog="connect-console",
        description="The staff desk of a city's resident-request system (311). Without a command it opens the desk.",
        epilog=_AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"connect-console {__version__}")
    top.set_defaults(run=showing.desk, command="desk", log="desk", home=None, acting_as="")
    _common(top)
    shared = Parser(add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    _common(shared)
    commands = Commands(top, shared)
    for group in (
        *(reading, finding, doing, crews, outbox, people, calling, running, showing, keeping, importing, reports),
        *(alerts, routing, sla, team),
    ):
        group.add(commands)
    return top


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home", metavar="DIR", help="folder with config.toml, store and logs (or CONNECT_CONSOLE_HOME)"
    )
    parser.add_argument("--as", dest="acting_as", metavar="NAME", help="act under this name instead of [desk] actor")
