"""A telephone system rings: the desk comes forward with a call for that number, and nobody's words are written over."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from console.instance import CALL, FORWARD
from services.domain.status import Channel
from widgets.call.calls import holds_only

if TYPE_CHECKING:
    from console.window import Window
    from widgets.call.pane import CallPane

LONGEST = 64
"""Characters of a number as it is written in full."""


class Ringing(QObject):
    """Hears what other starts say to this desk, and opens their calls once its store is there."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.intake = window, window.intake
        self._waiting: list[str] = []
        self._looked_up: WeakKeyDictionary[CallPane, str] = WeakKeyDictionary()
        """Those whose number is being looked up, with that number."""
        window.desk.state.connect(self._ring_all)
        self.intake.restoring.done.connect(self._ring_all)
        self.intake.answering.people_found.connect(self._go_on)

    def hear(self, message: str) -> None:
        """Do what a line from another start says; anything else is left alone."""
        number = message.removeprefix(CALL)
        if message == FORWARD:
            self.window.come_forward()
        elif message.startswith(CALL) and _is_number(number):
            self.window.come_forward()
            self.ring(number)

    def ring(self, number: str) -> None:
        """Open a call with this number (+CODE NUMBER), once the store and the calls kept from before are there."""
        self._waiting.append(number)
        self._ring_all()

    def _ring_all(self, _: object = None) -> None:
        if self.window.desk.last_state is None or not self.intake.restoring.is_done:
            return
        waiting, self._waiting = self._waiting, []
        for number in waiting:
            self._open(number)

    def _open(self, number: str) -> None:
        new = self.window.registry["call.new"]
        if reason := new.disabled(self.window):
            self.window.bar.say(f"{number} rings, but no call can be logged.", reason)
            return
        pane = next((pane for pane in self.intake.panes if holds_only(pane, number) and not pane.saving), None)
        if pane is not None:
            self.intake.show(pane)
            return
        pane = self.intake.empty()
        self.intake.show(pane)
        self._looked_up[pane] = number
        pane.set_channel(Channel.PHONE.value)
        pane.phone.put(number)

    def _go_on(self, pane: CallPane, known: bool) -> None:
        """Somebody known is taken with Enter; of anybody else the name is asked next, unless the person was faster."""
        number = self._looked_up.pop(pane, None)
        if not known and number == pane.phone.text() and pane.phone.line.hasFocus():
            pane.name.setFocus()


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable() and any(c.isdecimal() for c in text)
