"""The status mapping as text: each row of each table is there with what is told, what is kept, and why."""

from __future__ import annotations

import pytest

from console.cli.words import tables
from services.domain.policy import LOCAL, Policy
from services.domain.statusmap import STATUS_MAPS, Dialect, Internal, NotOffered, Told
from services.errors import NotFound

ALL = {name.value: Policy(name.value, STATUS_MAPS[name], takes_updates=True) for name in Dialect}


def rows(text: str) -> list[list[str]]:
    """Its lines as words."""
    return [line.split() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", ALL)
def test_every_status_says_what_the_upstream_is_told(name: str) -> None:
    words, text = ALL[name].statuses, tables(ALL, name)
    above = text[text.index("WE SET") : text.index("IT SAYS")]
    lines = {line[0]: " ".join(line[1:]) for line in rows(above)}
    for (status, outcome), told in words.outgoing.items():
        said = lines[f"{status.value}/{outcome.value}" if outcome else status.value]
        match told:
            case Told(word, needs_message):
                assert said.startswith(" ".join(word.split()))
                assert ("only with a message" in said) == needs_message
            case Internal(reason):
                assert said == f"nothing {' '.join(reason.split())}"
            case NotOffered(reason):
                assert said == f"not offered {' '.join(reason.split())}"


@pytest.mark.parametrize("name", ALL)
def test_every_word_of_the_upstream_says_how_it_is_taken(name: str) -> None:
    words, text = ALL[name].statuses, tables(ALL, name)
    below = text[text.index("IT SAYS") :]
    for word, (status, outcome) in words.incoming.items():
        wanted = f"{status.value}/{outcome.value}" if outcome else status.value
        assert any(line.startswith(word) and line.rstrip().endswith(wanted) for line in below.splitlines()), word
    assert len(below.splitlines()) == len(words.incoming) + 1


@pytest.mark.parametrize("name", ALL)
def test_notes_and_the_word_that_changes_nothing_stand_between(name: str) -> None:
    words, text = ALL[name].statuses, tables(ALL, name)
    assert (f"it is told {words.neutral_word}." in text) == bool(words.neutral_word)
    for note in words.notes:
        assert note in text


def test_each_upstream_is_headed_by_its_name_and_the_words_it_knows() -> None:
    text = tables(ALL, None)
    for name, policy in ALL.items():
        assert f"Upstream “{name}”, words of {policy.statuses.dialect.value}" in text
    assert text.count("WE SET") == text.count("IT SAYS") == len(ALL)
    assert "it takes no updates" not in text


def test_one_that_takes_no_updates_says_so() -> None:
    silent = {"old": Policy("old", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False)}
    assert tables(silent, "old").splitlines()[0] == "Upstream “old”, words of georeport; it takes no updates"


def test_without_upstreams_the_desks_own_requests_are_told_of() -> None:
    text = tables({}, None)
    assert text.splitlines()[0] == f"Requests of this desk only, words of {LOCAL.statuses.dialect.value}"


@pytest.mark.parametrize(("known", "remedy"), [(ALL, f"Configured: {', '.join(ALL)}."), ({}, "Configured: none.")])
def test_one_that_is_not_configured_hears_which_are(known: dict[str, Policy], remedy: str) -> None:
    with pytest.raises(NotFound, match="There is no upstream “nope”") as told:
        tables(known, "nope")
    assert told.value.remedy == remedy
