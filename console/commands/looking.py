"""How a person moves about: views, rows, panes, map, palette, theme and the help sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.commands.registry import Command
from services.queue.views import TEAM_VIEWS, VIEWS

if TYPE_CHECKING:
    from console.window import Window


def chosen(window: Window) -> str:
    """Enabled while something is selected."""
    return "" if len(window.desk.selection.ids) else "Choose a request first."


def _has_upstream(window: Window) -> str:
    if window.desk.settings.is_team:
        return "The team's worker pulls and posts."
    return "" if window.desk.settings.upstreams else "No upstream is configured; see `connect-console config`."


def _has_mail_folder(window: Window) -> str:
    return "" if window.mail_folder else "Only the demo and a gateway on this machine have a mail folder."


def _news(window: Window) -> str:
    return "" if window.queue.arrivals.count else "Nothing has come that you have not seen."


def _go(query: str, window: Window) -> None:
    window.show_query(query)


def _close(window: Window) -> None:
    window.close()


GOING = tuple(
    Command(
        f"view.{view.id}",
        f"Go to “{view.title}”",
        f"Show {view.query}.",
        (f"G, {view.letter.upper()}",),
        partial(_go, view.query),
    )
    for view in VIEWS + TEAM_VIEWS
)
LOOKING: tuple[Command, ...] = (
    *GOING,
    Command("queue.next", "Next request", "Go one row down.", ("J",), lambda w: w.queue.table.step(1)),
    Command("queue.previous", "Previous request", "Go one row up.", ("K",), lambda w: w.queue.table.step(-1)),
    Command("queue.arrivals", "Go to what has come", "The first new request of the list.", ("G, G",),
            lambda w: w.queue.arrivals.go(), _news),
    Command("queue.toggle", "Select or deselect", "Add this row to the selection, or take it out.", ("X",),
            lambda w: w.queue.table.toggle()),
    Command("queue.deselect", "Deselect all", "Let go of the selection.", ("Ctrl+Shift+A",),
            lambda w: w.desk.selection.clear(), chosen),
    Command("desk", "Queue and map", "Back from what stands in their place.", ("Ctrl+1",), lambda w: w.focus_queue()),
    Command("supervise", "Supervise", "What comes in, what is late, and what is kept: every figure opens its requests.",
            ("Ctrl+3",), lambda w: w.supervising.show()),
    Command("wall", "Wall display…", "Charts and the map in turn, full screen, to be read from across a hall.", (),
            lambda w: w.walling.choose(w)),
    Command("palette", "All commands…", "Type what you want to do.", ("Ctrl+K", "Ctrl+Shift+P"),
            lambda w: w.show_palette()),
    Command("filter", "Filter", "Type query words or any text.", ("Ctrl+Shift+K",), lambda w: w.focus_filter()),
    Command("pane.next", "Next pane", "Views, queue, map, detail.", ("F6",), lambda w: w.walk_panes(1)),
    Command("pane.previous", "Previous pane", "The other way round.", ("Shift+F6",), lambda w: w.walk_panes(-1)),
    Command("map.zoom", "Zoom the map to the selection", "Only this moves the map by itself.", ("Ctrl+J",),
            lambda w: w.zoom_to_selection(), chosen),
    Command("map.window", "Map in a window of its own", "For a second monitor; again brings it back.",
            ("Ctrl+Shift+M",), lambda w: w.tear_off("map")),
    Command("detail.window", "Detail in a window of its own", "For a second monitor; again brings it back.",
            ("Ctrl+Shift+D",), lambda w: w.tear_off("detail")),
    Command("sync.now", "Pull and post now", "Look at the upstreams at once.", ("F5",), lambda w: w.desk.wake(),
            _has_upstream),
    Command("outbox", "What waits to be posted", "Show the requests with something refused or unknown.", (),
            lambda w: w.show_query("is:undelivered")),
    Command("mail.folder", "Open the mail folder", "The mails that residents of the demo city get.", (),
            lambda w: w.open_mail_folder(), _has_mail_folder),
    Command("statuses", "What each status tells the upstream", "The table of status words, both ways.", (),
            lambda w: w.show_statuses()),
    Command("theme.light", "Light", "Light ground.", (), lambda w: w.set_theme("light")),
    Command("theme.dark", "Dark", "Dark ground.", (), lambda w: w.set_theme("dark")),
    Command("theme.system", "Light or dark as the system", "Follow the system.", (), lambda w: w.set_theme("system")),
    Command("help", "Keys", "All keys on one sheet.", ("?",), lambda w: w.show_help()),
    Command("quit", "Quit", "Close the desk; everything is saved already.", ("Ctrl+Q",), _close),
)  # fmt: skip
