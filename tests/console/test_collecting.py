"""Garbage is collected by the UI thread alone while a desk is open, and by Python as ever after it."""

from __future__ import annotations

import gc
import threading

import pytest
from pytestqt.qtbot import QtBot

from console.collecting import Collector


class Knot:
    """Garbage that only a collector finds; it notes the thread in which it ends."""

    ended: list[str] = []  # noqa: RUF012 - one list for all

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Knot.ended.append(threading.current_thread().name)


def test_no_other_thread_collects_and_the_ui_thread_does(qtbot: QtBot) -> None:
    collector, here = Collector(), threading.current_thread().name
    try:
        Knot.ended.clear()
        kept: list[list[Knot]] = []

        def work() -> None:
            for _ in range(5_000):
                Knot()
                kept.append([])

        thread = threading.Thread(target=work, name="store")
        thread.start()
        thread.join()
        assert Knot.ended == []
        qtbot.waitUntil(lambda: len(Knot.ended) == 5_000)
        assert set(Knot.ended) == {here}
    finally:
        collector.stop()


@pytest.mark.parametrize("before", [True, False])
def test_afterwards_it_is_as_it_was_before(qtbot: QtBot, before: bool) -> None:
    assert not gc.isenabled()  # in these tests
    if before:
        gc.enable()
    collector = Collector()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled() is before
    gc.disable()


def test_what_is_spared_is_given_back_at_the_end(qtbot: QtBot) -> None:
    collector = Collector()
    collector.spare()
    assert gc.get_freeze_count() > 0
    assert not gc.isenabled()
    collector.stop()
    assert gc.get_freeze_count() == 0
