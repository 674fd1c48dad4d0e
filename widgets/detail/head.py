"""The top of the detail pane: number and title, status and clock, place, facts, and what was reported."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from services.domain.detail import Detail
from services.domain.sla import times_over
from services.domain.status import Channel
from services.domain.values import ServiceRequest
from widgets import theme
from widgets.detail import parts, words
from widgets.detail.company import Company
from widgets.detail.facts import Differs, Facts
from widgets.detail.risk import Risk
from widgets.detail.text import PlainText
from widgets.detail.ties import Ties
from widgets.plain import Elided, PlainLabel, tip

CHANNEL_ICONS = {
    Channel.PHONE: "phone",
    Channel.APP: "app",
    Channel.WEB: "web",
    Channel.EMAIL: "mail",
    Channel.WALK_IN: "person",
    Channel.STAFF: "staff",
}

ELSEWHERE = "What was said, who called and the history are at the server, and shown when it is back."
"""In the place of the description, where only the outline of a request is known."""


class Head(QWidget):
    """Number, service, status, due clock, place, facts and description of one request."""

    status_wanted = Signal()
    open_out_wanted = Signal()
    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, inset=parts.INSET)
        self.unlisted = parts.meta()
        self.unlisted.setText("Not in this list")
        self.unlisted.hide()
        column.addWidget(self.unlisted)
        self.company = Company()
        column.addWidget(self.company)
        self._number_row(column)
        self.title = PlainLabel(pixels=theme.BIG, weight=theme.SEMIBOLD, wrap=True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.title.setMinimumHeight(28)
        column.addWidget(self.title)
        column.addSpacing(4)
        self._stands_since: datetime | None = None
        self._clock_row(column)
        self.risk = Risk()
        column.addWidget(self.risk)
        column.addSpacing(12)
        self.differs = Differs()
        column.addWidget(self.differs)
        self.ties = Ties()
        column.addWidget(self.ties)
        self._place_rows(column)
        column.addSpacing(12)
        self.facts = Facts()
        column.addWidget(self.facts)
        column.addSpacing(12)
        self.description = PlainText()
        self.description.setAccessibleName("What was reported")
        column.addWidget(self.description)

    def _number_row(self, column: QVBoxLayout) -> None:
        row = parts.row()
        self.number, self.opened = parts.meta(), Elided()
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._channel_icon, self.channel = parts.Glyph("phone"), parts.meta()
        self.open_out = parts.IconButton("open-out", "Open in a window of its own")
        self.more = parts.IconButton("more", "More actions")
        self.open_out.clicked.connect(self.open_out_wanted)
        self.more.clicked.connect(self.more_wanted)
        channel = parts.row(4)
        channel.addWidget(self._channel_icon)
        channel.addWidget(self.channel)
        row.addWidget(self.number)
        row.addWidget(self.opened)
        row.addLayout(channel)
        row.addStretch(1)
        buttons = parts.row(0)
        buttons.setContentsMargins(0, 0, -6, 0)
        buttons.addWidget(self.open_out)
        buttons.addWidget(self.more)
        row.addLayout(buttons)
        column.addLayout(row)

    def _clock_row(self, column: QVBoxLayout) -> None:
        row = parts.row()
        self.chip = parts.StatusChip()
        self.chip.clicked.connect(self.status_wanted)
        self._late = parts.Late()
        self.clock = PlainLabel(weight=theme.SEMIBOLD)
        self.due = Elided(pixels=theme.BODY)
        row.addWidget(self.chip)
        row.addSpacing(4)
        row.addWidget(self._late)
        row.addWidget(self.clock)
        row.addSpacing(4)
        row.addWidget(self.due)
        row.addStretch(1)
        column.addLayout(row)

    def _place_rows(self, column: QVBoxLayout) -> None:
        row = parts.row()
        pin = parts.Glyph("pin")
        row.addWidget(pin, 0, Qt.AlignmentFlag.AlignTop)
        lines = parts.column()
        self.address = PlainLabel(weight=theme.SEMIBOLD, wrap=True)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place = PlainLabel(pixels=theme.META, muted=True, wrap=True)
        lines.addWidget(self.address)
        lines.addSpacing(2)
        lines.addWidget(self.place)
        row.addLayout(lines, 1)
        column.addLayout(row)

    def show_detail(self, detail: Detail, now: datetime, zone: tzinfo | None) -> None:
        """Show the request."""
        request = detail.request
        self.number.setText(f"#{request.number}")
        self.number.setAccessibleName(f"Request {request.number}")
        self._channel_icon.show_icon(CHANNEL_ICONS.get(request.channel, "inbox"))
        self._channel_icon.setVisible(request.channel is not Channel.UNKNOWN)
        self.channel.setText("" if request.channel is Channel.UNKNOWN else request.channel.label)
        self.title.setText(request.service or request.service_code or "No service given")
        self.chip.show_status(request.status, request.outcome)
        address, place = words.place_lines(request.place)
        self.address.setText(address)
        self.place.setText(place)
        self.facts.show_facts(_facts(detail, now, zone))
        self.description.set_text(
            ELSEWHERE if detail.is_outline else request.description or "No description was given."
        )
        self.differs.show_request(request, now, zone)
        self.ties.show_detail(detail)
        self._stands_since = detail.stands_since
        self.show_clock(request, now, zone)

    def show_clock(self, request: ServiceRequest, now: datetime, zone: tzinfo | None) -> None:
        """Say what depends on the time."""
        self.opened.setText(f"opened {words.when(request.requested_at, now, zone)}")
        self.opened.setToolTip(tip(words.full_stamp(request.requested_at, zone)))
        due, closed = request.due_at, request.closed_at
        open_ = request.status.is_open
        self.clock.setText(words.due_words(due, now) if open_ else "")
        self._late.setVisible(bool(open_ and due is not None and due < now))
        if not open_:
            self.due.setText(f"closed {words.when(closed, now, zone)}" if closed else "")
        elif due is None and self._stands_since is not None:
            self.due.setText(f"clock stopped {words.when(self._stands_since, now, zone)}")
        elif due is None:
            self.due.setText("no due time")
        else:
            over = "3× over, " if times_over(request.requested_at, due, now) == 3 else ""
            self.due.setText(f"{over}due {words.when(due, now, zone)}")
        self.clock.setVisible(bool(self.clock.text()))


def _facts(detail: Detail, now: datetime, zone: tzinfo | None) -> list[tuple[str, str]]:
    request = detail.request
    facts = list(detail.attributes)
    if (by := detail.respond_by) is not None:
        facts.append(("Respond by", f"{words.when(by, now, zone)}, {words.due_words(by, now)}"))
    if request.upstream_id and request.upstream_id != request.number:
        facts.append(("Upstream number", request.upstream_id))
    facts.append(("Crew", request.crew.name if request.crew else "None yet" if request.status.is_open else "None"))
    if request.claimed_by:
        facts.append(("Claimed by", request.claimed_by))
    return facts
