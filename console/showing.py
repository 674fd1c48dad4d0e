"""What the window says of the desk's state: the detail of one or several, upstreams, keys and status words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMenu

from console import choosing
from services.domain.detail import Detail
from services.domain.offers import STATES
from services.domain.policy import Policy
from services.domain.status import Channel, Outcome, Status
from services.domain.statusmap import NotOffered, Told
from services.errors import Bug
from services.queue.arrivals import arrived
from services.queue.snapshot import Snapshot
from services.queue.views import TEAM_VIEWS
from services.queue.views import VIEWS as OWN_VIEWS
from services.queue.words import IS_WORDS
from widgets.call.band import MOST
from widgets.detail.people import CrewChoice
from widgets.detail.several import BulkAction
from widgets.helpsheet import HelpSheet, KeyLine
from widgets.picklist import Choice
from widgets.plain import tip
from widgets.statusbar import UpstreamLine

if TYPE_CHECKING:
    from console.settings import Settings
    from console.storeside import Found, State
    from console.window import Window
    from widgets.call.pane import CallPane

LISTED_ONLY = (
    "While the server is gone, words are looked for in numbers, addresses, services and areas only.",
    "Callers, descriptions and notes are searched again when it is back.",
)
PATIENCE_S = 600
"""So long a team's worker may be silent, and no less than three of its looks at an upstream."""
VIEWS = (OWN_VIEWS, TEAM_VIEWS)
_GROUPS = {
    "request": "Requests",
    "call": "Requests",
    "edit": "Requests",
    "view": "Views",
    "list": "The list",
    "queue": "Moving about",
    "pane": "Moving about",
    "map": "Map and windows",
    "detail": "Map and windows",
    "record": "Records",
    "alert": "Alerts",
    "crews": "Crews",
    "day": "Crews",
}


def application() -> QApplication:
    """The running application."""
    app = QCoreApplication.instance()
    if not isinstance(app, QApplication):
        raise Bug("there is no application")
    return app


def found(window: Window, made: Found, now_ms: int) -> None:
    """Show the rows of the queue with all that counts them; `now_ms` in ms since 1970."""
    query, before = window.desk.shown, window.queue.table.rows.snapshot
    window.queue.set_rows(made.snapshot, made.rows, now_ms, query=query)
    window.queue.arrivals.came(arrived(before, made.snapshot, window.desk.actor.name))
    window.rail.set_counts(made.counts)
    window.rail.set_crews(list(zip(made.snapshot.crews, made.loads, strict=True)))
    window.rail.set_query(query)
    window.top.filter.set_values(completions(made.snapshot))
    unclear(window)
    listed(window)


def unclear(window: Window) -> None:
    """Say below the filter what is wrong with it, for as long as it is, but not while a word is being completed."""
    problem = window.desk.last_found.problem if window.desk.last_found else None
    if problem is None:
        short = window.desk.last_found is not None and window.desk.last_found.listed_only
        window.unclear.say_once(*LISTED_ONLY, problem=False) if short else window.unclear.clear()
    elif not window.top.filter.completing:
        window.unclear.say_once(problem.sentence, f"{problem.remedy} The list still shows {window.desk.shown}.")


def one(window: Window, detail: Detail) -> None:
    """Show one request in the detail pane, with the crews that could go."""
    policy, suggested = window.desk.policy(detail.request.upstream), _suggested(window, detail)
    window.detail.set_detail(detail, policy, window.desk.now(), *suggested)
    listed(window)


def crews(window: Window, detail: Detail) -> None:
    """Show the crews that could go, now that more is known of who usually does."""
    window.detail.suggest(*_suggested(window, detail))


def _suggested(window: Window, detail: Detail) -> tuple[list[CrewChoice], str]:
    """The crews that could go, none before it is known who usually does; and who falls short."""
    made = choosing.crew_candidates(window.desk, lately=True)
    choices, note = choosing.crew_row(made, detail.request.crew)
    return choices if window.desk.pasts.lately(detail.request.service) else [], note


def listed(window: Window) -> None:
    """Say whether the request that is read is in the queue."""
    window.detail.set_listed(window.queue.lists(window.desk.selection.current))


_ON_SEVERAL = frozenset(f"request.{what}" for what in ("assign", "propose", "status", "claim", "merge", "note"))
"""The commands that stand beside several requests."""


def several(window: Window) -> None:
    """Show the selected requests in numbers, with what can be done to all of them."""
    found, state = window.desk.last_found, window.desk.last_state
    if found is None or state is None:
        return
    chosen = choosing.subjects(window.desk)
    actions = [
        BulkAction(c.id, c.title, c.keys[0] if c.keys else "", c.disabled(window))
        for c in window.registry
        if c.id
        in {"request.assign", "request.propose", "request.status", "request.claim", "request.merge", "request.note"}
    ]
    silent = [s.policy for s in chosen if not s.policy.takes_updates]
    reach = _reach_of_several(silent, {s.policy.upstream: s.policy for s in chosen})
    counts = choosing.counted(choosing.chosen_kinds(window.desk))
    window.detail.set_several(window.desk.selection.ids, counts, actions, reach, can_message=not silent)


def _reach_of_several(silent: Sequence[Policy], policies: dict[str, Policy]) -> str:
    if silent:
        name = silent[0].upstream
        where = f"“{name}” takes no updates" if name else "some of these live at this desk only"
        return f"No message can go to all of these: {where}."
    if all(p.notifies for p in policies.values()):
        return "Each reporter who left a way to be reached gets this text."
    return "The upstream tells each reporter."


def completions(snapshot: Snapshot) -> dict[str, list[str]]:
    """What each query word of the filter bar can be completed with."""
    areas = {part for area in snapshot.areas for part in area.split(", ") if part}
    return {
        "status": ["open", *(s.value for s in Status)],
        "service": sorted(set(snapshot.services)),
        "crew": [*(c.name for c in snapshot.crews), "none"],
        "claimed": [*sorted(filter(None, snapshot.handlers)), "none"],
        "area": sorted(areas),
        "channel": [c.value for c in Channel],
        "outcome": [o.value for o in Outcome],
        "upstream": [u for u in snapshot.upstreams if u],
        "is": list(IS_WORDS),
        "due": ["today", "tomorrow", "none"],
        "overdue": ["1x", "3x"],
        "risk": ["none"],
    }


def upstream_lines(state: State, settings: Settings) -> list[UpstreamLine]:
    """How each upstream is doing; one that was never pulled is there too."""
    from services.sync.policies import served

    known = {s.name: s for s in state.upstreams}
    lines = []
    for config in served(settings.upstreams, state.upstreams):
        seen = known.get(config.name)
        patience = max(PATIENCE_S, 3 * config.poll_seconds) if settings.is_team else None
        at, problem = (seen.pulled_at, seen.problem) if seen else (None, "")
        lines.append(UpstreamLine(config.name, at, problem, patience))
    return lines


def say_upstreams(window: Window) -> None:
    """Say in the bar what is wrong with an upstream, or that all is well."""
    state = window.desk.last_state
    is_team = window.desk.settings.is_team
    lines = upstream_lines(state, window.desk.settings) if state else []
    problems = [f"“{s.name}”: {s.problem}" for s in state.upstreams if s.problem] if state else []
    if problems:
        again = "The team's worker tries again" if is_team else "It is tried again"
        window.bar.say(" ".join(problems), f"{again} by itself{'.' if is_team else '; F5 tries at once.'}")
    elif missed := [line for line in lines if line.misses(window.desk.now())]:
        since = missed[0].pulled_at
        at = f"{since.astimezone(window.desk.settings.timezone):%a %d %b %H:%M}" if since else ""
        said = f"“{missed[0].name}” was pulled last at {at}: the team's worker is not at work."
        window.bar.say(said, "Ask whoever looks after it; it is started by: connect-console worker.")
    elif state is not None and state.policies:
        window.bar.say("Every upstream answers.", problem=False)
    elif is_team:
        window.bar.say(
            "The team's worker has not said which upstreams it serves, so requests live at this team's desks only.",
            "Ask whoever looks after the worker; its config.toml names them.",
            problem=False,
        )
    else:
        window.bar.say(
            "No upstream is configured; requests live at this desk only.",
            "See README, “Connect a city's Open311 server”.",
            problem=False,
        )


def status_table(window: Window) -> None:
    """Show what each status tells each upstream, as a list that can be searched."""
    state = window.desk.last_state
    rows = [choice for policy in (state.policies.values() if state else ()) for choice in _status_rows(policy)]
    window.acts.statuses.open_with(rows, "What each status tells the upstream", window.queue)


def _status_rows(policy: Policy) -> list[Choice]:
    made = []
    for status, outcome in STATES:
        told = policy.statuses.out(status, outcome)
        name = f"{status.label}: {outcome.label.lower()}" if outcome else status.label
        match told:
            case Told(word, needs_message):
                words = f"{policy.upstream} is told {word}" + (", with a message" if needs_message else "")
            case NotOffered(reason):
                words = f"{policy.upstream}: not offered: {reason}"
            case _:
                words = f"{policy.upstream}: stays at this desk: {told.reason}"
        back = sorted(word for word, into in policy.statuses.incoming.items() if into == (status, outcome))
        heard = f" · read from: {', '.join(back)}" if back else ""
        made.append(Choice(f"{policy.upstream}:{name}", name, words + heard, icon=status.value))
    return made


def menu(window: Window, shown: QMenu) -> None:
    """Fill a menu with every command that is not about the next row."""
    shown.clear()
    for command in window.registry:
        if command.id.startswith("queue."):
            continue
        keys = f"\t{command.keys[0]}" if command.keys else ""
        action = shown.addAction(command.title.replace("&", "&&") + keys)
        reason = command.disabled(window)
        action.setEnabled(not reason)
        action.setToolTip(tip(reason or command.help))
        action.triggered.connect(lambda _=False, c=command: window.run(c))


_KEYS_OF_PANES = (
    ("Open the request", "Enter"),
    ("Select all that the filter shows", "Ctrl+A"),
    ("Send or save what is written", "Ctrl+Enter"),
    ("Back to the list", "Esc"),
)
"""Keys that belong to a pane and not to a command."""
_ON_THE_MAP = (
    ("Move", "Arrows, or drag"),
    ("Nearer, farther", "+  −, or the wheel"),
    ("Select in a rectangle", "Shift+drag"),
    ("Select in a lasso", "Its tool, then drag; Esc"),
    ("Add to the selection", "Ctrl+click, Ctrl+drag"),
    ("Say where a caller means", "Click, in a call"),
    ("Open a request, or come nearer to several", "Double click"),
    ("Points, clusters, heat, areas, layers", "Ctrl+K, then “map”"),
)
"""What mouse and keys do on the map."""
_TOLD_TOGETHER = ("map.", "theme.")
"""Commands of the palette that the sheet names in one line."""


def keys_on_buttons(window: Window) -> None:
    """The keys that stand on the top bar's buttons are those in force, remapped or not."""
    for button, command in ((window.top.commands, "palette"), (window.top.call, "call.new")):
        keys = window.registry[command].keys
        button.set_key(keys[0] if keys else "")


def keys_on_call(window: Window, pane: CallPane) -> None:
    """The same on the form of a call."""
    shown = {command.id: command.keys[0] if command.keys else "" for command in window.registry}
    pane.set_keys(shown["call.file"], [shown[f"call.join_{rank}"] for rank in range(1, MOST + 1)])


def help_sheet(window: Window) -> None:
    """Show all keys, and what else there is to do."""
    lines = [
        KeyLine(_GROUPS.get(c.id.split(".")[0], "The desk"), c.title, "  ".join(c.keys) or "in the palette")
        for c in window.registry
        if c.keys or not c.id.startswith(_TOLD_TOGETHER)
    ]
    lines += [KeyLine("Moving about", title, keys) for title, keys in _KEYS_OF_PANES]
    lines += [KeyLine("Map and windows", title, keys) for title, keys in _ON_THE_MAP]
    lines.append(KeyLine("The desk", "Light, dark, or as the system", "in the palette"))
    order = list(dict.fromkeys([*_GROUPS.values(), "The desk"]))
    lines.sort(key=lambda line: order.index(line.group))
    sheet = HelpSheet(lines, window)
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()


def who(window: Window) -> None:
    """Show who acts, and enable what they may do."""
    window.detail.set_roles(window.desk.actor.roles)
    window.status.set_who(window.desk.actor.name)
