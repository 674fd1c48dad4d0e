"""What an argument of the command line may be: read as it was meant, else refused in a line that says what to write."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cli import kinds
from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status

READERS: tuple[Callable[[str], object], ...] = (
    kinds.count, kinds.many, kinds.port, kinds.latitude, kinds.longitude, kinds.point, kinds.size, kinds.state,
    kinds.outcome, kinds.answer,
)  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(max_size=20) | st.sampled_from(["", "-", "/", "=", "x", "nan", "1e400", "9" * 5000, "\x00"]))
def test_whatever_is_written_it_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with suppress(ArgumentTypeError):
        assert read(text) is not None


@pytest.mark.parametrize(
    ("read", "least", "most"), [(kinds.count, 1, 10**9), (kinds.many, 10_000, 5_000_000), (kinds.port, 0, 65535)]
)
def test_numbers_are_taken_up_to_both_ends(read: Callable[[str], int], least: int, most: int) -> None:
    assert (read(str(least)), read(str(most))) == (least, most)
    for beyond in (least - 1, most + 1):
        with pytest.raises(ArgumentTypeError, match=f"whole number from {least} to {most}"):
            read(str(beyond))


@pytest.mark.parametrize(("read", "most"), [(kinds.latitude, 90), (kinds.longitude, 180)])
@given(data=st.data())
def test_degrees_are_those_of_the_globe(read: Callable[[str], float], most: int, data: st.DataObject) -> None:
    inside = data.draw(st.floats(-most, most))
    assert read(repr(inside)) == inside
    beyond = data.draw(st.floats(allow_nan=True).filter(lambda degrees: not abs(degrees) <= most))
    with pytest.raises(ArgumentTypeError, match="in degrees"):
        read(repr(beyond))


@pytest.mark.parametrize(
    ("text", "made"), [("42.33,-71.05", (42.33, -71.05)), (" 0 , 0 ", (0.0, 0.0)), ("-90,180", (-90.0, 180.0))]
)
def test_a_point_is_two_numbers_with_a_comma(text: str, made: tuple[float, float]) -> None:
    assert kinds.point(text) == made


@pytest.mark.parametrize("text", ["", "42", "42,", ",-71", "42;-71", "42,-71,5", "north,south"])
def test_no_points(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no l"):
        kinds.point(text)


@pytest.mark.parametrize(("text", "made"), [("1600x1000", (1600, 1000)), ("200X10000", (200, 10000))])
def test_a_size(text: str, made: tuple[int, int]) -> None:
    assert kinds.size(text) == made


@pytest.mark.parametrize("text", ["", "1600", "1600x", "x1000", "199x1000", "1600x10001", "1600*1000", "axb"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"write e\.g\. 1600x1000"):
        kinds.size(text)


def written(word: str) -> st.SearchStrategy[str]:
    """A status or outcome as people write it."""
    return st.sampled_from([word, word.upper(), word.replace("_", " "), word.replace("_", "-").title(), f"  {word} "])


@given(st.sampled_from(Status).flatmap(lambda s: st.tuples(st.just(s), written(s.value))))
def test_a_status_is_read_however_it_is_written(drawn: tuple[Status, str]) -> None:
    assert kinds.state(drawn[1]) == (drawn[0], None)


chosen = st.sampled_from(sorted(CHOSEN_OUTCOMES))


@given(chosen.flatmap(lambda o: st.tuples(st.just(o), written(o.value))))
def test_an_outcome_stands_behind_a_stroke(drawn: tuple[Outcome, str]) -> None:
    made, text = drawn
    assert kinds.outcome(text) is made
    assert kinds.state(f"closed/{text}") == (Status.CLOSED, made)


@pytest.mark.parametrize(
    ("text", "nearest"), [("in progres", "in_progress"), ("assinged", "assigned"), ("Closd", "closed"), ("zz", "")]
)
def test_a_slip_hears_what_is_nearest_and_all_there_are(text: str, nearest: str) -> None:
    with pytest.raises(ArgumentTypeError) as told:
        kinds.state(text)
    said = str(told.value)
    assert f"nearest: {nearest}" in said
    assert all(status.value in said for status in Status)


def test_what_only_we_set_is_no_outcome_to_choose() -> None:
    for made in set(Outcome) - set(CHOSEN_OUTCOMES):
        with pytest.raises(ArgumentTypeError, match="is no outcome"):
            kinds.outcome(made.value)


@pytest.mark.parametrize(
    ("text", "made"),
    [("WHDMBC=left side", ("WHDMBC", "left side")), (" a = b=c ", ("a", "b=c")), ("q==", ("q", "="))],
)
def test_an_answer_goes_from_the_first_equals_sign_on(text: str, made: tuple[str, str]) -> None:
    assert kinds.answer(text) == made


@pytest.mark.parametrize("text", ["", "code", "=value", "code=", " = "])
def test_no_answers(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write CODE=VALUE"):
        kinds.answer(text)
