"""Street names as people write them: words, their usual spellings, what each is in a name, and how they sound."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NAME, DIRECTION, KIND = 1.0, 0.4, 0.24
"""How much a word tells about which street is meant: the name itself, "East", and "Street"."""

_KINDS = {
    "alley": "aly al", "avenue": "ave av aven avenu avn", "boulevard": "blvd boul bvd", "bridge": "brg",
    "causeway": "cswy", "center": "ctr centre", "circle": "cir circ", "circuit": "cirt", "close": "", "court": "ct crt",
    "cove": "cv", "crescent": "cres", "crossing": "xing", "drive": "dr drv", "esplanade": "", "expressway": "expy",
    "extension": "ext", "freeway": "fwy", "gardens": "gdns", "green": "grn", "grove": "grv", "heights": "hts",
    "highway": "hwy hiway", "hill": "hl", "island": "is", "landing": "lndg", "lane": "ln", "loop": "", "mall": "",
    "mews": "", "park": "pk", "parkway": "pkwy pky pkway", "path": "", "pier": "", "place": "pl", "plaza": "plz",
    "point": "pt", "promenade": "", "ridge": "rdg", "road": "rd", "route": "rte rt", "row": "", "square": "sq",
    "station": "sta", "street": "st str strt", "terrace": "ter terr", "terraces": "ters", "trail": "trl",
    "turnpike": "tpke", "valley": "vly", "view": "vw", "village": "vlg", "vista": "vis", "walk": "", "way": "wy",
    "wharf": "whf whrf",
}  # fmt: skip
_DIRECTIONS = {
    "north": "n no", "south": "s so", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
_TITLES = {
    "captain": "capt cpt", "colonel": "col", "doctor": "dr", "father": "fr", "fort": "ft", "general": "gen",
    "junior": "jr", "lieutenant": "lt", "major": "maj", "monsignor": "msgr mgr", "mount": "mt", "mountain": "mtn",
    "president": "pres", "private": "pvt", "reverend": "rev", "saint": "st", "sainte": "ste", "senior": "sr",
    "sergeant": "sgt",
}  # fmt: skip
_GENERIC = frozenset(
    {"beach", "branch", "cemetery", "church", "community", "field", "garden", "library", "playground", "school"}
)
"""What a landmark is, rather than its name."""
_SMALL = frozenset({"the", "of", "and", "de", "la", "el"})
_ONES = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
]  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_PREFIXES = ("mc", "o")
"""What begins a surname that the file writes together."""
_ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´ʻʼ]")


def _by_short(table: dict[str, str]) -> dict[str, str]:
    return {short: full for full, shorts in table.items() for short in (full, *shorts.split())}


_KIND_OF, _DIRECTION_OF, _TITLE_OF = _by_short(_KINDS), _by_short(_DIRECTIONS), _by_short(_TITLES)


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a name, spelt out, and how much it tells."""

    word: str
    weight: float


def folded(text: str) -> str:
    """Small letters without accents and apostrophes: "O’Brién" is obrien."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text, folded; "twenty-first", "Mc Donough" and "O Brien" are one word each."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        before = found[-1] if found else ""
        is_surname = len(word) > 2 and word.isalpha() and word not in _KIND_OF
        if (before in _TENS and word in _ONES[:9]) or (before in _PREFIXES and is_surname):
            found[-1] += word
        else:
            found.append(word)
    return found


def parts(name: str) -> list[Part]:
    """The words of a street's or a landmark's name: "E 5th St." is east, fifth, street with their weights."""
    found = words(name)
    made = [_spelt_out(word) for word in found]
    weights = [KIND / 2 if word in _SMALL else KIND if word in _GENERIC else NAME for word in found]
    last = len(found) - 1
    if last > 1 and found[last] in _DIRECTION_OF:
        made[last], weights[last] = _DIRECTION_OF[found[last]], DIRECTION
        last -= 1
    at = last if found and found[last] in _KIND_OF else 0
    if last > 0 and found[at] in _KIND_OF:
        made[at], weights[at] = _KIND_OF[found[at]], KIND
    if NAME not in weights:
        weights = [NAME if word in _GENERIC else weight for word, weight in zip(found, weights, strict=True)]
    if weights.count(NAME) > 1 and (made[0] in _TITLES or found[0] in _DIRECTION_OF):
        weights[0] = DIRECTION
    if found and found[0] in _DIRECTION_OF:
        made[0] = _DIRECTION_OF[found[0]]
    return [Part(word, weight) for word, weight in zip(made, weights, strict=True)]


def spellings(word: str) -> set[str]:
    """How a word of `parts` may be written: avenue is ave, av …; fifth is 5th and 5."""
    found = {word}
    for table in (_KINDS, _DIRECTIONS, _TITLES):
        found.update(table.get(word, "").split())
    ordinal = _number_of(word)
    if ordinal:
        found |= {str(ordinal), f"{ordinal}{_ending(ordinal)}"}
        if ordinal > 20 and ordinal % 10 and ordinal < 100:
            found.add(next(t for t, n in _TENS.items() if n == ordinal // 10 * 10) + _ONES[ordinal % 10 - 1])
    return found


def weight(typed: str) -> float:
    """How much a typed word tells, before it is known what it stands for."""
    if typed in _KIND_OF:
        return KIND
    return DIRECTION if typed in _DIRECTION_OF else KIND / 2 if typed in _SMALL else NAME


def is_kind(typed: str) -> bool:
    """Whether a typed word says what kind of street it is: st, avenue."""
    return typed in _KIND_OF


def _spelt_out(word: str) -> str:
    number = _number_of(word)
    if number:
        return _ONES[number - 1] if number <= 20 else f"{number}{_ending(number)}"
    return _TITLE_OF.get(word, word)


def _number_of(word: str) -> int:
    """5 for fifth and 5th; 0 for what is no ordinal."""
    match = _ORDINAL.fullmatch(word)
    if match:
        return int(match[1]) if len(match[1]) < 4 else 0
    if word in _ONES:
        return _ONES.index(word) + 1
    tens = next((n for t, n in _TENS.items() if word.startswith(t)), 0)
    rest = word[len(next(t for t, n in _TENS.items() if n == tens)) :] if tens else ""
    return tens + _ONES.index(rest) + 1 if rest in _ONES[:9] else 0


def _ending(number: int) -> str:
    return "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"mb$", "m"), (r"ph|gh(?=t)|ough$", "f"), (r"ft", "t"),
        (r"tch|ch|sh|sch|ti(?=on)|ci(?=a)", "x"), (r"th", "0"), (r"dge?", "j"), (r"gh", ""), (r"ck|q|c(?![eiy])", "k"),
        (r"c|z", "s"), (r"g(?=[eiy])", "j"), (r"x(?!$)|x", "x"), (r"ks", "x"), (r"v", "f"), (r"d", "t"), (r"b", "p"),
        (r"(?<=.)[hwy]", ""), (r"^[aeiouy]+", "a"), (r"(?<=.)[aeiou]+", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
"""In this order: what is written differently and sounds alike gets one letter; vowels count at the start only."""


def sound(word: str) -> str:
    """How a folded word sounds, roughly: Faneuil and Fanuel are both fnl."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word
