"""What a caller answers makes a report due sooner, never later, and says so in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.urgency import UrgencyAnswer, UrgencyQuestion, consequence, in_words, needed_within, within

DANGER = UrgencyQuestion("Is anyone in danger?", 2, "Call 911.")
BLOCKED = UrgencyQuestion("Is the road blocked?", 4)
answers = st.lists(st.builds(UrgencyAnswer, st.sampled_from([DANGER, BLOCKED]), st.booleans()), max_size=3)


@given(answers)
def test_only_a_yes_makes_it_due_and_the_soonest_counts(given: list[UrgencyAnswer]) -> None:
    said = [answer.asked.hours for answer in given if answer.yes]
    assert needed_within(given) == (min(said) if said else None)
    assert in_words(given).count("yes") == len(said)


@pytest.mark.parametrize(
    ("asked", "target", "said"),
    [
        (DANGER, None, "Call 911. Moves up in the queue: due within 2 h."),
        (DANGER, 48.0, "Call 911. Moves up in the queue: due within 2 h."),
        (BLOCKED, 4.0, "Due within 4 h all the same."),
        (BLOCKED, 0.5, "Due within 30 m all the same."),
    ],
)
def test_the_consequence_is_the_due_time_that_the_store_will_give(
    asked: UrgencyQuestion, target: float | None, said: str
) -> None:
    assert consequence(asked, target).replace("\N{NO-BREAK SPACE}", " ") == said


def test_question_and_answer_are_kept_in_words() -> None:
    assert in_words([UrgencyAnswer(DANGER, False), UrgencyAnswer(BLOCKED, True)]) == (
        "“Is anyone in danger?” no; “Is the road blocked?” yes"
    )
    assert [within(hours) for hours in (0.75, 2, 6.5, 72)] == ["45 m", "2 h", "6 h", "3 d"]
