"""Photos of a request: bytes from outside become pixels in a worker thread, or a sentence that says why not."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

LONGEST = 1600
"""Pixels of the longer side that is kept; enough for the viewer."""
ALLOCATION_MB = 64


def photo_format(data: bytes) -> str:
    """The format by its first bytes: jpeg, png, webp, gif, or "" for everything else (SVG is never a photo)."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return ""


def decode(data: bytes) -> QImage | str:
    """The picture, at most `LONGEST` pixels, upright; or a sentence that says why it cannot be shown."""
    kind = photo_format(data)
    if not kind:
        return "Not a JPEG, PNG, WebP or GIF picture." if data else "The photo is empty."
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind.encode()))
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LONGEST:
        reader.setScaledSize(size.scaled(QSize(LONGEST, LONGEST), Qt.AspectRatioMode.KeepAspectRatio))
    shrinks_while_reading = 64 if kind == "jpeg" else 1
    if size.width() * size.height() * 4 > ALLOCATION_MB * 1024 * 1024 * shrinks_while_reading:
        return f"The picture is too large to show ({size.width()} × {size.height()})."
    image = reader.read()
    buffer.close()
    return f"The {kind.upper()} picture is damaged." if image.isNull() else image


class Decoder(QObject):
    """Decodes in one worker thread; `decoded` and `failed` arrive on the thread that owns this object."""

    decoded = Signal(str, QImage)
    failed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(1000)

    def start(self, url: str, data: bytes) -> None:
        """Decode `data`; one of the two signals names `url` afterwards."""
        self._pool.start(_Job(self, url, data))

    def stop(self) -> None:
        """Forget what has not begun and wait for what has."""
        self._pool.clear()
        self._pool.waitForDone()


class _Job(QRunnable):
    def __init__(self, decoder: Decoder, url: str, data: bytes) -> None:
        super().__init__()
        self._decoder, self._url, self._data = decoder, url, data

    def run(self) -> None:
        made = decode(self._data)
        if isinstance(made, str):
            self._decoder.failed.emit(self._url, made)
        else:
            self._decoder.decoded.emit(self._url, made)
