"""The evaluation of places: the same addresses misspelt the same way each time, halves by street, honest baselines."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from math import inf

import pytest

from services.geo.address_files import Address
from tests.evaluate import misspelt, place
from tests.services.geo.town import boston

KNOWN = [
    Address("610", "E Fifth St", 42.33, -71.03, "", ""),
    Address("12", "Gallivan Blvd", 42.28, -71.05, "", ""),
]


def test_the_sample_is_the_same_every_time_and_even_over_the_ways() -> None:
    asked = place.cases(boston().addresses)
    assert asked == place.cases(boston().addresses)
    assert len(asked) == place.SAMPLE
    assert {way: sum(case.way == way for case in asked) for way in misspelt.WAYS} == dict.fromkeys(misspelt.WAYS, 400)
    assert 0.4 < sum(case.kept_out for case in asked) / len(asked) < 0.6


def test_streets_of_one_name_are_in_one_half() -> None:
    assert place.kept_out("E Eighth St") == place.kept_out("W Eighth St") == place.kept_out("Eighth Ave")
    assert not place.kept_out("School St")


@pytest.mark.parametrize("way", misspelt.WAYS)
def test_each_way_of_misspelling_keeps_the_number_and_changes_the_street(way: str) -> None:
    changed = {misspelt.written("610", "E Gallivan Blvd", way, random.Random(seed)) for seed in range(20)}
    assert all("610" in text.split() for text in changed)
    assert any(text.casefold() != "610 e gallivan blvd" for text in changed)


@pytest.mark.parametrize("way", misspelt.WAYS)
def test_even_the_shortest_name_can_be_misspelt(way: str) -> None:
    for street in ("A St", "Broadway", "O", "4"):
        assert misspelt.written("1", street, way, random.Random(1))


def test_finders_answer_with_a_place_or_none() -> None:
    assert place.exact(KNOWN)("610 e fifth st") == (42.33, -71.03)
    assert place.exact(KNOWN)("610 fifth") is None
    with closing(sqlite3.connect(":memory:")) as db:
        words, trigrams = place.fts5(db, KNOWN, "unicode61"), place.fts5(db, KNOWN, "trigram")
        assert words("fifth e 610") == trigrams("610 e fith st") == (42.33, -71.03)
        assert words("zzz") is trigrams("zzz") is None


def test_figures_are_shares_and_metres() -> None:
    assert place.off((42.33, -71.03), (42.33, -71.03)) == 0
    assert place.off(None, (42.33, -71.03)) == inf
    assert place.scored([0.0, 29.0, 31.0, inf]).hits == 0.5
    asked = [place.Case("610 e fifth", way, (42.33, -71.03), half) for way in misspelt.WAYS for half in (True, False)]
    table = list(place.lines(asked, {"ours": [0.0] * len(asked)}))
    assert len(table) == 1 + 2 * (1 + len(misspelt.WAYS))
    assert "100.0%" in table[1]


def test_the_row_is_that_of_the_half_that_was_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [place.Case("x", way, (42.33, -71.03), half) for way in misspelt.WAYS for half in (True, False)]
    hits = {
        "ours": [0.0 if case.kept_out else inf for case in asked],
        "exact match": [inf] * len(asked),
        "FTS5, trigrams": [inf if case.kept_out else 0.0 for case in asked],
    }
    monkeypatch.setattr(place, "measured", lambda: (asked, hits))
    row, metres = place.rows()
    assert (metres.name, metres.ours, metres.baseline, metres.better) == ("place-metres", 0.0, place.FAR, True)
    assert (row.name, row.ours, row.baseline, row.n, row.better) == ("place-30m", 1.0, 0.0, 5, True)
