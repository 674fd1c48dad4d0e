"""How fast the desk starts: `connect-console --home HOME` itself, in a process of its own, which tells its times.

`python start_ours.py STARTED HOME MOMENT`, with time.monotonic() of its parent just before; MOMENT is one of
  paint   the first window is painted, with the rows of the queue: prints and ends
  usable  the desk itself is painted, with rows that can be chosen and sorted: prints and ends
  leave   as usable, then the desk is closed as a person closes it: this leaves what the next start begins with
It prints its processor time and the wall time since STARTED in milliseconds, and how many rows the queue shows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent


def tell(rows: int) -> None:
    """Print the times, now."""
    wall = time.monotonic() - float(sys.argv[1])
    sys.stdout.write(f"{time.process_time() * 1000:.1f} {wall * 1000:.1f} {rows}\n")
    sys.stdout.flush()


def at_first_paint() -> None:
    """Have the first window tell its times once it is painted, and end."""
    from console import front

    paint = front.Frame.paintEvent

    def painted(frame: front.Frame, event: QPaintEvent) -> None:
        paint(frame, event)
        left = frame.left
        tell(len({clock.top for clock in left.clocks}) if left else 0)
        os._exit(0)

    front.Frame.paintEvent = painted  # type: ignore[method-assign, assignment]


def at_the_desk(*, close: bool) -> None:
    """Have the desk tell its times once its rows are painted, then end, or close it when all of it is there."""
    import console.cli

    run = console.cli._run

    def watched(args: argparse.Namespace) -> int:
        from console.app import Application
        from widgets.queue.table import QueueTable

        made: list[Application] = []
        told: list[int] = []
        paint, show = QueueTable.paintEvent, Application.show

        def painted(table: QueueTable, event: QPaintEvent) -> None:
            paint(table, event)
            if not told and table.rows.rowCount():
                told.append(table.rows.rowCount())
                tell(told[0])
                if not close:
                    os._exit(0)

        def shown(desk: Application, *rest: object, **named: object) -> None:
            made.append(desk)
            show(desk, *rest, **named)  # type: ignore[arg-type]
            desk.desk.found.connect(close_when_ready)

        def close_when_ready() -> None:
            if told and made[0].window.is_ready:
                made[0].window.window().close()
            else:
                QTimer.singleShot(50, close_when_ready)

        QueueTable.paintEvent, Application.show = painted, shown  # type: ignore[method-assign,assignment]
        return run(args)

    console.cli._run = watched


def main() -> int:
    home, moment = sys.argv[2:4]
    if moment == "paint":
        at_first_paint()
    else:
        at_the_desk(close=moment == "leave")
    from console.cli import main as command_line

    return command_line(["--home", home])


sys.exit(main())
