"""The strip of photo thumbnails and the viewer: loading, shown, or failed with the reason in words."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QDialog, QWidget

from widgets import theme
from widgets.detail import parts
from widgets.detail.parts import Button
from widgets.detail.photos import Decoder
from widgets.icons import paint_icon
from widgets.plain import PlainLabel, tip

WIDTH, HEIGHT, GAP = 92, 60, 8
KEPT = 24
"""Decoded photos kept in memory, the newest used."""
MOST = 30
"""Photos of one request that are asked for; more are counted in words."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as the strip holds it: an image, or why there is none, or neither while it is loading."""

    image: QImage | None = None
    problem: str = ""

    @property
    def words(self) -> str:
        """Its state for a screen reader."""
        return "" if self.image else f"cannot be shown: {self.problem}" if self.problem else "loading"


LOADING = Photo()


class Thumb(Button):
    """One thumbnail."""

    def __init__(self, url: str, position: int) -> None:
        super().__init__("")
        self.url, self._position = url, position
        self.setFixedSize(WIDTH, HEIGHT)
        self.photo = LOADING
        self.show_photo(LOADING)

    def show_photo(self, photo: Photo) -> None:
        """Show the picture or its state."""
        self.photo = photo
        name = f"Photo {self._position + 1}"
        self.setAccessibleName(f"{name} {photo.words}".strip() if photo.words else f"{name}, Space to view")
        self.setToolTip(tip(photo.problem))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the thumbnail: cropped to fill, or an icon with a word."""
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.fillPath(path, theme.colour(p.track))
        if self.photo.image is not None:
            painter.setClipPath(path)
            painter.drawImage(QRectF(self.rect()), self.photo.image, _middle(self.photo.image))
            painter.setClipping(False)
        else:
            paint_icon(
                painter, QRectF(38, 12, 16, 16), "alert" if self.photo.problem else "camera", theme.colour(p.muted)
            )
            painter.setFont(theme.font(theme.META))
            painter.setPen(theme.colour(p.muted))
            word = "not shown" if self.photo.problem else "loading"
            painter.drawText(QRectF(0, 34, WIDTH, 16), Qt.AlignmentFlag.AlignCenter, word)
        self.focus_mark(painter, 4)
        painter.end()


def _middle(image: QImage) -> QRectF:
    """The part of the picture that fills a thumbnail without distortion."""
    size = QSize(WIDTH, HEIGHT).scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = (image.width() - size.width()) / 2, (image.height() - size.height()) / 2
    return QRectF(left, top, size.width(), size.height())


class Strip(QWidget):
    """The photos of one request; asks for the bytes of each by its address and decodes them in a worker."""

    photo_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._urls: tuple[str, ...] = ()
        self._known: OrderedDict[str, Photo] = OrderedDict()
        self._asked: set[str] = set()
        self._viewer: Viewer | None = None
        self._decoder = Decoder()
        self._decoder.decoded.connect(self._decoded)
        self._decoder.failed.connect(self.fail)
        self._holder = QWidget()
        self._count = parts.meta()
        self._count.setParent(self._holder)
        self.problem = PlainLabel(pixels=theme.META, muted=True, wrap=True)
        self.thumbs: list[Thumb] = []
        column = parts.column(self, 4)
        column.setContentsMargins(parts.INSET, 12, parts.INSET, 0)
        column.addWidget(self._holder)
        column.addWidget(self.problem)

    def show_photos(self, urls: tuple[str, ...]) -> None:
        """Show these photos; those not yet known are asked for."""
        if urls != self._urls:
            self._urls = urls
            self._asked.clear()
            self._build()
        self.setVisible(bool(urls))
        for thumb in self.thumbs:
            if thumb.url not in self._known and thumb.url not in self._asked:
                self._asked.add(thumb.url)
                self.photo_wanted.emit(thumb.url)

    def take(self, url: str, data: bytes) -> None:
        """The bytes of a photo have come; they are decoded in a worker."""
        self._decoder.start(url, data)

    def fail(self, url: str, sentence: str) -> None:
        """The photo cannot be had or shown, and why."""
        self._learn(url, Photo(problem=sentence))

    def view(self, position: int = 0) -> bool:
        """Open the viewer on a photo; False when there is nothing to see yet."""
        images = [(i, t.photo.image) for i, t in enumerate(self.thumbs) if t.photo.image is not None]
        if not images:
            return False
        if self._viewer is not None:
            self._viewer.close()
        start = next((n for n, (i, _) in enumerate(images) if i >= position), len(images) - 1)
        self._viewer = Viewer([image for _, image in images], start, self.window())
        self._viewer.finished.connect(self._closed)
        self._viewer.show()
        return True

    def stop(self) -> None:
        """Close the viewer and let the worker end."""
        if self._viewer is not None:
            self._viewer.close()
        self._decoder.stop()

    def _closed(self) -> None:
        if self._viewer is not None:
            self._viewer.deleteLater()
            self._viewer = None

    def _decoded(self, url: str, image: QImage) -> None:
        self._learn(url, Photo(image=image))

    def _learn(self, url: str, photo: Photo) -> None:
        self._known[url] = photo
        self._known.move_to_end(url)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        for thumb in self.thumbs:
            if thumb.url == url:
                thumb.show_photo(photo)
        self._say()

    def _build(self) -> None:
        for thumb in self.thumbs:
            thumb.hide()
            thumb.deleteLater()
        self.thumbs = [Thumb(url, i) for i, url in enumerate(self._urls[:MOST])]
        for i, thumb in enumerate(self.thumbs):
            thumb.setParent(self._holder)
            thumb.move(i % 3 * (WIDTH + GAP), i // 3 * (HEIGHT + GAP))
            thumb.show_photo(self._known.get(thumb.url, LOADING))
            thumb.clicked.connect(partial(self.view, i))
            thumb.show()
        full_rows = -(-len(self.thumbs) // 3)
        self._holder.setFixedHeight(max(0, full_rows * (HEIGHT + GAP) - GAP))
        self._count.move(min(3, len(self.thumbs)) * (WIDTH + GAP) + 4, 14)
        self._say()

    def _say(self) -> None:
        count = len(self._urls)
        shown = "" if count <= MOST else f"\nfirst {MOST} shown"
        view = "\nSpace to view" if any(t.photo.image for t in self.thumbs) else ""
        self._count.setText(f"{count} photo{'s' * (count != 1)}{view}{shown}")
        self._count.adjustSize()
        problems = list(dict.fromkeys(t.photo.problem for t in self.thumbs if t.photo.problem))
        self.problem.setText("\n".join(problems))
        self.problem.setVisible(bool(problems))


class Viewer(QDialog):
    """One photo as large as the window; arrows for the next, Esc or Space closes."""

    def __init__(self, images: list[QImage], position: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._images, self.position = images, position
        self.setWindowTitle("Photos")
        self.setAccessibleName("Photo viewer")
        self.resize(960, 720)
        self._go(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn over; Esc and Space close."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self._go(step)
        elif event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Space}:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the photo in the middle, whole."""
        p = theme.current()
        image = self._images[self.position]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.colour(p.win))
        room = self.size() - QSize(32, 64)
        size = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (room.height() - size.height()) / 2 + 16
        painter.drawImage(QRectF(left, top, size.width(), size.height()), image)
        painter.setFont(theme.font(theme.META))
        painter.setPen(theme.colour(p.muted))
        foot = QRectF(0, self.height() - 40, self.width(), 32)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self._words())
        painter.end()

    def _words(self) -> str:
        return f"{self.position + 1} of {len(self._images)}   ← →  next   Esc  close"

    def _go(self, step: int) -> None:
        self.position = (self.position + step) % len(self._images)
        self.setAccessibleDescription(f"Photo {self.position + 1} of {len(self._images)}")
        self.update()
