"""Other systems' words for status and channel."""

from __future__ import annotations

import pytest

from services.domain.status import Channel, Outcome, Status
from services.intake.foreign import channel, state


@pytest.mark.parametrize(
    ("word", "status", "outcome"),
    [
        ("Open", Status.NEW, None),
        ("In Progress", Status.IN_PROGRESS, None),
        ("Assigned", Status.ACKNOWLEDGED, None),
        ("ON HOLD", Status.ON_HOLD, None),
        ("Closed", Status.CLOSED, Outcome.UNKNOWN),
        ("Completed - Dup", Status.CLOSED, Outcome.DUPLICATE),
        ("Canceled", Status.CLOSED, Outcome.WITHDRAWN),
        ("Closed (Fixed)", Status.CLOSED, Outcome.FIXED),
        ("Not completed; pending", Status.ACKNOWLEDGED, None),
    ],
)
def test_status_words(word: str, status: Status, outcome: Outcome | None) -> None:
    assert state(word) == (status, outcome)


def test_an_unknown_word_is_not_guessed() -> None:
    assert state("Zebra") is None
    assert state("") is None


@pytest.mark.parametrize(
    ("words", "came_by"),
    [
        ("Constituent Call", Channel.PHONE),
        ("Phone Call", Channel.PHONE),
        ("Employee Generated", Channel.STAFF),
        ("City Worker App", Channel.STAFF),
        ("Citizens Connect App", Channel.APP),
        ("Mobile Device", Channel.APP),
        ("Self Service", Channel.WEB),
        ("ONLINE", Channel.WEB),
        ("E-mail", Channel.EMAIL),
        ("walk_in", Channel.WALK_IN),
        ("Twitter", Channel.UNKNOWN),
        ("", Channel.UNKNOWN),
    ],
)
def test_channel_words(words: str, came_by: Channel) -> None:
    assert channel(words) is came_by
