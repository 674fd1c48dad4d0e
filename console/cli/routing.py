"""`routing`: the rules that give a request its crew when it arrives, in their order, tried on the last month."""

from __future__ import annotations

import argparse

from console.cli import context, output
from console.cli.commands import Commands
from services.domain.shifts import week_said


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("routing", routing, "Show the routing rules and what they would have done in the last 30 days.")
    made.add_argument("--json", action="store_true", help="a JSON object a line")


def routing(args: argparse.Namespace) -> int:
    """Print each rule with what it would have taken; nothing is changed."""
    from services.dispatch.routing import dry_run
    from services.queue.snapshot import build
    from services.store import queries
    from services.store.routing import rules

    here = context.of(args)
    with here.store() as store, store.read():
        known, crews, now = rules(store), queries.crews(store), store.clock()
        snapshot = build(queries.every(store), crews)
    ran = dry_run(snapshot, known, now, here.settings.timezone)
    names = {crew.id: crew.name for crew in crews}
    if args.json:
        for rule, its in zip(known, ran.rules, strict=True):
            told = {"rule": rule.name, "crew": names.get(rule.crew_id), "active": rule.active, "of": ran.total}
            output.say_json({**told, "taken": its.taken, "had_crew": its.had_crew, "agreed": its.agreed})
        return 0
    rows = (
        (
            *(rule.name if rule.active else f"{rule.name} (off)", names.get(rule.crew_id, "")),
            *(", ".join(rule.services) or "anything", ", ".join(rule.areas) or "anywhere"),
            *(week_said(rule.week) or "always", its.said(ran.total)),
        )
        for rule, its in zip(known, ran.rules, strict=True)
    )
    shown = output.table(("RULE", "CREW", "SERVICES", "AREAS", "HOURS", "IN THE LAST 30 DAYS"), rows)
    output.say(f"{shown}\n{ran}" if shown else "There are no routing rules.")
    return 0
