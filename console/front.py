"""The first window: the desk as it was left, with its clocks for now; it imports nothing but the least of Qt.

Neither fonts nor the namespace Qt are touched: the one takes 15 ms, the other 25, and the whole window may take 35.
"""

from __future__ import annotations

import ast
import logging
import mmap
import os
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import (
    QByteArray,
    QEventLoop,
    QLockFile,
    QMessageLogContext,
    QRectF,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from console import FRONT_FILE, __version__
from services.domain.spans import SOON_MINUTES, age, due

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent

LOCK = "desk.lock"
PATIENCE_MS = 300
"""So long the first window is waited for; one that nobody sees, such as a minimised one, is never painted."""
OFFSCREEN = "This plugin does not support "
"""How Qt's offscreen platform says that it cannot hint, raise or grab a window: no picture needs that."""
MOVES = {"j", "k"}
ARROWS = range(0x01000010, 0x01000018)
"""Qt's numbers for Home, End, the four arrows and the two page keys."""
_MAGIC = b"connect-console front 1\n"
_LENGTHS = struct.Struct("<II")
_EDGE = 64
log = logging.getLogger(__name__)


class Clock(NamedTuple):
    """A cell of the queue whose words follow the time."""

    is_due: bool
    """Time left or late; else how old."""
    ms: int
    """The moment it counts to or from, since 1970 UTC."""
    right: int
    """Where its words end, and where its row begins and how high that is (pixels of the window)."""
    top: int
    height: int


class Front(NamedTuple):
    """The desk as it was left. Lengths are pixels of the window; the picture has `density` times as many."""

    version: str
    title: str
    geometry: bytes
    """As QWidget.saveGeometry writes it."""
    width: int
    height: int
    least: tuple[int, int]
    """The smallest width and height of the window."""
    density: float
    points: float
    """Size of the person's own font: with another one all measures are others."""
    stride: int
    """Bytes of a line of the picture, whose pixels are 32 bits."""
    lines: int
    """Lines of the picture: those of the window, and below them the pieces that clocks are put together from."""
    pieces: dict[str, tuple[int, int]]
    """Where each piece begins in that last strip, and how wide it is: a style and a figure, a unit or a mark."""
    blank: int
    """Width between two words."""
    clocks: tuple[Clock, ...]


AGE, DUE, SOON = "age ", "due ", "soon "
"""Styles of a clock's words: how old, time left, and what is due soon or late."""
LATE_MARK, SOON_MARK = "late mark", "soon mark"
UNITS = ("m", "h", "d", "y", "left", "late")


def read(path: Path) -> tuple[Front, memoryview] | None:
    """What was left, with the picture's bytes; None where there is nothing, or anything about it is wrong."""
    try:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None
    start = len(_MAGIC) + _LENGTHS.size
    if len(data) < start or bytes(data[: len(_MAGIC)]) != _MAGIC:
        return None
    length, check = _LENGTHS.unpack(data[len(_MAGIC) : start])
    if zlib.adler32(data[start:]) != check:
        return None
    try:
        fields = ast.literal_eval(bytes(data[start : start + length]).decode())
        front = Front(**{**fields, "clocks": tuple(Clock(*clock) for clock in fields["clocks"])})
    except (ValueError, SyntaxError, TypeError, KeyError):
        return None
    pixels = data[_pixels_at(length) :]
    if front.version != __version__ or len(pixels) != front.stride * front.lines:
        return None
    return front, pixels


def write(path: Path, front: Front, pixels: bytes) -> None:
    """Put it there in one step, for its owner alone. Raises OSError."""
    head = repr({**front._asdict(), "clocks": [tuple(clock) for clock in front.clocks]}).encode()
    start = len(_MAGIC) + _LENGTHS.size
    body = b"".join((head, bytes(_pixels_at(len(head)) - start - len(head)), pixels))
    for broken_off in path.parent.glob(f"{path.name}.*.new"):
        broken_off.unlink(missing_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_MAGIC + _LENGTHS.pack(len(head), zlib.adler32(body)))
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _pixels_at(length: int) -> int:
    """Where the pixels begin behind a head of so many bytes: aligned, as QImage wants its lines."""
    end = len(_MAGIC) + _LENGTHS.size + length
    return -(-end // _EDGE) * _EDGE


def data_folder() -> Path:
    """The system's place for a person's data, as platformdirs finds it too, which takes longer to import."""
    from PySide6.QtCore import QStandardPaths

    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation))


def application() -> QApplication:
    """The one application of Qt; what Qt says goes to the log, except to somebody who listens already."""
    before = qInstallMessageHandler(_log_qt)
    if before not in {None, _log_qt}:
        qInstallMessageHandler(before)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Connect Console")
    app.setApplicationDisplayName("")
    return app


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message.startswith(OFFSCREEN):
        return
    if kind is QtMsgType.QtFatalMsg:
        sys.stderr.write(f"Qt cannot go on: {message}\n")
    level = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}.get(kind, logging.WARNING)
    log.log(level, "Qt: %s", message)


def lock(home: Path) -> QLockFile | None:
    """A hold on this home for one desk, ended with the process; None while another desk has it."""
    made = QLockFile(str(home / LOCK))
    made.setStaleLockTime(0)
    return made if made.tryLock(0) else None


def show(home: Path) -> Frame | None:
    """Show the desk of this home as it was left; None where nothing fitting was left or it is open already."""
    left = read(home / FRONT_FILE)
    if left is None:
        return None
    app = application()
    held = lock(home)
    if held is None or app.font().pointSizeF() != left[0].points:
        return None
    frame = Frame(*left, held)
    frame.show()
    if frame.devicePixelRatioF() != left[0].density:
        frame.hide()
        frame.deleteLater()
        return None
    frame.wait()
    return frame


class Frame(QMainWindow):
    """The window on the screen from the first moment: it paints what was left until the desk settles in it."""

    def __init__(self, front: Front, pixels: memoryview, held: QLockFile) -> None:
        super().__init__()
        self.lock = held
        self.painted = self.closed = False
        self._seen = QEventLoop(self)
        self.keys: list[QKeyEvent] = []
        """What was typed before the desk was there."""
        self.left: Front | None = front
        """What is shown, until the desk is there."""
        self._picture = QImage(
            pixels, round(front.width * front.density), front.lines, front.stride, QImage.Format.Format_RGB32
        )
        self._picture.setDevicePixelRatio(front.density)
        self._pixels: memoryview | None = pixels
        self._desk: QMainWindow | None = None
        self.setWindowTitle(front.title)
        self.setMinimumSize(*front.least)
        self.resize(front.width, front.height)
        self.restoreGeometry(QByteArray(front.geometry))

    def wait(self) -> None:
        """Let Qt work until the window has been painted or closed, but no longer than a person would wait for it."""
        patience = QTimer(self)
        patience.setSingleShot(True)
        patience.timeout.connect(self._seen.quit)
        patience.start(PATIENCE_MS)
        if not self.painted and not self.closed:
            self._seen.exec()
        patience.stop()

    def settle(self, desk: QMainWindow) -> None:
        """Let the desk take the picture's place."""
        self._desk = desk
        self.setWindowTitle(desk.windowTitle())
        self.setCentralWidget(desk)
        self.left = self._pixels = None
        self._picture = QImage()
        self.setMinimumSize(0, 0)

    def replay(self, table: QWidget) -> None:
        """Give the queue those keys that move about in it; the first other one ends that, and is left out."""
        for event in self.keys:
            if event.text().lower() not in MOVES and event.key() not in ARROWS:
                break
            QApplication.sendEvent(table, event)
        self.keys.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was left, and the clocks for now."""
        if self.left is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        window = QRectF(0, 0, self.left.width, self.left.height)
        painter.drawImage(window, self._picture, _times(window, self.left.density))
        for box, source in _blits(self.left, int(time.time() * 1000)):
            painter.drawImage(box, self._picture, source)
        painter.end()
        self.painted = True
        self._seen.quit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep what is typed for the desk."""
        if self._desk is None:
            self.keys.append(event.clone())
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The desk ends as if it were the window; before it is there, the start is given up."""
        self.closed = True
        self._seen.quit()
        if self._desk is not None:
            self._desk.close()
        super().closeEvent(event)


def _blits(front: Front, now_ms: int) -> Iterator[tuple[QRectF, QRectF]]:
    """For each piece of each clock its place in the window, and where it is found in the picture."""
    for clock in front.clocks:
        right = clock.right
        for name in _names(clock, now_ms):
            left, width = front.pieces.get(name, (0, front.blank))
            right -= width
            if name in front.pieces:
                strip = QRectF(left, front.height, width, clock.height)
                yield QRectF(right, clock.top, width, clock.height), _times(strip, front.density)


def _names(clock: Clock, now_ms: int) -> Iterator[str]:
    """What a clock is put together from, from its right end to the left; "" stands between two words."""
    minutes, style = SOON_MINUTES, AGE
    words = age(now_ms - clock.ms)
    if clock.is_due:
        words, minutes = due(clock.ms - now_ms)
        style = SOON if minutes < SOON_MINUTES else DUE
    for word in reversed(words.split()):
        yield from (style + part for part in ([word] if word in UNITS else reversed(word)))
        yield ""
    if minutes < SOON_MINUTES:
        yield LATE_MARK if minutes < 0 else SOON_MARK


def _times(box: QRectF, density: float) -> QRectF:
    return QRectF(box.x() * density, box.y() * density, box.width() * density, box.height() * density)
