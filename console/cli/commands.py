"""How a group of commands adds itself to the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Any

Run = Callable[[argparse.Namespace], int]
_WITHOUT = re.compile(r"-\w+[:<>]")
"""How a word of a query begins that leaves requests out."""


class Parser(argparse.ArgumentParser):
    """A parser that may take words of a query, of which some begin with a minus (-status:new) and are no options.

    Options of such a command may stand among its words too.
    """

    takes_query = False
    _is_sorting = False

    def parse_known_args(
        self,
        args: Iterable[str] | None = None,
        namespace: Any = None,  # noqa: ANN401 - argparse takes any object
    ) -> tuple[Any, list[str]]:
        """As argparse does it; before a word of a query goes a blank, which argparse takes and a query does not see."""
        if self.takes_query and args is not None:
            args = [f" {word}" if _WITHOUT.match(word) else word for word in args]
            if not self._is_sorting:
                self._is_sorting = True
                try:
                    return super().parse_known_intermixed_args(args, namespace)
                finally:
                    self._is_sorting = False
        return super().parse_known_args(args, namespace)


class Commands:
    """The subcommands of one parser; each takes --home and --as too."""

    def __init__(
        self,
        parser: Parser,
        shared: Parser,
        path: str = "",
        *,
        required: bool = False,
    ) -> None:
        self._made = parser.add_subparsers(metavar="COMMAND", title="commands", required=required)
        self._shared = shared
        self._path = path

    def add(self, name: str, run: Run, sentence: str, *, log: str = "cli") -> Parser:
        """A command of this name; its arguments are added to what is returned. `log` names its log file."""
        made = self._made.add_parser(
            name, help=sentence, description=sentence, parents=[self._shared], allow_abbrev=False
        )
        made.set_defaults(run=run, command=f"{self._path}{name}", log=log)
        return made

    def group(self, name: str, sentence: str) -> Commands:
        """A command that only holds further ones."""
        made = self.add(name, _never, sentence)
        return Commands(made, self._shared, f"{name} ", required=True)

    def under(self, parser: Parser, name: str) -> Commands:
        """Further commands below one that also works alone."""
        return Commands(parser, self._shared, f"{name} ")


def _never(_: argparse.Namespace) -> int:
    raise AssertionError("argparse lets no group run by itself")
