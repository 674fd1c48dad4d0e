"""A desk in a process of its own, which takes a call while its server is gone, and then waits to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from console import settings
from console.app import Application
from console.screenshot import wait_until

SECONDS = 30


def main(home: Path, words: str) -> None:
    """Log one call with these words and begin another; say so, and go on for ever."""
    made = Application(settings.load(home), scheme="light", sync=False)
    made.show((1280, 800))
    window = made.window
    wait_until(made, lambda: window.desk.link.gone_since is not None, SECONDS)
    wait_until(made, lambda: window.desk.last_state is not None, SECONDS)
    write(made, words)
    window.intake.file(window.intake.panes[0], window.intake.panes[0].draft())
    wait_until(made, lambda: window.acts.waiting.count == 1 and not window.intake.panes, SECONDS)
    write(made, f"{words}, the other one")
    wait_until(made, lambda: len(list((home / "drafts").glob("*.json"))) == 1, SECONDS)
    sys.stdout.write("kept\n")
    sys.stdout.flush()
    made.qt.exec()


def write(made: Application, words: str) -> None:
    """Take down a call."""
    made.window.intake.start()
    call = made.window.call
    assert call is not None
    call.service.choose("city", "0")
    call.address.setText("9 Main St")
    call.description.set_text(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
