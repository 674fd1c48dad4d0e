"""The two pictures of docs/benchmarks.md: queue and map at the largest size, taken by `connect-console screenshot`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.city import city
from tests.benchmarks.harness import Bench
from tests.benchmarks.run import FOLDER

PICTURES = {"desk": "queue-million.png", "map": "map-million.png"}


def take(n: int, folder: Path = Path("docs")) -> None:
    """Write both."""
    home = city(Bench(n, 1, FOLDER)).settings.home
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for view, name in PICTURES.items():
        argv = [sys.executable, "-m", "console.cli", "--home", str(home), "screenshot", str(folder / name)]
        subprocess.run([*argv, "--view", view, "--size", "1600x1000"], check=True, env=environment)
