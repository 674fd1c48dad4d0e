"""The shared selection says each change once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from widgets.selection import Selection


def test_the_last_chosen_is_looked_at_unless_said_otherwise(qtbot: QtBot) -> None:
    selection = Selection()
    with qtbot.waitSignal(selection.changed):
        selection.set((4, 9))
    assert (selection.ids, selection.current) == ((4, 9), 9)
    selection.set([4, 9], 4)
    assert (selection.ids, selection.current) == ((4, 9), 4)


def test_the_same_again_is_no_change(qtbot: QtBot) -> None:
    selection = Selection()
    selection.set((1,))
    with qtbot.assertNotEmitted(selection.changed):
        selection.set([1], 1)


def test_clearing_leaves_nothing(qtbot: QtBot) -> None:
    selection = Selection()
    selection.set((1, 2))
    selection.clear()
    assert (selection.ids, selection.current) == ((), 0)
    selection.set(())
    assert selection.current == 0
