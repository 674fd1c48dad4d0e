"""The one list of commands: a duplicate id or key fails when it is built."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.errors import Bug, Invalid

if TYPE_CHECKING:
    from console.window import Window


def always(_: Window) -> str:
    """Enabled at all times."""
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    """As QKeySequence writes them; one without Ctrl, Alt or F-number works only while a list has the focus."""
    run: Callable[[Window], None]
    disabled: Callable[[Window], str] = always
    """Why it cannot be done now, as a sentence; "" when it can."""
    in_call: bool = False
    """Its keys, unless they are bare, work only in the form of a call: elsewhere they may mean something else."""

    def bare(self, key: str) -> bool:
        """True for a key that would be a letter in a text field."""
        first = key.split(",")[0].strip().replace("Shift+", "")
        return "+" not in first and not (first[:1] == "F" and first[1:].isdigit())


class Registry:
    """All commands, in the order of the palette."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._by_id: dict[str, Command] = {}
        taken: dict[str, str] = {}
        for command in commands:
            if command.id in self._by_id:
                raise Bug(f"two commands are called {command.id}")
            for key in command.keys:
                pressed = key.replace("Return", "Enter")
                if pressed in taken:
                    raise Bug(f"{key} belongs to {taken[pressed]} and to {command.id}")
                taken[pressed] = command.id
            self._by_id[command.id] = command

    def __iter__(self) -> Iterator[Command]:
        return iter(self._by_id.values())

    def __getitem__(self, command_id: str) -> Command:
        return self._by_id[command_id]

    def remapped(self, keys: Mapping[str, str]) -> Registry:
        """The same commands with a person's own keys ("" takes the key away). Raises Invalid on a clash."""
        unknown = [i for i in keys if i not in self._by_id]
        if unknown:
            near = difflib.get_close_matches(unknown[0], self._by_id, 1, 0.0)[0]
            said = f"[keys] names “{unknown[0]}”, which is no command; the nearest is “{near}”."
            raise Invalid(said, f"All of them: {', '.join(self._by_id)}.")
        changed = [
            replace(c, keys=tuple(filter(None, (keys[c.id],)))) if c.id in keys else c for c in self._by_id.values()
        ]
        try:
            return Registry(changed)
        except Bug as clash:
            raise Invalid(f"[keys]: {clash}.", "Give one of them another key.") from None
