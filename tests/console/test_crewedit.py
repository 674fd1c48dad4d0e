"""Crews are edited at the desk by a supervisor; what is wrong is said in the dialog, and the board shows it at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console import opening, settings
from services.domain.shifts import Hours
from services.domain.status import Status
from services.domain.values import Actor, Crew
from services.store import crew_letters, queries
from services.store.commands import set_status
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.console.test_dispatching import board, day, listed, open_board, open_day, side
from widgets.crews.edit import CrewsDialog


def kept(desk: Sitting) -> dict[str, Crew]:
    store = town.second(desk.settings)
    try:
        return {crew.name: crew for crew in queries.crews(store)}
    finally:
        store.close()


def dialog(desk: Sitting, begin: Callable[[], object] | None = None) -> CrewsDialog:
    """The dialog, opened by the command, or as `begin` does."""
    if begin is None:
        desk.window.run(desk.window.registry["crews.edit"])
    else:
        begin()
    desk.until(lambda: (found := desk.window.findChild(CrewsDialog)) is not None and found.list.count() > 0)
    found = desk.window.findChild(CrewsDialog)
    assert found is not None
    return found


def test_a_crew_is_changed_and_another_made(desk: Sitting) -> None:
    open_board(desk)
    form = dialog(desk, board(desk).edit.click)
    assert (form.name.text(), form.skills.text()) == ("Tree 1", "tree")
    form.hours.setText("Mon-Fri 7:00-15:30")
    form.areas.setText("Ward 3; Ward 4")
    form.email.setText("tree1@example.org")
    form.base.setText("42.3, -71.1")
    form.place.setText("42.31, -71.11")
    form.save.click()
    desk.until(lambda: kept(desk)["Tree 1"].place == (42.31, -71.11) and bool(kept(desk)["Tree 1"].email))
    made = kept(desk)["Tree 1"]
    assert (made.areas, made.base, made.shifts.week[0]) == (("Ward 3", "Ward 4"), (42.3, -71.1), Hours(420, 930))
    desk.until(lambda: form.shown is not None and form.shown.email == "tree1@example.org")
    form.fresh.click()
    form.name.setText("Odd jobs")
    assert "offered for anything" in form.hint.text()
    form.save.click()
    desk.until(lambda: "Odd jobs" in kept(desk))
    desk.until(lambda: form.shown is not None and form.shown.name == "Odd jobs")
    form.active.setChecked(False)
    form.save.click()
    desk.until(lambda: not kept(desk)["Odd jobs"].active)
    form.leave.click()
    desk.until(lambda: [line.crew.areas for line in board(desk).list.rows.lines][:1] == [("Ward 3", "Ward 4")])


def test_an_edit_is_taken_back_by_its_toast_unless_somebody_changed_the_crew_since(desk: Sitting) -> None:
    form = dialog(desk)
    before = kept(desk)["Tree 1"]
    for capacity in ("5", "6"):
        form.capacity.setText(capacity)
        form.save.click()
        desk.until(lambda capacity=capacity: kept(desk)["Tree 1"].capacity == int(capacity))  # type: ignore[misc]
        desk.until(lambda: form.shown is not None and form.shown.capacity == kept(desk)["Tree 1"].capacity)
    first, second = (toast for toast in desk.window.toasts.shown if toast.token.startswith("crew:"))
    first.acted.emit(first.token)
    desk.until(lambda: "Tree 1 was changed meanwhile" in form.bar.words.text())
    second.acted.emit(second.token)
    desk.until(lambda: kept(desk)["Tree 1"] == replace(before, capacity=5))
    desk.until(lambda: form.capacity.text() == "5" and "Tree 1 is as it was" in desk.said())
    form.fresh.click()
    form.name.setText("Odd jobs")
    form.save.click()
    desk.until(lambda: desk.said() == "Odd jobs added")
    form.leave.click()
    toast = desk.window.toasts.shown[-1]
    toast.acted.emit(toast.token)
    desk.until(lambda: not kept(desk)["Odd jobs"].active)


def test_ctrl_z_takes_back_what_was_done_last_be_it_a_crews_edit_or_a_request(desk: Sitting) -> None:
    first, second = desk.id_of("city-0"), desk.id_of("city-1")
    before = kept(desk)["Tree 1"]
    desk.choose(first)
    desk.press("A")
    desk.pick("tree 1")
    desk.turns(first, Status.ASSIGNED)
    form = dialog(desk)
    for capacity in ("5", "6"):
        form.capacity.setText(capacity)
        form.save.click()
        desk.until(lambda capacity=capacity: kept(desk)["Tree 1"].capacity == int(capacity))  # type: ignore[misc]
        desk.until(lambda: form.shown is not None and form.shown.capacity == kept(desk)["Tree 1"].capacity)
    form.leave.click()
    desk.choose(second)
    desk.window.acts.assign(desk.desk.selection.ids, before.id)
    desk.press("Ctrl+Z", "Ctrl+Z")  # the first while the assignment is still under way
    desk.until(lambda: kept(desk)["Tree 1"].capacity == 5)
    assert [desk.stored(i).request.status for i in (first, second)] == [Status.ASSIGNED, Status.NEW]
    for toast in desk.window.toasts.shown:
        toast.leave()
    desk.press("Ctrl+Z")
    desk.until(lambda: kept(desk)["Tree 1"] == before)
    assert desk.stored(first).request.status is Status.ASSIGNED
    desk.press("Ctrl+Z")
    desk.turns(first, Status.NEW)
    desk.press("Ctrl+Shift+Z")
    desk.turns(first, Status.ASSIGNED)
    desk.press("Ctrl+Z")
    desk.turns(first, Status.NEW)
    assert kept(desk)["Tree 1"] == before


def test_what_cannot_be_taken_back_now_is_the_next_again_afterwards(desk: Sitting) -> None:
    form = dialog(desk)
    form.capacity.setText("5")
    form.save.click()
    desk.until(lambda: desk.said() == "Tree 1 saved")
    form.leave.click()
    first = desk.id_of("city-0")
    desk.choose(first)
    desk.press("S")
    desk.pick("on hold")
    desk.until(lambda: desk.stored(first).request.status is Status.ON_HOLD)
    with closing(town.second(desk.settings)) as store:
        set_status(
            opening.acting(store, desk.settings, Actor("bo", desk.desk.actor.roles)), [first], Status.IN_PROGRESS
        )
    for _ in range(2):
        desk.window.bar.clear()
        desk.press("Ctrl+Z")
        desk.until(lambda: "so it cannot be undone" in desk.warned)
    assert kept(desk)["Tree 1"].capacity == 5


def test_what_is_wrong_is_said_in_the_dialog_and_nothing_is_kept(desk: Sitting) -> None:
    form = dialog(desk)
    before = kept(desk)
    for field, text, said in (
        (form.capacity, "many", "no number of jobs"),
        (form.hours, "noon", "not days and hours"),
        (form.days, "whenever off", "not a day"),
        (form.base, "here", "is no place"),
    ):
        was = field.text()
        field.setText(text)
        form.save.click()
        assert said in form.bar.words.text()
        field.setText(was)
    form.name.setText("Tree 2")
    form.save.click()
    desk.until(lambda: "already" in form.bar.words.text())
    assert kept(desk) == before


def test_a_dispatcher_sees_the_crews_and_says_where_one_is(folder: Path, qtbot: QtBot) -> None:
    town.build(folder)
    config = folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace("[desk]", '[desk]\nrole = "dispatcher"', 1), "utf-8")
    with sitting_at(settings.load(folder), qtbot) as desk:
        form = dialog(desk)
        assert form.name.isReadOnly()
        assert not form.fresh.isEnabled()
        assert "Only a supervisor" in form.about.text()
        form.place.setText("42.31, -71.11")
        form.save.click()
        desk.until(lambda: kept(desk)["Tree 1"].place == (42.31, -71.11))


def test_a_day_is_e_mailed_and_taken_back(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    open_day(desk)
    side(desk).plan(lambda _: [first])
    desk.until(lambda: listed(desk, "Tree 1") == [first])
    day(desk).buttons["day.mail"].click()
    desk.until(lambda: "no e-mail address" in desk.warned)
    form = dialog(desk)
    form.email.setText("tree1@example.org")
    form.save.click()
    desk.until(lambda: kept(desk)["Tree 1"].email == "tree1@example.org")
    form.leave.click()
    desk.until(lambda: (crew := side(desk).crew) is not None and bool(crew.email))
    day(desk).buttons["day.mail"].click()
    desk.until(lambda: "leaves in a moment" in day(desk).letter.text())
    assert day(desk).buttons["day.mail_back"].isVisible()
    day(desk).buttons["day.mail_back"].click()
    desk.until(lambda: day(desk).letter.text() == "")
    store = town.second(desk.settings)
    try:
        assert crew_letters.of_day(store, side(desk).shown_day) == {}
    finally:
        store.close()


def test_a_list_is_imported_whole_or_not_at_all_and_taken_back_at_once(desk: Sitting, tmp_path: Path) -> None:
    form, before = dialog(desk), kept(desk)
    file = tmp_path / "crews.csv"
    file.write_text("crew,jobs,areas\nTree 1,three,Ward 3\nNew 1,4,Ward 9\nNew 2,-1,\n")
    choose_file(desk, form, file)
    desk.until(lambda: "Nothing was saved. Line 2: " in form.bar.words.text() and "Line 4: " in form.bar.words.text())
    assert kept(desk) == before
    file.write_text("crew,jobs,areas\nTree 1,3,Ward 3\nNew 1,4,Ward 9\n")
    choose_file(desk, form, file)
    desk.until(lambda: desk.said() == "2 crews saved")
    now = kept(desk)
    assert (now["Tree 1"].capacity, now["New 1"].areas) == (3, ("Ward 9",))
    desk.until(lambda: {crew.name for crew in form.crews} == set(now))
    choose_file(desk, form, file)
    desk.until(lambda: "nothing new" in form.bar.words.text())
    toast = next(t for t in desk.window.toasts.shown if t.token.startswith("crew:"))
    toast.acted.emit(toast.token)
    desk.until(lambda: "2 crews are as they were" in desk.said())
    now = kept(desk)
    assert now["Tree 1"] == before["Tree 1"]
    assert not now["New 1"].active


def choose_file(desk: Sitting, form: CrewsDialog, file: Path) -> None:
    """Through the chooser of files, as by hand."""
    form.bring.click()
    desk.until(lambda: bool(form.findChildren(QFileDialog)))
    chooser = form.findChildren(QFileDialog)[-1]
    chooser.fileSelected.emit(str(file))
    chooser.reject()
