"""Street names: their words spelt out and weighed, their spellings, and what sounds alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo import street_names
from services.geo.street_names import DIRECTION, KIND, NAME, parts, sound, spellings, words


@pytest.mark.parametrize(
    ("name", "read_as"),
    [
        ("E Fifth St", "east fifth street"),
        ("East 5th Street", "east fifth street"),
        ("St. James Ave", "saint james avenue"),
        ("Dr. Mary Moore Beatty Cir", "doctor mary moore beatty circle"),
        ("South St", "south street"),
        ("Ave Louis Pasteur", "avenue louis pasteur"),
        ("Main St N", "main street north"),
        ("Twenty-First St", "21st street"),
        ("W 121st St", "west 121st street"),
        ("O’Brien Ct", "obrien court"),
        ("O Brien Ct", "obrien court"),
        ("Mc Donough Way", "mcdonough way"),
        ("Peñón Rd", "penon road"),
        ("", ""),
    ],
)
def test_a_name_is_spelt_out(name: str, read_as: str) -> None:
    assert " ".join(part.word for part in parts(name)) == read_as


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("E Fifth St", [DIRECTION, NAME, KIND]),
        ("South St", [NAME, KIND]),
        ("Park Dr", [NAME, KIND]),
        ("Broadway", [NAME]),
        ("School St", [NAME, KIND]),
        ("Faneuil Branch Library", [NAME, KIND, KIND]),
        ("Saint James Ave", [DIRECTION, NAME, KIND]),
        ("The Fenway", [KIND / 2, NAME]),
    ],
)
def test_words_weigh_what_they_tell(name: str, weights: list[float]) -> None:
    assert [part.weight for part in parts(name)] == weights


def test_a_word_has_the_spellings_that_people_use() -> None:
    assert spellings("fifth") == {"fifth", "5th", "5"}
    assert spellings("21st") == {"21st", "21", "twentyfirst"}
    assert {"ave", "av"} < spellings("avenue")
    assert spellings("gallivan") == {"gallivan"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("faneuil", "fanuel"),
        ("gallivan", "galavan"),
        ("phillips", "fillips"),
        ("knights", "nites"),
        ("quincy", "quinzy"),
        ("schroeder", "shroder"),
    ],
)
def test_what_sounds_alike_is_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_what_sounds_different_is_not() -> None:
    assert sound("beacon") != sound("boston")


@given(st.text(max_size=40))
def test_any_text_has_words_without_blanks_accents_and_capitals(text: str) -> None:
    for word in words(text):
        assert word == street_names.folded(word)
        assert word
        assert not any(c.isspace() for c in word)
    assert all(part.word and 0 < part.weight <= NAME for part in parts(text))
    assert isinstance(sound(text), str)


@given(st.text(max_size=30))
def test_a_name_spelt_out_reads_as_itself(text: str) -> None:
    spelt = " ".join(part.word for part in parts(text))
    assert [part.word for part in parts(spelt)] == [part.word for part in parts(" ".join(p.word for p in parts(spelt)))]
