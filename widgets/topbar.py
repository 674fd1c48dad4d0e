"""The top bar: menu, title, filter, commands and the one primary action."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from widgets import theme
from widgets.filterbar import FilterBar
from widgets.icons import icon
from widgets.keybutton import KeyButton
from widgets.plain import PlainLabel
from widgets.rail import NARROW, WIDE

HEIGHT = 48
_TIGHT = 1100


class TopBar(QWidget):
    """Says what was pressed; the window does it."""

    commands_wanted = Signal()
    call_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.px(HEIGHT))
        self.menu_button = QToolButton()
        self.menu_button.setObjectName("quiet")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setIconSize(QSize(16, 16))
        self.menu_button.setFixedSize(theme.px(32), theme.px(32))
        self.menu_button.setAccessibleName("Menu")
        self.title = PlainLabel("Connect Console", pixels=theme.TITLE, weight=theme.SEMIBOLD)
        self.filter = FilterBar()
        self.commands = KeyButton("Commands", "Ctrl+K", "search")
        self.call = KeyButton("Log a call", "Ctrl+N", "plus", primary=True)
        self.commands.clicked.connect(self.commands_wanted)
        self.call.clicked.connect(self.call_wanted)
        self._lay_out()
        self._recolour()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(8), 0, theme.px(16), 0)
        row.setSpacing(0)
        self._brand = QWidget()
        brand = QHBoxLayout(self._brand)
        brand.setContentsMargins(0, 0, 0, 0)
        brand.setSpacing(theme.px(4))
        brand.addWidget(self.menu_button)
        brand.addWidget(self.title)
        brand.addStretch()
        self._brand.setFixedWidth(theme.px(WIDE + 12 - 8))
        row.addWidget(self._brand)
        row.addWidget(self.filter, 1)
        row.addSpacing(theme.px(16))
        row.addStretch()
        row.addWidget(self.commands)
        row.addSpacing(theme.px(8))
        row.addWidget(self.call)

    def set_menu(self, menu: QMenu) -> None:
        """The menu behind the menu button."""
        self.menu_button.setMenu(menu)

    def set_narrow_rail(self, narrow: bool) -> None:
        """Line the filter up with the queue when the rail shows icons alone; the title gives way."""
        self.title.setVisible(not narrow)
        self._brand.setFixedWidth(theme.px((NARROW if narrow else WIDE) + 12 - 8))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the parts in their places."""
        super().resizeEvent(event)
        tight = event.size().width() < theme.px(_TIGHT)
        self.commands.set_short(tight)
        self.call.set_short(tight)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "call"):
            self._recolour()

    def _recolour(self) -> None:
        self.menu_button.setIcon(icon("menu", theme.current().text))
        self.menu_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
