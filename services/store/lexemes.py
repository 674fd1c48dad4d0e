"""The words of requests in PostgreSQL's own index, cut and folded here: no server setting changes what is found.

Each request is one `tsvector`; the weight of a word says whether a caller's row holds it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from services.store.dialect import driven, repeated

CALLERS = "A"
_WEIGHTS = "DDDAD"
"""By column: number, place, description, callers, notes."""
_LONGEST = 2_000
"""Bytes of one word; PostgreSQL keeps up to 2,046."""
_MOST = 900_000
"""Bytes of all the words of a request; PostgreSQL keeps up to a megabyte. What is beyond is not found."""
_LAST_PLACE = 16_383
"""Where PostgreSQL stops counting."""
_ENTER = "SELECT put_words(?, ?)"
_FIND = (
    "WITH found AS MATERIALIZED (SELECT id FROM search WHERE words @@ CAST(? AS tsquery))"
    " SELECT id FROM found ORDER BY id DESC"
)
"""By the index of words, whatever the limit: to walk back through the ids until some are found may be to walk all."""


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: without case and accents."""
    kept = text.casefold()
    if not kept.isascii():
        kept = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in kept).split()


def write(connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Put requests into the index, or anew: each row is an id and the five texts of `request_words`."""
    repeated(connection, _ENTER, [(request_id, vector(texts)) for request_id, *texts in rows])


def vector(texts: Sequence[str]) -> str:
    """The five texts as PostgreSQL writes a tsvector: each word with its places and their weight."""
    places: dict[str, list[str]] = {}
    size = place = 0
    for text, weight in zip(texts, _WEIGHTS, strict=True):
        place += 1  # no phrase goes from one column into the next
        for word in folded(text):
            place += 1
            at = places.setdefault(_cut(word), [])
            size += len(word.encode()) + 8 if not at else 4
            if size > _MOST:
                break
            if len(at) < 255 and place <= _LAST_PLACE:  # PostgreSQL keeps no more places of a word
                at.append(f"{place}{weight}")
            elif not at:
                at.append(f"{_LAST_PLACE}{weight}")
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items() if at)


def found(connection: Connection, typed: Sequence[str], weight: str = "", most: int | None = None) -> list[int]:
    """Ids, the newest first, that hold every word that was typed, the last part of each as a beginning."""
    query = " & ".join(filter(None, (_phrase(word, weight) for word in typed)))
    if not query:
        return []
    limit = "" if most is None else f" LIMIT {int(most)}"
    return [row[0] for row in driven(connection, _FIND + limit, (query,))]


def _phrase(word: str, weight: str) -> str:
    """ "well-kn" is the word "well" followed by one that begins with "kn"."""
    parts = list(_parts(word))
    return " <-> ".join(
        f"'{part}':{'*' if number == len(parts) else ''}{weight}".rstrip(":") for number, part in enumerate(parts, 1)
    )


def _parts(word: str) -> Iterator[str]:
    return map(_cut, folded(word))


def _cut(word: str) -> str:
    """As much of a word as PostgreSQL keeps."""
    return word if len(word) * 4 <= _LONGEST else word.encode()[:_LONGEST].decode(errors="ignore")
