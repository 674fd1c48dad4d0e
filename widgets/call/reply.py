"""How the caller wants to be told: by which way, in which language, whether they agree to it, or ask never to be."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from services.domain.story import LANGUAGES as IN_ENGLISH
from widgets.call.oneof import OneOf
from widgets.call.questions import Choice
from widgets.detail import parts

WAYS = (("email", "E-mail"), ("sms", "Text"), ("phone", "Phone"), ("none", "None"))
LANGUAGES = (("en", "English"), ("es", "Español"), ("vi", "Tiếng Việt"))
NEVER = "Never call or write"


class Reply(QWidget):
    """Way, language, consent, and the wish not to be called."""

    edited = Signal()

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        self._usual, self._more = language, ""
        self.way, self.language = OneOf("Reply by", WAYS), OneOf("Language", LANGUAGES)
        self._choices, wishes = parts.row(8), parts.row(8)
        for choice in (self.way, self.language):
            self._choices.addWidget(choice)
            choice.changed.connect(lambda _: self.edited.emit())
        self._choices.addStretch(1)
        self.consent, self.do_not_call = Choice("consent", ""), Choice("do_not_call", NEVER)
        for box, share in ((self.consent, 4), (self.do_not_call, 3)):
            wishes.addWidget(box, share)
            box.toggled.connect(self.edited)
        self.setMinimumWidth(1)  # what stands side by side must not widen the pane
        column = parts.column(self, spacing=4)
        column.addSpacing(4)
        column.addLayout(self._choices)
        column.addLayout(wishes)
        self.speak_of("the caller")
        self.set_reply("", "", consent=True)

    def speak_of(self, who: str) -> None:
        """Whose wishes these are: "the caller", "the visitor"."""
        self.consent.say(f"{who[:1].upper()}{who[1:]} agrees to be told")

    def set_reply(self, way: str, language: str, *, consent: bool, do_not_call: bool = False) -> None:
        """What is known of the caller; "" is e-mail, and the desk's own language. Any other language is kept."""
        self.way.set_value(way or WAYS[0][0])
        self._offer(language or self._usual)
        self.language.set_value(language or self._usual)
        for box, on in ((self.consent, consent), (self.do_not_call, do_not_call)):
            was = box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(was)
            box.update()
        self._lay()

    def _offer(self, language: str) -> None:
        """Have this language among those to choose from; one that another caller spoke goes."""
        if language not in self.language.options:
            self.language.add(language, own_name(language))
            self._more, before = language, self._more
            self.language.set_value(language)
            self.language.remove(before)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Way and language stand side by side where there is room."""
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        wide = self.way.sizeHint().width() + self.language.sizeHint().width() + 8 <= self.width()
        self._choices.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._choices.setSpacing(8 if wide else 4)


def own_name(tag: str) -> str:
    """What those who speak a language call it, "Português" for "pt"; the tag itself where that is not known."""
    locale = QLocale(tag)
    name = locale.nativeLanguageName() if locale.language() is not QLocale.Language.C else ""
    return f"{name[:1].upper()}{name[1:]}" or tag


def written_in(tag: str) -> str:
    """In which language somebody is written to, in words; one that the city has no texts in is written in English."""
    base = tag.partition("-")[0].lower()
    if base in IN_ENGLISH:
        return f"in {IN_ENGLISH[base]}"
    language = QLocale(tag).language()
    name = tag if language is QLocale.Language.C else QLocale.languageToString(language)
    return f"in English (there are no texts in {name})"
