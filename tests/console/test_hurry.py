"""Hands that are faster than the screen: a person's own change is no conflict with the next one; another's is."""

from __future__ import annotations

from console import opening
from services.domain.status import Status
from services.domain.values import Actor
from services.store import commands
from tests.console import town
from tests.console.conftest import Sitting
from widgets.selection import as_ids


def test_two_commands_on_one_request_before_the_first_is_shown(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    state = desk.desk.last_state
    assert state is not None
    desk.window.acts.assign(as_ids((first,)), state.crews[0].id)
    desk.window.acts.set_status("in_progress")
    desk.turns(first, Status.IN_PROGRESS)
    assert desk.warned == ""


def test_a_command_right_after_the_queue_shows_the_one_before(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    for status in (Status.ACKNOWLEDGED, Status.SCHEDULED, Status.ON_HOLD, Status.SCHEDULED):
        desk.desk.selection.set((first,))
        desk.window.acts.set_status(status.value)
        desk.turns(first, status)
    assert desk.warned == ""


def test_what_another_did_meanwhile_is_still_a_conflict(desk: Sitting) -> None:
    first = desk.id_of("city-0")
    desk.choose(first)
    desk.until(lambda: desk.desk.is_current)
    desk.desk.link._watch.stop()
    store = town.second(desk.settings)
    try:
        other = opening.acting(store, desk.settings, Actor("bo", desk.settings.actor.roles))
        commands.set_status(other, [first], Status.SCHEDULED)
    finally:
        store.close()
    desk.window.acts.set_status("acknowledged")
    desk.until(lambda: "set by bo" in desk.warned)
    assert desk.stored(first).request.status is Status.SCHEDULED
