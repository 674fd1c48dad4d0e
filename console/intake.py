"""Calls being taken down: their panes, their drafts on the disk, and what becomes of them when they are filed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from console import drafts, moving, settings_call, showing
from console.answering import Answering
from console.drafts import Draft
from console.restoring import Restoring
from services.domain.values import Changes
from services.errors import Expected, Invalid
from widgets.call.calls import Calls, holds_only
from widgets.call.clock import handled
from widgets.call.draft import PhoneReportDraft
from widgets.call.pane import CallPane

if TYPE_CHECKING:
    from console.waiting import Waiting
    from console.window import Window
    from services.domain.urgency import UrgencyAnswer

SAVE_MS = 400
"""So long after a key what was typed goes to the disk, however many keys follow."""
AGAIN_MS = 5_000
"""So long after it could not be saved it is tried again."""


@dataclass(slots=True)
class _Call:
    """One call: its pane, its draft's name, and the timer until it is saved."""

    pane: CallPane
    id: str
    opened_at: datetime
    soon: QTimer

    @property
    def draft(self) -> Draft:
        """As it stands."""
        return Draft(self.id, self.opened_at, self.pane.draft())


class Intake(QObject):
    """Opens, keeps, files and gives up calls. Owned by the window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.desk = window.desk
        self.calls: Calls | None = None
        self.answering: Answering = Answering(window)
        self.answering.asked_about.connect(self.ask_about)
        self._open: dict[CallPane, _Call] = {}
        self.restoring = Restoring(self)
        self._given_up: dict[str, Draft] = {}

    # opening

    @property
    def panes(self) -> list[CallPane]:
        """Every call that is being taken down."""
        return list(self._open)

    @property
    def current(self) -> CallPane | None:
        """The call that is looked at, or would be."""
        return self.calls.current if self.calls is not None else None

    def drop(self, holds: Callable[[str], bool]) -> bool:
        """Forget given-up calls whose words are so; False, and none forgotten, where one being taken down is so."""
        if any(holds(repr(pane.draft())) for pane in self._open):
            return False
        for i in [i for i, draft in self._given_up.items() if holds(repr(draft.form))]:
            del self._given_up[i]
            self.window.toasts.take_back(f"call:{i}")
        return True

    def start(self) -> None:
        """Ctrl+N: back to the call that was left for the list, else another one with an empty form."""
        pane = self.current
        if pane is None or (self.calls is not None and self.calls.isVisible()):
            pane = self.empty()
        self.show(pane)

    def empty(self) -> CallPane:
        """A form in which nothing is written, made where there is none."""
        found = next((pane for pane in self._open if holds_only(pane, "")), None)
        return found or self.add(Draft(str(uuid.uuid4()), datetime.now(UTC), PhoneReportDraft()))

    def step(self, by: int) -> None:
        """Look at the next call, or the one before."""
        if self.calls is not None and self.current is not None:
            self.calls.step(by)
            self.show(self.calls.current or self.current)

    def go_to(self, field: Callable[[CallPane], QWidget]) -> None:
        """Put the keyboard into a field of the call that is looked at, or would be."""
        if self.current is not None:
            self.show(self.current)
            field(self.current).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add(self, draft: Draft, *, behind: bool = False) -> CallPane:
        """A form with this draft; `behind`: without looking at it."""
        if self.calls is None:
            self.calls = Calls()
            self.calls.escaped.connect(self.leave)
            self.calls.turned.connect(self._turned)
            moving.give_call_keys(self.window, self.calls)
        config = self.desk.settings.config
        pane = CallPane(config.desk.language, settings_call.asked(config.urgency))
        soon = QTimer(pane, interval=SAVE_MS, singleShot=True)
        call = self._open[pane] = _Call(pane, draft.id, draft.opened_at, soon)
        soon.timeout.connect(partial(self._save, call))
        state = self.desk.last_state
        pane.set_services(state.services if state else ())
        pane.filed.connect(partial(self.file, pane))
        pane.escaped.connect(self.leave)
        pane.joined.connect(partial(self.join, pane))
        pane.place_edited.connect(partial(self._place_edited, pane))
        pane.questions_wanted.connect(partial(self._ask_questions, pane))
        pane.set_draft(draft.form)
        pane.clock.set_since(draft.opened_at)
        showing.keys_on_call(self.window, pane)
        pane.edited.connect(partial(self._edited, call))
        self.answering.attend(pane, draft.id)
        self.calls.add(pane, behind=behind)
        return pane

    def _turned(self) -> None:
        if self.calls is not None and self.calls.isVisible():
            self.answering.show_on_map(self.current)

    def show(self, pane: CallPane) -> None:
        """Look at this call, with the keyboard where it begins."""
        if self.calls is None:
            return
        state = self.desk.last_state
        pane.set_services(state.services if state else ())
        if holds_only(pane, ""):
            self._open[pane].opened_at = datetime.now(UTC)
            pane.clock.set_since(self._open[pane].opened_at)
        self.calls.show_call(pane)
        self.window.panes.show_right(self.calls)
        self.answering.show_on_map(pane)
        pane.start()

    def leave(self) -> None:
        """Show the request again; what was typed is kept."""
        self.answering.show_on_map(None)
        self.window.panes.show_right(self.window.detail)
        self.window.focus_queue()

    # keeping

    def _edited(self, call: _Call) -> None:
        if call.pane in self._open and not call.soon.isActive():
            call.soon.start()

    def _save(self, call: _Call) -> None:
        draft, home = call.draft, self.desk.settings.home
        pane = call.pane

        def work() -> None:
            (drafts.forget(home, draft.id) if draft.form.is_empty else drafts.keep(home, draft))

        def saved(_: None) -> None:
            if pane in self._open:
                pane.say_saved("" if draft.form.is_empty else "draft saved")

        def failed(problem: Expected) -> None:
            if pane in self._open:
                pane.say_saved("draft not saved")
                QTimer.singleShot(AGAIN_MS, pane, partial(self._edited, call))
            self.window.show_problem(problem)

        self.desk.tasks.run("drafts", work, saved, failed, key=f"draft {draft.id}", keep=True)

    def settle(self) -> None:
        """Have all that was typed saved now: the desk closes."""
        for call in self._open.values():
            if call.soon.isActive():
                call.soon.stop()
                self._save(call)
        self.answering.where.close()

    def _forget(self, call: _Call) -> None:
        """The call has ended: its pane and its draft go."""
        call.soon.stop()
        self.answering.leave(call.pane)
        del self._open[call.pane]
        if self.calls is not None:
            self.calls.remove(call.pane)
        self.delete(call.id)

    def delete(self, draft_id: str) -> None:
        """The draft of a call that has ended goes from the disk."""
        home = self.desk.settings.home
        self.desk.tasks.run(
            "drafts",
            lambda: drafts.forget(home, draft_id),
            lambda _: None,
            self.window.show_problem,
            key=f"draft {draft_id}",
            keep=True,
        )

    def give_up(self) -> None:
        """Let the call that is looked at go, without logging it; its toast brings it back."""
        pane = self.current
        if pane is None:
            return
        call = self._open[pane]
        draft = call.draft
        self._forget(call)
        if not draft.form.is_empty:
            self._given_up[draft.id] = draft
            self.window.toasts.say("The call was given up", f"call:{draft.id}", key="")
        if self.current is None:
            self.leave()
        else:
            self.current.start()

    def take_up(self, form: PhoneReportDraft) -> None:
        """A call that was kept for the server and refused by it: its form is there again, behind what is looked at."""
        self.add(Draft(str(uuid.uuid4()), datetime.now(UTC), form), behind=True)

    def bring_back(self, draft_id: str) -> None:
        """Take a call up again that was given up."""
        draft = self._given_up.pop(draft_id, None)
        if draft is not None:
            pane = self.add(replace(draft, id=str(uuid.uuid4())))
            self._save(self._open[pane])
            self.show(pane)

    # what, where

    def _ask_questions(self, pane: CallPane, upstream: str, code: str) -> None:
        """Show what the service asks, as the store has it now."""

        def show(found: object) -> None:
            if pane in self._open and isinstance(found, tuple):
                pane.set_questions(upstream, code, found)

        self.desk.ask(lambda side: side.questions(upstream, code), show)

    @property
    def is_seen(self) -> bool:
        """Whether a call is being taken down now: its form is there to see."""
        return self.current is not None and self.current.isVisible()

    def take_place(self, lat: float, lon: float) -> None:
        """A click on the map is where the caller means, while a call is being taken down."""
        if self.current is not None and self.is_seen and not self.current.saving:
            self.answering.where.clicked(self.current, lat, lon)

    def _place_edited(self, pane: CallPane, place: object) -> None:
        """Say at once when a place lies outside the city; the report may be filed all the same."""
        settings = self.desk.settings
        outside = isinstance(place, tuple) and settings.is_outside(*place)
        pane.say("point", settings.config.city.outside_message if outside else "")
        if pane is self.current and self.calls is not None and self.calls.isVisible():
            self.answering.show_on_map(pane)

    # filing

    def file(self, pane: CallPane, draft: PhoneReportDraft) -> None:
        """Keep the report, and let its upstream have it; what cannot be right is said beside its field."""
        from console.spool import Call
        from services.domain.status import Channel
        from services.domain.values import Place
        from services.store.commands import PhoneReport

        reached = None if pane.saving else self._reached(pane, draft)
        if reached is None:
            return
        pane.set_saving(on=True)
        report = PhoneReport(
            service_code=draft.service_code,
            description=draft.description,
            place=Place(draft.address, draft.lat, draft.lon),
            name=draft.name,
            phone=reached[0],
            email=reached[1],
            language=self._language(draft),
            upstream=draft.upstream,
            channel=Channel(draft.channel),
            attributes=draft.answers,
            reply=draft.reply,
            consent=draft.consent,
            do_not_call=draft.do_not_call,
            lifts=draft.asked_never,
            urgency=self._urgency(draft),
            operation=self._open[pane].id,
            seconds=handled(self._open[pane].opened_at),
        )
        places = self.answering.where.places

        filed, not_filed = partial(self._filed, pane), partial(self._not_filed, pane)

        def log(place: Place) -> None:
            self._waiting.do(
                Call(replace(report, place=place)), filed, not_filed, operation=report.operation, form=draft
            )

        self.desk.tasks.run("lookup", lambda: places.placed(report.place), log, not_filed, keep=True)

    def _not_filed(self, pane: CallPane, _: Expected) -> None:
        """It stays as it was; what the service asks may have become another."""
        pane.set_saving(on=False)
        draft = pane.draft()
        self._ask_questions(pane, draft.upstream, draft.service_code)

    def join(self, pane: CallPane, request_id: int) -> None:
        """Add the caller to a request that is there already, with what they say; who is on it already asks about it."""
        self._add_to(pane, request_id, asks=False)

    def ask_about(self, pane: CallPane, request_id: int) -> None:
        """The caller asks how an earlier request stands: it is shown to be read out, and the question is kept."""
        self._add_to(pane, request_id, asks=True)

    def _add_to(self, pane: CallPane, request_id: int, *, asks: bool) -> None:
        from console.spool import Joined
        from services.store.calling import CallerWords

        draft = pane.draft()
        reached = None if pane.saving else self._reached(pane, draft)
        if reached is None:
            return
        pane.set_saving(on=True)
        operation = self._open[pane].id
        who = draft.name, *reached, self._language(draft), draft.reply, draft.consent, draft.do_not_call
        caller = CallerWords(*who, self._urgency(draft), lifts=draft.asked_never)
        work = Joined(request_id, caller, draft.description, asks, operation)
        added, not_filed = partial(self._added, pane), partial(self._not_filed, pane)
        self._waiting.do(work, added, not_filed, operation=operation, form=draft)

    @property
    def _waiting(self) -> Waiting:
        return self.window.acts.waiting

    def _reached(self, pane: CallPane, draft: PhoneReportDraft) -> tuple[str, str] | None:
        """Number and address in their normal spelling; None where one cannot be right, which is said beside it."""
        from services.contact import email, phone

        errors: dict[str, str] = {}
        number = _checked("phone", partial(phone, draft.phone, self.desk.settings.config.city.country), errors)
        address = _checked("email", partial(email, draft.email), errors)
        pane.set_errors(errors)
        return None if errors else (number, address)

    def _language(self, draft: PhoneReportDraft) -> str:
        return draft.language or self.desk.settings.config.desk.language

    def _urgency(self, draft: PhoneReportDraft) -> tuple[UrgencyAnswer, ...]:
        return settings_call.answered(self.desk.settings.config.urgency, draft.urgency)

    def _filed(self, pane: CallPane, changes: Changes) -> None:
        """It is in the store: its form goes; somebody who looks at another by now is left alone."""
        looked_at = pane is self.current and pane.isVisible()
        if pane in self._open:
            self._forget(self._open[pane])
        if not looked_at:
            return
        if self.current is not None:
            self.show(self.current)
            return
        self.leave()
        self.desk.selection.set(changes.ids)

    def _added(self, pane: CallPane, changes: Changes) -> None:
        """The caller is with another request: Undo brings the form back, too."""
        if pane in self._open and changes.operation:
            self._given_up[changes.operation] = self._open[pane].draft
        self._filed(pane, changes)


def _checked(field: str, check: Callable[[], str], errors: dict[str, str]) -> str:
    """What the check makes of a field; its sentence goes into `errors` when it refuses."""
    try:
        return check()
    except Invalid as problem:
        errors[field] = str(problem)
        return ""
