"""Erasing at desk and command line alike: one person, in the store and in the files beside it; and what time is up for.

Files beside the store that may name a person are drafts of calls, what waits for a server, letters in the mail folder,
and the first picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console import DRAFT_FOLDER, FRONT_FILE, SPOOL_FOLDER
from services.errors import Expected

if TYPE_CHECKING:
    from console.settings import Settings
    from services.store.acting import Acting
    from services.store.callers import Person
    from services.store.persons import Erased

MONTH = timedelta(days=365.25 / 12)
_SHORTEST = 7
_ESCAPED = re.compile(r"\\(?:u[0-9a-f]{4}|[abfnrtv\"'/\\])", re.IGNORECASE)
"""A line's end or a quotation mark as JSON writes it."""


class Named:
    """Knows whether a text names one of these people, by name, number or address.

    Where somebody else has the same number or address, a text with it that names them is theirs.
    """

    def __init__(self, people: Sequence[Person], others: Sequence[Person] = ()) -> None:
        rows = [row for person in people for row in _written(person)]
        self._names = _words(*(name for name, _, _ in rows))
        self._others = _words(*(name for person in others for name, _, _ in _written(person))) - self._names
        self._addresses = _words(*(address for _, _, address in rows))
        numbers = (_digits(number)[-10:] for _, number, _ in rows)
        self._numbers = {number for number in numbers if len(number) >= _SHORTEST}

    def holds(self, text: str) -> bool:
        """True for a text (as it is, or as it stands in JSON or a program) that names one of them."""
        folded, digits = " ".join(_ESCAPED.sub(" ", text).casefold().split()), _digits(text)
        if _any_of(self._names, folded):
            return True
        reached = any(a in folded for a in self._addresses) or any(n in digits for n in self._numbers)
        return reached and not _any_of(self._others, folded)


def erase(
    acting: Acting, settings: Settings, people: Sequence[Person], others: Sequence[Person] = ()
) -> tuple[Erased, int]:
    """Erase these entries of one person everywhere; the others who share their number stay.

    Gives what was erased in the store, and how many files were deleted. Raises Expected.
    """
    from services.store import persons

    ids = tuple(i for person in people for i in person.callers)
    erased = persons.erase(acting, replace(people[0], callers=ids))
    try:
        return erased, forget(settings.home, settings.mail_folder, Named(people, others))
    except OSError as problem:
        raise Expected(
            f"A draft or a letter could not be erased: {problem.strerror}.", "Make it writable, then erase again."
        ) from problem


def forget(home: Path, mails: Path, named: Named) -> int:
    """Delete those files that name them; how many. Raises OSError."""
    (home / FRONT_FILE).unlink(missing_ok=True)
    deleted = 0
    for file in _files(home / DRAFT_FOLDER, home / SPOOL_FOLDER, mails):
        if named.holds(file.read_text(encoding="utf-8", errors="replace")):
            file.unlink()
            deleted += 1
    return deleted


def closed_before(months: int) -> datetime:
    """Callers of requests that were closed before then have been kept for so many months."""
    return datetime.now(UTC) - months * MONTH


def _written(person: Person) -> set[tuple[str, str, str]]:
    return {(person.name, person.phone, person.email), *person.written}


def _any_of(names: set[str], folded: str) -> bool:
    """Whether one of these names stands there as words of its own: “Al” is not in “also”."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names if name in folded)


def _words(*texts: str) -> set[str]:
    return {" ".join(text.casefold().split()) for text in texts} - {""}


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        with suppress(FileNotFoundError):
            yield from sorted(path for path in folder.iterdir() if path.is_file())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
