"""Row 13: memory a row above the empty window, each contender in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks import models
from tests.benchmarks.city import city
from tests.benchmarks.harness import Bench, Line

NUMBER, TITLE = 13, "Memory a row"
NAMES = {"numpy": "bare numpy columns", "sql": "QSqlTableModel", "orm": "ORM objects", "items": "QStandardItemModel"}
MOST = {"items": models.MOST_ITEMS, "orm": models.MOST_ITEMS}


def rows(bench: Bench) -> list[Line]:
    """The lines of this row."""
    made = city(bench)
    made.close()
    home = made.settings.home
    ours = (_weigh("ours", home, bench.n) - _weigh("empty", home, bench.n)) / bench.n
    loaded = _weigh("loaded", home, bench.n)
    note = "the whole desk with its libraries, map and search, mapped pages counted, less a bare PySide6 window"
    lines = [Line(NUMBER, bench.n, "bytes a row", ours, None, "", "≤ 150 B", 150, bare=True, unit="B", note=note)]
    for what, name in NAMES.items():
        count = min(bench.n, MOST.get(what, bench.n))
        theirs = (_weigh(what, home, count) - loaded) / count
        said = "the peer without its libraries" + (f", {count:,} rows" if count < bench.n else "")
        lines.append(Line(NUMBER, bench.n, "bytes a row", ours, theirs, name, unit="B", note=said))
    return lines


def _weigh(what: str, home: Path, count: int) -> int:
    """Bytes that a process holds once it shows so many rows."""
    argv = [sys.executable, "-m", "tests.benchmarks.weigh", what, str(home), str(count)]
    answer = subprocess.run(argv, capture_output=True, text=True, check=True)
    return int(answer.stdout)
