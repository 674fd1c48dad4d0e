"""The call pane: who calls, what, where and in which words; kept as a draft until it is filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from services.domain.urgency import UrgencyQuestion
from services.domain.values import Attribute, Service
from widgets.call import channels
from widgets.call.band import Duplicate
from widgets.call.draft import PhoneReportDraft, read_point, write_point
from widgets.call.form import ANSWER, FIELDS, Form
from widgets.call.hold import Hold
from widgets.call.offers import OfferField

CHOOSE = "Choose what it is about: type a word, then Enter."
NO_SERVICES = "No services are known here yet; until they are, this call stays as a draft."


class CallPane(Form):
    """A form beside the queue, never in front of it."""

    filed = Signal(object)
    """A PhoneReportDraft. The form keeps it until `clear` is called."""
    edited = Signal()
    """The draft has changed."""
    place_edited = Signal(object)
    """The point as (lat, lon), or None: for the pin on the map."""
    questions_wanted = Signal(str, str)
    """The upstream and code of the service that was chosen; answer with `set_questions`."""
    phone_typed = Signal(str)
    """Answer with `phone.show_offers`: who it is, and what they asked for before."""
    where_typed = Signal(str)
    """Answer with `address.show_offers`: the places that fit."""
    offer_taken = Signal(object)
    """The value of what was taken below the telephone number or the place."""
    joined = Signal(int)
    """The request to which the caller is to be added instead."""

    def __init__(
        self, language: str = "en", urgent: Sequence[UrgencyQuestion] = (), parent: QWidget | None = None
    ) -> None:
        """`language`: of a caller who names none; `urgent`: what is asked to learn how urgent it is."""
        super().__init__(language, urgent, parent)
        self._answers: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = {}
        """What was answered, by upstream and service; kept when another service is chosen."""
        self._asked_by = ("", "")
        """The service whose questions are shown."""
        self._named = ""
        """The address that a click on the map gave."""
        self._filled = ("", "")
        """Name and e-mail address as an earlier call gave them."""
        self._placed_by = ""
        """The words for which a place was offered and taken."""
        self._asked_never = False
        """Whether whoever has this number asked never to be called, as earlier calls have it."""
        self._hold = Hold(self)
        self._connect()
        self._show_goal()

    def _connect(self) -> None:
        for line in (self.name, self.email, self.point):
            line.textEdited.connect(self.edited)
        for field, told in ((self.phone, self.phone_typed), (self.address, self.where_typed)):
            field.typed.connect(self.edited)
            field.typed.connect(told)
            field.taken.connect(self.offer_taken)
        self.address.typed.connect(self._leave_place)
        self.phone.typed.connect(self._leave_wish)
        for key in FIELDS:
            field = getattr(self, key)
            changed = field.typed if isinstance(field, OfferField) else getattr(field, "textEdited", None)
            if changed is not None:
                changed.connect(lambda _, k=key: self.say(k, ""))
        self.band.chosen.connect(self.joined)
        for part in (self.reply, self.urgency):
            part.edited.connect(self.edited)
        self.channel.changed.connect(self._change_channel)
        self.edited.connect(self._show_goal)
        self.point.textEdited.connect(self._point_edited)
        self.description.textChanged.connect(self.edited)
        self.description.escaped.connect(self.escaped)
        self.service.changed.connect(self._show_goal)
        self.service.changed.connect(self._want_questions)
        self.service.changed.connect(self.edited)
        self.questions.edited.connect(self._keep_answers)
        self.questions.edited.connect(self.edited)
        self.questions.escaped.connect(self.escaped)
        for field, after in (
            (self.phone, self.service),
            (self.service, self.address),
            (self.address, self._after_where),
        ):
            field.taken.connect(partial(self._go_on, after))
        self.foot.filed.connect(self.submit)
        self.foot.joined.connect(lambda: self.band.choose(1))

    def set_keys(self, file: str, joins: Sequence[str]) -> None:
        """The keys that log it and that add the caller to each possible duplicate, for whoever reads the form."""
        self.foot.set_keys(file, joins[0])
        self.band.set_keys(joins)

    @property
    def saving(self) -> bool:
        """True while what stands in the form is on its way into the store: then nothing in it can be changed."""
        return self._hold.on

    def set_saving(self, *, on: bool) -> None:
        """Keep the form as it is while it is being saved, and say so; or let it be written in again."""
        self._hold.set_on(on)
        self.foot.set_saving(on)

    def set_services(self, services: Sequence[Service]) -> None:
        """The services that can be chosen, in the city's order."""
        self.service.set_services(services)

    def set_questions(self, upstream: str, code: str, asked: Sequence[Attribute]) -> None:
        """What the service asks. Left aside when another service has been chosen since."""
        if (upstream, code) != self._key():
            return
        self._asked_by = (upstream, code)
        self.questions.show_questions(asked, self._answers.get(self._asked_by, {}))
        self.questions.order_after(self.band.rows[-1])
        self._hold.cover()
        self._keep_answers()

    def _want_questions(self) -> None:
        key = self._key()
        if key != self._asked_by:
            self._asked_by = ("", "")
            self.questions.show_questions((), {})
        if key[1]:
            self.questions_wanted.emit(*key)

    def _key(self) -> tuple[str, str]:
        return self.service.wanted

    def _keep_answers(self) -> None:
        self._answers[self._asked_by] = self.questions.answers()

    def say_saved(self, words: str) -> None:
        """Say how the draft is kept."""
        self.saved.setText(words)

    def take_place(self, lat: float, lon: float, address: str) -> None:
        """A place that was offered: it stands for these words, and goes with them."""
        self.address.setText(address)
        self.address.show_offers(())
        self.set_place(lat, lon)
        self._placed_by = address

    def name_place(self, lat: float, lon: float, address: str) -> None:
        """The address next to a point that was clicked; words that somebody wrote stay, another click's do not."""
        here = self.point.text() == write_point(lat, lon)
        if here and self.address.text().strip() in {"", self._named}:
            self.address.setText(address)
            self._named = address
            self.edited.emit()

    def _leave_place(self, words: str) -> None:
        if self._placed_by and words != self._placed_by:
            self._placed_by = ""
            self.point.setText("")
            self._point_edited()

    def _leave_wish(self) -> None:
        self._asked_never = False

    def set_place(self, lat: float, lon: float, address: str = "") -> None:
        """A click on the map, in WGS 84 degrees; the address is filled in where one is known and none is written."""
        self._placed_by = ""
        self.point.setText(write_point(lat, lon))
        if address and not self.address.text().strip():
            self.address.setText(address)
        self.say("point", "")
        self._point_edited()
        self.edited.emit()

    def draft(self) -> PhoneReportDraft:
        """What stands in the form."""
        lat, lon = read_point(self.point.text()) or (None, None)
        return PhoneReportDraft(
            service_code=self.service.wanted[1],
            service_words=self.service.words,
            upstream=self.service.wanted[0],
            description=self.description.text().strip(),
            address=self.address.text().strip(),
            lat=lat,
            lon=lon,
            name=self.name.text().strip(),
            phone=self.phone.text().strip(),
            email=self.email.text().strip(),
            channel=self.channel.value,
            reply=self.reply.way.value,
            language=self.reply.language.value,
            consent=self.reply.consent.isChecked(),
            do_not_call=self.reply.do_not_call.isChecked(),
            asked_never=self._asked_never,
            urgency=self.urgency.answers(),
            answers=dict(self._answers.get(self._key(), {})),
        )

    def set_draft(self, draft: PhoneReportDraft) -> None:
        """Put a draft into the form, such as the one kept before the desk was closed."""
        self.set_channel(draft.channel)
        for line, text in (
            (self.phone, draft.phone),
            (self.name, draft.name),
            (self.email, draft.email),
            (self.address, draft.address),
        ):
            line.setText(text)
        known = draft.lat is not None and draft.lon is not None
        self.point.setText(write_point(draft.lat or 0.0, draft.lon or 0.0) if known else "")
        self.description.set_text(draft.description)
        self.reply.set_reply(draft.reply, draft.language, consent=draft.consent, do_not_call=draft.do_not_call)
        self._asked_never = draft.asked_never
        self.urgency.set_answers(draft.urgency)
        self._asked_by = ("", "")
        self.questions.show_questions((), {})
        self._answers = {(draft.upstream, draft.service_code): draft.answers} if draft.answers else {}
        self.service.choose(draft.upstream, draft.service_code)
        if draft.service_words:
            self.service.put(draft.service_words)
        self.set_errors({})
        self._point_edited()

    def submit(self) -> None:
        """File the draft, or say beside the fields what is missing."""
        errors = self._missing()
        self.set_errors(errors)
        if not errors:
            self.filed.emit(self.draft())

    def _after_where(self) -> QWidget:
        """The first question, else the words."""
        return next(iter(self.questions.stops()), self.description)

    @staticmethod
    def _go_on(after: QWidget | Callable[[], QWidget], *_: object) -> None:
        """What was asked is answered: the keyboard goes on to what comes next."""
        (after if isinstance(after, QWidget) else after()).setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def title(self) -> str:
        """Whose call it is, in few words: for its tab."""
        fields = (self.name, self.phone, self.email, self.address, self.service.line)
        return next((text for field in fields if (text := field.text().strip())), "New call")

    def start(self) -> None:
        """Put the keyboard where a call begins."""
        self.phone.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _missing(self) -> dict[str, str]:
        errors: dict[str, str] = {}
        if self.service.chosen is None:
            errors["service"] = CHOOSE if self.service.known else NO_SERVICES
        point = self.point.text().strip()
        if point and read_point(point) is None:
            errors["point"] = "Write latitude and longitude as 42.3341, -71.0361, or click the map."
        elif not point and not self.address.text().strip():
            errors["address"] = "Write where it is, or click the map."
        if not self.description.text().strip():
            errors["description"] = f"Write what {channels.came(self.channel.value).who} says."
        for row in self.questions.rows:
            if sentence := row.fault():
                errors[f"{ANSWER}{row.asked.code}"] = sentence
        return errors

    def _change_channel(self) -> None:
        self.show_channel()
        self.edited.emit()

    def _show_goal(self) -> None:
        service = self.service.chosen
        self.urgency.set_target(service.sla_hours if service else None)
        self.foot.show_goal(self.draft(), service, self.urgency.needed_within())

    def show_duplicates(self, found: Sequence[Duplicate]) -> None:
        """Offer the requests that the caller may mean."""
        self.band.show_found(found, self.name.text().strip(), channels.came(self.channel.value).who)
        self.foot.offer_join(bool(found))

    def set_person(
        self, name: str, email: str, reply: str, language: str, *, consent: bool, do_not_call: bool = False
    ) -> None:
        """Who calls, as earlier calls have it; what is typed already stays."""
        for line, text, before in zip((self.name, self.email), (name, email), self._filled, strict=True):
            if line.text().strip() in {"", before}:
                line.setText(text)
        self._filled, self._asked_never = (name, email), do_not_call
        self.reply.set_reply(reply, language, consent=consent, do_not_call=do_not_call)
        self.phone.show_offers([offer for offer in self.phone.offers if offer.status is not None], mark=-1)
        self.edited.emit()

    def _point_edited(self) -> None:
        self.place_edited.emit(read_point(self.point.text()))
