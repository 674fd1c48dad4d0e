"""Finds a service by a few typed words: in its name first, then in its keywords, group and description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.values import Service


@dataclass(frozen=True, slots=True)
class Hit:
    """A service that fits, and why."""

    service: Service
    reason: str


def find(services: Sequence[Service], typed: str, most: int = 5) -> list[Hit]:
    """The services that fit the typed words, best first; with nothing typed, the first in their order."""
    words = typed.casefold().split()
    if not words:
        return [Hit(service, service.group) for service in services[:most]]
    scored = [(_score(service, words), service) for service in services]
    fitting = sorted((s for s in scored if s[0]), key=lambda s: (-s[0], len(s[1].name), s[1].name.casefold()))
    return [Hit(service, _reason(service, words)) for _, service in fitting[:most]]


def _score(service: Service, words: list[str]) -> int:
    return sum(_weight(service, word) for word in words)


def _weight(service: Service, word: str) -> int:
    """How well one word fits: the start of a word of the name, inside the name, a keyword, the rest."""
    name = service.name.casefold()
    if any(part.startswith(word) for part in _parts(name)):
        return 8
    if word in name and len(word) > 2:
        return 5
    if any(part.startswith(word) for keyword in service.keywords for part in _parts(keyword.casefold())):
        return 4
    rest = f"{service.group} {service.description} {service.code}".casefold()
    return 2 if len(word) > 2 and any(part.startswith(word) for part in _parts(rest)) else 0


def _parts(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


def _reason(service: Service, words: list[str]) -> str:
    found = [f"“{word}”" for word in words if _weight(service, word)]
    more = service.group if service.group.casefold() != service.name.casefold() else ""
    return "; ".join(part for part in (", ".join(found), more) if part)
