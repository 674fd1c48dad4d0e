"""The floor under every start: an empty PySide6 window, painted once.

`python start_empty.py STARTED WIDTHxHEIGHT`, with time.monotonic() of its parent just before: one process, which
prints its processor time and the wall time since then, in milliseconds, at the end of its first paint, and ends.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtWidgets import QApplication, QWidget


class Empty(QWidget):
    def paintEvent(self, _event: object) -> None:
        wall = time.monotonic() - float(sys.argv[1])
        sys.stdout.write(f"{time.process_time() * 1000:.1f} {wall * 1000:.1f}\n")
        sys.stdout.flush()
        os._exit(0)


app = QApplication(sys.argv[:1])
window = Empty()
width, _, height = sys.argv[2].partition("x")
window.resize(int(width), int(height))
window.show()
app.exec()
