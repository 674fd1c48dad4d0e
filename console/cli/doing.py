"""`do …`: the desk's commands from the command line; each says what was done and whom it reaches."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from console import FRONT_FILE
from console.cli import context, joining, kinds, output
from console.cli.commands import Commands
from services.domain.detail import Detail
from services.domain.outbox import OutboxKind
from services.domain.policy import reach_sentence
from services.domain.status import Channel
from services.domain.statusmap import Internal
from services.domain.telling import ours_sentence
from services.domain.values import Changes, Place
from services.errors import Invalid

if TYPE_CHECKING:
    from services.store.acting import Acting

LANGUAGES = ("en", "es", "vi")
_STAFF_ONLY = "Staff only; nobody outside is told."


def add(commands: Commands) -> None:
    """Add them."""
    do = commands.group(
        "do", "Do what the desk does: assign, claim, status, message, note, log, merge, undo and so on."
    )
    assigned = _on_one(do, "assign", assign, "Give a request to a crew, or take it off its crew.")
    crew = assigned.add_mutually_exclusive_group(required=True)
    crew.add_argument("--crew", metavar="NAME", help="the crew's name")
    crew.add_argument("--none", action="store_true", help="no crew")
    _on_one(do, "claim", claim, "Look after a request yourself.")
    _on_one(do, "release", release, "Look after a request no longer.")
    given = _on_one(do, "handover", handover, "Have a colleague look after a request.")
    given.add_argument("name", metavar="NAME", help="the colleague's name")
    set_ = _on_one(do, "status", status, "Set the status of a request.")
    set_.add_argument("state", type=kinds.state, metavar="STATUS", help="e.g. in_progress, closed, closed/fixed")
    set_.add_argument("--outcome", type=kinds.outcome, metavar="O", help="how it ended; closing needs one")
    set_.add_argument("--message", metavar="TEXT", default="", help="public: told to the reporter")
    told = _on_one(do, "message", message, "Send a public message to the reporter of a request.")
    told.add_argument("text", metavar="TEXT")
    noted = _on_one(do, "note", note, "Add a staff note to a request; nobody outside sees it.")
    noted.add_argument("text", metavar="TEXT")
    _on_one(do, "erase", erase, "Erase what is personal: callers, description, notes and messages; the history stays.")
    _log(do)
    joining.add(do)
    undone = do.add("undo", undo, "Undo what you did last, or one operation.")
    redone = do.add("redo", redo, "Do again what you undid last.")
    undone.add_argument("operation", nargs="?", metavar="OPERATION", help="as --json printed it; without: your last")
    for parser in (undone, redone):
        parser.add_argument("--json", action="store_true", help="print ids and operation as JSON")


def _on_one(
    do: Commands, name: str, run: Callable[[argparse.Namespace], int], sentence: str
) -> argparse.ArgumentParser:
    made = do.add(name, run, sentence)
    made.add_argument("number", metavar="NUMBER", help="the request's number or its id at the upstream")
    made.add_argument("--json", action="store_true", help="print ids and operation as JSON")
    if name in {"assign", "status", "message"}:
        made.add_argument(
            "--seen", type=kinds.count, metavar="VERSION", help="refuse if the request is no longer at this version"
        )
    return made


def _log(do: Commands) -> None:
    made = do.add("log", log, "Log a report that came by telephone, at the counter or in writing.")
    made.add_argument("--service", required=True, metavar="CODE", help="service code, or the service's name")
    made.add_argument("--upstream", metavar="NAME", help="where it goes, when several upstreams take the service")
    made.add_argument("--description", required=True, metavar="D", help="what is reported")
    made.add_argument("--address", default="", metavar="A")
    made.add_argument("--lat", type=kinds.latitude, metavar="DEGREES")
    made.add_argument("--long", "--lon", dest="lon", type=kinds.longitude, metavar="DEGREES")
    made.add_argument(
        "--answer",
        type=kinds.answer,
        action="append",
        default=[],
        metavar="CODE=VALUE",
        help="to a question of the service",
    )
    made.add_argument("--channel", choices=("phone", "walk_in", "email", "web"), default="phone", help="how it came")
    made.add_argument("--name", default="", help="of the caller")
    made.add_argument("--phone", default="", help="of the caller")
    made.add_argument("--email", default="", help="of the caller")
    made.add_argument("--language", choices=LANGUAGES, default="", help="in which the caller is told")
    made.add_argument("--reply", choices=("email", "sms", "phone", "none"), default="", help="how the caller is told")
    made.add_argument("--no-consent", action="store_true", help="the caller does not want to hear of it")
    made.add_argument("--do-not-call", action="store_true", help="the caller is never to be called or written to")
    made.add_argument("--json", action="store_true", help="print ids and operation as JSON")
    made.set_defaults(usage_error=made.error)


def assign(args: argparse.Namespace) -> int:
    """Set or clear the crew."""
    from console.cli.crews import crew_called
    from services.store import commands

    with context.of(args).acting() as acting:
        ids, expected = _which(acting, args)
        crew = None if args.none else crew_called(acting.store, args.crew)
        return _told(args, acting, commands.assign(acting, ids, crew.id if crew else None, expected=expected))


def claim(args: argparse.Namespace) -> int:
    """Claim a request."""
    from services.store import claiming

    return _change_hands(args, claiming.claim)


def release(args: argparse.Namespace) -> int:
    """Let go of a request."""
    from services.store import claiming

    return _change_hands(args, claiming.let_go)


def handover(args: argparse.Namespace) -> int:
    """Hand a request over to a colleague."""
    from services.store import claiming

    return _change_hands(args, lambda acting, ids: claiming.hand_over(acting, ids, args.name))


def _change_hands(args: argparse.Namespace, give: Callable[[Acting, list[int]], Changes]) -> int:
    with context.of(args).acting() as acting:
        ids, _ = _which(acting, args)
        return _told(args, acting, give(acting, ids), reach=_STAFF_ONLY)


def status(args: argparse.Namespace) -> int:
    """Set the status, with a message or without."""
    from services.store import commands

    wanted, ended = args.state
    if ended and args.outcome and ended is not args.outcome:
        raise Invalid(f"“{ended}” and “{args.outcome}” are two outcomes.", "Name one.")
    with context.of(args).acting() as acting:
        ids, expected = _which(acting, args)
        changes = commands.set_status(acting, ids, wanted, ended or args.outcome, args.message, expected=expected)
        return _told(args, acting, changes, with_message=bool(args.message.strip()))


def message(args: argparse.Namespace) -> int:
    """Send a message that changes no status."""
    from services.store import commands

    with context.of(args).acting() as acting:
        ids, expected = _which(acting, args)
        return _told(args, acting, commands.send_message(acting, ids, args.text, expected=expected), with_message=True)


def note(args: argparse.Namespace) -> int:
    """Add a staff note."""
    from services.store import commands

    with context.of(args).acting() as acting:
        ids, _ = _which(acting, args)
        return _told(args, acting, commands.add_note(acting, ids, args.text), reach=_STAFF_ONLY)


def erase(args: argparse.Namespace) -> int:
    """Empty every row of a request that may name a person; only a supervisor may."""
    from services.store import erase as erasing
    from services.store import queries

    here = context.of(args)
    with here.acting() as acting:
        (request_id,), _ = _which(acting, args)
        detail = queries.detail(acting.store, request_id)
        for event in detail.events:
            if event.text:
                erasing.erase_text(acting, event.id)
        for caller in detail.callers:
            erasing.erase_caller(acting, caller.id)
        (here.home / FRONT_FILE).unlink(missing_ok=True)  # a picture of the queue as it was
        return _told(args, acting, erasing.erase_description(acting, request_id), reach="")


def log(args: argparse.Namespace) -> int:
    """Log a report."""
    from console.cli.callers import service_called
    from console.places import Places
    from services.contact import email, phone
    from services.store import commands
    from services.store.commands import PhoneReport

    if (args.lat is None) != (args.lon is None):
        args.usage_error("--lat and --long belong together")
    if args.lat is None and not args.address.strip():
        args.usage_error("say where: --address A, or --lat and --long")
    here = context.of(args)
    region = here.settings.config.city.country
    with here.acting() as acting:
        upstream, code = service_called(acting, args.service, args.upstream)
        call = PhoneReport(
            service_code=code,
            description=args.description,
            place=Places(here.settings).placed(Place(address=args.address, lat=args.lat, lon=args.lon)),
            name=args.name,
            phone=phone(args.phone, region),
            email=email(args.email),
            language=args.language or here.settings.config.desk.language,
            upstream=upstream,
            channel=Channel(args.channel),
            attributes=_answers(args.answer),
            reply=args.reply,
            consent=not args.no_consent,
            do_not_call=args.do_not_call,
        )
        _told(args, acting, commands.log_call(acting, call))
    if args.lat is not None and here.settings.is_outside(args.lat, args.lon) and not args.json:
        output.say(here.settings.config.city.outside_message)
    return 0


def _answers(given: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """By question; a question answered twice has both answers."""
    made: dict[str, tuple[str, ...]] = {}
    for code, value in given:
        made[code] = (*made.get(code, ()), value)
    return made


def undo(args: argparse.Namespace) -> int:
    """Undo the actor's last operation, or the one named."""
    from services.store.undo import undo as undo_

    with context.of(args).acting() as acting:
        return _told(args, acting, undo_(acting, args.operation), reach="")


def redo(args: argparse.Namespace) -> int:
    """Do again what was undone last."""
    from services.store.undo import redo as redo_

    with context.of(args).acting() as acting:
        return _told(args, acting, redo_(acting), reach="")


def _which(acting: Acting, args: argparse.Namespace) -> tuple[list[int], Mapping[int, int] | None]:
    from services.store import queries

    found = queries.find(acting.store, args.number)
    seen: int | None = getattr(args, "seen", None)
    return [found], None if seen is None else {found: seen}


def _told(
    args: argparse.Namespace, acting: Acting, changes: Changes, *, with_message: bool = False, reach: str | None = None
) -> int:
    """Print what was done, and `reach`, or whom it reaches as the outbox has it."""
    from services.store import queries

    if reach is None:
        details = [queries.detail(acting.store, changed, acting=acting) for changed in changes.ids]
        reach = " ".join(dict.fromkeys(_reach(acting, detail, changes, with_message) for detail in details))
    if args.json:
        numbers = {row.id: row.number for row in queries.columns(acting.store, changes.ids)}
        output.say_json(
            {
                "ids": list(changes.ids),
                "numbers": [numbers[changed] for changed in changes.ids],
                "operation": changes.operation,
                "sentence": changes.sentence,
                "reach": reach,
            }
        )
    else:
        output.say("\n".join(filter(None, (changes.sentence, reach))))
    return 0


def _reach(acting: Acting, detail: Detail, changes: Changes, with_message: bool) -> str:
    from services.store.telling import told_by

    request = detail.request
    policy = acting.policy(request.upstream)
    ours = ours_sentence(*told_by(acting.store, changes.operation))
    posted = [i for i in detail.outbox if i.operation == changes.operation and i.kind is not OutboxKind.NOTICE]
    if any(item.kind is OutboxKind.REPORT for item in posted):
        return f"It waits to be posted to “{request.upstream}”."
    if posted or not policy.takes_updates:
        return reach_sentence(policy, request, with_message=with_message, ours=ours)
    told = policy.statuses.out(request.status, request.outcome)
    said = f"“{request.upstream}” is told nothing" + (f": {told.reason}" if isinstance(told, Internal) else ".")
    return f"{said} {ours}".strip()
