"""The calls that are being taken down, one file each in the home: what was typed is there again after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from console import DRAFT_FOLDER
from console.shelf import Shelf
from services.errors import Expected
from services.files import why
from widgets.call.draft import PhoneReportDraft


@dataclass(frozen=True, slots=True)
class Draft:
    """A call as it stands, and since when."""

    id: str
    """Names its file."""
    opened_at: datetime
    form: PhoneReportDraft


def folder(home: Path) -> Path:
    """Where the drafts of this home lie."""
    return home / DRAFT_FOLDER


def _shelf(home: Path) -> Shelf[Draft]:
    return Shelf(folder(home), Draft)


def keep(home: Path, draft: Draft) -> None:
    """Write a draft for its owner alone, whole or not at all. Raises Expected where it cannot be written."""
    try:
        _shelf(home).keep(draft)
    except OSError as fault:
        raise Expected(
            f"The call that you are writing down could not be saved: {why(fault)}.",
            "Log it soon, and make room on the disk.",
        ) from fault


def forget(home: Path, draft_id: str) -> None:
    """Delete a draft: the call has been logged, or given up. Raises Expected where it cannot be deleted."""
    try:
        _shelf(home).forget(draft_id)
    except OSError as fault:
        raise Expected(
            f"The draft of a call that is done could not be deleted: {why(fault)}.",
            f"Delete it in {folder(home)}; else it is there again at the next start.",
        ) from fault


def kept(home: Path) -> list[Draft]:
    """Every draft of this home, the one opened first first."""
    return sorted(_shelf(home).kept(), key=lambda draft: (draft.opened_at, draft.id))
