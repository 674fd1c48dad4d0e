"""`outbox`: what waits to be told to an upstream, and deciding over what was refused or may not have arrived."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.cli import context, output
from console.cli.commands import Commands
from console.cli.reading import outbox_json
from services.domain.outbox import OutboxItem
from services.errors import Invalid, NotFound

if TYPE_CHECKING:
    from services.store.store import Store


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("outbox", outbox, "Show what waits to be told to an upstream; try again or give up.")
    made.add_argument("--all", action="store_true", help="what was sent or taken back too")
    made.add_argument("--json", action="store_true", help="a JSON object a line")
    decide = made.add_mutually_exclusive_group()
    decide.add_argument("--retry", metavar="ID", help="send this one again")
    decide.add_argument("--give-up", metavar="ID", help="leave this one unsent")


def outbox(args: argparse.Namespace) -> int:
    """Print the outbox, or decide over one item."""
    from services.store import outbox as items

    here = context.of(args)
    chosen = args.retry or args.give_up
    if chosen:
        with here.acting() as acting:
            found = _called(acting.store, chosen)
            changes = items.retry(acting, found) if args.retry else items.give_up(acting, found)
        if args.json:
            output.say_json({"id": found, "sentence": changes.sentence, "operation": changes.operation})
        else:
            output.say(changes.sentence)
        return 0
    with here.store() as store:
        listed = items.listing(store, unfinished_only=not args.all)
    if args.json:
        for item in listed:
            output.say_json(outbox_json(item))
    else:
        output.say(_table(listed))
    return 0


def _called(store: Store, text: str) -> str:
    from services.store import outbox as items

    found = [item.id for item in items.listing(store, unfinished_only=False) if item.id.startswith(text.strip())]
    if not found:
        raise NotFound(f"Nothing in the outbox has the id “{text}”.", "`connect-console outbox --all` lists them.")
    if len(found) > 1 and text not in found:
        raise Invalid(f"{len(found)} things in the outbox begin with “{text}”.", "Write more of the id.")
    return text if text in found else found[0]


def _table(listed: list[OutboxItem]) -> str:
    if not listed:
        return "Nothing waits to be told."
    head = ("ID", "NUMBER", "UPSTREAM", "STATE", "TELLS", "TRIES", "PROBLEM")
    rows = (
        (
            item.id,
            item.number,
            item.upstream,
            item.state.value,
            " ".join(filter(None, (item.kind.value, item.status_word, item.message))),
            str(item.attempts),
            item.problem,
        )
        for item in listed
    )
    return output.table(head, rows)
