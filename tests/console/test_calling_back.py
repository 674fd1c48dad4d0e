"""Callers who wait for a call, at a real desk: listed, read, called and noted by keys alone; wishes are kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import opening
from console.settings import Settings
from services.domain.values import EventKind
from services.store import calls, commands
from services.store.joining import CallerWords, join
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.store.parts import logged
from widgets.picker import Picker

CY = CallerWords("Cy Ray", "617 555 0177", language="es")


def waiting(settings: Settings, *people: CallerWords) -> int:
    """A report that these joined, and that was spoken of since: they wait for a call."""
    with closing(town.second(settings)) as store:
        acting = opening.acting(store, settings)
        (request_id,) = logged(acting).ids
        for who in people:
            join(acting, request_id, who, f"{who.name} says the gate is locked")
        commands.send_message(acting, [request_id], "We come at noon")
    return request_id


def due(desk: Sitting) -> list[str]:
    with closing(town.second(desk.settings)) as store:
        return [call.caller.name for call in calls.call_backs(store)]


def open_list(desk: Sitting, request_id: int) -> None:
    """G, B; then the first of the list."""
    desk.press("G", "B")
    desk.until(lambda: desk.ids == [request_id])
    desk.press("J")
    desk.until(lambda: desk.window.detail.ids == (request_id,) and desk.desk.current is not None)


def offered() -> list[tuple[str, str]]:
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, Picker)
    return [(choice.title, choice.note) for choice in popup.list.choices]


def test_the_list_is_a_view_and_the_detail_says_what_to_tell_them(desk: Sitting) -> None:
    request_id = waiting(desk.settings, CY)
    desk.until(lambda: desk.window.rail is not None)
    open_list(desk, request_id)
    (call,) = desk.window.detail.callers.calls
    assert call.words.text() == (
        "To be called back. Tell them: We come at noon\nThey said: Cy Ray says the gate is locked"
    )
    assert call.isVisible()
    assert desk.window.detail.callers.head.text() == "Caller: to be called back"


def test_somebody_is_called_and_reached_by_keys_and_undone(desk: Sitting) -> None:
    request_id = waiting(desk.settings, CY)
    open_list(desk, request_id)
    desk.press("B")
    desk.until(lambda: isinstance(QApplication.activePopupWidget(), Picker))
    assert offered() == [
        ("Cy Ray: reached", "617 555 0177, Spanish, We come at noon"),
        ("Cy Ray: not reached", "Stays on the list."),
    ]
    desk.press("Return")
    desk.until(lambda: "caller called back" in desk.said())
    desk.until(lambda: desk.ids == [])
    assert due(desk) == []
    assert desk.stored(request_id).events[0].kind is EventKind.CALLED_BACK
    desk.press("Ctrl+Z")
    desk.until(lambda: desk.ids == [request_id])
    assert due(desk) == ["Cy Ray"]


def test_not_reached_stays_on_the_list_and_in_the_history(desk: Sitting) -> None:
    request_id = waiting(desk.settings, CY)
    open_list(desk, request_id)
    desk.press("B")
    desk.pick("not reached")
    desk.until(lambda: "not reached, still to be called" in desk.said())
    assert due(desk) == ["Cy Ray"]
    lines = desk.window.detail.timeline.model
    desk.until(lambda: lines.lines[0].words == "The caller was called and not reached by ana")
    desk.press("Ctrl+Z")
    desk.until(lambda: "Undone" in desk.said())
    assert due(desk) == ["Cy Ray"]


def test_of_two_each_is_called_for_themselves(desk: Sitting) -> None:
    request_id = waiting(desk.settings, CY, CallerWords("Di", "617 555 0178"))
    open_list(desk, request_id)
    assert len(desk.window.detail.callers.calls) == 2
    assert desk.window.detail.callers.head.text() == "Callers (2): to be called back"
    desk.click(desk.window.detail.callers.calls[1].button)
    desk.pick("di: reached")
    desk.until(lambda: due(desk) == ["Cy Ray"])
    desk.until(lambda: len(desk.window.detail.callers.calls) == 1)
    assert desk.window.detail.callers.head.text() == "Callers (2): 1 to be called back"
    assert desk.ids == [request_id]


def test_who_asked_since_never_to_be_called_is_only_taken_off(desk: Sitting) -> None:
    request_id = waiting(desk.settings, CY)
    with closing(town.second(desk.settings)) as store:
        logged(opening.acting(store, desk.settings), name="Cy", phone="+1 617-555-0177", do_not_call=True)
    open_list(desk, request_id)
    assert "has since asked never to be called" in desk.window.detail.callers.calls[0].words.text()
    assert due(desk) == []
    desk.press("B")
    desk.until(lambda: isinstance(QApplication.activePopupWidget(), Picker))
    assert offered() == [("Cy Ray: take off the list", "Has since asked never to be called.")]
    desk.press("Return")
    desk.until(lambda: desk.ids == [])
    desk.choose(request_id)
    words = "The caller, who asked never to be called, was taken off the list of calls by ana"
    desk.until(lambda: desk.window.detail.timeline.model.lines[0].words == words)


def test_where_nobody_waits_the_key_says_so(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("B")
    assert "Nobody of this request is to be called back." in desk.warned
    assert desk.window.detail.callers.calls == []


def test_who_may_not_see_numbers_sees_them_masked(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "call_taker"')
    rights = '[rights]\nsee_contacts = ["supervisor"]\n'
    with sitting_at(town.build(folder, config=config.replace("[city]", f"{rights}[city]")), qtbot) as desk:
        request_id = waiting(desk.settings, CY)
        open_list(desk, request_id)
        desk.press("B")
        desk.until(lambda: isinstance(QApplication.activePopupWidget(), Picker))
        assert offered()[0] == ("Cy Ray: reached", "•••• 0177, Spanish, We come at noon")
