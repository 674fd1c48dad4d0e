"""Editing the crews at the desk: the dialog shows what the store has, and each Save is one command of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from services.domain.values import Changes, Crew, LatLon
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Expected

if TYPE_CHECKING:
    from console.window import Window
    from services.store.acting import Acting


def edit_crews(window: Window) -> None:
    """Open the dialog."""
    from services.store import crews as store
    from widgets.crews.edit import CrewsDialog

    desk = window.desk
    dialog = CrewsDialog(may_edit=bool(ACTION_ROLES[Action.EDIT_CREWS] & desk.actor.roles), parent=window)
    open_still = [True]
    dialog.finished.connect(lambda _: open_still.clear())

    def show(name: str = "") -> None:
        def shown(crews: object) -> None:
            if open_still and isinstance(crews, tuple):
                dialog.show_crews(crews, name)

        desk.ask(lambda side: side.state().crews, shown, "crews")

    def refused(problem: Expected) -> bool:
        if open_still:
            dialog.say_problem(problem)
        return bool(open_still)

    def do(command: Callable[[Acting], Changes], name: str, then: Callable[[], object] = lambda: None) -> None:
        def done(_: Changes) -> None:
            show(name)
            then()

        desk.act(command, done, refused)

    def save(crew: Crew) -> None:
        before = next((c for c in dialog.crews if c.id == crew.id), None)

        def take_back() -> None:
            do(lambda acting: store.edit_back(acting, before, crew), before.name if before else crew.name)

        def offer() -> None:
            sentence = f"{crew.name} {'saved' if before else 'added'}"
            window.acts.backs[token := f"crew:{uuid.uuid4()}"] = take_back
            window.toasts.say(sentence, token)

        do(lambda acting: replace(store.edit_crews(acting, [crew]), sentence=""), crew.name, offer)

    def place(crew_id: int, where: LatLon | None) -> None:
        do(lambda acting: store.set_place(acting, crew_id, where), "")

    dialog.save_wanted.connect(save)
    dialog.place_wanted.connect(place)
    show()
    dialog.open()
