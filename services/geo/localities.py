"""Notices that a typed address names another town: a neighbour that the city lists, or a name that it does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from services.geo import street_names, typed_place

_STATES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
    "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas", "KY": "kentucky",
    "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts", "MI": "michigan", "MN": "minnesota",
    "MS": "mississippi", "MO": "missouri", "MT": "montana", "NE": "nebraska", "NV": "nevada", "NH": "new hampshire",
    "NJ": "new jersey", "NM": "new mexico", "NY": "new york", "NC": "north carolina", "ND": "north dakota",
    "OH": "ohio", "OK": "oklahoma", "OR": "oregon", "PA": "pennsylvania", "PR": "puerto rico", "RI": "rhode island",
    "SC": "south carolina", "SD": "south dakota", "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont",
    "VA": "virginia", "WA": "washington", "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming",
}  # fmt: skip
_COUNTRY = r"u\.?s\.?a?\.?|united states"
_BEHIND = re.compile(
    rf"[\s,]+(?:\d{{5}}(?:-\d{{4}})?|{_COUNTRY}|mass|{'|'.join([*_STATES, *_STATES.values()])})[\s.]*$",
    re.IGNORECASE,
)
"""A state, a zip code or the country at the end of an address."""
_TALK = frozenset(
    street_names.words(
        """above across address all and apt area around at back backyard basement behind below beside between block
        bottom building by caller close corner curb door down driveway end entrance exit facing far floor for from front
        garage
    going gate house in inside intersection just kerb lane left level lobby lot middle near next no of off on opposite
    or outside over park parking past please rear right room school section shop side sidewalk stairs store street
    suite the there to top toward towards unit up upstairs upper where with yard"""
    )
)
_WORDS, _LETTERS = 3, 4
"""At most so many words, and at least so many letters, has what is taken for an unknown town."""
_LONG = 7
_CITY_OF = frozenset({"city", "town", "village", "county", "of", "the", "and"})


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A town that was named."""

    name: str
    listed: bool
    """It is a neighbour that the city lists; else only a name that the city does not know."""


class Localities:
    """The names of a city and its parts, and of its neighbours."""

    def __init__(self, own: Iterable[str], neighbours: Iterable[str], knows: Callable[[str], bool]) -> None:
        """`knows`: whether something in the city is called so, such as a landmark."""
        parts = [street_names.words(name) for name in own]
        self._own = {word for words in parts for word in words} - _CITY_OF
        self._own |= {"".join(word[0] for word in words) for words in parts if len(words) > 1}
        self._names = {" ".join(words) for words in parts}
        named = {tuple(street_names.words(name)): name for name in neighbours}
        self._neighbours = {
            words: name for words, name in named.items() if words and " ".join(words) not in self._names
        }
        self._knows = knows

    def elsewhere(self, typed: str) -> Elsewhere | None:
        """The other town that a text as typed so far names behind a comma or behind a street; None where it does not.

        An unlisted name counts only behind a comma, and where nothing in the city is called so.
        """
        text = typed[: typed_place.LONGEST]
        if typed_place.point(text) is not None:
            return None
        bare = _without_state(text)
        _, *parts = (part.strip(" .") for part in bare.split(","))
        words = [street_names.words(part) for part in parts]
        if any(self._is_own(its) for its in words):
            return None
        for its in words:
            if name := self._neighbours.get(tuple(its)):
                return Elsewhere(name, listed=True)
        has_state = bare != text.strip(" ,.")
        if typed_place.crossing(text) is None and (
            name := self._trailing(street_names.words(bare), has_state=has_state)
        ):
            return Elsewhere(name, listed=True)
        if words and self._is_unknown(words[-1], parts[-1], goes_on=text[-1:].isalnum()):
            return Elsewhere(parts[-1], listed=False)
        return None

    def _is_own(self, words: Sequence[str]) -> bool:
        return bool(words) and (" ".join(words) in self._names or all(map(self._is_own_word, words)))

    def _is_own_word(self, word: str) -> bool:
        """As it is written, begun, or a slip or two of the fingers away."""
        if word in self._own or word in _CITY_OF:
            return True
        slips = 2 if len(word) >= _LONG else int(len(word) >= _LETTERS)
        return (word,) not in self._neighbours and any(
            own.startswith(word) or (slips and OSA.distance(word, own, score_cutoff=slips) <= slips)
            for own in self._own
        )

    def _trailing(self, words: Sequence[str], *, has_state: bool) -> str:
        """The neighbour that stands behind a street ("12 main st cambridge"), or between a name and a state."""
        for size in (1, 2, 3):
            name = self._neighbours.get(tuple(words[-size:]))
            before = words[:-size]
            named = [word for word in before if word.isalpha() and street_names.weight(word) == street_names.NAME]
            ends = bool(before) and street_names.is_kind(before[-1])
            if name and named and (ends or has_state):
                return name
        return ""

    def _is_unknown(self, words: Sequence[str], said: str, *, goes_on: bool) -> bool:
        text = " ".join(words)
        if not 1 <= len(words) <= _WORDS or len(text) < _LETTERS or not text.replace(" ", "").isalpha():
            return False
        if _TALK.intersection(words):
            return False
        if goes_on and any(" ".join(name).startswith(text) for name in self._neighbours):
            return False
        return not self._knows(said)


def _without_state(text: str) -> str:
    """A text without the zip code, state and country at its end."""
    text = text.strip(" ,.")
    while (shorter := _BEHIND.sub("", text)) != text:
        text = shorter.rstrip(" ,.")
    return text
