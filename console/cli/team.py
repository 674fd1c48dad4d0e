"""`team`: one PostgreSQL for many desks, set up and looked after by whoever administers it."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli import context, output
from console.cli.commands import Commands, Parser
from services.domain.rights import Group
from services.errors import Invalid, StoreProblem

if TYPE_CHECKING:
    from services.team.guards import Actions

ADMINISTRATOR = "CONNECT_CONSOLE_ADMIN"
"""The environment variable with the address under which the administrator logs in; never an argument, which all see."""


def add(commands: Commands) -> None:
    """Add it."""
    sentence = f"One PostgreSQL for many desks; the administrator's address comes from {ADMINISTRATOR} or a prompt."
    team = commands.group("team", sentence)
    _by_admin(team.add("init", init, "Make the database, its roles, tables and guards; again after [rights] changed."))
    made = _by_admin(team.add("add", add_member, "Let somebody log in, or give them one more role."))
    made.add_argument("name", metavar="NAME", help="as the server knows them")
    made.add_argument("--role", required=True, choices=[group.value for group in Group])
    ways = made.add_mutually_exclusive_group()
    ways.add_argument("--password", metavar="env:NAME", help="where their password is; default: it is asked for")
    ways.add_argument("--no-password", action="store_true", help="a certificate, Kerberos or LDAP says who they are")
    listed = _by_admin(team.add("list", members, "List everybody who may log in, with their roles."))
    listed.add_argument("--json", action="store_true", help="a JSON object a line")
    gone = _by_admin(
        team.add("remove", remove, "Take all roles from somebody, and end their connections; their history stays.")
    )
    gone.add_argument("name", metavar="NAME")
    brought = _by_admin(team.add("import", bring, "Move a desk's SQLite store over, whole, into an empty one."))
    brought.add_argument("file", type=Path, metavar="DESK.DB")
    sentence = "Bring the database up to date, as far as the desks at work allow; they go on meanwhile."
    _by_admin(team.add("migrate", migrate, sentence))
    checked = _by_admin(
        team.add("verify", verify, "Reckon the hash chain of every history anew, and say where it is broken.")
    )
    checked.add_argument(
        "--signed", type=Path, metavar="FOLDER", help="compare with the heads that were signed off here"
    )
    signed = team.add("sign", sign, "As the worker, write the heads of all histories that grew since the last time.")
    signed.add_argument("folder", type=Path, metavar="FOLDER")


_NO_ARGUMENT = (
    "Leave --password out and type it when asked, or name the environment variable with it: --password env:NAME."
)


def _by_admin(parser: Parser) -> Parser:
    """Its help says where the administrator's address comes from."""
    parser.epilog = f"The administrator's address comes from {ADMINISTRATOR} or a prompt, never from an argument."
    return parser


def administrator() -> str:
    """The administrator's address. Raises Invalid where none is given and nobody is there to ask."""
    given = os.environ.get(ADMINISTRATOR, "").strip()
    if given:
        return given
    if not sys.stdin.isatty():
        raise Invalid("No administrator is named.", f"Set {ADMINISTRATOR} to postgresql+psycopg://NAME@HOST/DATABASE.")
    return _asked("Administrator's address (postgresql+psycopg://NAME:PASSWORD@HOST/DATABASE): ").strip()


def _asked(prompt: str) -> str:
    """What is typed at the terminal, which does not show it. Raises Invalid where the person ends it."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        print(file=sys.stderr)  # the terminal stands behind the prompt
        raise Invalid("Nothing was typed, so nothing was done.") from None


def init(args: argparse.Namespace) -> int:
    """Set up, or bring up to date."""
    from services.team import setup

    database = setup.init(administrator(), context.of(args).settings.rights)
    output.say(f"The database “{database}” is ready for a team.")
    return 0


def add_member(args: argparse.Namespace) -> int:
    """Let somebody in."""
    from services.team import members as people

    admin = administrator()
    group = Group(args.role)
    people.add(admin, args.name, group, _password(args))
    output.say(f"{args.name} may log in as {group.value.replace('_', ' ')}. Their config.toml says:")
    where = "" if args.no_password else "env:PASSWORD"
    output.say(f'[store]\nurl = "{people.address(admin, args.name, password=where)}"')
    return 0


def _password(args: argparse.Namespace) -> str:
    from services.secrets import REFERENCE, resolve

    if args.no_password:
        return ""
    if args.password:
        if not REFERENCE.match(args.password):
            raise Invalid("A password is no argument: all on this machine can read it.", _NO_ARGUMENT)
        return resolve(args.password)
    if not sys.stdin.isatty():
        raise Invalid("No password is given.", "Give --password env:NAME, or --no-password.")
    first = _asked(f"Password of {args.name}: ")
    if not first or first != _asked("Once more: "):
        raise Invalid("There is no password, or the two differ.", "Try again, or give --no-password.")
    return first


def members(args: argparse.Namespace) -> int:
    """Print everybody."""
    from services.team import members as people

    found = people.members(administrator())
    if args.json:
        for one in found:
            output.say_json({"name": one.name, "roles": [g.value for g in one.groups], "connections": one.logged_in})
        return 0
    rows = ((m.name, ", ".join(g.value.replace("_", " ") for g in m.groups), str(m.logged_in)) for m in found)
    head = ("NAME", "ROLES", "CONNECTIONS")
    output.say(output.table(head, rows) if found else "Nobody is in the team yet; add them: team add NAME --role R.")
    return 0


def remove(args: argparse.Namespace) -> int:
    """Let somebody in no longer."""
    from services.team import members as people

    left = people.remove(administrator(), args.name)
    output.say(f"{args.name} may log in no longer.")
    if left:
        output.say(
            f"{left} of their connections {'is' if left == 1 else 'are'} still open, without any right: this"
            " administrator may not end them. Close their desk, or have a superuser of the server end them."
        )
    return 0


def bring(args: argparse.Namespace) -> int:
    """Move a desk's store over."""
    from services.sync.turns import FileTurns
    from services.team import moving, setup

    file, admin = args.file.absolute(), administrator()
    if not file.is_file():
        raise Invalid(f"There is no file {file}.", "Name the desk's store, such as desk.db in its home.")
    setup.init(admin, context.of(args).settings.rights)
    turns = FileTurns(file)
    with turns.lead() as leading, turns.turn() as ours:
        if not (leading and ours):
            raise StoreProblem("A desk or a worker is at work on this store.", "Close it, then move it over.")
        rows = moving.bring(file, admin)
    output.say(f"Moved over and compared, row by row: {_rows(rows)}. From now on the desks use the server.")
    _say_if_nobody(admin)
    return 0


def _say_if_nobody(admin: str) -> None:
    """Who may log in is known to a database, and moves with no copy."""
    from services.team import members as people

    if not people.members(admin):
        output.say("Nobody may log in there yet; let them in: connect-console team add NAME --role R.")


def _rows(rows: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in rows.items() if count)


def backup(file: Path) -> None:
    """Copy the team's database into a file, for `connect-console backup`."""
    from services.team import copies

    rows = copies.backup(administrator(), file)
    output.say(f"The team's database was saved to “{file}”, with “{copies.beside(file).name}”: {_rows(rows)}.")


def restore(file: Path, actions: Actions) -> int:
    """Put a copy into an empty database, and check it, every history's chain too; 1 where one is broken."""
    from services.team import chain, copies

    admin = administrator()
    rows = copies.restore(file, admin, actions)
    found = chain.verify(admin)
    for fault in found.faults:
        output.say(fault)
    output.say(f"Brought back from “{file}” and counted: {_rows(rows)}. Start the desks anew.")
    _say_if_nobody(admin)
    return int(bool(found.faults))


def migrate(args: argparse.Namespace) -> int:
    """Take the steps; 1 where one has to wait."""
    from services.team.migrate import migrate as bring

    done = bring(administrator(), context.of(args).settings.rights)
    output.say(f"The database is at {done.after}{f', and was at {done.before}' if done.after != done.before else ''}.")
    if done.waits_for:
        output.say(
            f"The next step waits for older desks: {', '.join(done.waits_for)}. Update them, then migrate again."
        )
    return int(bool(done.waits_for))


def verify(args: argparse.Namespace) -> int:
    """Verify all; 1 where anything is wrong."""
    from services.team import chain

    found = chain.verify(administrator(), args.signed)
    for fault in found.faults:
        output.say(fault)
    compared = f", {found.signed:,} heads that were signed off" if args.signed else ""
    looked = f"{found.requests:,} histories of {found.events:,} lines{compared}"
    broken = len(found.faults)
    how = f"{broken:,} {'is' if broken == 1 else 'are'} broken" if broken else "all are whole"
    output.say(f"{looked}: {how}.")
    return int(bool(found.faults))


def sign(args: argparse.Namespace) -> int:
    """Sign off what grew."""
    from services.team import chain

    with context.of(args).store() as store:
        if store.path is not None:
            raise Invalid("This store is a file; only a team's server is signed off.", "Name it in [store] url.")
        made = chain.sign(store, args.folder)
    output.say(f"Written: “{made}”." if made else "Nothing has grown since the last time.")
    return 0
