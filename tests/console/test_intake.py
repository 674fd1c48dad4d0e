"""Several calls at once: each with its tab, kept on the disk within a second, and there again after a kill."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from console import drafts, opening
from console.drafts import Draft
from services.domain.values import Place
from services.store import queries
from services.store.commands import PhoneReport, log_call
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.call.draft import PhoneReportDraft
from widgets.call.pane import CallPane


def begin(desk: Sitting, words: str) -> CallPane:
    """A call of its own, with something written in it."""
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    call.description.setFocus()
    desk.type(words)
    return call


def texts(desk: Sitting) -> list[str]:
    """What the drafts on the disk say."""
    return [draft.form.description for draft in drafts.kept(desk.settings.home)]


def test_what_is_typed_is_on_the_disk_soon_after(desk: Sitting) -> None:
    call = begin(desk, "A hole")
    desk.until(lambda: texts(desk) == ["A hole"])
    desk.until(lambda: call.saved.text() == "draft saved")
    desk.type(" in the road")
    desk.until(lambda: texts(desk) == ["A hole in the road"])


def test_an_emptied_form_leaves_no_draft(desk: Sitting) -> None:
    call = begin(desk, "A")
    desk.until(lambda: texts(desk) == ["A"])
    call.description.set_text("")
    desk.until(lambda: texts(desk) == [])


def test_two_calls_at_once_have_tabs_and_ctrl_page_turns_them(desk: Sitting) -> None:
    first = begin(desk, "First")
    calls = desk.window.intake.calls
    assert calls is not None
    assert not calls.tabs.isVisible()
    first.name.setFocus()
    desk.type("Rosa & sons")
    second = begin(desk, "Second")
    assert second is not first
    assert calls.tabs.isVisible()
    assert [calls.tabs.tabText(i) for i in range(2)] == ["Rosa && sons", "New call"]
    desk.press("Ctrl+PgDown")
    assert desk.window.call is first
    desk.press("Ctrl+PgUp")
    assert desk.window.call is second
    assert desk.window.focusWidget() is second.phone.line
    desk.until(lambda: sorted(texts(desk)) == ["First", "Second"])


def test_ctrl_n_leads_back_from_the_list_before_it_begins_another(desk: Sitting) -> None:
    first = begin(desk, "First")
    desk.press("Escape")
    assert desk.window.focusWidget() is desk.table
    desk.press("Ctrl+N")
    assert desk.window.call is first
    desk.press("Ctrl+N")
    second = desk.window.call
    assert second is not first
    desk.press("Ctrl+N")
    assert desk.window.call is second, "an empty form is enough"


def test_a_call_that_is_filed_leaves_the_next_one(desk: Sitting) -> None:
    first = begin(desk, "A tree came down.")
    first.address.setFocus()
    desk.type("9 Main St")
    first.service.setFocus()
    desk.type("tree")
    desk.press("Return")
    second = begin(desk, "Second")
    desk.press("Ctrl+PgUp", "Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    assert desk.window.call is second
    assert desk.window.focusWidget() is second.phone.line
    desk.until(lambda: texts(desk) == ["Second"])
    desk.press("Ctrl+PgDown")
    assert desk.window.call is second


def test_a_call_that_was_given_up_comes_back_with_undo(desk: Sitting) -> None:
    begin(desk, "A hole")
    desk.until(lambda: texts(desk) == ["A hole"])
    desk.press("Ctrl+Shift+Backspace")
    assert desk.window.call is None
    assert desk.window.focusWidget() is desk.table
    desk.until(lambda: texts(desk) == [])
    desk.click(desk.window.toasts.shown[-1].button)
    call = desk.window.call
    assert call is not None
    assert call.draft().description == "A hole"
    desk.until(lambda: texts(desk) == ["A hole"])
    desk.press("Ctrl+Shift+Backspace")
    desk.until(lambda: texts(desk) == [])
    for toast in desk.window.toasts.shown:
        toast.leave()
    desk.press("Ctrl+Z")
    desk.until(lambda: texts(desk) == ["A hole"])


def test_giving_up_an_empty_form_says_nothing_and_shows_the_call_beside_it(desk: Sitting) -> None:
    first = begin(desk, "First")
    desk.press("Ctrl+N", "Ctrl+Shift+Backspace")
    assert desk.window.call is first
    assert desk.said() == ""
    assert desk.window.focusWidget() is first.phone.line


def test_calls_are_there_again_after_the_desk_was_closed(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with sitting_at(settings, qtbot) as desk:
        begin(desk, "First")
        begin(desk, "Second")  # closed before the timer has saved it
    with sitting_at(settings, qtbot) as desk:
        desk.until(lambda: "2 calls are kept" in desk.said())
        desk.press("Ctrl+N")
        assert desk.window.intake.calls is not None
        found = [pane.draft().description for pane in desk.window.intake.calls.panes]
        assert found == ["First", "Second"]


def test_a_disk_that_takes_no_draft_is_said(desk: Sitting) -> None:
    drafts.folder(desk.settings.home).write_text("in the way")
    call = begin(desk, "A hole")
    desk.until(lambda: "could not be saved" in desk.warned)
    assert call.saved.text() == "draft not saved"


def test_a_call_that_was_logged_before_the_desk_died_is_not_logged_again(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    with sitting_at(settings, qtbot) as desk:
        begin(desk, "Logged")
        desk.until(lambda: texts(desk) == ["Logged"])
    (draft,) = drafts.kept(folder)
    report = PhoneReport("0", "Logged", Place("9 Main St"), operation=draft.id)
    with closing(town.second(settings)) as store:
        (made,) = log_call(opening.acting(store, settings), report).ids
        assert log_call(opening.acting(store, settings), report).ids == (made,)
        assert len(queries.search(store, "Logged")) == 1
    with sitting_at(settings, qtbot) as desk:
        desk.until(lambda: not drafts.kept(folder))
        assert desk.window.call is None
        assert desk.said() == ""


def test_the_clock_goes_on_after_the_desk_was_closed(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder)
    began = datetime.now(UTC) - timedelta(minutes=5, seconds=30)
    drafts.keep(folder, Draft("a", began, PhoneReportDraft(description="A hole")))
    with sitting_at(settings, qtbot) as desk:
        desk.until(lambda: "1 call is kept" in desk.said())
        desk.press("Ctrl+N")
        call = desk.window.call
        assert call is not None
        assert call.clock.text().startswith("5 m ")
        desk.press("Escape")
        assert not call.clock.ticking
    assert [draft.opened_at for draft in drafts.kept(folder)] == [began]


def test_a_form_in_which_nothing_is_written_counts_anew_from_each_ctrl_n(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    call.clock.set_since(an_hour_ago)
    desk.press("Ctrl+N")
    assert desk.window.call is call
    assert call.clock.text().endswith(" s on the line")
    call.clock.set_since(an_hour_ago)
    desk.type("617")
    desk.press("Escape", "Ctrl+N")
    assert call.clock.text() == "1 h 0 m on the line"


def test_words_that_chose_no_service_are_a_call_of_their_own(desk: Sitting) -> None:
    desk.press("Ctrl+N")
    call = desk.window.call
    assert call is not None
    call.service.setFocus()
    desk.type("hole")
    desk.press("Ctrl+N")
    assert desk.window.call is not call
    assert call.service.line.text() == "hole"
