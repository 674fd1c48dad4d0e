"""Where the keyboard goes: the keys of every command in every window of the desk, and F6 through the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from console.commands import Command

if TYPE_CHECKING:
    from console.window import Window

_PANE = Qt.ShortcutContext.WidgetWithChildrenShortcut
_WINDOW = Qt.ShortcutContext.WindowShortcut


def give_keys(window: Window) -> None:
    """Bare keys work in the lists and the map, all others in the whole window."""
    for command in window.registry:
        for key in command.keys:
            if command.bare(key):
                for pane in (window.queue.table, window.map_slot, window.rail):
                    _shortcut(window, key, pane, command, _PANE)
            elif not command.in_call:
                _shortcut(window, key, window, command, _WINDOW)


def give_list_keys(window: Window, widget: QWidget) -> None:
    """A list that is made later takes bare keys too."""
    for command in window.registry:
        for key in command.keys:
            if command.bare(key):
                _shortcut(window, key, widget, command, _PANE)


def give_window_keys(window: Window, torn: QWidget) -> None:
    """A pane in a window of its own takes the same keys as the main window."""
    for command in window.registry:
        for key in command.keys:
            if not command.bare(key) and not command.in_call:
                _shortcut(window, key, torn, command, _WINDOW)


def give_call_keys(window: Window, calls: QWidget) -> None:
    """The forms of calls take keys that mean something else outside of them."""
    for command in window.registry:
        for key in command.keys:
            if command.in_call and not command.bare(key):
                _shortcut(window, key, calls, command, _PANE)


def _shortcut(window: Window, key: str, widget: QWidget, command: Command, context: Qt.ShortcutContext) -> None:
    spelt = dict.fromkeys((key, key.replace("Enter", "Return"), key.replace("Return", "Enter")))
    made = QShortcut(widget)
    made.setKeys([QKeySequence(one) for one in spelt])
    made.setContext(context)
    made.setAutoRepeat(not command.in_call)
    made.activated.connect(lambda: window.run(command))


def walk(window: Window, by: int) -> None:
    """F6 through rail, filter, queue, map and what stands at the right, wherever their windows are."""
    panes = window.panes
    stops: list[QWidget] = [window.rail, window.top.filter.edit, window.queue.table, window.map_slot]
    if (shown := panes.right.currentWidget()) is not None and panes.right.isVisible():
        stops.append(shown)
    if panes.torn_off("detail"):
        stops.append(window.detail)
    focus = QApplication.focusWidget()
    at = next((i for i, s in enumerate(stops) if focus is not None and (s is focus or s.isAncestorOf(focus))), 2)
    target = stops[(at + by) % len(stops)]
    target.window().activateWindow()
    if target is window.rail:
        target = window.rail.entries[0]
    elif target is window.intake.calls and window.call is not None:
        target = window.call.phone
    target.setFocus(Qt.FocusReason.TabFocusReason)


def focus_in(window: Window, widget: QWidget) -> None:
    """Give a widget the keyboard, in whichever window of the desk it is; never taken from another program."""
    if QApplication.activeWindow() is not None:
        widget.window().activateWindow()
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
