"""`do join`, `enquiry`, `merge` and `unmerge`: one more caller, a question, and several reports of one thing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.cli import context, output
from console.cli.commands import Commands

if TYPE_CHECKING:
    from services.domain.values import Changes

_REPLIES = ("email", "sms", "phone", "none")


def add(do: Commands) -> None:
    """Add them to the group `do`."""
    for name, sentence in (
        ("join", "Add one more caller to a request instead of logging a duplicate."),
        ("enquiry", "Note that somebody asked how a request stands."),
    ):
        made = do.add(name, _caller, sentence)
        made.add_argument("number", metavar="NUMBER", help="the request's number or its id at the upstream")
        made.add_argument("--said", default="", metavar="TEXT", help="what they said")
        for part in ("name", "phone", "email"):
            made.add_argument(f"--{part}", default="", help="of the caller")
        made.add_argument("--language", choices=("en", "es", "vi"), default="", help="in which the caller is told")
        made.add_argument("--json", action="store_true", help="print ids and operation as JSON")
        made.set_defaults(asks=name == "enquiry", reply="", no_consent=False, do_not_call=False)
        if name == "join":
            made.add_argument("--reply", choices=_REPLIES, help="how the caller wants to hear of it")
            made.add_argument("--no-consent", action="store_true", help="the caller does not want to hear of it")
            made.add_argument("--do-not-call", action="store_true", help="the caller is never called or written to")
    merged = do.add("merge", merge, "Close reports of the same thing as duplicates of one of them.")
    merged.add_argument("numbers", nargs="+", metavar="NUMBER", help="those to close")
    merged.add_argument("--into", required=True, metavar="NUMBER", help="the one that is kept")
    merged.add_argument("--message", default="", metavar="TEXT", help="public: told to the reporters of those closed")
    merged.add_argument("--json", action="store_true", help="print ids and operation as JSON")
    apart = do.add("unmerge", unmerge, "Take apart what was merged last, named by either of the two.")
    apart.add_argument("number", metavar="NUMBER", help="the one that was closed, or the one that was kept")
    apart.add_argument("--json", action="store_true", help="print ids and operation as JSON")


def _caller(args: argparse.Namespace) -> int:
    """Add a caller or a question to a request."""
    from services.contact import email, phone
    from services.store import queries
    from services.store.joining import CallerWords, join, log_enquiry

    here = context.of(args)
    config = here.settings.config
    who = CallerWords(
        args.name,
        phone(args.phone, config.city.country),
        email(args.email),
        args.language or config.desk.language,
        args.reply or "",
        not args.no_consent,
        args.do_not_call,
    )
    with here.acting() as acting:
        found = queries.find(acting.store, args.number)
        return _told(args, (log_enquiry if args.asks else join)(acting, found, who, args.said))


def merge(args: argparse.Namespace) -> int:
    """Merge requests into one."""
    from services.store import queries
    from services.store.merging import merge as merge_

    with context.of(args).acting() as acting:
        ids = [queries.find(acting.store, number) for number in args.numbers]
        return _told(args, merge_(acting, ids, queries.find(acting.store, args.into), args.message))


def unmerge(args: argparse.Namespace) -> int:
    """Take merged requests apart."""
    from services.store import queries
    from services.store.merging import operation_of
    from services.store.undo import undo

    with context.of(args).acting() as acting:
        found = queries.find(acting.store, args.number)
        return _told(args, undo(acting, operation_of(acting, found)))


def _told(args: argparse.Namespace, changes: Changes) -> int:
    if args.json:
        said = {"ids": list(changes.ids), "operation": changes.operation, "sentence": changes.sentence}
        output.say_json(said)
    else:
        output.say(changes.sentence)
    return 0
