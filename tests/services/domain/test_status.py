"""The words themselves: one label each, one open/closed line."""

from __future__ import annotations

from services.domain.outbox import BLOCKING_STATES, OPEN_STATES, OutboxState
from services.domain.status import CHOSEN_OUTCOMES, Channel, Outcome, Role, Status
from services.errors import Conflict, Expected, Offline, Refused


def test_labels_are_words_for_people() -> None:
    for words in (Status, Outcome, Role, Channel):
        labels = [word.label for word in words]
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if "_" in label]
    assert Status.IN_PROGRESS.label == "In progress"
    assert Channel.WALK_IN.label == "walk-in"


def test_only_closed_is_not_open_and_unknown_is_never_chosen() -> None:
    assert [s for s in Status if not s.is_open] == [Status.CLOSED]
    assert Outcome.UNKNOWN not in CHOSEN_OUTCOMES


def test_what_blocks_what_comes_after_it() -> None:
    assert OPEN_STATES < BLOCKING_STATES
    assert OutboxState.REFUSED not in BLOCKING_STATES


def test_errors_say_a_sentence_and_a_remedy() -> None:
    assert str(Conflict("It changed.", "Look again.")) == "It changed. Look again."
    assert str(Expected("It changed.")) == "It changed."
    assert Offline("Gone.", maybe_done=True, retry_after=3).retry_after == 3
    assert Refused("No.", status=403).status == 403
