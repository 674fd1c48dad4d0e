"""A clash of commands is found when the list is built, and a person's own keys are checked the same way."""

from __future__ import annotations

import pytest

from console.commands.registry import Command, Registry
from services.errors import Bug, Invalid


def command(command_id: str, *keys: str) -> Command:
    return Command(command_id, command_id.title(), "Does something.", keys, lambda window: None)


def test_a_second_command_of_one_name_or_key_is_a_bug() -> None:
    with pytest.raises(Bug, match="two commands"):
        Registry([command("a"), command("a")])
    with pytest.raises(Bug, match=r"Ctrl\+K belongs to a and to b"):
        Registry([command("a", "Ctrl+K"), command("b", "Ctrl+K")])
    with pytest.raises(Bug, match=r"Ctrl\+Enter belongs to a and to b"):
        Registry([command("a", "Ctrl+Return"), command("b", "Ctrl+Enter")])


def test_keys_can_be_changed_and_taken_away() -> None:
    registry = Registry([command("a", "Ctrl+K"), command("b", "B")]).remapped({"a": "Ctrl+L", "b": ""})
    assert [c.keys for c in registry] == [("Ctrl+L",), ()]


def test_a_clash_in_the_settings_is_said() -> None:
    registry = Registry([command("a", "Ctrl+K"), command("b", "B")])
    with pytest.raises(Invalid, match="belongs to a and to b"):
        registry.remapped({"b": "Ctrl+K"})
    with pytest.raises(Invalid, match=r"“bb”, which is no command; the nearest is “b”\. All of them: a, b\."):
        registry.remapped({"bb": "C"})


@pytest.mark.parametrize(
    ("key", "bare"),
    [("A", True), ("Shift+A", True), ("G, N", True), ("?", True), ("Ctrl+A", False), ("F6", False), ("Alt+1", False)],
)
def test_bare_keys_are_those_a_text_field_would_take(key: str, bare: bool) -> None:
    assert command("a").bare(key) is bare
