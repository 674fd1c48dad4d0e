"""`sla`: by when each service is to be done, the hours and days off by which that is reckoned, and their versions."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import context, kinds, output
from console.cli.commands import Commands

if TYPE_CHECKING:
    from console.cli.context import Context
    from services.domain.calendar import Calendar
    from services.domain.sla import Sla

_LISTED = 20


def add(commands: Commands) -> None:
    """Add them."""
    sla = commands.group("sla", "By when services are done: targets, hours of work, days off. Supervisors set them.")
    shown = sla.add("show", show, "List the targets, and the hours and days off by which they are reckoned.")
    shown.add_argument("--json", action="store_true", help="as one JSON object")
    read = sla.add("import", import_, "Set targets from a table: columns service, respond, resolve, unit.")
    read.add_argument("file", type=Path, metavar="FILE", help="CSV with any delimiter, or JSON; also .gz")
    hours = sla.add("hours", hours_, "Say when the city works, and what stops the clock.")
    hours.add_argument("days", nargs="*", metavar="DAYS", help='e.g. "mon-fri 8:30-17:00" "sat closed"')
    hours.add_argument("--zone", metavar="ZONE", help="time zone of the city; at first that of [desk] timezone")
    hours.add_argument("--pausing", metavar="STATUSES", help="on_hold, scheduled, on_hold,scheduled or none")
    off = sla.add("holidays", holidays, "Say on which days nobody works; what is listed stays unless taken away.")
    off.add_argument("place", nargs="?", default="", metavar="PLACE", help="the public ones of e.g. US-MS")
    off.add_argument("--years", type=kinds.count, nargs="+", metavar="YEAR", help="of these years; default: this, next")
    off.add_argument("--file", type=Path, metavar="FILE", help="the city's list: a date and a name a line")
    off.add_argument("--without", action="append", default=[], type=_day, metavar="DATE", help="a working day; repeat")
    for one in (read, hours, off):
        one.add_argument("--dry-run", action="store_true", help="only say what would change")
    told = sla.add("history", history, "List who set the targets when.")
    told.add_argument("--json", action="store_true", help="a JSON object a line")
    back = sla.add("restore", restore, "Let an earlier version hold again.")
    back.add_argument("number", type=kinds.count, metavar="N", help="as the history lists it")
    back.add_argument("--dry-run", action="store_true", help="only say what would change")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write e.g. 2026-04-27") from None


def current(here: Context) -> Sla:
    """What holds now; before anything was set, in the desk's own time zone."""
    from services.store import slas

    with here.store() as store:
        found = slas.read(store)
    if found.version:
        return found
    return slas.first(str(here.settings.timezone))


def _set(args: argparse.Namespace, promised: Sla) -> int:
    """Set it, or only say what it would do."""
    from services.store import promising, queries

    with context.of(args).acting() as acting:
        store = acting.store
        offered = queries.services(store)
        effect = promising.preview(store, promised) if args.dry_run else promising.promise(acting, promised)
        for warning in promising.warnings(promised, offered, store.clock()):
            output.say(warning)
    output.say(f"{effect} Nothing was changed." if args.dry_run else str(effect))
    return 0


def show(args: argparse.Namespace) -> int:
    """Print what holds."""
    from services.domain.termtext import days_off_text, week_text
    from services.store import queries

    here = context.of(args)
    promised = current(here)
    with here.store() as store:
        offered = queries.services(store)
    rows = []
    for service in offered:
        target = promised.targets.get((service.upstream, service.code))
        resolve = promised.term(service.upstream, service.code, service.sla_hours)
        terms = target.respond if target else None, resolve
        rows.append((service.name, service.upstream, *(str(term) if term else "" for term in terms)))
    calendar = promised.calendar
    stops = sorted(status.value for status in calendar.pausing)
    if args.json:
        names = ("service", "upstream", "respond", "resolve")
        said = {"zone": calendar.zone, "hours": week_text(calendar), "pausing": stops, "version": promised.version}
        named = {day.isoformat(): name for day, name in sorted(promised.named.items())}
        output.say_json({**said, "days_off": named, "targets": [dict(zip(names, row, strict=True)) for row in rows]})
        return 0
    output.say(f"The city works {week_text(calendar)} ({calendar.zone}).")
    output.say(f"The clock stands in: {', '.join(stops) or 'no status'}.")
    output.say(f"Days off:\n{days_off_text(dict(promised.named)) or 'none'}")
    output.say(output.table(("SERVICE", "UPSTREAM", "RESPOND", "RESOLVE"), rows) or "There are no services.")
    return 0


def import_(args: argparse.Namespace) -> int:
    """Set what a table says of the services in it; the others keep their targets."""
    from services.errors import Invalid
    from services.intake.sheet import read
    from services.intake.targets import read_targets
    from services.store import queries

    here = context.of(args)
    sheet = read(args.file)
    with here.store() as store:
        found = read_targets(sheet, queries.services(store))
    for problem in found.problems[:_LISTED]:
        output.say(f"Left out: {problem}")
    if len(found.problems) > _LISTED:
        output.say(f"and {len(found.problems) - _LISTED:,} more")
    if not found.targets:
        remedy = "Look at the lines above." if found.problems else "Write a line for each service below the heads."
        raise Invalid("No line names a service of this desk with a target.", remedy)
    output.say(f"{len(found.targets):,} targets read.")
    promised = current(here)
    return _set(args, replace(promised, targets={**promised.targets, **found.targets}))


def hours_(args: argparse.Namespace) -> int:
    """Set the days that are named; the others stay."""
    from services.domain.termtext import week

    promised = current(context.of(args))
    calendar = promised.calendar
    days = {n: its for text in args.days for n, its in week(text).items()}
    its_hours = tuple(days.get(n, its) for n, its in enumerate(calendar.hours))
    made = replace(calendar, zone=_zone(args.zone or calendar.zone), hours=its_hours)
    return _set(args, replace(promised, calendar=_pausing(made, args.pausing)))


def _zone(name: str) -> str:
    from console.settings_check import timezone

    return str(timezone(name))


def _pausing(calendar: Calendar, text: str | None) -> Calendar:
    from services.domain.calendar import PAUSABLE
    from services.errors import Invalid

    if text is None:
        return calendar
    words = {word.strip() for word in text.split(",")} - {"none", ""}
    chosen = frozenset(status for status in PAUSABLE if status.value in words)
    if len(chosen) < len(words):
        known = " or ".join(status.value for status in PAUSABLE)
        raise Invalid("Another status cannot stop the clock.", f"Give {known}, or none.")
    return replace(calendar, pausing=chosen)


def holidays(args: argparse.Namespace) -> int:
    """Add and take away days off."""
    from services.domain.termtext import days_off
    from services.errors import NotFound
    from services.intake.daysoff import public_holidays

    here = context.of(args)
    promised = current(here)
    named = dict(promised.named)
    if args.place:
        with here.store() as store:
            year = promised.calendar.wall(store.clock()).year
        named |= public_holidays(args.place, args.years or (year, year + 1))
    if args.file is not None:
        try:
            named |= days_off(args.file.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise NotFound(f"“{args.file.name}” cannot be read.", "Look at its name and place.") from error
    for day in args.without:
        named.pop(day, None)
    return _set(args, with_days_off(promised, named))


def with_days_off(promised: Sla, named: dict[date, str]) -> Sla:
    """The same with these days off."""
    return replace(promised, named=named, calendar=replace(promised.calendar, holidays=frozenset(named)))


def history(args: argparse.Namespace) -> int:
    """Print the versions, the newest first."""
    from services.store import slas

    here = context.of(args)
    with here.store() as store:
        found = slas.versions(store)
    for version in found:
        at = version.at
        if args.json:
            output.say_json({"number": version.number, "at": output.utc(at), "actor": version.actor})
        else:
            output.say(f"{version.number}  {output.local(at, here.settings.timezone)}  {version.actor}")
    if not found and not args.json:
        output.say("Nobody has set any targets here.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Set what held as a version."""
    from services.store import slas

    with context.of(args).store() as store:
        earlier = slas.read(store, args.number)
    return _set(args, earlier)
