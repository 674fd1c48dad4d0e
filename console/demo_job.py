"""The job of this whole project, done once by itself on the real desk, by keys: report, assign, in progress, told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console import opening
from console.app import Application
from console.demo import LABEL, say
from console.screenshot import take, wait_until
from console.settings import Settings
from services.demo import resident
from services.domain.outbox import OutboxState
from services.domain.status import Status
from services.errors import Expected, NotFound
from services.queue.snapshot import STATUSES
from services.store import queries
from services.store.store import Store

if TYPE_CHECKING:
    from services.demo.city import DemoCity

CREW = "Forestry 2"
MESSAGE = "A crew is on its way to the tree on E Fifth St. Please keep away from the wires."


def do_the_job(settings: Settings, city: DemoCity, picture: Path, label: str = LABEL) -> int:
    """Print each step as it happens, write the picture, return 0 when the resident was told."""
    made = Application(settings, demo=label, mail_folder=city.mail_folder)
    try:
        made.show()
        made.window.activateWindow()
        wait_until(made, lambda: made.window.is_ready)
        found = made.desk.last_found
        say(f"1. The desk is open: {len(found.rows) if found else 0:,} open requests in the queue.")
        request = _report(made, city)
        assign(made, request, CREW)
        say(f"4. Assigned to {CREW} (A, “{CREW}”, Enter).")
        in_progress(made, request, MESSAGE)
        hold = settings.hold.total_seconds()
        say(f"5. In progress, with a message (M, the text, Esc, S, Enter); it waits {hold:g} s, Undo takes it back.")
        until_posted(made, request)
        say("6. The update was posted to the upstream.")
        wait_until(made, lambda: bool(resident.mails(city.mail_folder)))
        say(f"7. The resident was told by e-mail: {resident.mails(city.mail_folder)[-1]}")
        take(made, made.window, picture)
        say(f"   The desk as it stands: {picture}")
    finally:
        made.close()
    return 0


def _report(made: Application, city: DemoCity) -> int:
    number = resident.report(city.url)
    say(f"2. A resident's app reported a fallen tree at {resident.ADDRESS}; the gateway calls it {number}.")
    request = until_shown(made, number)
    say("3. It is in the queue and on the map of the desk.")
    return request


def until_shown(made: Application, upstream_id: str) -> int:
    """Wait until a report stands in the queue; returns the desk's id of it."""
    made.desk.wake()
    store = opening.open_store(made.settings)
    try:
        wait_until(made, lambda: _known(store, upstream_id))
        request = queries.find(store, upstream_id)
    finally:
        store.close()
    wait_until(made, lambda: made.window.queue.table.rows.row_of(request) >= 0)
    return request


def _known(store: Store, upstream_id: str) -> bool:
    try:
        return queries.find(store, upstream_id) > 0
    except NotFound:
        return False


def select(made: Application, request: int) -> None:
    """Choose a request and give the list the keyboard."""
    made.desk.selection.set((request,))
    wait_until(made, lambda: made.desk.current is not None and made.desk.current.request.id == request)
    made.window.activateWindow()
    made.window.focus_queue()
    wait_until(made, lambda: QApplication.focusWidget() is made.window.queue.table)


def assign(made: Application, request: int, crew: str) -> None:
    """A, the crew's name, Enter."""
    select(made, request)
    QTest.keyClick(made.window.queue.table, Qt.Key.Key_A)
    _type_into_popup(crew)
    _until(made, request, Status.ASSIGNED)


def in_progress(made: Application, request: int, message: str) -> None:
    """M, the message, Esc, S, “in progress”, Enter."""
    select(made, request)
    QTest.keyClick(made.window.queue.table, Qt.Key.Key_M)
    QTest.keyClicks(_focused(), message)
    QTest.keyClick(_focused(), Qt.Key.Key_Escape)
    QTest.keyClick(made.window.queue.table, Qt.Key.Key_S)
    _type_into_popup("in progress")
    _until(made, request, Status.IN_PROGRESS)


def until_posted(made: Application, request: int) -> None:
    """Wait until the upstream has taken all that was to be told of a request."""
    select(made, request)

    def sent() -> bool:
        detail = made.desk.current
        return bool(detail and detail.outbox and all(i.state is OutboxState.SENT for i in detail.outbox))

    wait_until(made, sent)


def _until(made: Application, request: int, status: Status) -> None:
    def reached() -> bool:
        found = made.desk.last_found
        row = found.snapshot.row_of(request) if found else -1
        return found is not None and row >= 0 and STATUSES[int(found.snapshot.status[row])] is status

    wait_until(made, reached)


def _type_into_popup(text: str) -> None:
    popup = QApplication.activePopupWidget()
    if popup is None:
        raise Expected("The chooser did not open.")
    field = popup.focusWidget() or popup
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    if widget is None:
        raise Expected("Nothing has the keyboard.")
    return widget
