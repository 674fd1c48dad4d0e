"""A photo goes from the upstream's own host, through the network's thread and the decoder, to the viewer (P)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import settings as settings_files
from services.domain.exchange import Page
from services.store import ingest, queries
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.upstream.loopback import Loopback, Reply
from widgets.detail.strip import Viewer


def png() -> bytes:
    """A red picture of 2 × 2 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * 2) * 2
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_photo(home: Path, server: str, photo: str) -> None:
    """The town's first request has this photo; its upstream is that server."""
    settings = town.build(home, config=town.CONFIG.format(crew="Tree").replace("http://127.0.0.1:9", server))
    store = town.second(settings)
    try:
        policy = policies(settings.upstreams, queries.upstream_states(store))["city"]
        shown = replace(town.request("city", 0, store.clock(), ""), media_urls=(photo,))
        ingest.apply_page(store, policy, Page((shown,), (), "2"))
    finally:
        store.close()


@pytest.mark.parametrize(
    ("body", "kind"), [(png(), "image/png"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png")]
)
def test_a_photo_is_shown_or_its_reason(folder: Path, qtbot: QtBot, body: bytes, kind: str) -> None:
    with Loopback(lambda ask: Reply(200, body, kind)) as server:
        host = server.url.split("/open311")[0]
        with_photo(folder, host, f"{host}/photo.png")
        with sitting_at(settings_files.load(folder), qtbot) as desk:
            desk.choose(desk.id_of("city-0"))
            shown = desk.window.detail.photos
            desk.until(lambda: shown.thumbs and shown.thumbs[0].photo.words != "loading")
            desk.press("P")
            if body.startswith(b"\x89PNG"):
                assert desk.warned == ""
                assert shown.thumbs[0].photo.image is not None
                close_viewer(desk)
            else:
                assert "No photo has arrived" in desk.warned
                assert shown.thumbs[0].photo.image is None


def close_viewer(desk: Sitting) -> None:
    """The viewer is a window of its own; closing it gives the desk back."""
    (viewer,) = desk.window.findChildren(Viewer)
    viewer.close()
    desk.come_back()
