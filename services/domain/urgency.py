"""How urgent a report is: what is asked of the caller, and what each answer brings about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.spans import span


@dataclass(frozen=True, slots=True)
class UrgencyQuestion:
    """A question to be answered with yes or no; whoever says yes is told and given what stands here."""

    question: str
    hours: float
    """Yes: it is due within so many hours, whatever its service allows."""
    tell: str = ""
    """Yes: what the call-taker says or does at once."""


@dataclass(frozen=True, slots=True)
class UrgencyAnswer:
    """What the caller said to one of them."""

    asked: UrgencyQuestion
    yes: bool


def needed_within(answers: Sequence[UrgencyAnswer]) -> float | None:
    """Hours within which it is needed: the fewest of what was answered with yes; None where nothing was."""
    return min((answer.asked.hours for answer in answers if answer.yes), default=None)


def consequence(asked: UrgencyQuestion, sla_hours: float | None) -> str:
    """What a yes brings about, in words, where the service allows `sla_hours` (None: it has no target)."""
    if sla_hours is not None and sla_hours <= asked.hours:
        due = f"Due within {_unbroken(sla_hours)} all the same."
    else:
        due = f"Moves up in the queue: due within {_unbroken(asked.hours)}."
    return " ".join(filter(None, (asked.tell.strip(), due)))


def _unbroken(hours: float) -> str:
    """On one line, however the sentence wraps."""
    return within(hours).replace(" ", "\N{NO-BREAK SPACE}")


def within(hours: float) -> str:
    """So many hours in words: "45 m", "2 h", "5 d"."""
    return span(round(hours * 60))


def in_words(answers: Sequence[UrgencyAnswer]) -> str:
    """Question and answer of each, for the history."""
    return "; ".join(f"“{a.asked.question}” {'yes' if a.yes else 'no'}" for a in answers)
