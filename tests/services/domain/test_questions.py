"""Which answers to a service's questions can go to the city."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.questions import check, fault, kept
from services.domain.values import Attribute, AttributeValue
from services.errors import Invalid

CHOICES = (AttributeValue("s", "A hand wide"), AttributeValue("l", "Wider"))
SIZE = Attribute("size", "singlevaluelist", "How big is it?", required=True, values=CHOICES)
SIGNS = Attribute("signs", "multivaluelist", "What is there?", values=CHOICES)
DEPTH = Attribute("depth", "number", "How deep?")
SEEN = Attribute("seen", "datetime", "Seen when?")
READ = Attribute("read", "string", "Tell them to keep away.", variable=False, required=True)
ALL = (READ, SIZE, SIGNS, DEPTH, SEEN)


@pytest.mark.parametrize(
    ("question", "said", "sentence"),
    [
        (SIZE, (), "This has to be answered."),
        (SIZE, (" ", ""), "This has to be answered."),
        (SIZE, ("Wider",), "“Wider” is none of the answers."),
        (SIZE, ("s", "l"), "Only one answer can be given."),
        (SIZE, (" l ",), ""),
        (SIGNS, (), ""),
        (SIGNS, ("l", "s"), ""),
        (SIGNS, ("l", "x"), "“x” is none of the answers."),
        (READ, (), ""),
        (DEPTH, ("deep",), "“deep” is no number."),
        (DEPTH, ("-1.5",), ""),
        (DEPTH, (".5",), "“.5” is no number."),
        (SEEN, ("2026-08-29 14:30",), ""),
        (SEEN, ("2026-08-29T14:30:00Z",), ""),
        (SEEN, ("yesterday",), "“yesterday” is no time; write it as 2026-08-29 14:30."),
        (Attribute("x", "singlevaluelist"), ("anything",), ""),
        (Attribute("x", "text", required=True), ("Words.\nMore.",), ""),
    ],
)
def test_an_answer_is_good_or_the_sentence_says_why_not(
    question: Attribute, said: tuple[str, ...], sentence: str
) -> None:
    assert fault(question, said) == sentence


def test_a_refusal_names_the_question_and_how_to_answer_it() -> None:
    with pytest.raises(Invalid) as missing:
        check(ALL, {})
    assert missing.value.sentence == "“How big is it?”: This has to be answered."
    assert missing.value.remedy == "Answer it in the form, or with --answer size=…, one of: s (A hand wide), l (Wider)."
    with pytest.raises(Invalid, match=r"--answer x=…\.$"):
        check((Attribute("x", "string", required=True),), {})


def test_unknown_questions_are_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"does not ask “colour”.*It asks: size \(How big is it\?\), signs") as unknown:
        check(ALL, {"size": ("s",), "colour": ("red",)})
    assert "read" not in unknown.value.remedy
    with pytest.raises(Invalid, match="It asks: nothing"):
        check((), {"colour": ("red",)})
    assert check((), {"colour": ("red",), "empty": (" ",)}, complete=False) == {"colour": ("red",)}


@given(st.lists(st.text(max_size=5), max_size=6))
def test_kept_answers_are_good_to_keep_again(given_: list[str]) -> None:
    once = kept(given_)
    assert kept(once) == once
    assert all(word == word.strip() and word for word in once)
