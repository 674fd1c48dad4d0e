"""The look: both palettes, the type scale, the grid and the application-wide style; measures from the design sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from services.domain.status import Status

META, BODY, TITLE, BIG = 12, 13, 15, 20
NORMAL, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.DemiBold


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours of one theme, as #RRGGBB."""

    dark: bool
    win: str
    surf: str
    hair: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    track: str
    staff: str
    staff_ink: str
    staff_edge: str
    toast: str
    toast_text: str
    toast_undo: str
    land: str
    water: str
    park: str
    street: str
    casing: str
    map_text: str
    water_text: str
    halo: str
    outside: str
    new: str
    acknowledged: str
    assigned: str
    in_progress: str
    scheduled: str
    on_hold: str
    closed: str
    overdue: str
    ok: str

    def status(self, status: Status) -> str:
        """The colour of a status, for its shape and its chip."""
        return str(getattr(self, status.value))


LIGHT = Palette(
    dark=False, win="#F6F7F9", surf="#FFFFFF", hair="#DADFE6", text="#1B2430", muted="#5A6675", accent="#0B5FA5",
    on_accent="#FFFFFF", selection="#E3EEF8", track="#E6EAEF", staff="#FFF6DC", staff_ink="#6B4E00",
    staff_edge="#D9B44A", toast="#1B2430", toast_text="#FFFFFF", toast_undo="#8CC6F5", land="#EFEDE6",
    water="#CBE0EC", park="#D8E8D0", street="#FFFFFF", casing="#CFC9BC", map_text="#565F6B", water_text="#2C5F7C",
    halo="#F7F5F0", outside="#E7E8EA", new="#0072B2", acknowledged="#2A86BD", assigned="#B4588C",
    in_progress="#B07500", scheduled="#00805D", on_hold="#6E6E6E", closed="#5A6675", overdue="#D55E00", ok="#00805D",
)  # fmt: skip
DARK = Palette(
    dark=True, win="#14181E", surf="#1C222B", hair="#2E3743", text="#E6EAF0", muted="#9AA7B6", accent="#6CB4F0",
    on_accent="#0E1A26", selection="#24384C", track="#2C3540", staff="#332B17", staff_ink="#EBCB82",
    staff_edge="#9C7A2B", toast="#E6EAF0", toast_text="#1C222B", toast_undo="#0B5FA5", land="#1E242C",
    water="#10222F", park="#1A2C20", street="#37414D", casing="#161B21", map_text="#A3AEBB", water_text="#7FA9C4",
    halo="#1A2027", outside="#191E25", new="#4BA3E3", acknowledged="#7CC6F2", assigned="#DE97BF",
    in_progress="#F0B030", scheduled="#2FC09A", on_hold="#A8A8A8", closed="#9AA7B6", overdue="#FF8A3D", ok="#2FC09A",
)  # fmt: skip


_forced = ""


def current() -> Palette:
    """The palette in force: the scheme that was forced (also where the platform cannot follow), else the system's."""
    if _forced in {"light", "dark"}:
        return DARK if _forced == "dark" else LIGHT
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


@contextmanager
def on_paper() -> Iterator[None]:
    """The light palette is in force for what is drawn in the block; no widget in sight may be drawn meanwhile."""
    global _forced
    before, _forced = _forced, "light"
    try:
        yield
    finally:
        _forced = before


@lru_cache(maxsize=64)
def colour(name: str) -> QColor:
    """A cached QColor for a #RRGGBB name; never change the one you get."""
    return QColor(name)


@lru_cache(maxsize=16)
def faded(name: str, share: float) -> QColor:
    """A colour of which `share` (0–1) covers what is below it; never change the one you get."""
    made = QColor(name)
    made.setAlphaF(share)
    return made


def mix(over: str, ground: str, share: float) -> QColor:
    """`over` at `share` (0–1) on `ground`."""
    a, b = QColor(over), QColor(ground)
    return QColor.fromRgbF(
        a.redF() * share + b.redF() * (1 - share),
        a.greenF() * share + b.greenF() * (1 - share),
        a.blueF() * share + b.blueF() * (1 - share),
    )


def chip_ground(palette: Palette, status: Status) -> QColor:
    """The ground of a status chip: 14 % of the status over the surface."""
    return mix(palette.status(status), palette.surf, 0.14)


def font(pixels: int = BODY, weight: QFont.Weight = NORMAL, *, italic: bool = False) -> QFont:
    """The interface font at one of the four sizes, with tabular figures; follows the system's font size.

    It is cached: never change the one you get.
    """
    return _font(QApplication.font().family(), round(pixels * _scale()), weight, italic)


def exact_font(pixels: int, weight: QFont.Weight = NORMAL) -> QFont:
    """The interface font at so many pixels of the screen, whatever the person's font size; never change it."""
    return _font(QApplication.font().family(), pixels, weight, False)


@lru_cache(maxsize=64)
def _font(family: str, pixels: int, weight: QFont.Weight, italic: bool) -> QFont:
    made = QFont(family)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    made.setItalic(italic)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def px(length: int) -> int:
    """A length of the design in pixels, grown with the person's font size (4 px grid at the usual size)."""
    return round(length * _scale())


_base_points = 0.0


def system_points() -> float:
    """The size of the person's system font, as it was before the application's own look (points)."""
    return _base_points


def _scale() -> float:
    """How much larger than usual the person's system font is (1.0 = as designed)."""
    return max(1.0, min(2.0, _base_points / 10.0)) if _base_points > 11.5 else 1.0


def install(app: QApplication, fonts: Path, scheme: str = "system") -> None:
    """Load the shipped fonts, choose the scheme ("system", "light", "dark") and style the application.

    The shipped Inter is used where the platform brings no interface font of its own (offscreen, bare Linux).
    """
    global _base_points
    if not app.property("themed"):
        _base_points = app.font().pointSizeF()
    family = QFont(app.font())
    if app.platformName() in {"offscreen", "minimal", "xcb", "wayland"}:
        if "Inter" not in QFontDatabase.families():
            for file in sorted(fonts.glob("*.ttf")) + sorted(fonts.glob("*.otf")):
                QFontDatabase.addApplicationFont(str(file))
        family = QFont("Inter")
    family.setPixelSize(px(BODY))
    family.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(family)
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    set_scheme(app, scheme)
    if not app.property("themed"):
        app.setProperty("themed", True)
        app.styleHints().colorSchemeChanged.connect(lambda: _restyle(app))


def set_scheme(app: QApplication, scheme: str) -> None:
    """Follow the system, or force light or dark."""
    global _forced
    _forced = scheme
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(schemes.get(scheme, Qt.ColorScheme.Unknown))
    _restyle(app)


def _restyle(app: QApplication) -> None:
    p = current()
    app.setPalette(_qpalette(p))
    boxes = _qpalette(p)
    boxes.setColor(QPalette.ColorRole.Window, QColor(p.muted).lighter(140))  # Qt draws the edge darker by as much
    app.setPalette(boxes, "QCheckBox")  # type: ignore[arg-type]  # whatever its stub says
    app.setStyleSheet(_sheet(p))


def _qpalette(p: Palette) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for name, value in (
        (role.Window, p.win), (role.WindowText, p.text), (role.Base, p.surf), (role.AlternateBase, p.win),
        (role.Text, p.text), (role.Button, p.surf), (role.ButtonText, p.text), (role.Highlight, p.selection),
        (role.HighlightedText, p.text), (role.ToolTipBase, p.toast), (role.ToolTipText, p.toast_text),
        (role.PlaceholderText, p.muted), (role.Link, p.accent), (role.Mid, p.hair), (role.Accent, p.accent),
    ):  # fmt: skip
        made.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(p.muted))
    return made


_FLAT = "QToolButton#quiet, QToolButton#news, QToolButton#line"
"""Buttons in a line of text: `quiet` is muted, `news` in the accent, `line` in the size of a status bar."""


def _sheet(p: Palette) -> str:
    """The application's style sheet; panes paint the rest themselves. Of two equal rules the later one holds."""
    return _words_and_buttons(p) + _fields_and_lists(p) + _buttons_in_lines(p) + _tabs_tables_and_bars(p)


def _words_and_buttons(p: Palette) -> str:
    return f"""
    PlainLabel[muted="true"] {{ color: {p.muted}; }}
    PlainLabel[pixels="12"] {{ font-size: {px(META)}px; }}
    PlainLabel[pixels="15"] {{ font-size: {px(TITLE)}px; }}
    PlainLabel[pixels="20"] {{ font-size: {px(BIG)}px; }}
    PlainLabel[semibold="true"] {{ font-weight: 600; }}
    QToolTip {{ background: {p.toast}; color: {p.toast_text}; border: none; padding: 4px 8px; }}
    QPushButton {{ background: {p.surf}; border: 1px solid {p.hair}; border-radius: 6px;
        padding: 0 {px(12) - 1}px; min-height: {px(30)}px; }}
    QPushButton:hover {{ background: {p.win}; }}
    QPushButton:focus {{ border: 2px solid {p.accent}; padding: 0 {px(12) - 2}px; min-height: {px(28)}px; }}
    QPushButton:disabled {{ color: {p.muted}; }}
    QPushButton[primary="true"] {{ background: {p.accent}; color: {p.on_accent}; border: 1px solid {p.accent};
        font-weight: 600; }}
    QPushButton[primary="true"]:disabled {{ background: {p.track}; color: {p.muted}; border: 1px solid {p.hair}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {p.text}; }}
    QPushButton[compact="true"] {{ min-height: {px(26)}px; padding: 0 {px(10) - 1}px; }}
    QPushButton[compact="true"]:focus {{ min-height: {px(24)}px; padding: 0 {px(10) - 2}px; }}
    """


def _fields_and_lists(p: Palette) -> str:
    return f"""
    QLineEdit, QPlainTextEdit, QComboBox, QDateEdit {{ background: {p.surf}; border: 1px solid {p.hair};
        border-radius: 4px; selection-background-color: {p.accent}; selection-color: {p.on_accent}; padding: 0 8px; }}
    QLineEdit, QComboBox {{ min-height: {px(30)}px; }}
    QDateEdit::up-button, QDateEdit::down-button {{ width: 0; border: none; }}
    QDateEdit QLineEdit, QDateEdit QLineEdit:focus {{ border: none; padding: 0 6px; min-height: 0;
        background: transparent; }}
    QPlainTextEdit {{ padding: 4px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus {{ border: 2px solid {p.accent}; }}
    QLineEdit:focus, QComboBox:focus {{ padding: 0 7px; min-height: {px(28)}px; }}
    QPlainTextEdit:focus {{ padding: 3px; }}
    QComboBox::drop-down {{ border: none; width: 24px; }} QComboBox::down-arrow {{ image: none; }}
    QComboBox {{ selection-background-color: {p.selection}; selection-color: {p.text}; }}
    QPushButton, QCheckBox, QListView, QTreeView, QTableView {{ outline: 0; }}
    QTreeView {{ background: {p.surf}; border: none; }}
    QTreeView::item {{ height: {px(28)}px; border: none; }}
    QTreeView::item:selected {{ background: {p.selection}; color: {p.text}; }}
    QTreeView::item:disabled {{ color: {p.muted}; }}
    QTreeView QHeaderView, QTreeView QHeaderView::section {{ background: {p.surf}; border: none; }}
    QTreeView QHeaderView::section {{ color: {p.muted}; border-bottom: 1px solid {p.hair}; padding: 0 4px;
        height: {px(24)}px; }}
    QListWidget#rows::item {{ height: {px(28)}px; padding: 0 {px(8)}px; border: none; }}
    QListWidget#rows::item:selected {{ background: {p.selection}; color: {p.text}; }}
    QComboBox QAbstractItemView {{ background: {p.surf}; border: 1px solid {p.hair}; outline: 0; }}
    """


def _buttons_in_lines(p: Palette) -> str:
    return f"""
    {_FLAT} {{ background: transparent; border: 2px solid transparent; border-radius: 4px; padding: 2px; }}
    QToolButton#quiet {{ color: {p.muted}; }} QToolButton#news {{ color: {p.accent}; font-weight: 600; }}
    QToolButton#line {{ color: {p.text}; font-size: {px(META)}px; padding: 0 1px; }}
    QToolButton#quiet:hover {{ background: {p.win}; color: {p.text}; }}
    QToolButton#news:hover {{ background: {p.win}; }} QToolButton#line:hover {{ background: {p.track}; }}
    QToolButton#quiet:focus, QToolButton#news:focus, QToolButton#line:focus {{ border: 2px solid {p.accent}; }}
    QToolButton#quiet::menu-indicator {{ image: none; width: 0; }}
    QLineEdit#filter, QLineEdit#filter:focus {{ background: transparent; border: none; padding: 0 8px;
        min-height: {px(32)}px; }}
    """


def _tabs_tables_and_bars(p: Palette) -> str:
    return f"""
    QTabBar#calls {{ font-size: {px(META)}px; font-weight: 600; }}
    QTabBar#calls::tab {{ background: transparent; color: {p.muted}; border: none; border-bottom: 2px solid transparent;
        font-weight: 400; padding: 0 {px(12)}px; height: {px(34)}px; font-size: {px(META)}px; }}
    QTabBar#calls::tab:selected {{ color: {p.text}; border-bottom: 2px solid {p.accent}; font-weight: 600; }}
    QTabBar#calls::tab:hover {{ color: {p.text}; }}
    QTabBar#calls::tab:selected:focus {{ background: {p.selection}; }}
    QTableWidget::item, QTableView#plain::item {{ border: 2px solid transparent; padding: 0 2px; }}
    QTableWidget::item:selected, QTableView#plain::item:selected {{ background: {p.selection}; color: {p.text}; }}
    QListWidget#plain::item {{ padding: 6px 8px; border: none; }}
    QListWidget#plain::item:selected {{ background: {p.selection}; color: {p.text}; }}
    QTableWidget::item:focus {{ border: 2px solid {p.accent}; }}
    QMenu {{ background: {p.surf}; border: 1px solid {p.hair}; padding: 4px; }}
    QMenu::item {{ padding: 4px 24px 4px 12px; border-radius: 4px; min-height: 20px; }}
    QMenu::item:selected {{ background: {p.selection}; }}
    QMenu::item:disabled {{ color: {p.muted}; }}
    QMenu::separator {{ height: 1px; background: {p.hair}; margin: 4px 0; }}
    QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
    QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
    QScrollBar::handle {{ background: {p.hair}; border-radius: 4px; min-height: 32px; min-width: 32px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: {p.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {p.hair}; }}
    """
