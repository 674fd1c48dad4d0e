"""Finds a service by a few typed words: in its name first, then in its keywords, group and description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.domain.values import Service

NAME, INSIDE, KEYWORD, REST = 8, 5, 4, 2
"""How well a word fits: the start of a word of the name, inside the name, a keyword, the group or the description."""
ALIKE = 3
"""How well another word for one of the name fits (`lexicon`)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service that fits, and why."""

    service: Service
    reason: str
    score: float = 0.0
    """Higher fits better; comparable within one answer only."""


def find(services: Sequence[Service], typed: str, most: int = 5) -> list[Suggestion]:
    """The services that fit the typed words, best first; with nothing typed, the first in their order."""
    words = typed.casefold().split()
    if not words:
        return [Suggestion(service, service.group) for service in services[:most]]
    scored = [(_score(service, words), service) for service in services]
    fitting = sorted((s for s in scored if s[0]), key=lambda s: (-s[0], len(s[1].name), s[1].name.casefold()))
    return [Suggestion(service, _reason(service, words), score) for score, service in fitting[:most]]


def places(service: Service) -> Iterator[tuple[str, int]]:
    """The texts in which a service is looked for, folded, with how well a word there fits."""
    yield service.name.casefold(), NAME
    for keyword in service.keywords:
        yield keyword.casefold(), KEYWORD
    yield f"{service.group} {service.description} {service.code}".casefold(), REST


def parts(text: str) -> list[str]:
    """The words of a folded text."""
    return "".join(c if c.isalnum() else " " for c in text).split()


def _score(service: Service, words: list[str]) -> int:
    return sum(_weight(service, word) for word in words)


def _weight(service: Service, word: str) -> int:
    """How well one word fits."""
    name = service.name.casefold()
    for text, weight in places(service):
        if (weight > REST or len(word) > 2) and any(part.startswith(word) for part in parts(text)):
            return weight
        if weight == NAME and word in name and len(word) > 2:
            return INSIDE
    return 0


def _reason(service: Service, words: list[str]) -> str:
    found = [f"“{word}”" for word in words if _weight(service, word)]
    more = service.group if service.group.casefold() != service.name.casefold() else ""
    return "; ".join(part for part in (", ".join(found), more) if part)
