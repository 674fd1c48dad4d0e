"""The status maps, every state of every kind of upstream, both ways: no status is published as something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.domain.statusmap import (
    STATUS_MAPS,
    Dialect,
    Internal,
    NotOffered,
    State,
    Told,
    changed,
    parse_state,
    written,
)
from services.errors import Forbidden, Invalid

STATES: list[State] = [(s, None) for s in Status if s.is_open] + [(Status.CLOSED, o) for o in CHOSEN_OUTCOMES]
EVERY = [(dialect, state) for dialect in Dialect for state in STATES]
SILENT_WORDS = {
    Dialect.FIXMYSTREET: {"CLOSED", "REOPEN", "FOR_TRIAGE", "UNCHANGED", "OPEN", "WIBBLE"},
    Dialect.GEOREPORT: {"OPEN"},
    Dialect.CITYSDK: {"PENDING"},
    Dialect.GATEWAY: {"OPEN", "CLOSED"},
}
"""Words that a server of this kind takes with a 200 and publishes unchanged, or as something else."""


@pytest.mark.parametrize(("dialect", "state"), EVERY)
def test_every_state_is_decided_for_every_upstream(dialect: Dialect, state: State) -> None:
    outgoing = STATUS_MAPS[dialect].outgoing[state]
    if isinstance(outgoing, Told):
        assert outgoing.word
        assert outgoing.word not in SILENT_WORDS[dialect]
    else:
        assert outgoing.reason.endswith(".")


@pytest.mark.parametrize(("dialect", "state"), EVERY)
def test_what_is_told_is_read_back_as_the_same(dialect: Dialect, state: State) -> None:
    statuses = STATUS_MAPS[dialect]
    outgoing = statuses.out(*state)
    if isinstance(outgoing, Told):
        read = statuses.read(outgoing.word)
        assert read is not None
        assert read[0].is_open is state[0].is_open
        assert statuses.agrees(outgoing.word, state)
        if not outgoing.needs_message and dialect is not Dialect.GEOREPORT:
            assert read == state, "a word that says less has to carry a message"


@pytest.mark.parametrize(("dialect", "state"), EVERY)
@pytest.mark.parametrize("has_message", [True, False])
def test_check_raises_exactly_where_it_must(dialect: Dialect, state: State, has_message: bool) -> None:
    statuses = STATUS_MAPS[dialect]
    outgoing = statuses.outgoing[state]
    if isinstance(outgoing, NotOffered):
        with pytest.raises(Forbidden, match="is not offered"):
            statuses.check(*state, has_message=has_message)
    elif isinstance(outgoing, Told) and outgoing.needs_message and not has_message:
        with pytest.raises(Invalid, match="needs a message"):
            statuses.check(*state, has_message=has_message)
    else:
        assert statuses.check(*state, has_message=has_message) is outgoing


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_outcome_that_nobody_chose_is_never_told(dialect: Dialect) -> None:
    assert isinstance(STATUS_MAPS[dialect].out(Status.CLOSED, Outcome.UNKNOWN), NotOffered)
    assert isinstance(STATUS_MAPS[dialect].out(Status.CLOSED, None), NotOffered)


@pytest.mark.parametrize(("dialect", "state"), EVERY)
def test_a_message_alone_changes_nothing(dialect: Dialect, state: State) -> None:
    statuses = STATUS_MAPS[dialect]
    word = statuses.message_word(*state)
    assert word
    if dialect is Dialect.FIXMYSTREET:
        assert word == "UNCHANGED"
        return
    read = statuses.read(word)
    assert read is not None
    assert read[0].is_open is state[0].is_open


@pytest.mark.parametrize(("dialect", "state"), EVERY)
def test_there_is_a_word_for_every_state_and_a_state_is_read_as_it_is_written(dialect: Dialect, state: State) -> None:
    statuses = STATUS_MAPS[dialect]
    read, told = statuses.read(statuses.word(*state)), statuses.out(*state)
    assert read is not None
    assert read[0].is_open is state[0].is_open
    if isinstance(told, Told):
        assert statuses.word(*state) == told.word
    assert parse_state(written(state)) == state


@pytest.mark.parametrize("dialect", list(Dialect))
def test_every_known_word_is_a_state_and_agrees_with_itself(dialect: Dialect) -> None:
    statuses = STATUS_MAPS[dialect]
    for word, state in statuses.incoming.items():
        assert (state[1] is not None) is (state[0] is Status.CLOSED)
        assert statuses.agrees(word, state)


@pytest.mark.parametrize(
    ("word", "state", "agrees"),
    [
        ("open", (Status.ON_HOLD, None), True),
        ("open", (Status.CLOSED, Outcome.FIXED), False),
        ("closed", (Status.CLOSED, Outcome.NOT_OURS), True),
        ("closed", (Status.IN_PROGRESS, None), False),
        ("fixed", (Status.CLOSED, Outcome.NO_ACTION), False),
        ("investigating", (Status.SCHEDULED, None), False),
        ("nobody knows this", (Status.SCHEDULED, None), True),
    ],
)
def test_agreeing_goes_as_far_as_the_words_can(word: str, state: State, agrees: bool) -> None:
    assert STATUS_MAPS[Dialect.GATEWAY].agrees(word, state) is agrees


@given(st.sampled_from(sorted(STATUS_MAPS[Dialect.FIXMYSTREET].incoming)), st.booleans(), st.sampled_from("_ -"))
def test_words_are_read_in_any_spelling(word: str, upper: bool, gap: str) -> None:
    spelt = f"  {word.upper() if upper else word.title()} ".replace("_", f" {gap} " if gap == " " else gap)
    statuses = STATUS_MAPS[Dialect.FIXMYSTREET]
    assert statuses.read(spelt) == statuses.incoming[word]


@given(st.text())
def test_any_word_can_be_read(word: str) -> None:
    for statuses in STATUS_MAPS.values():
        assert statuses.read(word) is None or statuses.read(word) in statuses.incoming.values()


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_written_in_the_config_and_read_back(state: State) -> None:
    written = f"{state[0].value}/{state[1].value}" if state[1] else state[0].value
    assert parse_state(written) == state


@pytest.mark.parametrize("text", ["", "done", "closed", "closed/", "closed/great", "new/fixed", "/fixed"])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not a status"):
        parse_state(text)


def test_a_citys_own_words() -> None:
    base = STATUS_MAPS[Dialect.GEOREPORT]
    own = changed(base, {"in_progress": "WORKING", "closed/fixed": ""}, {"Working-On it": "in_progress"})
    assert own.out(Status.IN_PROGRESS) == Told("WORKING")
    assert isinstance(own.out(Status.CLOSED, Outcome.FIXED), Internal)
    assert own.read("working on it") == (Status.IN_PROGRESS, None)
    assert own.read("closed") == base.read("closed")
    assert isinstance(base.out(Status.IN_PROGRESS), Internal), "the table of the kind itself is left alone"
    with pytest.raises(Invalid):
        changed(base, {"working": "X"}, {})
