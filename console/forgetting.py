"""Files beside the store that may name a person: drafts of calls, letters in the mail folder, and the first picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from console import DRAFT_FOLDER, FRONT_FILE

_SHORTEST = 7


def forget(home: Path, mails: Path, name: str, phone: str, email: str) -> int:
    """Delete those files that name this person, by name, number or address; how many. Raises OSError."""
    (home / FRONT_FILE).unlink(missing_ok=True)
    number = _digits(phone)[-10:]
    asked = [word.casefold() for word in (name.strip(), email.strip()) if word]
    deleted = 0
    for file in _files(home / DRAFT_FOLDER, mails):
        text = file.read_text(encoding="utf-8", errors="replace")
        has_number = len(number) >= _SHORTEST and number in _digits(text)
        if has_number or any(word in text.casefold() for word in asked):
            file.unlink()
            deleted += 1
    return deleted


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        with suppress(FileNotFoundError):
            yield from sorted(path for path in folder.iterdir() if path.is_file())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
