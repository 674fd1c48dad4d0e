"""Writes addresses as callers say them and hands type them: slips, sound-alikes, wrong endings, swapped words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

SEED = 20_110_829
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_HEARD = (
    ("ough", "uff"), ("eigh", "ay"), ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("wh", "w"), ("th", "t"), ("gh", "g"),
    ("ei", "ie"), ("ie", "y"), ("ea", "ee"), ("ai", "ay"), ("ay", "ey"), ("ow", "ou"), ("oo", "u"), ("ue", "oo"),
    ("er", "or"), ("or", "er"), ("ar", "er"), ("an", "en"), ("en", "an"), ("on", "en"), ("in", "en"), ("le", "el"),
    ("ll", "l"), ("tt", "t"), ("ss", "s"), ("nn", "n"), ("rr", "r"), ("mm", "m"), ("x", "ks"), ("z", "s"), ("c", "k"),
    ("y", "ie"), ("i", "y"), ("a", "e"), ("e", "i"), ("o", "a"), ("u", "o"),
)  # fmt: skip
"""How letters are written by somebody who only heard the name."""
_ENDINGS = ("St", "Ave", "Rd", "Ter", "Pl", "Way", "Ct", "Dr", "Ln", "Blvd", "Pkwy", "Sq", "Cir", "Hwy", "Park")
Words = list[str]


def slip(words: Words, dice: random.Random) -> Words:
    """One slip of the hand in a word of the name; two in a long one."""
    return _in_longest(words, dice, lambda word: _slipped(word, dice) if len(word) < 9 else _twice(word, dice))


def sound(words: Words, dice: random.Random) -> Words:
    """A word of the name as it is heard: one or two of its spellings changed."""

    def heard(word: str) -> str:
        for _ in range(1 if len(word) < 7 else 2):
            fitting = [pair for pair in _HEARD if pair[0] in word[1:]]
            if fitting:
                written, as_heard = dice.choice(fitting)
                at = dice.choice([m.start() for m in re.finditer(written, word) if m.start()])
                word = word[:at] + as_heard + word[at + len(written) :]
        return word

    return _in_longest(words, dice, heard)


def ending(words: Words, dice: random.Random) -> Words:
    """Without Street or Avenue, or, one time in three, with another ending."""
    if len(words) < 2 or words[-1] not in _ENDINGS:
        return words
    other = [dice.choice(_ENDINGS)] if dice.random() < 1 / 3 else []
    return words[:-1] + other


def swapped(words: Words, dice: random.Random) -> Words:
    """The words in another order; a name of one word stays."""
    other = words[:]
    while len(set(words)) > 1 and other == words:
        dice.shuffle(other)
    return other


def both(words: Words, dice: random.Random) -> Words:
    """A slip or a sound-alike, and then another ending or order."""
    return dice.choice((ending, swapped))(dice.choice((slip, sound))(words, dice), dice)


WAYS: dict[str, Callable[[Words, random.Random], Words]] = {
    "typing slip": slip,
    "sound-alike": sound,
    "ending dropped or wrong": ending,
    "words swapped": swapped,
    "two of these": both,
}


def written(number: str, street: str, way: str, dice: random.Random) -> str:
    """A whole address as it may be typed; where words are swapped, the number stands last one time in two."""
    words = WAYS[way](street.split(), dice)
    last = way == "words swapped" and dice.random() < 0.5
    return " ".join([*words, number] if last else [number, *words])


def _in_longest(words: Sequence[str], dice: random.Random, change: Callable[[str], str]) -> Words:
    longest = max(len(word) for word in words)
    at = dice.choice([i for i, word in enumerate(words) if len(word) == longest])
    return [*words[:at], change(words[at].lower()), *words[at + 1 :]]


def _twice(word: str, dice: random.Random) -> str:
    return _slipped(_slipped(word, dice), dice)


def _slipped(word: str, dice: random.Random) -> str:
    """A letter left out, typed twice or beside its key, or two in the wrong order; the first letter stays."""
    if len(word) < 3:
        return word
    at = dice.randrange(1, len(word))
    kind = dice.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + _beside(word[at], dice) + word[at + 1 :]


def _beside(letter: str, dice: random.Random) -> str:
    row = next((keys for keys in _KEYS if letter in keys), letter)
    at = row.index(letter) if letter in row else 0
    return dice.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)] or [letter])
