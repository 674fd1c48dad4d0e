"""What config.toml says of the calls that are taken down: the questions that tell how urgent a report is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from services.domain.urgency import UrgencyAnswer, UrgencyQuestion
from services.errors import Invalid

MOST = 3


class UrgencyKeys(msgspec.Struct, frozen=True, kw_only=True):
    """A question about how urgent a report is, answered with yes or no; one to three, instead of those built in."""

    question: Annotated[str, Meta(description="What the caller is asked.", min_length=1, max_length=120)]
    hours: Annotated[int, Meta(description="Yes: it is due within so many hours at the latest.", ge=1, le=720)]
    tell: Annotated[
        str, Meta(description="Yes: what the call-taker then says or does; empty: nothing.", max_length=300)
    ] = ""


USUAL = (
    UrgencyKeys(
        question="Is anyone hurt or in danger right now?",
        hours=2,
        tell="Tell them to hang up and call 911 first.",
    ),
    UrgencyKeys(question="Is a road or path blocked?", hours=4),
)


def asked(rows: tuple[UrgencyKeys, ...]) -> tuple[UrgencyQuestion, ...]:
    """The questions, ready for use."""
    return tuple(UrgencyQuestion(row.question, row.hours, row.tell) for row in rows)


def answered(rows: tuple[UrgencyKeys, ...], said: Mapping[str, bool]) -> tuple[UrgencyAnswer, ...]:
    """What was said to those that are still asked, in their order."""
    return tuple(UrgencyAnswer(q, said[q.question]) for q in asked(rows) if q.question in said)


def check(rows: tuple[UrgencyKeys, ...]) -> None:
    """Raise Invalid for none, for more than a call has time for, and for one that is asked twice."""
    if not 1 <= len(rows) <= MOST:
        raise Invalid(f"config.toml, [[urgency]]: there are {len(rows)} questions.", f"Write one to {MOST}.")
    if len({row.question.casefold() for row in rows}) < len(rows):
        raise Invalid("config.toml, [[urgency]]: the same question stands there twice.", "Leave one of them out.")
