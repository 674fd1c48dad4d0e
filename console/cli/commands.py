"""How a group of commands adds itself to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Run = Callable[[argparse.Namespace], int]


class Commands:
    """The subcommands of one parser; each takes --home and --as too."""

    def __init__(
        self,
        parser: argparse.ArgumentParser,
        shared: argparse.ArgumentParser,
        path: str = "",
        *,
        required: bool = False,
    ) -> None:
        self._made = parser.add_subparsers(metavar="COMMAND", title="commands", required=required)
        self._shared = shared
        self._path = path

    def add(self, name: str, run: Run, sentence: str, *, log: str = "cli") -> argparse.ArgumentParser:
        """A command of this name; its arguments are added to what is returned. `log` names its log file."""
        made: argparse.ArgumentParser = self._made.add_parser(
            name, help=sentence, description=sentence, parents=[self._shared], allow_abbrev=False
        )
        made.set_defaults(run=run, command=f"{self._path}{name}", log=log)
        return made

    def group(self, name: str, sentence: str) -> Commands:
        """A command that only holds further ones."""
        made = self.add(name, _never, sentence)
        return Commands(made, self._shared, f"{name} ", required=True)

    def under(self, parser: argparse.ArgumentParser, name: str) -> Commands:
        """Further commands below one that also works alone."""
        return Commands(parser, self._shared, f"{name} ")


def _never(_: argparse.Namespace) -> int:
    raise AssertionError("argparse lets no group run by itself")
