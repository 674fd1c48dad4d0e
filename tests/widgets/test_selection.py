"""The shared selection says each change once."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.rows import snapshot
from widgets.selection import Selection, as_ids


def chosen(selection: Selection) -> tuple[list[int], int]:
    return selection.ids.tolist(), selection.current


def test_the_last_chosen_is_looked_at_unless_said_otherwise(qtbot: QtBot) -> None:
    selection = Selection()
    with qtbot.waitSignal(selection.changed):
        selection.set((4, 9))
    assert chosen(selection) == ([4, 9], 9)
    selection.set([4, 9], 4)
    assert chosen(selection) == ([4, 9], 4)


def test_the_same_again_is_no_change(qtbot: QtBot) -> None:
    selection = Selection()
    selection.set((1,))
    with qtbot.assertNotEmitted(selection.changed):
        selection.set([1], 1)


def test_clearing_leaves_nothing(qtbot: QtBot) -> None:
    selection = Selection()
    selection.set((1, 2))
    selection.clear()
    assert chosen(selection) == ([], 0)
    selection.set(())
    assert selection.current == 0


def test_what_was_chosen_cannot_be_changed_from_outside() -> None:
    selection, mine = Selection(), np.array([3, 5])
    selection.set(mine)
    mine[0] = 99
    assert chosen(selection) == ([3, 5], 5)
    with pytest.raises(ValueError, match="read-only"):
        selection.ids[0] = 99
    assert as_ids(selection.ids) is selection.ids
    selection.set([3, 5])
    assert selection.ids.dtype == np.int64


def test_rows_are_looked_up_once_for_all_who_ask() -> None:
    selection, shot = Selection(), snapshot(9)
    selection.set([9, 4, 77])
    rows = selection.rows_of(shot)
    assert rows.tolist() == [8, 3]
    assert selection.rows_of(shot) is rows
    selection.set([4])
    assert selection.rows_of(shot).tolist() == [3]
    assert selection.rows_of(snapshot(3)).tolist() == []
