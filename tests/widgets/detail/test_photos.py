"""Photos from outside become pixels, or a sentence."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from widgets.detail.photos import LONGEST, Decoder, decode, photo_format

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
GIF = bytes.fromhex("474946383961010001008000000000 00ffffff21f90401000000002c00000000010001000002024401003b")


def picture(kind: str, width: int = 30, height: int = 20) -> bytes:
    """A real picture in one of the formats."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    buffer.close()
    return bytes(raw.data())


def bomb(side: int) -> bytes:
    """A PNG that says it is `side` pixels wide and high, in a few hundred bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPG", "PNG", "WEBP"])
def test_photos_are_shown(qapp: object, kind: str) -> None:
    made = decode(picture(kind))
    assert isinstance(made, QImage)
    assert (made.width(), made.height()) == (30, 20)


def test_a_gif_is_shown(qapp: object) -> None:
    assert isinstance(decode(GIF), QImage)


def test_a_large_photo_is_kept_at_the_size_of_the_viewer(qapp: object) -> None:
    made = decode(picture("JPG", 4000, 1000))
    assert isinstance(made, QImage)
    assert (made.width(), made.height()) == (LONGEST, 400)


@pytest.mark.parametrize("data", [SVG, b"<?xml version='1.0'?>" + SVG, b"BM" + bytes(60), b"%PDF-1.7", b"<html>"])
def test_nothing_else_is_ever_read(qapp: object, data: bytes) -> None:
    assert decode(data) == "Not a JPEG, PNG, WebP or GIF picture."


@pytest.mark.qt_log_ignore("JPEG", "QImageIOHandler")
def test_each_failure_says_why(qapp: object, capfd: pytest.CaptureFixture[str]) -> None:
    assert decode(b"") == "The photo is empty."
    assert decode(picture("PNG")[:40]) == "The PNG picture is damaged."
    assert decode(b"\xff\xd8\xff" + bytes(30)) == "The JPEG picture is damaged."
    assert decode(bomb(60_000)) == "The picture is too large to show (60000 × 60000)."


@pytest.mark.qt_log_ignore("png")
def test_svg_behind_a_png_signature_is_not_svg(qapp: object) -> None:
    assert decode(b"\x89PNG\r\n\x1a\n" + SVG) == "The PNG picture is damaged."


@given(st.binary(max_size=64))
def test_the_format_is_whitelisted(data: bytes) -> None:
    assert photo_format(data) in {"", "jpeg", "png", "webp", "gif"}


def test_decoding_happens_in_a_worker_and_answers_by_address(qtbot: QtBot) -> None:
    decoder = Decoder()
    with qtbot.waitSignal(decoder.decoded) as good:
        decoder.start("one", picture("PNG"))
    with qtbot.waitSignal(decoder.failed) as bad:
        decoder.start("two", SVG)
    decoder.stop()
    assert good.args is not None
    assert good.args[0] == "one"
    assert bad.args == ["two", "Not a JPEG, PNG, WebP or GIF picture."]
