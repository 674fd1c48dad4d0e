"""Pages for crews on a printer or in a PDF: each document is made to fit one page, black on white."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from services.errors import Expected
from services.files import replaced

Page = Callable[[int], str]
"""A page's marked-up text, with free text cut after so many letters."""
POINTS = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
LETTERS = (4_000, 1_200, 300, 60, 0)
MARGIN = 15.0
"""Millimetres."""
_LETTER = {"US", "CA", "MX"}


def layout(country: str) -> QPageLayout:
    """The paper of a country, upright."""
    size = QPageSize.PageSizeId.Letter if country.upper() in _LETTER else QPageSize.PageSizeId.A4
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    return QPageLayout(QPageSize(size), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def write_pdf(file: Path, pages: Sequence[Page], title: str, country: str) -> None:
    """Write one page of a PDF for each, in any thread; what was there stays until it is whole.

    Raises Expected where the file cannot be written.
    """
    made = QBuffer()
    made.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setPageLayout(layout(country))
    writer.setResolution(300)
    writer.setTitle(title)
    writer.setCreator("Connect Console")
    paint(writer, pages)
    try:
        with replaced(file) as written:
            written.write(made.data().data())
    except OSError as error:
        raise Expected(f"{file.name} cannot be written: {error.strerror}.", "Choose another place.") from error


def paint(device: QPagedPaintDevice, pages: Sequence[Page]) -> None:
    """Paint one page of the device for each, in any thread."""
    painter = QPainter(device)
    for number, page in enumerate(pages):
        if number:
            device.newPage()
        _draw(painter, fitted(page, device))
    painter.end()


def fitted(page: Page, device: QPagedPaintDevice) -> QTextDocument:
    """The document in the largest letters, with the most of its free text, in which it is one page."""
    made = QTextDocument()
    for letters in LETTERS:
        for points in POINTS[: 3 if letters else None]:
            made = _document(page(letters), points, device)
            if made.pageCount() <= 1:
                return made
    return made


def _document(text: str, points: float, device: QPagedPaintDevice) -> QTextDocument:
    made = QTextDocument()
    made.setUndoRedoEnabled(False)
    made.documentLayout().setPaintDevice(device)
    font = QFont("Inter")
    font.setPointSizeF(points)
    made.setDefaultFont(font)
    made.setDefaultStyleSheet("h1 { font-size: xx-large; } h2 { font-size: x-large; } h3 { font-size: medium; }")
    made.setHtml(text)
    made.setDocumentMargin(0)
    made.setPageSize(QSizeF(device.width(), device.height()))
    return made


def _draw(painter: QPainter, document: QTextDocument) -> None:
    """The first page: what does not fit even in the smallest letters is left out."""
    room = QRectF(0, 0, document.pageSize().width(), document.pageSize().height())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = room
    context.palette.setColor(QPalette.ColorRole.Text, "black")
    painter.save()
    painter.setClipRect(room)
    document.documentLayout().draw(painter, context)
    painter.restore()
