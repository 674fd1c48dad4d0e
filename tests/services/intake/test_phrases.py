"""What call-takers type, on the demo city's services: how often the right one is first, and among the first three."""

from __future__ import annotations

import time
from functools import cache
from importlib.resources import files

import pytest

from services.demo import source
from services.demo.people import description
from services.domain.values import Service
from services.gateway import catalogue
from services.intake import lexicon, spelling
from services.intake.naming import Suggestion
from services.intake.services import WordModel, learned
from tests.services.intake.phrases import KEPT_BACK, SEEN

Phrases = tuple[tuple[str, str], ...]
PASTED = 40


@cache
def city() -> tuple[Service, ...]:
    listed = catalogue.parse((files("resources") / "boston" / "services.json").read_bytes())
    return tuple(Service(s.service_code, s.service_name, "city", s.group, s.description, s.keywords) for s in listed)


@cache
def model(*, past: bool) -> WordModel:
    """As the demo's desk learns it, or as that of a city does which begins today."""
    codes = {service.name: service.code for service in city()}
    rows = [row for row in source.rows() if past and row.opened <= source.NOON]
    return learned(city(), (("city", codes[row.type], description(row)) for row in rows))


def offered(typed: str, most: int = 3, *, past: bool = True) -> list[Suggestion]:
    return model(past=past).suggest(city(), typed, most)


def right(phrases: Phrases, top: int, *, past: bool) -> int:
    """For how many phrases a right service is among the first so many."""
    return sum(any(s.service.code in codes.split() for s in offered(typed, top, past=past)) for typed, codes in phrases)


@pytest.mark.parametrize("past", [True, False], ids=["with past requests", "by names alone"])
@pytest.mark.parametrize(("phrases", "first", "third"), [(SEEN, 26, 33), (KEPT_BACK, 27, 31)], ids=["seen", "kept"])
def test_the_right_service_is_among_the_first(phrases: Phrases, first: int, third: int, past: bool) -> None:
    assert right(phrases, 3, past=past) >= third
    assert right(phrases, 1, past=past) >= first


def test_every_phrase_names_services_that_there_are_and_none_twice() -> None:
    both = SEEN + KEPT_BACK
    assert {code for _, codes in both for code in codes.split()} <= {service.code for service in city()}
    assert len({typed for typed, _ in both}) == len(both) == 67


@pytest.mark.parametrize("end", ["", " "])
@pytest.mark.parametrize(
    ("typed", "like"),
    [
        ("side walk", "sidewalk"),
        ("pot hole", "pothole"),
        ("the graffiti", "graffiti"),
        ("it is a pothole", "pothole"),
        ("street light", "streetlight"),
    ],
)
def test_words_that_mean_the_same_find_the_same(typed: str, like: str, end: str) -> None:
    best = [hit.service for hit in offered(typed + end, 5)]
    assert best == [hit.service for hit in offered(like + end, 5)]
    assert best


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("grafitti", "“graffiti” in its name"),
        ("raccoon", "“raccoon” as another word for it"),
        ("traffic light", "“signal” in its name"),
        ("my trash was not picked up", "“trash” in its name; “picked” as another word for it"),
    ],
)
def test_the_reason_names_the_word_that_was_understood(typed: str, reason: str) -> None:
    assert offered(typed, past=False)[0].reason == reason


def test_a_word_that_is_whole_comes_before_those_that_go_on() -> None:
    assert offered("abandoned car", past=False)[0].service.name == "Abandoned Vehicles"
    assert "Carbon Monoxide" in [hit.service.name for hit in offered("carb", past=False)]


def test_small_words_alone_are_read_all_the_same() -> None:
    assert offered("up", past=False)[0].service.name in {"Pick up Dead Animal", "Upgrade Existing Lighting"}


def test_the_words_of_the_lexicon_are_spelt_as_they_are_looked_up() -> None:
    table = lexicon._table()
    assert all(spelling.stem(word) == word for name, said in table.items() for word in (name, *said))
    assert not {word for said in table.values() for word in said} & lexicon.SMALL


def test_a_pasted_text_of_unknown_words_does_not_hold_the_window_up() -> None:
    words = [f"{chr(97 + i % 26)}q{i}xwzz{chr(97 + i * 7 % 26)}tion" for i in range(PASTED)]
    learnt = learned(city(), [("city", "rat-bite", f"{a}{b}ration{c}") for a in "abcdefghijklmnop"
                              for b in "aeioubcdfghj" for c in "aeioubcdfghjklmnop"] * 3)  # fmt: skip
    assert len(learnt._past.words) > 3_000
    learnt.suggest(city(), "")
    started = time.process_time()
    learnt.suggest(city(), " ".join(words))
    assert time.process_time() - started < 0.05
