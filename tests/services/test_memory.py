"""What is free goes back to the system, where its C library knows how; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
import sys

import pytest

from services.memory import give_back


def test_what_is_free_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Library:
        malloc_trim = staticmethod(asked.append)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    give_back()
    assert asked == [0]


def test_a_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_not_asked(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delattr(ctypes, "CDLL")
    give_back()
