"""The line icons: 16 px box, 1.5 px stroke, round caps, no fill; drawn from strokes in any colour and size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPen, QPixmap

from widgets.theme import colour as named

BOX = 16
STROKE = 1.5

# M x y: move · L x y: line · C x1 y1 x2 y2 x y: curve · Q x1 y1 x y: curve · Z: close
# O x y r: circle · R x y w h r: rounded rectangle
_STROKES = {
    "search": "O 7 7 4.75 M 10.5 10.5 L 14 14",
    "phone": (
        "M 3.2 2.4 L 5.4 2 L 6.8 5.2 L 5.3 6.6 C 6 8.2 7.6 9.9 9.3 10.7 L 10.8 9.2 L 14 10.6 L 13.6 12.8 "
        "C 13.4 13.6 12.8 14 12 14 C 6.8 13.6 2.4 9.2 2 4 C 2 3.2 2.4 2.6 3.2 2.4 Z"
    ),
    "app": "R 4 1.5 8 13 2 M 7 12 L 9 12",
    "web": "O 8 8 6.25 M 1.75 8 L 14.25 8 M 8 1.75 C 4.4 5 4.4 11 8 14.25 M 8 1.75 C 11.6 5 11.6 11 8 14.25",
    "mail": "R 1.75 3 12.5 10 1.5 M 2.25 4.25 L 8 8.75 L 13.75 4.25",
    "staff": "R 2.5 3.5 11 10.5 1.5 M 6 3.5 L 6 1.75 L 10 1.75 L 10 3.5 O 8 7.25 1.5 M 5.25 11.5 Q 8 8.6 10.75 11.5",
    "walk": "O 9 2.75 1.25 M 6.5 14.25 L 8 10 L 8 6 L 5.25 7.25 L 4.5 9.5 M 8 10 L 10.5 11.5 L 11.25 14.25 M 8 6 "
    "L 10 8 L 12 8.5",
    "clock": "O 8 8 6.25 M 8 4.5 L 8 8 L 10.25 9.5",
    "person": "O 8 4.75 2.75 M 2.75 14 C 2.75 8.4 13.25 8.4 13.25 14",
    "inbox": "M 1.75 9 L 4 3 L 12 3 L 14.25 9 L 14.25 13 L 1.75 13 Z M 1.75 9 L 5.25 9 L 6.25 10.75 L 9.75 10.75 "
    "L 10.75 9 L 14.25 9",
    "layers": "M 8 2.25 L 14.25 5.75 L 8 9.25 L 1.75 5.75 Z M 1.75 9.75 L 8 13.25 L 14.25 9.75",
    "pin": "M 8 14.25 C 5 11.2 3.25 8.9 3.25 6.5 C 3.25 -0.1 12.75 -0.1 12.75 6.5 C 12.75 8.9 11 11.2 8 14.25 Z "
    "O 8 6.5 1.75",
    "truck": "M 1.5 3.5 L 9.5 3.5 L 9.5 11.5 L 6.5 11.5 M 3 11.5 L 1.5 11.5 L 1.5 3.5 M 9.5 6 L 12.25 6 L 14.5 8.5 "
    "L 14.5 11.5 L 13.5 11.5 M 10 11.5 L 9.5 11.5 O 4.75 12 1.6 O 11.75 12 1.6",
    "camera": "M 1.75 4.75 L 4.75 4.75 L 6 2.75 L 10 2.75 L 11.25 4.75 L 14.25 4.75 L 14.25 13 L 1.75 13 Z O 8 8.5 2.4",
    "lock": "R 3 7 10 7.25 1.5 M 5 7 L 5 4.75 C 5 0.6 11 0.6 11 4.75 L 11 7",
    "plus": "M 8 2.5 L 8 13.5 M 2.5 8 L 13.5 8",
    "minus": "M 2.5 8 L 13.5 8",
    "close": "M 3.5 3.5 L 12.5 12.5 M 12.5 3.5 L 3.5 12.5",
    "lasso": "M 5 11.5 C -1 9 2 3 8 3 C 15.5 3 15.5 10.5 8.5 11 C 6 11.2 4.5 10.6 5 9.6 C 6 8.2 8 9.6 7 12 "
    "C 6.6 13.2 5.6 14 4.5 14.5",
    "eye": "M 1.5 8 C 4.5 2.6 11.5 2.6 14.5 8 C 11.5 13.4 4.5 13.4 1.5 8 Z O 8 8 2.25",
    "fit": "M 2 5.5 L 2 2 L 5.5 2 M 10.5 2 L 14 2 L 14 5.5 M 14 10.5 L 14 14 L 10.5 14 M 5.5 14 L 2 14 L 2 10.5",
    "menu": "M 2 4 L 14 4 M 2 8 L 14 8 M 2 12 L 14 12",
    "more": "O 3 8 0.5 O 8 8 0.5 O 13 8 0.5",
    "check": "M 2.75 8.5 L 6.25 12 L 13.25 4.25",
    "down": "M 3.5 6 L 8 10.5 L 12.5 6",
    "up": "M 3.5 10 L 8 5.5 L 12.5 10",
    "right": "M 6 3.5 L 10.5 8 L 6 12.5",
    "sorted-up": "M 8 13 L 8 3 M 4.5 6.5 L 8 3 L 11.5 6.5",
    "sorted-down": "M 8 3 L 8 13 M 4.5 9.5 L 8 13 L 11.5 9.5",
    "chart": "M 2 2 L 2 14 L 14 14 M 5.25 11 L 5.25 8.5 M 8.5 11 L 8.5 4.5 M 11.75 11 L 11.75 6.75",
    "open-out": "M 9.25 2 L 14 2 L 14 6.75 M 14 2 L 7.5 8.5 M 6 3 L 3.5 3 C 2.5 3 2 3.5 2 4.5 L 2 12.5 "
    "C 2 13.5 2.5 14 3.5 14 L 11.5 14 C 12.5 14 13 13.5 13 12.5 L 13 10",
    "alert": "M 8 2 L 14.5 13.5 L 1.5 13.5 Z M 8 6.5 L 8 9.5 M 8 11.5 L 8 11.6",
    "pen": "M 2.5 13.5 L 3.25 10.25 L 10.75 2.75 C 11.8 1.7 14.3 4.2 13.25 5.25 L 5.75 12.75 Z M 9.25 4.25 "
    "L 11.75 6.75",
    "message": "M 3.5 2.5 L 12.5 2.5 C 13.5 2.5 14.25 3.25 14.25 4.25 L 14.25 9.25 C 14.25 10.25 13.5 11 12.5 11 "
    "L 7.5 11 L 4.25 14 L 4.25 11 L 3.5 11 C 2.5 11 1.75 10.25 1.75 9.25 L 1.75 4.25 C 1.75 3.25 2.5 2.5 3.5 2.5 Z",
    "undo": "M 5.5 2.5 L 2 6 L 5.5 9.5 M 2 6 L 9.5 6 C 15.2 6 15.2 13.5 9.5 13.5 L 6.5 13.5",
}
NAMES = tuple(_STROKES)

_LENGTHS = {"M": 2, "L": 2, "C": 6, "Q": 4, "Z": 0, "O": 3, "R": 5}


@lru_cache(maxsize=len(_STROKES))
def path(name: str) -> QPainterPath:
    """The strokes of an icon in its 16 px box; never change the one you get. KeyError on an unknown name."""
    made = QPainterPath()
    words = iter(_STROKES[name].split())
    for step in words:
        _add(made, step, [float(next(words)) for _ in range(_LENGTHS[step])])
    return made


def _add(made: QPainterPath, step: str, n: list[float]) -> None:
    if step == "M":
        made.moveTo(n[0], n[1])
    elif step == "L":
        made.lineTo(n[0], n[1])
    elif step == "C":
        made.cubicTo(*n)
    elif step == "Q":
        made.quadTo(*n)
    elif step == "Z":
        made.closeSubpath()
    elif step == "O":
        made.addEllipse(QRectF(n[0] - n[2], n[1] - n[2], 2 * n[2], 2 * n[2]))
    else:
        made.addRoundedRect(QRectF(n[0], n[1], n[2], n[3]), n[4], n[4])


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: str | QColor) -> None:
    """Draw an icon into `rect` (drawn for 16×16 px); the stroke scales with it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / BOX, rect.height() / BOX)
    pen = QPen(named(colour) if isinstance(colour, str) else colour, STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path(name))
    painter.restore()


@lru_cache(maxsize=256)
def icon_pixmap(name: str, ink: str, side: int, density: float) -> QPixmap:
    """An icon drawn once for painting in many rows; `side` in pixels of the design, `density` of the screen."""
    made = QPixmap(QSize(side, side) * density)
    made.setDevicePixelRatio(density)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_icon(painter, QRectF(0, 0, side, side), name, ink)
    painter.end()
    return made


@lru_cache(maxsize=512)
def _drawn(name: str, ink: str, size: tuple[int, int]) -> QPixmap:
    """An icon in the middle of that many pixels: buttons over the map are painted at every step of a pan."""
    made = QPixmap(*size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    side = min(size)
    paint_icon(painter, QRectF((size[0] - side) / 2, (size[1] - side) / 2, side, side), name, ink)
    painter.end()
    return made


class _Engine(QIconEngine):
    """Paints the strokes at whatever size and density is asked for."""

    def __init__(self, name: str, ink: str, faded: str) -> None:
        super().__init__()
        self._name, self._ink, self._faded = name, ink, faded

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        box = QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)
        paint_icon(painter, box, self._name, self._faded if mode is QIcon.Mode.Disabled else self._ink)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _drawn(self._name, self._faded if mode is QIcon.Mode.Disabled else self._ink, size.toTuple())

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._ink, self._faded)


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """An icon for buttons and actions, sharp at every density. KeyError on an unknown name."""
    path(name)
    return QIcon(_Engine(name, colour, disabled or colour))
