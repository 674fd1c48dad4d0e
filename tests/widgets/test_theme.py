"""The look: contrasts of both palettes, computed; fonts, sizes and schemes."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from services.domain.status import Status
from widgets import theme
from widgets.plain import PlainLabel
from widgets.theme import DARK, LIGHT, Palette

BOTH = pytest.mark.parametrize("p", [LIGHT, DARK], ids=["light", "dark"])


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor | str, other: QColor | str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_text_is_readable(p: Palette) -> None:
    grounds = {"win": p.win, "surf": p.surf, "selection": p.selection}
    for (name, ground), ink in product(grounds.items(), ("text", "muted", "accent")):
        assert contrast(getattr(p, ink), ground) >= 4.5, f"{ink} on {name}"
    pairs = (
        ("on_accent", "accent"), ("toast_text", "toast"), ("toast_undo", "toast"), ("staff_ink", "staff"),
        ("text", "staff"), ("map_text", "land"), ("map_text", "halo"), ("water_text", "water"), ("text", "track"),
        ("muted", "track"), ("map_text", "park"),
    )  # fmt: skip
    for ink, ground in pairs:
        assert contrast(getattr(p, ink), getattr(p, ground)) >= 4.5, f"{ink} on {ground}"


@BOTH
def test_text_on_tints_is_readable(p: Palette) -> None:
    for status in Status:
        assert contrast(p.text, theme.chip_ground(p, status)) >= 4.5
    for tint in (theme.mix(p.overdue, p.surf, 0.14), theme.mix(p.accent, p.surf, 0.14)):
        assert contrast(p.text, tint) >= 4.5
    token = theme.mix(p.accent, p.surf, 0.12)
    wrong = theme.mix(p.overdue, p.surf, 0.16)
    for chip in (token, wrong):
        assert contrast(p.text, chip) >= 4.5
        assert contrast(p.muted, chip) >= 4.5
    assert contrast(theme.mix(p.toast_text, p.toast, 0.72), p.toast) >= 4.5


@BOTH
def test_shapes_are_told_from_their_grounds(p: Palette) -> None:
    for status in Status:
        grounds: list[QColor | str] = [p.surf, p.win, p.selection, p.land, theme.chip_ground(p, status)]
        for ground in grounds:
            assert contrast(p.status(status), ground) >= 3, f"{status} on {QColor(ground).name()}"
    for ground in (p.surf, p.win, p.selection, p.land):
        assert contrast(p.overdue, ground) >= 3
        assert contrast(p.accent, ground) >= 3
    for shape, ground in ((p.ok, p.win), (p.muted, p.track), (p.text, p.track)):
        assert contrast(shape, ground) >= 3


def test_install_takes_the_shipped_font_and_tabular_figures(look: QApplication) -> None:
    assert look.font().family() == "Inter"
    assert look.font().pixelSize() == theme.BODY
    assert look.font().isFeatureSet(QFont.Tag("tnum"))
    small = theme.font(theme.META, theme.SEMIBOLD, italic=True)
    assert (small.pixelSize(), small.weight(), small.italic()) == (12, theme.SEMIBOLD, True)


def test_the_scheme_is_changed_at_once(look: QApplication) -> None:
    theme.set_scheme(look, "dark")
    assert theme.current() is DARK
    assert look.palette().window().color().name().upper() == DARK.win
    theme.set_scheme(look, "light")
    assert theme.current() is LIGHT
    assert "#FFFFFF" in look.styleSheet()


def test_labels_take_their_look_from_the_one_sheet(look: QApplication, qtbot: QtBot) -> None:
    label = PlainLabel("x", pixels=theme.TITLE, weight=theme.SEMIBOLD, muted=True)
    qtbot.addWidget(label)
    label.ensurePolished()
    assert label.font().pixelSize() == theme.TITLE
    assert label.font().weight() == 600
    assert label.palette().windowText().color().name().upper() == LIGHT.muted
    theme.set_scheme(look, "dark")
    assert label.palette().windowText().color().name().upper() == DARK.muted
    label.set_muted(False)
    assert label.palette().windowText().color().name().upper() == DARK.text


def test_buttons_and_fields_are_32_high_with_and_without_the_keyboard(look: QApplication, qtbot: QtBot) -> None:
    button, field = QPushButton("Send"), QLineEdit()
    compact = QPushButton("Send")
    compact.setProperty("compact", True)
    for widget, height in ((button, 32), (field, 32), (compact, 28)):
        qtbot.addWidget(widget)
        widget.show()
        assert widget.sizeHint().height() == height
        widget.setFocus()
        assert widget.sizeHint().height() == height


def test_lengths_follow_the_font_size(look: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert theme.px(28) == 28
    monkeypatch.setattr(theme, "_base_points", 15.0)
    assert theme.px(28) == 42
    assert theme.font().pixelSize() == 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_box_to_tick_is_told_from_its_ground(look: QApplication, qtbot: QtBot, scheme: str) -> None:
    theme.set_scheme(look, scheme)
    try:
        window = QWidget()
        qtbot.addWidget(window)
        box = QCheckBox("", window)
        window.resize(300, 60)
        box.setGeometry(20, 10, 260, 30)
        window.show()
        picture = window.grab().toImage()
        across = [picture.pixelColor(x, 25) for x in range(20, 36)]
        assert contrast(picture.pixelColor(2, 2), theme.current().win) == pytest.approx(1)
        edges = [x for x, colour in enumerate(across) if contrast(colour, theme.current().win) >= 3]
        assert len(edges) == 2, "left and right of a box with nothing in it"
        assert edges[1] - edges[0] > 8
    finally:
        theme.set_scheme(look, "light")
