"""What a run of the evaluations says, for the terminal and for docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Sequence

from tests.evaluate.rows import Row

HEAD = ("figure", "ours", "baseline", "", "n", "better", "")
HOW = """Written by `make evaluate`. Every figure is measured with the product's own code on real data that was held
back: what is learned or tuned comes from earlier rows only. The data lies in `../shared/data` beside the repository and
is not shipped; where it is missing the evaluation says so. Times are not measured here (see `docs/benchmarks.md`)."""


def table(rows: Sequence[Row]) -> str:
    """The figures in aligned columns."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    aligned = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in aligned)


def page(parts: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """docs/evaluation.md: of each evaluation what it says about itself, and its figures."""
    said = ["# Evaluation", HOW]
    for about, rows in parts:
        title, _, rest = about.strip().partition("\n")
        said += [f"## {title.rstrip('.')}", rest.strip(), _markdown(rows)]
    return "\n\n".join(part for part in said if part) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    better = "better" if row.better else "NOT better"
    return (row.name, _figure(row.ours), _figure(row.baseline), row.baseline_name, f"{row.n:,}", better, row.note)


def _figure(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _markdown(rows: Sequence[Row]) -> str:
    head, *rest = [f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in (HEAD, *map(_cells, rows))]
    return "\n".join([head, "|" + " --- |" * len(HEAD), *rest])
