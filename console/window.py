"""The desk's window: puts the panes together, shows what the desk says, and turns wishes into commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from console import choosing, commands, mapside, moving, showing
from console.acting import Acts
from console.cityfiles import CityFiles
from console.commands import Command, Registry
from console.desk import Desk
from console.dispatching import Dispatching
from console.intake import Intake
from console.panes import Panes
from console.supervising import Supervising
from console.walling import Walling
from services.domain.detail import Detail
from services.domain.values import Changes
from services.errors import Expected
from widgets import theme
from widgets.alerts.bar import AlertBar
from widgets.detail.pane import DetailPane
from widgets.messagebar import MessageBar
from widgets.plain import PlainLabel
from widgets.queue.view import QueuePane
from widgets.rail import Rail
from widgets.statusbar import StatusBar
from widgets.toast import Toasts
from widgets.topbar import TopBar

if TYPE_CHECKING:
    from console.storeside import Found, State
    from widgets.call.pane import CallPane
    from widgets.map.view import MapView

NARROW = 1360
"""Below this width (pixels) the rail shows icons alone."""
UNSEEN_MS = 1_000
"""When a window that nobody has seen yet begins to load."""


class Window(QMainWindow):
    """The one window of the desk."""

    def __init__(self, desk: Desk, city: CityFiles, demo: str = "") -> None:
        super().__init__()
        self.desk: Desk = desk
        self.city: CityFiles = city
        self.registry: Registry = Registry(commands.ALL).remapped(desk.settings.config.keys)
        self.map: MapView | None = None
        self.scheme, self.order = "", tuple[tuple[str, bool], ...]()
        """What was chosen at this desk: light or dark, and the queue's columns, each with whether it descends."""
        self._begun = self._ready = False
        self._unseen, self._soon = (QTimer(self, singleShot=True, interval=i) for i in (UNSEEN_MS, 0))
        self._unseen.timeout.connect(self._begin)
        self._soon.timeout.connect(self._begin)
        self.setWindowTitle(" · ".join(filter(None, ("Connect Console", desk.settings.config.city.name, demo))))
        self._build()
        self.status.set_demo(demo)
        self.status.set_mails(here=city.mail_folder is not None)
        self.intake: Intake = Intake(self)
        self.acts: Acts = Acts(self)
        self.supervising: Supervising = Supervising(self)
        self.walling: Walling = Walling(desk, self)
        self.crews: Dispatching = Dispatching(self)
        self._connect()
        moving.give_keys(self)
        showing.keys_on_buttons(self)

    # building

    def _build(self) -> None:
        self.top, self.rail = TopBar(), Rail()
        self.queue: QueuePane = QueuePane(self.desk.selection)
        self.queue.set_zone(self.desk.settings.timezone)
        self.queue.has_upstream = bool(self.desk.settings.upstreams)
        self.queue.is_shared = self.desk.settings.is_team
        self.map_slot = QWidget()
        self.map_slot.setMinimumHeight(120)
        slot = QVBoxLayout(self.map_slot)
        slot.setContentsMargins(0, 0, 0, 0)
        self._waiting = PlainLabel("The map is being drawn…", muted=True)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        slot.addWidget(self._waiting)
        self.detail, self.status = DetailPane(), StatusBar()
        self.unclear, self.bar, self.alerts = MessageBar(closable=False), MessageBar(), AlertBar()
        self.panes = Panes(self.rail, self.queue, self.map_slot, self.detail)
        self.toasts = Toasts(self.map_slot, self.panes.body)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.top, self.unclear, self.bar, self.alerts, self.panes, self.status):
            column.addWidget(part, 1 if part is self.panes else 0)
        self.setCentralWidget(body)
        self.rail.set_views(*showing.VIEWS)
        self.detail.set_zone(self.desk.settings.timezone)
        self.detail.set_hold(self.desk.settings.hold)
        showing.who(self)
        self.top.filter.set_text(self.desk.query)
        self.top.set_menu(self._menu())

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: showing.menu(self, menu))
        return menu

    def _connect(self) -> None:
        desk = self.desk
        desk.opened.connect(lambda: showing.who(self))
        desk.begun.connect(lambda: showing.who(self))
        desk.begun.connect(lambda: self.intake.restoring.begin())
        desk.reading.connect(self.queue.say_reading)
        desk.found.connect(self._show_found)
        self.top.filter.settled.connect(lambda: showing.unclear(self))
        desk.state.connect(self._show_state)
        desk.detail.connect(self._show_detail)
        desk.acted.connect(self._show_changes)
        desk.problem.connect(self.show_problem)
        desk.saving.connect(self._say_saving)
        desk.ticked.connect(self._tick)
        self.top.commands_wanted.connect(self.show_palette)
        self.top.call_wanted.connect(lambda: self.intake.start())
        self.top.filter.edited.connect(desk.set_query)
        self.top.filter.left.connect(self.focus_queue)
        self.rail.view_chosen.connect(self.show_query)
        self.queue.sort_requested.connect(self.sort)
        self.queue.opened.connect(lambda _: self.focus_detail())
        self.queue.empty_action.connect(self._empty_action)
        self.status.outbox_wanted.connect(lambda: self.show_query("is:undelivered"))
        self.status.upstream_wanted.connect(self.show_upstreams)
        self.status.mails_wanted.connect(self.open_mail_folder)
        self.detail.escaped.connect(self.focus_queue)
        self.detail.command_wanted.connect(lambda command: self.run(self.registry[command]))
        self.detail.open_out_wanted.connect(lambda: self.tear_off("detail"))
        self.detail.more_wanted.connect(self._more)

    def run(self, command: Command) -> None:
        """Do what a command does, or say why it cannot be done now."""
        reason = command.disabled(self)
        if reason:
            self.bar.say(f"“{command.title}” cannot be done now.", reason)
        else:
            command.run(self)

    # what the desk says

    def _show_found(self, found: Found) -> None:
        showing.found(self, found, self._now_ms())
        self._show_map(found)

    def _show_state(self, state: State) -> None:
        self.status.set_upstreams(showing.upstream_lines(state, self.desk.settings), self.desk.now())
        self.status.set_outbox(state.outbox.waiting, state.outbox.refused, state.outbox.unknown)
        self._tick()

    def _show_detail(self, detail: Detail | None) -> None:
        if len(self.desk.selection.ids) > 1:
            showing.several(self)
        elif detail is None:
            self.detail.set_nothing()
        else:
            showing.one(self, detail)

    def _show_changes(self, changes: Changes) -> None:
        self.bar.clear()
        if changes.undone:
            self.toasts.take_back(changes.undone)
            self.intake.bring_back(changes.undone)
        if changes.sentence:
            self.toasts.say(changes.sentence, changes.operation)

    def _say_saving(self, busy: bool) -> None:
        self.status.set_saving(busy)

    def show_problem(self, problem: Expected) -> None:
        """Say what is wrong and what to do, without a box in the way."""
        if not self.desk.link.took(problem):
            self.bar.say_error(problem)

    def _tick(self) -> None:
        now = self.desk.now()
        clock = now.astimezone(self.desk.settings.timezone).strftime("%a %d %b %Y %H:%M")
        self.status.set_now(now, clock)
        self.queue.set_now(self._now_ms())
        if self.map is not None:
            self.map.set_now(self._now_ms())

    # the map, after the first paint

    def showEvent(self, event: QShowEvent) -> None:
        """A window that is not painted yet, such as one started minimised, loads all the same."""
        super().showEvent(event)
        self._unseen.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the first window has been painted, open the store and load the map."""
        super().paintEvent(event)
        if not self._begun:
            self._soon.start()

    def _begin(self) -> None:
        if self.isVisible():
            self.begin()

    def begin(self) -> None:
        """Open the store and load the map, once; by itself it does so when it has been painted."""
        if self._begun:
            return
        self._begun = True
        self._unseen.stop()
        self.focus_queue()
        self.desk.open()
        self.desk.tasks.run("network", mapside.kind, self._load_map, self.show_problem)

    def _load_map(self, view: type[MapView]) -> None:
        self.map = view(self.desk.selection, self.map_slot)
        mapside.join(self, self.map)
        self.map.activated.connect(lambda _: self.focus_detail())
        self.map.placeClicked.connect(self.intake.take_place)
        self.city.load(self.desk, self.map)
        self.desk.problem.connect(self._place_map)
        if self.desk.last_found is not None:
            self._show_map(self.desk.last_found)

    def _place_map(self, _: object = None) -> None:
        """Put the map where it is waited for, once it is known what there is to show: till then it would be empty."""
        layout = self.map_slot.layout()
        if self.map is None or layout is None or layout.indexOf(self._waiting) < 0:
            return
        layout.replaceWidget(self._waiting, self.map)
        self._waiting.hide()
        self.map_slot.setFocusProxy(self.map)
        for toast in self.toasts.shown:
            toast.raise_()

    @property
    def is_ready(self) -> bool:
        """The store's rows are on screen, and the map with the city's base layer."""
        return self._ready and not self.city.loading

    def _show_map(self, found: Found) -> None:
        if self.map is not None:
            self._place_map()
            self.map.set_now(self._now_ms())
            self.map.set_snapshot(found.snapshot, found.rows, found.grid)
            self.map.set_only_visible(mapside.asks_visible(self.desk.shown))
            self._ready = True

    # what commands ask for

    def focus_queue(self) -> None:
        """Give the list the keyboard, and show it."""
        self.panes.show_whole(None)
        moving.focus_in(self, self.queue.table)

    def focus_detail(self) -> None:
        """Give the request the keyboard."""
        self.panes.show_right(self.detail)
        moving.focus_in(self, self.detail)

    def focus_filter(self) -> None:
        """Give the filter the keyboard."""
        self.top.filter.focus()

    def focus_message(self) -> None:
        """Write to the resident."""
        self.panes.show_right(self.detail)
        self.detail.focus_message()

    def focus_note(self) -> None:
        """Write to staff."""
        self.panes.show_right(self.detail)
        self.detail.focus_note()

    def see_photos(self) -> None:
        """The photos of the request; nothing opens while none has arrived."""
        if not self.detail.open_photos():
            self.bar.say("No photo has arrived yet.", "Its reason stands beside it in the request.", problem=False)

    def draft_message(self) -> str:
        """The message being written to the selection, not yet sent."""
        return self.detail.message.draft(self.desk.selection.ids).strip()

    def show_query(self, query: str) -> None:
        """Show a view; the filter bar says its query."""
        self.top.filter.set_text(query)
        self.desk.set_query(query)
        self.rail.set_query(query)
        self.focus_queue()

    def show_palette(self) -> None:
        """All commands, by typing."""
        self.acts.palette.open_with(choosing.palette_choices(self.registry, self), self)

    def walk_panes(self, by: int) -> None:
        """F6 and Shift+F6."""
        moving.walk(self, by)

    def zoom_to_selection(self) -> None:
        """Move the map to what is selected."""
        if self.map is not None:
            self.map.zoom_to_selection()

    def tear_off(self, name: str) -> None:
        """Give a pane a window of its own, or bring it back."""
        if self.panes.torn_off(name):
            self.panes.bring_back(name)
        else:
            torn = self.panes.tear_off(name, "Map" if name == "map" else "Request")
            moving.give_window_keys(self, torn)

    @property
    def call(self) -> CallPane | None:
        """The call that is being taken down, the one looked at of several."""
        return self.intake.current

    @property
    def mail_folder(self) -> Path | None:
        """Where residents' mails lie on this machine."""
        return self.city.mail_folder

    def open_mail_folder(self) -> None:
        """Show the mails in the system's file manager."""
        if self.mail_folder:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.mail_folder)))

    def show_statuses(self) -> None:
        """The status words of every upstream."""
        showing.status_table(self)

    def show_upstreams(self) -> None:
        """Say how the upstreams are, in the bar."""
        showing.say_upstreams(self)

    def show_help(self) -> None:
        """All keys."""
        showing.help_sheet(self)

    def set_theme(self, scheme: str) -> None:
        """Light, dark or as the system."""
        self.scheme = scheme
        theme.set_scheme(showing.application(), scheme)

    def sort(self, keys: tuple[tuple[str, bool], ...]) -> None:
        """Show the queue in this order: columns, the first one first, each with whether it descends."""
        self.order = keys
        self.queue.show_order(keys)
        self.desk.set_order(*keys[0], keys[1:])

    def _empty_action(self, action: str) -> None:
        if action == "clear":
            self.show_query("status:open")
        elif action == "call":
            self.intake.start()
        else:
            self.desk.wake()

    def _more(self, place: QPoint) -> None:
        menu = QMenu(self)
        showing.menu(self, menu)
        menu.exec(place)
        menu.deleteLater()

    def come_forward(self) -> None:
        """Show the window above all others: a second start asks for it."""
        top = self.window()
        top.setWindowState(top.windowState() & ~Qt.WindowState.WindowMinimized)
        top.show()
        top.raise_()
        top.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window shows the rail as icons."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self.rail.narrow:
            self.rail.set_narrow(narrow)
            self.top.set_narrow_rail(narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the panes' own work; the application closes the desk."""
        for name in ("map", "detail"):
            self.panes.bring_back(name)
        for timer in (self._unseen, self._soon):
            timer.stop()
        self.detail.stop()
        self.walling.close()
        self.intake.settle()
        self.city.close()
        super().closeEvent(event)

    def _now_ms(self) -> int:
        return int(self.desk.now().timestamp() * 1000)
