"""What is written of a crew is read as it was meant, and what cannot be is refused before any store sees it."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.crewtext import MOST_JOBS, jobs, place, words
from services.errors import Invalid


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("tree; stump", ("tree", "stump")),
        ("Ward 3|Ward 4", ("Ward 3", "Ward 4")),
        (" ;; a ;|b| ", ("a", "b")),
        ("Tree, dead", ("Tree, dead",)),
        ("", ()),
        (" ", ()),
    ],
)
def test_words_stand_between_semicolons_or_bars(text: str, made: tuple[str, ...]) -> None:
    assert words(text) == made


word = st.text(st.characters(exclude_characters=";|"), min_size=1).map(str.strip).filter(bool)


@given(st.lists(word))
def test_words_are_read_as_they_are_said(some: list[str]) -> None:
    assert words("; ".join(some)) == words("|".join(some)) == tuple(some)


@given(st.integers(1, MOST_JOBS))
def test_jobs_are_read_as_they_are_said(number: int) -> None:
    assert jobs(f" {number} ") == jobs(f"{number:05}") == number


@given(st.text() | st.integers().map(str) | st.floats().map(str))
def test_whatever_is_written_it_is_jobs_within_the_limits_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert 1 <= jobs(text) <= MOST_JOBS
        assert jobs(text) == int(text)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "501", "٣", "²", "1e2", "0x1", "9" * 5000, "1_0"])
def test_no_jobs(text: str) -> None:
    with pytest.raises(Invalid) as told:
        jobs(text)
    assert len(told.value.sentence) < 80, "what is quoted of it is short"


degrees = st.floats(allow_nan=True, allow_infinity=True)


@given(degrees, degrees)
def test_a_place_is_on_the_globe_or_none(lat: float, lon: float) -> None:
    on_it = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    if on_it:
        assert place(repr(lat), repr(lon)) == (lat, lon)
    else:
        with pytest.raises(Invalid, match="is no place"):
            place(repr(lat), repr(lon))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("42.3", ""), ("", "-71.1"), ("north", "-71"), ("42,3", "-71"), ("42.3", "-71.1, 5"), ("1e400", "0")],
)
def test_half_a_place_is_none(lat: str, lon: str) -> None:
    with pytest.raises(Invalid) as told:
        place(lat, lon)
    assert "latitude, longitude" in told.value.remedy


def test_nothing_is_no_place_and_nothing_wrong() -> None:
    assert place("", "") is place(" ", "\t") is None
    assert place(" -90 ", "180") == (-90.0, 180.0)
