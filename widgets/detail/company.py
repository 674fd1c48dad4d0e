"""Who else has this request open: an eye for those who read it, a pen for those who write on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from widgets.detail import parts


class Company(QWidget):
    """Hidden while nobody else is there."""

    def __init__(self) -> None:
        super().__init__()
        column = parts.column(self, spacing=4)
        column.setContentsMargins(0, 0, 0, 8)
        self.lines = {"pen": parts.meta(), "eye": parts.meta()}
        self._rows = {icon: self._row(icon) for icon in self.lines}
        for made in self._rows.values():
            column.addWidget(made)
        self.hide()

    def _row(self, icon: str) -> QWidget:
        made = QWidget()
        row = parts.row(6)
        made.setLayout(row)
        row.addWidget(parts.Glyph(icon, role="accent" if icon == "pen" else "muted"))
        row.addWidget(self.lines[icon], 1)
        return made

    def show_people(self, people: Sequence[tuple[str, bool]]) -> None:
        """Name of each, and whether they write."""
        for icon, verb, writes in (("pen", "writing on this", True), ("eye", "reading this", False)):
            names = [name for name, at_it in people if at_it is writes]
            self.lines[icon].setText(f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} {verb}")
            self._rows[icon].setVisible(bool(names))
        said = [line.text() for icon, line in self.lines.items() if not self._rows[icon].isHidden()]
        self.setAccessibleName("; ".join(said))
        self.setVisible(bool(people))
