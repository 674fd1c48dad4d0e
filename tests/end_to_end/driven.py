"""The real window in a process of its own, driven by keys: what a child of the kill tests runs."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    import random

    from PySide6.QtWidgets import QWidget

    from console.window import Window
    from widgets.call.pane import CallPane

CRASH = "crash.txt"
"""Where in the home a crash of the window itself is told."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
"""What is typed, over and over."""
SERVICES = ("tree", "pothole", "light")
"""Words that find a service."""


def drive(argv: list[str]) -> int:
    """Open the desk on a home; assign each report and set it in progress with its message, where that is not done.

    `argv`: the home, then report id and message in turn.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from console import demo_job
    from console import settings as files
    from console.app import Application
    from console.screenshot import wait_until
    from services.domain.status import Status

    home, *rest = argv
    crash = Path(home, CRASH).open("w", encoding="utf-8")  # noqa: SIM115 - open for as long as the process lives
    faulthandler.enable(crash)
    made = Application(files.load(Path(home), "ana"))
    made.show((1280, 800))
    wait_until(made, lambda: made.window.is_ready)
    requests = [(demo_job.until_shown(made, number), text) for number, text in zip(rest[::2], rest[1::2], strict=True)]
    for request, text in requests:
        demo_job.select(made, request)
        current = made.desk.current
        if current and current.request.crew is None:
            demo_job.assign(made, request, "Forestry 2")
        if current and current.request.status is not Status.IN_PROGRESS:
            demo_job.in_progress(made, request, text)
    for request, _ in requests:
        demo_job.until_posted(made, request)
    made.close()
    return 0


def type_away(argv: list[str]) -> int:
    """Take a call down, key after key, until killed; the form is told after each. `argv`: the home, a seed.

    With it the seconds that were left to the window by then: those in which a busy machine left it none do not count.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    import random

    import msgspec

    from console import settings as files
    from console.app import Application
    from console.screenshot import wait_until

    home, seed = argv
    chance = random.Random(int(seed))
    made = Application(files.load(Path(home), "ana"), sync=False)
    made.show((1280, 800))
    wait_until(made, lambda: made.window.is_ready)
    made.window.intake.start()
    call = made.window.call
    if call is None:
        return 1
    hands, spent = Hands(made.window, call, chance), 0
    while True:
        for act in hands.next():
            act()
            print(spent / 1000, msgspec.json.encode(call.draft()).decode())  # noqa: T201 - it goes to the test
            rest = chance.choice((1, 5, 20, 60, 120))
            QTest.qWait(rest)
            spent += rest


class Hands:
    """What a call-taker does in the form, in no order: words, a service, answers to its question, points of the map."""

    def __init__(self, window: Window, call: CallPane, chance: random.Random) -> None:
        self._window, self._call, self._chance = window, call, chance
        self._letters = cycle(LETTERS)

    def next(self) -> list[Callable[[], object]]:
        """The acts of one stretch, each a key or a click."""
        (kind,) = self._chance.choices((self._words, self._service, self._answer, self._point), (4, 1, 3, 1))
        return kind()

    def _words(self) -> list[Callable[[], object]]:
        return [self._key(self._call.description, next(self._letters)) for _ in range(3)]

    def _service(self) -> list[Callable[[], object]]:
        line, word = self._call.service.line, self._chance.choice(SERVICES)
        take = partial(QTest.keyClick, line, Qt.Key.Key_Return)
        return [line.clear, *(self._key(line, letter) for letter in word), take]

    def _answer(self) -> list[Callable[[], object]]:
        rows = self._call.questions.rows
        return [self._key(rows[0].fields[0], next(self._letters)) for _ in range(3)] if rows else []

    def _point(self) -> list[Callable[[], object]]:
        lat, lon = self._chance.uniform(42.2, 42.5), self._chance.uniform(-71.2, -70.9)
        return [partial(self._window.intake.take_place, lat, lon)]

    @staticmethod
    def _key(field: QWidget, letter: str) -> Callable[[], object]:
        return partial(QTest.keyClicks, field, letter)
