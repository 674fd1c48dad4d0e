"""Paper for crews: work orders of what is selected, and the sheet of a crew's day, on a printer or into a PDF."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from console import saveas
from services.dispatch import paper
from services.domain.detail import Detail
from services.domain.workflow import Action
from services.errors import Invalid
from widgets.crews import paper as pages
from widgets.crews.paper import Page

if TYPE_CHECKING:
    from console.window import Window

MOST = 100
"""Work orders at a time."""


def print_orders(window: Window) -> None:
    """Offer the printers for one page for each selected request."""
    _orders(window, lambda made: _offer_printers(window, made, "Work orders"))


def save_orders(window: Window) -> None:
    """The same pages into a PDF."""
    _orders(window, lambda made: _offer_files(window, made, "Work orders"))


def print_sheet(window: Window) -> None:
    """Offer the printers for the day of the crew that is looked at."""
    _sheet(window, lambda sheet: _offer_printers(window, paper.day_pages(sheet), _title(sheet)))


def save_sheet(window: Window) -> None:
    """The same page into a PDF."""
    _sheet(window, lambda sheet: _offer_files(window, paper.day_pages(sheet), _title(sheet)))


def _title(sheet: paper.Sheet) -> str:
    return f"{sheet.crew} {sheet.day.isoformat()}"


def _orders(window: Window, then: Callable[[list[Page]], None]) -> None:
    desk = window.desk
    ids = desk.selection.ids.tolist()
    if len(ids) > MOST:
        many = f"{len(ids):,} work orders are too many at a time; {MOST:,} are the most."
        window.show_problem(Invalid(many, "Select fewer requests."))
        return
    contacts = bool(desk.settings.rights[Action.SEE_CONTACTS] & desk.actor.roles)
    zone, city = desk.settings.timezone, desk.settings.config.city.name

    def made(details: list[Detail]) -> None:
        then(paper.order_pages(details, desk.now(), desk.actor.name, zone, city, contacts=contacts))

    desk.ask(lambda side: [side.detail(i) for i in ids], made, "papers")


def _sheet(window: Window, then: Callable[[paper.Sheet], None]) -> None:
    crew, pane, desk = window.crews.crew, window.crews.pane, window.desk
    shown = pane.day.shown if pane is not None else None
    if crew is None or shown is None:
        return
    ids = [stop.request_id for stop in shown.stops]

    def made(details: list[Detail]) -> None:
        zone, city = desk.settings.timezone, desk.settings.config.city.name
        then(paper.sheet_of(crew, shown.day, details, desk.now(), desk.actor.name, zone, city))

    desk.ask(lambda side: [side.detail(i) for i in ids], made, "papers")


def _offer_printers(window: Window, made: list[Page], title: str) -> None:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(pages.layout(window.desk.settings.config.city.country))
    printer.setDocName(title)
    dialog = QPrintDialog(printer, window)
    dialog.setWindowTitle(f"Print: {title}")
    work = partial(pages.paint, printer, made)
    dialog.accepted.connect(lambda *_: window.desk.tasks.run("files", work, lambda _: None, window.show_problem))
    dialog.finished.connect(dialog.deleteLater)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()


def _offer_files(window: Window, made: list[Page], title: str) -> None:
    def save(file: Path) -> None:
        def say(_: None) -> None:
            window.toasts.say(f"{len(made):,} page{'' if len(made) == 1 else 's'} saved as {file.name}", "")

        work = partial(pages.write_pdf, file, made, title, window.desk.settings.config.city.country)
        window.desk.tasks.run("files", work, say, window.show_problem)

    saveas.ask_where(window, title, f"{title}.pdf", save)
