"""The calls that are being taken down, one file each in the home: what was typed is there again after a crash."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from console import DRAFT_FOLDER
from services.errors import Expected
from services.files import replaced, sweep
from widgets.call.draft import PhoneReportDraft

_ENDING = ".json"
RESTED = 60.0
"""Seconds after which a half-written file is no longer being written."""
log = logging.getLogger(__name__)


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


def keep(home: Path, draft: Draft) -> None:
    """Write a draft for its owner alone, whole or not at all. Raises Expected where it cannot be written."""
    try:
        folder(home).mkdir(mode=0o700, exist_ok=True)
        with replaced(_file(home, draft.id)) as file:
            file.write(msgspec.json.encode(draft))
    except OSError as fault:
        raise Expected(
            f"The call that you are writing down could not be saved: {fault.strerror or type(fault).__name__}.",
            "Log it soon, and make room on the disk.",
        ) from fault


def forget(home: Path, draft_id: str) -> None:
    """Delete a draft: the call has been logged, or given up. Raises Expected where it cannot be deleted."""
    try:
        _file(home, draft_id).unlink(missing_ok=True)
    except OSError as fault:
        raise Expected(
            f"The draft of a call that is done could not be deleted: {fault.strerror or type(fault).__name__}.",
            f"Delete it in {folder(home)}; else it is there again at the next start.",
        ) from fault


def kept(home: Path) -> list[Draft]:
    """Every draft of this home, the one opened first first. A file that is no draft is left alone and logged."""
    found = []
    for part in folder(home).glob(f"*{_ENDING}.*.part"):
        sweep(part.with_name(part.name.partition(_ENDING)[0] + _ENDING), rested=RESTED)
    for file in folder(home).glob(f"*{_ENDING}"):
        try:
            draft = msgspec.json.decode(file.read_bytes(), type=Draft)
        except (OSError, msgspec.MsgspecError) as fault:
            log.warning("a draft cannot be read (%s)", type(fault).__name__)
            continue
        if draft.id == file.name.removesuffix(_ENDING):
            found.append(draft)
    return sorted(found, key=lambda draft: (draft.opened_at, draft.id))


def _file(home: Path, draft_id: str) -> Path:
    return folder(home) / f"{draft_id}{_ENDING}"
