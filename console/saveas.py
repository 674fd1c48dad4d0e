"""Asks a person where on their machine something is to be saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

KINDS = {
    "csv": "CSV (*.csv)",
    "json": "JSON (*.json)",
    "xlsx": "Excel (*.xlsx)",
    "gpkg": "GeoPackage (*.gpkg)",
    "pdf": "PDF (*.pdf)",
}
"""By a file's ending, as the chooser of files names it."""


def ask_where(parent: QWidget | None, title: str, name: str, chosen: Callable[[Path], object], *others: str) -> None:
    """Offer a file of this name in the person's own folder, or with one of the other endings.

    `chosen` hears of what they decide, if anything.
    """
    ending = name.rpartition(".")[2]
    chooser = QFileDialog(parent, title, documents())
    chooser.setNameFilters([KINDS[e] for e in (ending, *others)])
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix(ending)
    chooser.selectFile(name)
    chooser.filterSelected.connect(lambda kind: _end_in(chooser, kind))
    chooser.fileSelected.connect(lambda file: chosen(Path(file)))
    chooser.finished.connect(chooser.deleteLater)
    chooser.open()


def _end_in(chooser: QFileDialog, kind: str) -> None:
    """The name follows the kind of file."""
    ending = next(e for e, words in KINDS.items() if words == kind)
    chooser.setDefaultSuffix(ending)
    for file in chooser.selectedFiles():
        chooser.selectFile(Path(file).with_suffix(f".{ending}").name)


def documents() -> str:
    """Where a person's files are: the system's folder for documents, or where there is none, the person's own."""
    places = QStandardPaths.StandardLocation
    found = map(QStandardPaths.writableLocation, (places.DocumentsLocation, places.HomeLocation))
    return next((place for place in found if Path(place).is_dir()), "")
