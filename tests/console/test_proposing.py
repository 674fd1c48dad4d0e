"""Crews proposed for a selection at a real desk: by keys and clicks, accepted whole, in part, or not at all."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from console import opening
from services.domain.status import Outcome, Status
from services.store import commands, queries
from services.store.crews import save_crews
from tests.console import town
from tests.console.conftest import Sitting
from widgets.proposal import ProposalDialog
from widgets.rail import CrewEntry

TREES = tuple(f"city-{i}" for i in range(0, 24, 3))
"""Eight fallen trees; two crews take them, of which one has four places."""


def propose(desk: Sitting, *upstream_ids: str) -> ProposalDialog:
    """Select, press the key, and wait for what is proposed."""
    desk.choose(*(desk.id_of(i) for i in upstream_ids))
    desk.press("Shift+A")
    dialog = desk.window.acts.proposing.dialog
    assert dialog is not None
    desk.until(dialog.list.topLevelItemCount)
    return dialog


def crews(desk: Sitting) -> dict[int, int | None]:
    """Who has each request in the store."""
    with closing(town.second(desk.settings)) as store:
        return {row.id: row.crew_id for row in queries.every(store)}


def untick(desk: Sitting, dialog: ProposalDialog, row: int) -> None:
    """Click into a line's box."""
    item = dialog.list.topLevelItem(row)
    assert item is not None
    box = dialog.list.visualItemRect(item)
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 10, box.center().y()))
    desk.until(lambda: item.checkState(0) is Qt.CheckState.Unchecked)


def test_all_is_accepted_by_enter_and_taken_back_by_one_undo(desk: Sitting) -> None:
    dialog = propose(desk, *TREES)
    assert dialog.about.text().startswith("Skills, areas and free places are kept.")
    assert dialog.take.text() == "Assign 8"
    wanted = dict(dialog.ticked)
    assert len(set(wanted.values())) == 2
    desk.press("Return")
    desk.until(lambda: desk.window.acts.proposing.dialog is None)
    assert {i: crew for i, crew in crews(desk).items() if crew} == wanted
    desk.until(lambda: desk.said().startswith("8 requests assigned to 2 crews"))
    desk.come_back()
    desk.press("Ctrl+Z")
    desk.until(lambda: not any(crews(desk).values()))


def test_a_part_is_accepted_by_a_click_and_the_rest_stays(desk: Sitting) -> None:
    dialog = propose(desk, *TREES[:3])
    item = dialog.list.topLevelItem(0)
    assert item is not None
    off = item.data(0, Qt.ItemDataRole.UserRole)
    untick(desk, dialog, 0)
    assert dialog.take.text() == "Assign 2"
    assert dialog.note.text() == "2 of 3 ticked."
    desk.click(dialog.take)
    desk.until(lambda: desk.window.acts.proposing.dialog is None)
    given = {i for i, crew in crews(desk).items() if crew}
    assert len(given) == 2
    assert off not in given


def test_nothing_is_assigned_when_it_is_closed_or_nothing_is_ticked(desk: Sitting) -> None:
    dialog = propose(desk, *TREES[:2])
    desk.click(dialog.none)
    assert not dialog.take.isEnabled()
    assert not dialog.ticked
    desk.click(dialog.all)
    assert len(dialog.ticked) == 2
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.until(lambda: desk.window.acts.proposing.dialog is None)
    assert not any(crews(desk).values())


def test_a_second_proposal_of_the_day_knows_what_the_first_gave(desk: Sitting) -> None:
    with closing(town.second(desk.settings)) as store:
        save_crews(store, [replace(c, capacity=2) for c in queries.crews(store)])
    desk.desk.refresh()
    desk.until(lambda: desk.desk.last_state is not None and {c.capacity for c in desk.desk.last_state.crews} == {2})
    desk.click(propose(desk, *TREES[:3]).take)
    desk.until(lambda: desk.window.acts.proposing.dialog is None)
    desk.until(lambda: desk.desk.last_found is not None and sorted(desk.desk.last_found.loads) == [1, 2])
    assert [e.words for e in desk.window.rail.entries if isinstance(e, CrewEntry) and "full" in e.words] == [
        "full · 2 of 2"
    ]
    second = propose(desk, *TREES[3:6])
    assert second.take.text() == "Assign 1"
    why = [item.text(4) for i in range(3) if (item := second.list.topLevelItem(i))]
    assert "job 2 of 2" in why[0]
    first = second.list.topLevelItem(0)
    assert first is not None
    assert set(why[1:]) == {f"The free places of {first.text(3)} go to what is as urgent or more so."}


def test_nothing_to_propose_is_said_without_an_empty_dialog(desk: Sitting) -> None:
    one = desk.id_of("city-0")
    with closing(town.second(desk.settings)) as store:
        commands.assign(opening.acting(store, desk.settings), [one], 1)
    desk.turns(one, Status.ASSIGNED)
    desk.choose(one)
    desk.press("Shift+A")
    desk.until(lambda: desk.said() == "No crew to propose: all selected requests are closed or have a crew")
    assert desk.window.acts.proposing.dialog is None


def test_who_cannot_be_placed_says_why_and_what_is_not_looked_at_is_told(desk: Sitting) -> None:
    with closing(town.second(desk.settings)) as store:
        acting = opening.acting(store, desk.settings)
        commands.set_status(acting, [desk.id_of("city-3")], Status.CLOSED, Outcome.FIXED)
    desk.turns(desk.id_of("city-3"), Status.CLOSED)
    dialog = propose(desk, "city-0", "city-1", "city-3")
    rows = [dialog.list.topLevelItem(i) for i in range(dialog.list.topLevelItemCount())]
    assert [(row.text(1), row.text(3)) for row in rows if row] == [("Fallen tree", "Tree 1"), ("Pothole", "No crew")]
    assert rows[1] is not None
    assert rows[1].text(4) == "No crew takes Pothole."
    assert not rows[1].flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert dialog.note.text() == (
        "1 of 2 ticked. For 1 there is no crew; each says why. 1 of those selected are closed or have a crew."
    )


def test_who_was_quicker_is_said_beside_it_and_it_can_be_made_anew(desk: Sitting) -> None:
    dialog = propose(desk, *TREES[:3])
    first = desk.id_of(TREES[0])
    with closing(town.second(desk.settings)) as store:
        ben = opening.acting(store, desk.settings)
        commands.assign(ben, [first], 1)
    desk.click(dialog.take)
    desk.until(lambda: "Nothing was assigned" in dialog.bar.words.text())
    assert [i for i, crew in crews(desk).items() if crew] == [first]
    desk.until(lambda: desk.status(first) is Status.ASSIGNED)
    desk.click(dialog.again)
    desk.until(lambda: dialog.list.topLevelItemCount() == 2)
    desk.click(dialog.take)
    desk.until(lambda: desk.window.acts.proposing.dialog is None)
    assert sum(map(bool, crews(desk).values())) == 3
