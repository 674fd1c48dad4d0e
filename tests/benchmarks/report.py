"""The table of a run, for the terminal and for docs/benchmarks.md: ours, peer, ratio, goal, met or not, and growth."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from services.demo import made
from tests.benchmarks.city import LABEL
from tests.benchmarks.harness import Line
from tests.benchmarks.obstacles import OBSTACLES
from tests.benchmarks.outside import INSTALL

LEFT_OUT = """This page is of one desk on its own file; rows 9 and 11 on PostgreSQL, with 1 to 50 desks, are in
[benchmarks-team.md](benchmarks-team.md). Left out: rows 8 and 12 on PostgreSQL; datashader, which brings numba, heavier
than all other peers together. Row 12 takes every request as open, in memory."""

OUTSIDE = f"""QGIS and DB Browser for SQLite are programs of their own: they are driven where they are installed
(on Debian `{INSTALL}`), and "not run" elsewhere."""

HOW = """Written by `make bench`; `make bench N=100000` prints a smaller size. Nothing here is a bare time: ours and its
peer are timed in one run of their row, in turn, warmed up, garbage collection off, at least 30 times (less where one
takes over a second), and the ratio is that of the medians. Both do the same work: that is looked at first."""


def table(lines: Sequence[Line], sizes: Sequence[int]) -> str:
    """The lines at the largest size, and the growth of those measured at several."""
    last = sizes[-1]
    rows = [cells(line) for line in lines if line.n == last]
    said = [f"\nAt {last:,} requests\n", *aligned([list(HEAD), *rows])]
    if len(sizes) > 1:
        said += ["\nGrowth (ours)\n", *aligned([_growth_head(sizes), *_growth(lines, sizes)])]
    said += ["", *unmet(lines, last)]
    return "\n".join(said) + "\n"


def page(lines: Sequence[Line], sizes: Sequence[int]) -> str:
    """docs/benchmarks.md."""
    last = sizes[-1]
    rows = [cells(line) for line in lines if line.n == last]
    parts = [
        "# Benchmarks",
        HOW,
        LABEL.format(n=last, real=made.real_rows()) + f". {_machine()}",
        LEFT_OUT,
        OUTSIDE,
        "![The queue at a million requests](queue-million.png)",
        "![The map at a million requests](map-million.png)",
        f"## At {last:,} requests",
        markdown([list(HEAD), *rows]),
        "## Growth",
        "Ours, at each size; the cost of what is on screen follows what is on screen.",
        markdown([_growth_head(sizes), *_growth(lines, sizes)]),
        "## Not met",
        "\n".join(unmet(lines, last)),
    ]
    return "\n\n".join(parts) + "\n"


HEAD = ("row", "what", "ours", "p99", "CPU", "peer", "theirs", "p99", "CPU", "ours ÷ peer", "goal", "met", "")


def cells(line: Line) -> list[str]:
    """A line, as HEAD names its cells."""
    met = {True: "met", False: "**not met**", None: ""}[line.met]
    return [
        f"{line.row or ''}",
        line.name,
        figure(line.ours, line.unit),
        figure(line.ours_p99, ""),
        figure(line.ours_cpu, ""),
        line.peer_name,
        figure(line.peer, line.unit if line.peer is not None else ""),
        figure(line.peer_p99, ""),
        figure(line.peer_cpu, ""),
        _ratio(line.ratio),
        line.goal,
        met,
        line.note,
    ]


def figure(value: float | None, unit: str) -> str:
    """A figure to three digits; "" for none."""
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".strip()


def _ratio(value: float | None) -> str:
    if value is None:
        return ""
    return f"1/{1 / value:,.0f}" if value < 0.1 else f"{value:,.2f}×"


def _growth_head(sizes: Sequence[int]) -> list[str]:
    return ["row", "what", *(f"{n:,}" for n in sizes), f"{sizes[-1]:,} ÷ {sizes[0]:,}"]


def _growth(lines: Sequence[Line], sizes: Sequence[int]) -> list[list[str]]:
    """A line for each thing of ours that was measured at every size."""
    found: dict[tuple[int, str], dict[int, float]] = {}
    for line in lines:
        if line.ours is not None and line.unit == "ms":
            found.setdefault((line.row, line.name), {}).setdefault(line.n, line.ours)
    rows = []
    for (row, name), by_size in found.items():
        if len(by_size) == len(sizes) > 1:
            grown = by_size[sizes[-1]] / by_size[sizes[0]]
            rows.append([str(row), name, *(figure(by_size[n], "ms") for n in sizes), f"{grown:,.1f}×"])
    return rows


def unmet(lines: Sequence[Line], n: int) -> list[str]:
    """Every goal that is not met at this size, with what was tried and what stands in the way; and what did not run."""
    said = []
    for line in lines:
        if line.n == n and line.met is False:
            beside = f"{_ratio(line.ratio)} of {line.peer_name}" if not line.bare else figure(line.ours, line.unit)
            why = OBSTACLES.get((line.row, line.name.partition(":")[0]), "Not looked into yet.")
            said.append(f"- Row {line.row}, {line.name}: {beside}, goal {line.goal}. {why}")
        elif line.n == n and line.note.startswith(("not run", "failed")):
            said.append(f"- Row {line.row}, {line.name} beside {line.peer_name or 'a peer'}: {line.note}.")
    return said or ["Every goal is met."]


def aligned(rows: list[list[str]]) -> list[str]:
    """A table for the terminal."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def markdown(rows: list[list[str]]) -> str:
    """A table for a page."""
    head, *rest = [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])


def _machine() -> str:
    from PySide6 import __version__ as qt

    system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, PySide6 {qt}"
    return f"{system}, offscreen, panes of 1200 × 800."
