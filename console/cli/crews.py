"""`crews`: the crews that can be sent out; listed, added, found by name, and the day of one on paper."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import context, kinds, output, paper
from console.cli.commands import Commands
from services.domain.shifts import days_said, week_said
from services.domain.values import Crew
from services.errors import Invalid, NotFound

if TYPE_CHECKING:
    from services.store.store import Store


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("crews", crews, "List the crews, or add one.")
    made.add_argument("--add", metavar="NAME", help="add a crew of this name")
    made.add_argument("--skill", action="append", default=[], metavar="WORD", help="word of a service it takes; repeat")
    made.add_argument("--capacity", type=kinds.count, default=8, metavar="N", help="jobs a day (8)")
    made.add_argument("--json", action="store_true", help="a JSON object a line")
    further = commands.under(made, "crews")
    brought = further.add("import", import_, "Add and change crews from a table: all or none.")
    brought.add_argument(
        "file", type=Path, metavar="FILE", help="CSV; name, skills, capacity, areas, hours, days, email"
    )
    brought.add_argument("--dry-run", action="store_true", help="only say what would be saved")
    printed = further.add("print", print_, "Write a crew's day as a PDF, as the desk prints it.")
    printed.add_argument("crew", metavar="CREW", help="its name")
    printed.add_argument("file", type=Path, metavar="FILE", help="PDF to write")
    printed.add_argument("--day", type=kinds.day, metavar="DAY", help="e.g. 2011-08-28; without one today")
    printed.add_argument("--orders", action="store_true", help="with a work order for each job that is to be done")


def crews(args: argparse.Namespace) -> int:
    """Print the crews, after adding one."""
    from services.store import queries

    with context.of(args).store() as store:
        if args.add is not None:
            add_crew(store, Crew(0, args.add.strip(), tuple(args.skill), args.capacity))
        known = list(queries.crews(store))
    if args.json:
        for crew in known:
            output.say_json(summary(crew))
    else:
        rows = (
            (
                *(crew.name, str(crew.capacity), week_said(crew.shifts.week) or "always"),
                *(", ".join(crew.areas) or "anywhere", ", ".join(crew.skills) or "anything"),
            )
            for crew in known
        )
        titles = ("CREW", "JOBS A DAY", "HOURS", "AREAS", "TAKES")
        output.say(output.table(titles, rows) or "There are no crews; add one with --add NAME.")
    return 0


def summary(crew: Crew) -> dict[str, object]:
    """One crew as `crews --json` prints it."""
    return {
        "name": crew.name,
        "skills": list(crew.skills),
        "capacity": crew.capacity,
        "areas": list(crew.areas),
        "hours": week_said(crew.shifts.week),
        "days": days_said(crew.shifts.days),
        "email": crew.email,
        "base": crew.base,
        "active": crew.active,
    }


def import_(args: argparse.Namespace) -> int:
    """Read the file, say what is wrong with it, and save its crews where nothing is."""
    from services.intake import crew_file
    from services.intake.sheet import read
    from services.store import queries
    from services.store.crews import edit_crews

    sheet = read(args.file)
    with context.of(args).acting() as acting:
        found = crew_file.read(sheet, queries.crews(acting.store))
        for fault in found.faults:
            output.say(fault)
        if found.faults:
            raise Invalid("Nothing was saved.", "Put these lines right, then import the file again.")
        if found.unread:
            output.say(f"Not read, for nothing is known of them: {found.unread}.")
        for name in found.without_skills:
            output.say(f"{name} has no skills: it is offered for any request, after those that name its service.")
        if args.dry_run:
            output.say(f"{len(found.crews):,} would be saved.")
        elif found.crews:
            output.say(f"{edit_crews(acting, found.crews).sentence}.")
        else:
            output.say("There is no crew in it.")
    return 0


def print_(args: argparse.Namespace) -> int:
    """Write the sheet of a crew's day, and its work orders where they are asked for."""
    from services.dispatch.paper import day_pages, order_pages, sheet_of
    from services.store import days, queries

    paper.check(args.file)
    here = context.of(args)
    zone, city = here.settings.timezone, here.settings.config.city
    with here.acting() as acting, acting.store.read():
        now = acting.store.clock()
        day = args.day or now.astimezone(zone).date()
        crew = known_crew(list(queries.crews(acting.store)), args.crew)
        ids = days.stops(acting.store, day).get(crew.id, ())
        details = [queries.detail(acting.store, i, acting=acting) for i in ids]
    by = acting.actor.name
    sheet = sheet_of(crew, day, details, now, by, zone, city.name)
    pages = day_pages(sheet)
    if args.orders:
        left = [d for d in details if d.request.status.is_open]
        pages += order_pages(left, now, by, zone, city.name, contacts=acting.sees_contacts)
    paper.ready()
    from widgets.crews.paper import write_pdf

    write_pdf(args.file, pages, f"{crew.name} {day.isoformat()}", city.country)
    count = f"{len(pages):,} page{'' if len(pages) == 1 else 's'}"
    output.say(f"{crew.name}, {day.isoformat()}: {sheet.size}, {count} in “{args.file.name}”.")
    return 0


def crew_called(store: Store, name: str) -> Crew:
    """The crew of this name, in any case. Raises NotFound naming the nearest; the first crew ever named is added."""
    from services.store import queries

    known = list(queries.crews(store))
    return known_crew(known, name) if known else add_crew(store, Crew(0, name.strip()))


def known_crew(known: Sequence[Crew], name: str) -> Crew:
    """The crew of this name, in any case. Raises NotFound naming the nearest."""
    for crew in known:
        if crew.name.casefold() == name.strip().casefold():
            return crew
    nearest = difflib.get_close_matches(name, [crew.name for crew in known], 1, 0.0)
    near = f"; the nearest is “{nearest[0]}”" if nearest else ""
    raise NotFound(f"There is no crew “{name}”{near}.", 'Add it with `connect-console crews --add "NAME"`.')


def add_crew(store: Store, crew: Crew) -> Crew:
    """Save a new crew, and return it as the store has it. Raises Invalid for a name that is taken, or none."""
    from services.store import queries
    from services.store.crews import save_crews

    if not crew.name or not crew.name.isprintable():
        raise Invalid("A crew needs a name on one line.", 'Write --add "Forestry 2".')
    if any(known.name.casefold() == crew.name.casefold() for known in queries.crews(store)):
        raise Invalid(f"There is a crew “{crew.name}” already.", "Give this one another name.")
    save_crews(store, [crew])
    return next(known for known in queries.crews(store) if known.name == crew.name)
