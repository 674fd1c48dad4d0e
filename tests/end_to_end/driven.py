"""The real window in a process of its own, driven by keys: what a child of the kill tests runs."""

from __future__ import annotations

import faulthandler
import os
from pathlib import Path

CRASH = "crash.txt"
"""Where in the home a crash of the window itself is told."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
"""What is typed, over and over."""


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
    """Take a call down, key after key, until killed; each key is told with its moment. `argv`: the home, a seed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    import random
    import time

    from PySide6.QtTest import QTest

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
    call.description.setFocus()
    while True:
        for letter in LETTERS:
            QTest.keyClicks(call.description, letter)
            print(f"{time.monotonic()} {letter}")  # noqa: T201 - it goes to the test
            QTest.qWait(chance.choice((1, 5, 20, 60, 120)))
