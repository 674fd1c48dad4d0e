"""The calls that are being taken down at once, one behind the other, each with a tab once there are two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from widgets import theme
from widgets.call.pane import CallPane
from widgets.detail import parts
from widgets.plain import tip
from widgets.surface import Surface

USUAL, WIDEST = 120, 200
"""Pixels of a tab that a usual name needs, and that it has at most; longer names are cut and whole in the tooltip."""


class _Tabs(QTabBar):
    """Each as wide as its words in the heavier face, so that no usual name is cut when it is looked at."""

    def tabSizeHint(self, index: int) -> QSize:
        """The words with 12 px on each side, up to `WIDEST`."""
        words = self.tabText(index).replace("&&", "&")
        wide = QFontMetricsF(theme.font(theme.META, theme.SEMIBOLD)).horizontalAdvance(words)
        return QSize(min(WIDEST, int(wide) + 2 * 12 + 6), super().tabSizeHint(index).height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Where there are many calls long names give way, usual ones do not."""
        whole = self.tabSizeHint(index)
        return QSize(min(USUAL, whole.width()), whole.height())


class Calls(Surface):
    """Holds a pane for each call; the tabs say whose they are."""

    turned = Signal()
    """Another call is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Calls")
        self.setMinimumWidth(400)
        self.tabs = _Tabs()
        self.tabs.setObjectName("calls")
        self.tabs.setAccessibleName("Calls being taken down")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.hide()
        self._stack = QStackedWidget()
        column = parts.column(self)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._turn)

    @property
    def panes(self) -> list[CallPane]:
        """Every call, in the order of the tabs."""
        found = (self._stack.widget(i) for i in range(self._stack.count()))
        return [pane for pane in found if isinstance(pane, CallPane)]

    @property
    def current(self) -> CallPane | None:
        """The call that is looked at."""
        pane = self._stack.currentWidget()
        return pane if isinstance(pane, CallPane) else None

    def add(self, pane: CallPane, *, behind: bool = False) -> None:
        """One more call, at the end, and look at it; `behind`: go on looking at the one that is looked at."""
        with QSignalBlocker(self.tabs):
            self._stack.addWidget(pane)
            self.tabs.addTab("")
        pane.edited.connect(lambda: self._name(pane))
        self._name(pane)
        self.tabs.setVisible(self.tabs.count() > 1)
        if not behind:
            self.show_call(pane)

    def remove(self, pane: CallPane) -> None:
        """A call has ended: its pane goes, and the one beside it is looked at."""
        at = self._stack.indexOf(pane)
        if at < 0:
            return
        with QSignalBlocker(self.tabs):
            self.tabs.removeTab(at)
            self._stack.removeWidget(pane)
        pane.hide()
        pane.deleteLater()
        self.tabs.setVisible(self.tabs.count() > 1)
        self._turn(self.tabs.currentIndex())

    def show_call(self, pane: CallPane) -> None:
        """Look at this call."""
        self.tabs.setCurrentIndex(self._stack.indexOf(pane))
        self._turn(self.tabs.currentIndex())

    def step(self, by: int) -> None:
        """Look at the next call (or with −1 the one before), round and round."""
        if count := self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % count)

    def _turn(self, index: int) -> None:
        if index >= 0:
            self._stack.setCurrentIndex(index)
        if self.current is not None:
            self.setFocusProxy(self.current)
        self.turned.emit()

    def _name(self, pane: CallPane) -> None:
        at = self._stack.indexOf(pane)
        if at >= 0:
            self.tabs.setTabText(at, pane.title.replace("&", "&&"))
            self.tabs.setTabToolTip(at, tip(pane.title))


def holds_only(pane: CallPane, number: str) -> bool:
    """Whether a telephone number and nothing else is written in a form, not even words that stand for nothing yet.

    With "" as the number: whether nothing is written in it at all.
    """
    lines = (pane.name, pane.email, pane.service.line, pane.address, pane.point)
    words = any(line.text().strip() for line in lines)
    return pane.phone.text().strip() == number and not words and replace(pane.draft(), phone="").is_empty
