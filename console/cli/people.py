"""`person`, `retention` and `callbacks`: one person's data, how long callers are kept, and who is to be called."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.cli import context, kinds, output
from console.cli.commands import Commands
from console.forgetting import closed_before
from console.forgetting import erase as erase_everywhere
from services.errors import Invalid, NotFound

if TYPE_CHECKING:
    from services.store.acting import Acting
    from services.store.callers import Person


def add(commands: Commands) -> None:
    """Add them."""
    person = commands.group("person", "Find, give out or erase what is kept about one person.")
    for name, run, sentence in (
        ("find", find, "Show who has this number, address or name, with their requests."),
        ("export", export, "Print all that is kept about one person, as JSON."),
        ("erase", erase, "Erase all that is kept about one person; requests and history stay. Supervisors only."),
    ):
        made = person.add(name, run, sentence)
        made.add_argument("--phone", default="", metavar="P")
        made.add_argument("--email", default="", metavar="E")
        made.add_argument("--name", default="", metavar="N", help="words of the name; of several with one number, whom")
        if name != "export":
            made.add_argument("--json", action="store_true", help="as JSON")
    kept = commands.add("retention", retention, "Erase callers of requests closed long ago. Supervisors only.")
    kept.add_argument("--months", type=kinds.count, metavar="N", help="closed longer ago; default: [retention] months")
    kept.add_argument("--dry-run", action="store_true", help="only say how many there are, by year")
    kept.add_argument("--json", action="store_true", help="as JSON")
    called = commands.add("callbacks", callbacks, "List the callers who are to be called back.")
    called.add_argument("--done", type=kinds.count, metavar="ID", help="this caller was called")
    called.add_argument("--missed", type=kinds.count, metavar="ID", help="nobody answered; they stay on the list")
    called.add_argument("--json", action="store_true", help="a JSON object a line")


def find(args: argparse.Namespace) -> int:
    """Print who that is."""
    from services.store import persons

    with context.of(args).acting() as acting:
        found = persons.find(acting, args.phone, args.email, args.name)
    for person in found:
        if args.json:
            output.say_json(_as_json(person))
            continue
        marks = ("do not call" if person.do_not_call else "", "" if person.consent else "no consent")
        output.say(", ".join(filter(None, (person.name, person.phone, person.email, person.language, *marks))))
        for earlier in person.requests:
            ended = f": {earlier.outcome.label.lower()}" if earlier.outcome else ""
            output.say(f"  {earlier.number}  {earlier.service}, {earlier.address}  {earlier.status.label}{ended}")
    if not found:
        output.say("Nobody is known by that.")
    return 0


def _as_json(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "language": person.language,
        "reply": person.reply,
        "consent": person.consent,
        "do_not_call": person.do_not_call,
        "requests": [earlier.number for earlier in person.requests],
    }


def export(args: argparse.Namespace) -> int:
    """Print all about one person."""
    from services.store import persons

    with context.of(args).acting() as acting:
        output.say_json(persons.export(acting, _one(acting, args)[0]))
    return 0


def erase(args: argparse.Namespace) -> int:
    """Erase all about one person, in the store and in the files beside it; who shares the number stays."""
    here = context.of(args)
    with here.acting() as acting:
        person, others = _one(acting, args)
        erased, files = erase_everywhere(acting, here.settings, [person], others)
    if args.json:
        counts = {"callers": erased.callers, "texts": erased.texts, "descriptions": erased.descriptions, "files": files}
        output.say_json({**counts, "upstreams": list(erased.upstreams), "sentence": erased.sentence})
    else:
        output.say(f"{erased.sentence} Drafts and letters deleted: {files}.")
    return 0


def _one(acting: Acting, args: argparse.Namespace) -> tuple[Person, list[Person]]:
    """Whom the arguments name, and who else has that number or address. Raises NotFound, or Invalid for several."""
    from services.store import callers, persons

    found = persons.find(acting, args.phone, args.email, args.name)
    if not found:
        raise NotFound("Nobody is known by that.", "Look with connect-console person find.")
    if len(found) > 1:
        raise Invalid(f"{len(found)} people are known by that.", "Give the telephone number or the e-mail address.")
    sharing = callers.apart(acting.store, found[0])
    meant = callers.called(sharing, args.name)
    if not meant:
        raise NotFound("Nobody of that name is known by that.", f"Known are: {_names(sharing)}.")
    if len(meant) > 1:
        raise Invalid(f"{len(meant)} people share that: {_names(meant)}.", "Say whom with --name; the others stay.")
    return meant[0], [person for person in sharing if person is not meant[0]]


def _names(people: list[Person]) -> str:
    return ", ".join(person.name or "somebody without a name" for person in people)


def retention(args: argparse.Namespace) -> int:
    """Erase what was kept long enough, or say how much that is."""
    from services.store.retention import retention as keep

    here = context.of(args)
    months = args.months or here.settings.config.retention.months
    if not months:
        raise Invalid("Callers are kept for ever.", "Give --months N, or set [retention] months in config.toml.")
    with here.acting() as acting:
        counts = keep(acting, closed_before(months), dry_run=args.dry_run)
    if args.json:
        output.say_json({"dry_run": args.dry_run, "years": {str(year): n for year, n in counts.items()}})
        return 0
    for year, count in counts.items():
        output.say(f"closed in {year}: {count:,} callers")
    total = f"{sum(counts.values()):,} callers of requests closed more than {months} months ago"
    output.say(f"{total} would be erased; nothing was changed." if args.dry_run else f"{total} are erased.")
    return 0


def callbacks(args: argparse.Namespace) -> int:
    """Print the list, or take somebody off it."""
    from services.store.calls import Result, call_backs, called_back

    here = context.of(args)
    with here.acting() as acting:
        if args.done or args.missed:
            result = Result.REACHED if args.done else Result.MISSED
            output.say(called_back(acting, args.done or args.missed, result).sentence)
            return 0
        listed = call_backs(acting.store, acting=acting)
    if args.json:
        for call in listed:
            state = f"{call.state[0].label}{f': {call.state[1].label.lower()}' if call.state[1] else ''}"
            who = {"id": call.caller.id, "name": call.caller.name, "phone": call.caller.phone}
            what = {"number": call.number, "service": call.service, "state": state, "message": call.message}
            output.say_json({**who, "language": call.caller.language, **what, "since": output.utc(call.since)})
        return 0
    head = ("ID", "SINCE", "CALL", "NAME", "NUMBER", "SERVICE", "TELL")
    rows = (
        (
            str(c.caller.id),
            output.local(c.since, here.settings.timezone),
            c.caller.phone,
            c.caller.name,
            c.number,
            c.service,
            c.message or (c.state[1].label if c.state[1] else c.state[0].label),
        )
        for c in listed
    )
    output.say(output.table(head, rows) if listed else "Nobody is to be called back.")
    return 0
