"""The detail pane: one request whole, several in numbers, or nothing; gives wishes as signals and does no work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QElapsedTimer, QPoint, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from services.domain.detail import Detail
from services.domain.policy import Policy, reach_sentence
from services.domain.status import ALL_ROLES, Role, Status
from services.domain.telling import ours_sentence
from services.domain.values import ServiceRequest
from services.domain.workflow import Action, check_action
from services.errors import Forbidden
from services.queue.snapshot import Ints
from widgets.detail.area import OverlayArea
from widgets.detail.composer import Composer, MessageComposer, NoteComposer
from widgets.detail.head import Head
from widgets.detail.outbox import Outbox
from widgets.detail.people import Callers, CrewChoice, Crews
from widgets.detail.several import BulkAction, Nothing, Several
from widgets.detail.strip import Strip
from widgets.detail.timeline import Timeline
from widgets.selection import NOBODY, as_ids
from widgets.surface import Surface


class DetailPane(Surface):
    """The right-hand pane of the desk."""

    status_wanted = Signal()
    assign_wanted = Signal(int)
    """A crew's id, or 0 for a chooser."""
    message_submitted = Signal(str, object)
    """The text, and the ids (an array) it was written for; on failure call `give_back_message`."""
    note_submitted = Signal(str, object)
    photo_wanted = Signal(str)
    """A photo's address; answer with `set_photo` or `set_photo_problem`."""
    undo_wanted = Signal(str)
    """The operation whose update still waits."""
    retry_wanted = Signal(str)
    give_up_wanted = Signal(str)
    command_wanted = Signal(str)
    """The id of a command: of a bulk action, or to take apart what was merged."""
    request_wanted = Signal(str)
    """The number of another request, tied to this one, that is to be looked at."""
    open_out_wanted = Signal()
    more_wanted = Signal(QPoint)
    """Where the menu should open, in global pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Request")
        self.setMinimumWidth(320)
        self._ids: Ints = NOBODY
        self._detail: Detail | None = None
        self._zone: tzinfo | None = None
        self._hold = timedelta(seconds=10)
        self._roles: frozenset[Role] = ALL_ROLES
        self._build()
        self._connect()
        self._now: datetime | None = None
        self._since = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._ticked)
        self.set_nothing()

    def _build(self) -> None:
        self.area = OverlayArea()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self.nothing, self.several = Nothing(), Several()
        self.head, self.photos, self.callers, self.crews = Head(), Strip(), Callers(), Crews()
        self.message, self.note = MessageComposer(), NoteComposer()
        self.outbox, self.timeline = Outbox(), Timeline()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 6, 0, 16)
        column.setSpacing(0)
        self._one: list[QWidget] = [self.head, self.photos, self._gap(), self.callers, self._gap(), self.crews]
        self._written: list[QWidget] = [self._gap(), self.message, self._gap(), self.note]
        self._after: list[QWidget] = [self.outbox, self._gap(), self.timeline]
        for part in (self.nothing, self.several, *self._one, *self._written, *self._after):
            column.addWidget(part)
        column.addStretch(1)
        body.setMinimumWidth(1)
        self.area.setWidget(body)
        body.setAutoFillBackground(False)

    @staticmethod
    def _gap() -> QWidget:
        made = QWidget()
        made.setFixedHeight(12)
        return made

    def _connect(self) -> None:
        self.head.status_wanted.connect(self.status_wanted)
        self.head.open_out_wanted.connect(self.open_out_wanted)
        self.head.more_wanted.connect(self._more)
        self.head.ties.opened.connect(self.request_wanted)
        self.head.ties.unmerge_wanted.connect(lambda: self.command_wanted.emit("request.unmerge"))
        self.photos.photo_wanted.connect(self.photo_wanted)
        self.crews.assign_wanted.connect(self.assign_wanted)
        self.message.submitted.connect(self.message_submitted)
        self.note.submitted.connect(self.note_submitted)
        self.message.escaped.connect(self.escaped)
        self.note.escaped.connect(self.escaped)
        self.head.description.escaped.connect(self.escaped)
        self.outbox.undo_wanted.connect(self.undo_wanted)
        self.outbox.retry_wanted.connect(self.retry_wanted)
        self.outbox.give_up_wanted.connect(self.give_up_wanted)
        self.several.command_wanted.connect(self.command_wanted)

    def set_detail(
        self,
        detail: Detail,
        policy: Policy,
        now: datetime,
        choices: Sequence[CrewChoice] = (),
        crew_note: str = "",
    ) -> None:
        """Show one request. `choices`: crews that could be sent, best first; `crew_note`: who falls short."""
        request = detail.request
        other = not np.array_equal(self._ids, [request.id])
        self._ids, self._detail = as_ids([request.id]), detail
        self._show(self._one, self._written, () if detail.is_outline else self._after)
        self.callers.setVisible(not detail.is_outline)
        self.head.show_detail(detail, now, self._zone)
        if other:
            self.head.company.show_people(())
        self.photos.show_photos(request.media_urls)
        self.callers.show_detail(detail, policy)
        self._show_crews(request, choices, crew_note)
        ours = ours_sentence(detail.mailed, detail.called)
        self._compose(
            reach_sentence(policy, request, with_message=True, ours=ours),
            allowed=bool(ours) or (bool(request.upstream) and policy.takes_updates),
        )
        self.outbox.show_items(detail.outbox, now)
        self.timeline.show_detail(detail, policy, now, self._zone)
        self._set_clock(now)
        self._order()
        self.area.settle()
        if other:
            self.area.verticalScrollBar().setValue(0)

    def show_chance(self, chance: str, why: str) -> None:
        """Say how likely it is to be late, and what that rests on; "" for nothing to say."""
        self.head.risk.show_words(chance, why)
        self.area.settle()

    def set_listed(self, listed: bool) -> None:
        """Say when the request that is read is not in the list beside it, as after another filter was chosen."""
        self.head.unlisted.setVisible(not listed)

    def set_several(
        self,
        ids: Sequence[int] | Ints,
        counts: Mapping[Status, int],
        actions: Sequence[BulkAction],
        reach: str,
        *,
        can_message: bool,
    ) -> None:
        """Show several requests in numbers; `reach` says whom one message to all of them reaches, or why none may."""
        self._ids, self._detail = as_ids(ids), None
        self._show([self.several], self._written)
        self.several.show_counts(counts, actions)
        self._compose(reach, allowed=can_message)
        self._tick.stop()

    def set_nothing(self, title: str = "", sentence: str = "") -> None:
        """Nothing is selected; or say why the selected request cannot be shown."""
        self._ids, self._detail = NOBODY, None
        self._show([self.nothing])
        self.nothing.say(title, sentence)
        self._tick.stop()

    @property
    def ids(self) -> tuple[int, ...]:
        """The requests that the pane is about; () when nothing is selected."""
        return tuple(self._ids.tolist())

    @property
    def is_written(self) -> bool:
        """Whether a message or a note on what is shown is being written."""
        return any(composer.field.text().strip() for composer in (self.message, self.note))

    def set_zone(self, zone: tzinfo | None) -> None:
        """Say times in this zone (None: this machine's) from the next `set_detail` on."""
        self._zone = zone

    def set_hold(self, hold: timedelta) -> None:
        """How long a message waits before it can leave."""
        self._hold = hold

    def set_roles(self, roles: frozenset[Role]) -> None:
        """Enable what somebody with these roles may do, from the next `set_detail` on."""
        self._roles = roles

    def set_now(self, now: datetime) -> None:
        """Move the clocks to `now`; between calls the pane moves them itself, once a second while it is seen."""
        self._set_clock(now)

    def set_photo(self, url: str, data: bytes) -> None:
        """The bytes of a photo that was asked for."""
        self.photos.take(url, data)

    def set_photo_problem(self, url: str, sentence: str) -> None:
        """A photo that was asked for cannot be had, and why."""
        self.photos.fail(url, sentence)

    def give_back_message(self, ids: Ints, text: str, sentence: str) -> None:
        """The message could not be kept: its text comes back into the field with the reason."""
        self.message.give_back(ids, text, sentence)

    def give_back_note(self, ids: Ints, text: str, sentence: str) -> None:
        """The note could not be kept: its text comes back into the field with the reason."""
        self.note.give_back(ids, text, sentence)

    def focus_message(self) -> bool:
        """Key M; False when no message can be written (the sentence that says why is in view)."""
        return self._focus(self.message)

    def focus_note(self) -> bool:
        """Key N."""
        return self._focus(self.note)

    def open_photos(self) -> bool:
        """Key Space: the photo viewer; False when there is nothing to see."""
        return self._detail is not None and self.photos.view()

    def stop(self) -> None:
        """Let go of the photo worker and the clock; call before the pane is deleted."""
        self._tick.stop()
        self.photos.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Pass the keyboard on to the first thing that can be done."""
        super().focusInEvent(event)
        if self._detail is not None:
            self.head.chip.setFocus(event.reason())
        elif len(self._ids):
            self.note.focus()

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        super().restyle()
        self.note.restyle()

    def showEvent(self, event: QShowEvent) -> None:
        """The clocks run while the pane is seen."""
        super().showEvent(event)
        self._ticked()

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden pane does no work."""
        super().hideEvent(event)
        self._tick.stop()

    def _focus(self, composer: Composer) -> bool:
        if not len(self._ids):
            return False
        self.area.ensureWidgetVisible(composer, 0, 12)
        return composer.focus()

    def _show(self, *groups: Sequence[QWidget]) -> None:
        shown = {part for group in groups for part in group}
        for part in (self.nothing, self.several, *self._one, *self._written, *self._after):
            part.setVisible(part in shown)

    def _compose(self, sentence: str, *, allowed: bool) -> None:
        refusal = self._refusal(Action.MESSAGE)
        self.message.show_for(self._ids)
        self.note.show_for(self._ids)
        self.message.allow(refusal or sentence, allowed=allowed and not refusal, hold=self._hold)
        self.note.allow(self._refusal(Action.NOTE))

    def _refusal(self, action: Action) -> str:
        try:
            check_action(action, self._roles)
        except Forbidden as problem:
            return str(problem)
        return ""

    def _order(self) -> None:
        """Tab goes down the pane, through what is made anew with each request as well."""
        links = [link for row in self.outbox.rows for link in row.links]
        head, message, note = self.head, self.message, self.note
        chain: list[QWidget] = [
            head.open_out,
            head.more,
            head.chip,
            *head.ties.links,
            head.description,
            *self.photos.thumbs,
            *self.crews.rows,
        ]
        chain += [message.field, message.button, note.field, note.button, *links]
        for before, after in pairwise([*chain, self.timeline.list, self.timeline.older]):
            QWidget.setTabOrder(before, after)

    def suggest(self, choices: Sequence[CrewChoice], note: str) -> None:
        """Show these crews for the request that is shown, best first; `note`: who falls short."""
        if self._detail is not None:
            self._show_crews(self._detail.request, choices, note)
            self._order()
            self.area.settle()

    def _show_crews(self, request: ServiceRequest, choices: Sequence[CrewChoice], note: str) -> None:
        self.crews.show_crews(request.crew, choices, note, self._crew_refusal(request))

    def _crew_refusal(self, request: ServiceRequest) -> str:
        if not request.status.is_open:
            return "It is closed, so no crew is sent. Reopen it first."
        return self._refusal(Action.ASSIGN)

    def _more(self) -> None:
        button = self.head.more
        self.more_wanted.emit(button.mapToGlobal(QPoint(0, button.height())))

    def _set_clock(self, now: datetime) -> None:
        self._now = now
        self._since.start()
        self._ticked()

    def _ticked(self) -> None:
        if self._detail is None or self._now is None:
            self._tick.stop()
            return
        now = self._now + timedelta(milliseconds=self._since.elapsed())
        self.head.show_clock(self._detail.request, now, self._zone)
        self.outbox.show_clock(now)
        if self.isVisible() and not self._tick.isActive():
            self._tick.start()
