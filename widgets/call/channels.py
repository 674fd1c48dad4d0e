"""How a report comes in, and what the form calls the person who brings it."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.status import Channel
from widgets.call.oneof import OneOf


@dataclass(frozen=True, slots=True)
class Came:
    """One way in: its word and icon, the head of the form, what its button does, and who it is."""

    word: str
    icon: str
    head: str
    deed: str
    who: str


WAYS_IN = {
    Channel.PHONE.value: Came("Phone call", "phone", "Log a call", "Log the call", "the caller"),
    Channel.WALK_IN.value: Came("Walk-in", "walk", "Log a walk-in", "Log the visit", "the visitor"),
    Channel.EMAIL.value: Came("E-mail", "mail", "Log an e-mail", "Log the e-mail", "the sender"),
    Channel.WEB.value: Came("Web form", "web", "Log a web form", "Log the web form", "the sender"),
}


def came(channel: str) -> Came:
    """The words for a channel; those of a call for one that is not taken down here."""
    return WAYS_IN.get(channel, WAYS_IN[Channel.PHONE.value])


def chooser() -> OneOf:
    """Chooses between them."""
    words = [(value, way.word) for value, way in WAYS_IN.items()]
    return OneOf("How it comes in", words, icons={value: way.icon for value, way in WAYS_IN.items()})
