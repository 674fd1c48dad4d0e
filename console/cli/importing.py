"""`import`: a city's backlog out of a file of another system; says first what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import context, output
from console.cli.commands import Commands

if TYPE_CHECKING:
    from services.intake.backlog import Backlog
    from services.intake.columns import Columns
    from services.intake.sheet import Sheet

_LISTED = 10


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("import", import_, "Import a backlog from CSV or JSON: one operation, one undo.")
    made.add_argument(
        "file", type=Path, metavar="FILE", help="CSV with any delimiter, a JSON list or JSON lines; also .gz"
    )
    made.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds what; repeat"
    )
    made.add_argument("--dates", choices=("dmy", "mdy"), help="what comes first in dates such as 3/4/2026")
    made.add_argument("--source", default="", metavar="NAME", help="of what system the ids are, where several meet")
    made.add_argument("--dry-run", action="store_true", help="only say what would be imported")
    made.add_argument("--refused", type=Path, metavar="CSV", help="write the refused rows here, with reasons")
    made.add_argument("--json", action="store_true", help="the outcome as one JSON object")


def import_(args: argparse.Namespace) -> int:
    """Read, report, and import."""
    from console import backlogs
    from services.intake import columns as guessing
    from services.intake.dates import Order
    from services.intake.sheet import read
    from services.store import backlog as store

    here = context.of(args)
    sheet = read(args.file)
    columns = guessing.changed(sheet, guessing.guess(sheet), args.map)
    with here.acting() as acting:
        if not args.json:
            _say_columns(sheet, columns, sees_contacts=acting.sees_contacts)
        order = Order(args.dates) if args.dates else None
        backlog = backlogs.examine(acting, here.settings, sheet, columns, order, args.source)
        if not args.json:
            _say_findings(backlog)
        if args.refused is not None and backlog.refused:
            backlogs.write_refused(args.refused, sheet, backlog)
        operation, sentence = "", f"{len(backlog.rows):,} would be imported."
        if not args.dry_run:
            sentence = "Nothing was imported."
            if backlog.rows:
                changes = store.add(acting, backlog.rows, args.file.name)
                operation, sentence = changes.operation, f"{changes.sentence}."
    if args.json:
        output.say_json(_plain(backlog, columns, operation))
    else:
        undo = " `connect-console do undo` takes it back." if operation else ""
        output.say(f"{sentence}{undo}")
    return 0


def _say_columns(sheet: Sheet, columns: Columns, *, sees_contacts: bool) -> None:
    from console.backlogs import example
    from services.intake.columns import FIELDS

    output.say(f"{sheet.form}: {len(sheet.lines):,} rows, {len(sheet.header)} columns.")
    rows = [(f, columns.get(f, "-"), example(sheet, columns, f, sees_contacts=sees_contacts)) for f in FIELDS]
    output.say(output.table(("FIELD", "COLUMN", "FOR EXAMPLE"), rows))


def _say_findings(backlog: Backlog) -> None:
    for finding in backlog.findings.values():
        output.say(f"{finding}")
    if backlog.known:
        output.say(f"{backlog.known:,} were imported before.")
    for reason, count in backlog.reasons().most_common():
        output.say(f"{count:,} refused: {reason}")
    for refused in backlog.refused[:_LISTED]:
        output.say(f"  line {refused.number}: {refused.reason}")
    if len(backlog.refused) > _LISTED:
        output.say(f"  and {len(backlog.refused) - _LISTED:,} more; --refused CSV writes them all")


def _plain(backlog: Backlog, columns: Columns, operation: str) -> dict[str, object]:
    return {
        "columns": columns,
        "rows": len(backlog.rows),
        "known": backlog.known,
        "refused": [{"line": r.number, "reason": r.reason} for r in backlog.refused],
        "findings": {finding.what: finding.count for finding in backlog.findings.values()},
        "operation": operation,
    }
