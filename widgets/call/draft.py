"""A call as it is being written down; nothing in it has been checked by anybody but the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PhoneReportDraft:
    """What stands in the form. Latitude and longitude in WGS 84 degrees, both None without a point."""

    service_code: str = ""
    upstream: str = ""
    """The upstream that takes the service; "" keeps the report at this desk."""
    description: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Answers to the service's questions, by their code; keys where there is a list."""
    channel: str = "phone"
    """How the report comes in: the value of a Channel."""
    reply: str = ""
    """By which way the caller wants to be told: email, sms, phone or none; "" while nobody has asked."""
    language: str = ""
    """In which language; "" is the desk's own."""
    consent: bool = True
    """Whether the caller agrees to be told when it changes."""
    do_not_call: bool = False
    """Whether the caller asks never to be called or written to."""
    asked_never: bool = False
    """Whether the caller had asked so before; then `do_not_call` says whether that still stands."""
    urgency: Mapping[str, bool] = field(default_factory=dict)
    """What the caller said to the questions of how urgent it is, by their words; True for yes."""
    service_words: str = ""
    """What stands where the service is asked for, while none is chosen."""

    @property
    def is_empty(self) -> bool:
        """True when nothing has been written yet; how the caller is told says nothing by itself."""
        kept = ("channel", "reply", "language", "consent", "do_not_call", "asked_never")
        return self == PhoneReportDraft(**{name: getattr(self, name) for name in kept})


def read_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude from "42.3341, -71.0361" (comma, semicolon or blanks between); None when it is neither."""
    words = text.replace(",", " ").replace(";", " ").split()
    if len(words) != 2:
        return None
    try:
        lat, lon = float(words[0]), float(words[1])
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def write_point(lat: float, lon: float) -> str:
    """A point as the form shows it and `read_point` reads it: to 5 decimals, about a metre."""
    return f"{lat:.5f}, {lon:.5f}"
