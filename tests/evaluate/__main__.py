"""`make evaluate`: every evaluation, printed, and written to build/evaluate.json and docs/evaluation.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from tests.evaluate import report
from tests.evaluate.data import ROOT, Missing
from tests.evaluate.rows import Row

EVALUATIONS = ("services", "titles", "place", "duplicates", "sla", "breaches", "crews")
"""Modules of this package, each with `rows() -> list[Row]`; the docstring's first line is its title on the page, and
`ABOUT` (where it has one) says what the figures mean, on which data, how it is split, and what is not shown."""
JSON = ROOT / "build" / "evaluate.json"
PAGE = ROOT / "docs" / "evaluation.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for. Returns 0 also where data is missing or a figure is not better, for the table says so."""
    parser = argparse.ArgumentParser(prog="make evaluate")
    parser.add_argument("only", nargs="*", metavar="NAME", help="one or more evaluations; all by default")
    names = tuple(parser.parse_args(arguments).only) or EVALUATIONS
    parts = [part for name in names if (part := _part(name))]
    rows = [row for _, its in parts for row in its]
    sys.stdout.write(report.table(rows))
    if len(parts) == len([name for name in EVALUATIONS if _exists(name)]):
        PAGE.write_text(report.page(parts), encoding="utf-8")
        _keep(rows)
        sys.stdout.write(f"Written to {PAGE.relative_to(ROOT)} and {JSON.relative_to(ROOT)}.\n")
    else:
        _keep([*_others(rows), *rows])
        sys.stdout.write(
            f"Written to {JSON.relative_to(ROOT)}; not every evaluation ran, so the page is left as it is.\n"
        )
    return 0


def _part(name: str) -> tuple[str, list[Row]] | None:
    if not _exists(name):
        sys.stdout.write(f"{name}: there is no such evaluation yet.\n")
        return None
    module = import_module(f"tests.evaluate.{name}")
    sys.stdout.write(f"{name}…\n")
    sys.stdout.flush()
    try:
        rows: list[Row] = module.rows()
    except Missing as missing:
        sys.stdout.write(f"{name}: not run, {missing}\n")
        return None
    return f"{(module.__doc__ or name).strip().splitlines()[0]}\n{getattr(module, 'ABOUT', '')}", rows


def _exists(name: str) -> bool:
    return find_spec(f"tests.evaluate.{name}") is not None


def _keep(rows: Sequence[Row | dict[str, object]]) -> None:
    JSON.parent.mkdir(exist_ok=True)
    plain = [row.plain() if isinstance(row, Row) else row for row in rows]
    JSON.write_text(json.dumps(plain, indent=1), encoding="utf-8")


def _others(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The figures of an earlier run that this one did not measure again."""
    known: list[dict[str, object]] = json.loads(JSON.read_text("utf-8")) if JSON.exists() else []
    again = {row.name for row in rows}
    return [row for row in known if row["name"] not in again]


if __name__ == "__main__":
    sys.exit(main())
