"""Names are found by what somebody types: whole, begun, misspelt, heard wrongly, and never with more than is sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo import street_names
from services.geo.name_index import SURE, NameIndex

NAMES = (
    "E Fifth St", "W Fifth St", "Fifth Ave", "Main St", "Blue Hill Ave", "Faneuil St", "Gallivan Blvd",
    "Saint James Pl", "McDonough Way", "School St", "Orange Grove Library", "Tremont St",
)  # fmt: skip
AREAS = ("", "", "Downtown", "Northside", "", "Brighton", "", "", "", "Harbor", "", "")
INDEX = NameIndex(NAMES, AREAS)
SAID = (*" ".join(NAMES).split(), "road", "xyzzy", "5", "th", "")


def typed(text: str, *, begun: bool = True, talk: int = 0) -> tuple[str, float, float, int]:
    """The likeliest name, how well it fits, how well its worst word, and how many last words were taken for talk."""
    hits, left_out = INDEX.find(street_names.words(text), begun=begun, talk=talk)
    best = int(np.argmax(hits.fit))
    return NAMES[best], float(hits.fit[best]), float(hits.least[best]), left_out


@given(st.sampled_from(NAMES))
def test_a_whole_name_is_surely_itself(name: str) -> None:
    found, fit, least, left_out = typed(name)
    assert (found, left_out) == (name, 0)
    assert fit == pytest.approx(1)
    assert least >= SURE


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.integers(3, 20))
def test_the_beginning_of_a_name_still_fits_it(name: str, letters: int) -> None:
    begun = name[: max(letters, name.index(" ") + 3)]
    hits, _ = INDEX.find(street_names.words(begun))
    assert hits.fit[NAMES.index(name)] >= 0.5
    assert hits.fit[NAMES.index(name)] >= hits.fit.max() - 0.35


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*" ".join(NAMES).split(), "road", "xyzzy", "5", "th", ""]), max_size=15), st.booleans()
)
def test_worth_is_between_nothing_and_all(words: list[str], begun: bool) -> None:
    hits, left_out = INDEX.find(street_names.words(" ".join(words)), begun=begun, talk=2)
    for made in (hits.fit, hits.least):
        assert made.shape == (len(NAMES),)
        assert (made >= 0).all()
        assert (made <= 1 + 1e-9).all()
    assert 0 <= left_out <= 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5th avenue", "Fifth Ave"),
        ("east 5 street", "E Fifth St"),
        ("west fifth", "W Fifth St"),
        ("bluehill", "Blue Hill Ave"),
        ("blue hil av", "Blue Hill Ave"),
        ("fanuel street", "Faneuil St"),
        ("galivan", "Gallivan Blvd"),
        ("st james place", "Saint James Pl"),
        ("mc donough", "McDonough Way"),
        ("skool street", "School St"),
        ("library orange", "Orange Grove Library"),
        ("treemont", "Tremont St"),
    ],
)
def test_as_people_say_and_spell_them(text: str, name: str) -> None:
    assert typed(text)[0] == name


@pytest.mark.parametrize(("text", "name", "left_out"), [
    ("main street please", "Main St", 1),
    ("tremont st near there", "Tremont St", 2),
    ("main street", "Main St", 0),
])  # fmt: skip
def test_talk_behind_a_name_is_left_out_where_nothing_fits_with_it(text: str, name: str, left_out: int) -> None:
    found, fit, _, less = typed(text, talk=2)
    assert (found, less) == (name, left_out)
    assert fit >= 0.85


def test_an_area_beside_a_name_tells_it_from_others_and_is_never_missed() -> None:
    twins = NameIndex(["Main St", "Main St"], ["Northside", "Southside"])
    hits, _ = twins.find(street_names.words("main st southside"))
    assert hits.fit[1] > hits.fit[0]
    hits, _ = twins.find(street_names.words("main st"))
    assert hits.fit[0] == pytest.approx(hits.fit[1])
    assert hits.fit[0] == pytest.approx(1)


def test_an_area_alone_names_no_street() -> None:
    assert INDEX.find(["brighton"])[0].fit[NAMES.index("Faneuil St")] == 0


@pytest.mark.parametrize("text", ["", "zzyzx", "qqq www"])
def test_what_is_like_no_name_fits_none(text: str) -> None:
    hits, _ = INDEX.find(street_names.words(text))
    assert hits.fit.max() < 0.5


def test_an_index_of_nothing_finds_nothing() -> None:
    hits, left_out = NameIndex([]).find(["main"])
    assert (len(hits.fit), left_out, len(NameIndex([]))) == (0, 0, 0)


def test_what_was_typed_before_changes_no_answer() -> None:
    fresh, used = NameIndex(NAMES), NameIndex(NAMES)
    for n in range(200):
        used.find([f"word{n}", "mai"])
    for text in ("main", "mai", "fifth st"):
        one, other = (index.find(street_names.words(text))[0].fit for index in (fresh, used))
        assert np.array_equal(one, other)
