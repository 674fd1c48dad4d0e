"""`alerts`: what the rules say is about to go wrong, and answering for it."""

from __future__ import annotations

import argparse

from console.cli import context, kinds, output
from console.cli.commands import Commands
from services.domain.alerts import Alert


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("alerts", alerts, "Show the alerts that last; acknowledge one.")
    made.add_argument("--all", action="store_true", help="those of the past too")
    made.add_argument("--acknowledge", type=kinds.count, metavar="ID", help="you have seen it and answer for it")
    made.add_argument("--json", action="store_true", help="a JSON object a line")


def alerts(args: argparse.Namespace) -> int:
    """Print the alerts, the newest first, or acknowledge one."""
    from services.store import alerts as kept

    here = context.of(args)
    if args.acknowledge:
        with here.acting() as acting:
            changes = kept.acknowledge(acting, args.acknowledge)
        if args.json:
            output.say_json({"id": args.acknowledge, "sentence": changes.sentence})
        else:
            output.say(changes.sentence)
        return 0
    with here.store() as store:
        listed = kept.history(store) if args.all else kept.lasting(store)
    if args.json:
        for alert in listed:
            output.say_json(_plain(alert))
        return 0
    rows = (
        (
            str(alert.id),
            *(output.local(at, here.settings.timezone) for at in (alert.begun_at, alert.ended_at)),
            alert.acknowledged_by,
            alert.sentence,
            alert.query,
        )
        for alert in listed
    )
    head = ("ID", "BEGAN", "OVER", "ACKNOWLEDGED BY", "ALERT", "QUERY")
    output.say(output.table(head, rows) or ("There has been no alert." if args.all else "No alert lasts."))
    return 0


def _plain(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id, "rule": alert.rule, "text": alert.sentence, "query": alert.query,
        "measure": alert.measure.value, "value": alert.value, "peak": alert.peak,
        "begun_at": output.utc(alert.begun_at), "ended_at": output.utc(alert.ended_at),
        "acknowledged_by": alert.acknowledged_by, "acknowledged_at": output.utc(alert.acknowledged_at),
    }  # fmt: skip
