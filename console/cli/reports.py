"""`export`, `audit` and `report`: what leaves the desk as a file for others."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from console.cli import context, kinds, output, paper
from console.cli.asked import Asked
from console.cli.commands import Commands


def add(commands: Commands) -> None:
    """Add them."""
    made = commands.add("export", export, "Save the service requests that a query means: CSV, Excel or GeoPackage.")
    made.takes_query = True
    made.add_argument("file", type=Path, metavar="FILE", help="its ending says which: .csv, .xlsx or .gpkg")
    made.add_argument("query", nargs="*", metavar="QUERY", help="as for list; empty: all")
    made.add_argument("--callers", action="store_true", help="with who reported and how to reach them")
    made = commands.add("audit", audit, "Save the history of all requests: who did what, when, and from what to what.")
    made.add_argument("file", type=Path, metavar="FILE", help="its ending says which: .csv or .xlsx")
    made.add_argument("--since", default="", metavar="DAY", help="e.g. 2011-08-28; the city's day")
    made.add_argument("--until", default="", metavar="DAY", help="the last day")
    made.add_argument("--person", default="", metavar="NAME", help="who acted: the whole name or its beginning")
    made.add_argument("--request", default="", metavar="NUMBER", help="only of this one")
    made = commands.add("report", report, "Write the weekly report: figures and charts beside earlier weeks, as a PDF.")
    made.add_argument("--week", action="store_true", required=True, help="of a week from Monday to Sunday")
    made.add_argument(
        "day", nargs="?", type=kinds.day, metavar="DAY", help="in that week; without one the last that is over"
    )
    made.add_argument("file", type=Path, metavar="FILE", help="PDF to write")


def export(args: argparse.Namespace) -> int:
    """Write the file, with every column."""
    from services.queue.snapshot import build
    from services.reports import further, queue, saving
    from services.reports.fields import FIELDS
    from services.store import queries
    from services.store.changing import plural
    from services.supervise.risks import foreseen

    here = context.of(args)
    saving.check(args.file)
    with here.acting() as acting, acting.store.read():
        asked = Asked.of(here, args.query, acting.store)
        more = [further.descriptions(acting.store), *([further.callers(acting)] if args.callers else [])]
        snapshot = build(queries.every(acting.store), queries.crews(acting.store))
        found = asked.rows(acting.store, snapshot)
        shown, moment = foreseen(snapshot, asked.moment)
        table = queue.table(shown, found, tuple(FIELDS), moment.ms, here.settings.timezone, more)
        saving.save(args.file, table)
        output.warn(asked.unknown(snapshot))
    output.say(f"{plural(table.count)} in “{args.file.name}”.")
    return 0


def audit(args: argparse.Namespace) -> int:
    """Write the history, the newest first."""
    from services.reports import audit as history
    from services.reports import saving
    from services.store.queries import find

    here = context.of(args)
    zone = here.settings.timezone
    saving.check(args.file, placed=False)
    with here.acting() as acting, acting.store.read():
        request_id = find(acting.store, args.request) if args.request else 0
        asked = history.sought(args.person, None, args.since, args.until, zone, request_id)
        table = history.table(acting, asked, zone)
        saving.save(args.file, table)
    output.say(f"{table.count:,} line{'' if table.count == 1 else 's'} in “{args.file.name}”.")
    return 0


def report(args: argparse.Namespace) -> int:
    """Write the weekly report."""
    from services.queue.snapshot import build
    from services.store import queries
    from services.store.sent import messages
    from services.supervise.week import EMPTY, last_week, week

    paper.check(args.file)
    here = context.of(args)
    with here.store() as store, store.read():
        moment = Asked.of(here, (), store).moment
        period = last_week(moment, args.day)
        snapshot = build(queries.every(store), queries.crews(store))
        made = week(snapshot, moment, period, partial(messages, store))
    paper.ready()
    from console.weekly import of_widest, write

    write(args.file, of_widest(made, here.settings.area_files), here.settings)
    output.say(f"The week from {period.first} to {period.last} in “{args.file.name}”.")
    if made.is_empty:
        output.warn([EMPTY])
    return 0
