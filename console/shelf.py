"""Things kept one file each in a folder of the home, written whole or not at all, for their owner alone."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from services.files import replaced, sweep

_ENDING = ".json"
RESTED = 60.0
"""Seconds after which a half-written file is no longer being written."""
log = logging.getLogger(__name__)


class Item(Protocol):
    """What has an id, which names its file."""

    @property
    def id(self) -> str:
        """Letters, digits and dashes."""


T = TypeVar("T", bound=Item)


class Shelf(Generic[T]):
    """One folder with things of one type."""

    def __init__(self, folder: Path, holds: type[T]) -> None:
        self.folder, self._holds = folder, holds
        self.unreadable: list[str] = []
        """Names of the files that `kept` could not read the last time."""

    def keep(self, item: T) -> None:
        """Write it. Raises OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        with replaced(self._file(item.id)) as file:
            file.write(msgspec.json.encode(item))

    def forget(self, item_id: str) -> None:
        """Delete it, if it is there. Raises OSError."""
        self._file(item_id).unlink(missing_ok=True)

    def set_aside(self, item_id: str) -> Path:
        """Leave it in the folder under a name that is not looked at any more; where. Raises OSError."""
        file = self._file(item_id)
        return file.rename(file.with_suffix(".refused"))

    def kept(self) -> list[T]:
        """Everything that is there. A file that is none of these is left alone and logged."""
        found = []
        self.unreadable = []
        for part in self.folder.glob(f"*{_ENDING}.*.part"):
            sweep(part.with_name(part.name.partition(_ENDING)[0] + _ENDING), rested=RESTED)
        for file in self.folder.glob(f"*{_ENDING}"):
            try:
                item = msgspec.json.decode(file.read_bytes(), type=self._holds)
            except (OSError, msgspec.MsgspecError) as fault:
                log.warning("a file in %s cannot be read (%s)", self.folder.name, type(fault).__name__)
                self.unreadable.append(file.name)
                continue
            if item.id == file.name.removesuffix(_ENDING):
                found.append(item)
        return found

    def _file(self, item_id: str) -> Path:
        return self.folder / f"{item_id}{_ENDING}"
