"""A copy of a team's database in one file, and putting one into an empty database: by PostgreSQL's own programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection

from services.errors import StoreProblem
from services.store import server
from services.store.dialect import driven, fetched
from services.store.server import SCHEMA
from services.team import setup
from services.team.guards import Actions, owner, quoted, run_all
from services.team.moving import TABLES
from services.team.setup import administering, parsed

_COUNTED = (*(table.name for table in TABLES), "search")
_BROKEN = (
    "SELECT count(*) FROM guard.chain AS c FULL JOIN"
    " (SELECT request_id, count(*) AS lines, max(link) AS last FROM event GROUP BY request_id) AS e USING (request_id)"
    " WHERE c.links IS DISTINCT FROM e.lines OR c.links IS DISTINCT FROM e.last OR c.head IS DISTINCT FROM"
    " (SELECT digest FROM event AS l WHERE l.request_id = c.request_id ORDER BY link DESC LIMIT 1)"
)
_UNLIKE = (
    "SELECT count(*) FROM request AS r FULL JOIN request_identity AS i USING (id)"
    " WHERE (r.number, r.upstream, r.upstream_id) IS DISTINCT FROM (i.number, i.upstream, i.upstream_id)"
)
_BEHIND = "SELECT max(id) > (SELECT last_value FROM {name}_numbers) FROM {name}"


def beside(file: Path) -> Path:
    """Where it is kept what a copy has to hold."""
    return file.with_name(f"{file.name}.counts")


def backup(admin: str, file: Path) -> dict[str, int]:
    """Copy a team's database, in use or not, into a new file, with how many rows it holds beside it; the rows by table.

    Raises StoreProblem, Invalid.
    """
    if not file.absolute().parent.is_dir():
        raise StoreProblem(f"There is no folder {file.absolute().parent}.", "Make it, or give another place.")
    if file.exists() or beside(file).exists():
        raise StoreProblem(f"“{file}” exists already and is left as it is.", "Give another name.")
    part = file.with_name(f"{file.name}.part")
    try:
        with administering(admin) as connection:
            driven(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            moment = str(driven(connection, "SELECT pg_export_snapshot()").scalar_one())
            server.revision(connection)
            counts = _counts(connection)
            _run("pg_dump", admin, "--format=custom", f"--snapshot={moment}", "--file", str(part))
        beside(file).write_text(json.dumps(counts, indent=1))
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return counts


def restore(file: Path, admin: str, actions: Actions) -> dict[str, int]:
    """Put a copy into an empty database, made where it is missing, and check it; the rows by table.

    `actions` says who may do what in this city.
    What still waited in the copy may have left since it was made, so the worker reads it back before sending it.
    Raises StoreProblem, Invalid; then the database is as it was, or is to be dropped.
    """
    if not file.is_file():
        raise StoreProblem(f"There is no file “{file}”.", "Name a copy that connect-console backup has made.")
    try:
        wanted = json.loads(beside(file).read_text())
    except (OSError, ValueError) as error:
        raise StoreProblem(
            f"“{beside(file)}” cannot be read, so the copy could not be checked.", "Put it beside the copy again."
        ) from error
    database = setup.prepare(admin)
    how = "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"
    _run("pg_restore", admin, *how, f"--role={owner(database)}", str(file))
    setup.init(admin, actions)
    with administering(admin) as connection:
        run_all(connection, (f"SET LOCAL ROLE {quoted(owner(database))}",))
        driven(connection, f"SET LOCAL search_path = {SCHEMA}")
        _check(connection, wanted)
        _take_over(connection)
        driven(connection, "ANALYZE")
    return _ints(wanted)


def _check(connection: Connection, wanted: dict[str, int]) -> None:
    found = _counts(connection)
    for table, count in _ints(wanted).items():
        if found.get(table) != count:
            raise StoreProblem(f"“{table}” has {found.get(table)} rows, not {count}.", "Take another copy.")
    if driven(connection, _BROKEN).scalar_one():
        raise StoreProblem("The history of some requests is not whole.", "Take another copy.")
    if driven(connection, _UNLIKE).scalar_one():
        raise StoreProblem("Some requests are not known by their numbers.", "Take another copy.")
    for name in ("request", "caller", "text"):
        if driven(connection, _BEHIND.format(name=name)).scalar_one():
            raise StoreProblem(f"The numbers of “{name}” would be given twice.", "Take another copy.")


def _take_over(connection: Connection) -> None:
    """Transactions of the old server count as older than all of this one's; what was queued is in doubt."""
    driven(connection, "ALTER TABLE event DISABLE TRIGGER event_kept")
    driven(connection, "UPDATE event SET tx = 0 WHERE tx >= CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
    driven(connection, "ALTER TABLE event ENABLE TRIGGER event_kept")
    driven(connection, "UPDATE outbox SET state = 'sending' WHERE state = 'queued'")


def _counts(connection: Connection) -> dict[str, int]:
    asked = "SELECT '{0}', count(*) FROM {1}.\"{0}\""
    rows = fetched(connection, " UNION ALL ".join(asked.format(name, SCHEMA) for name in _COUNTED))
    return dict(tuple(row) for row in rows)


def _ints(counts: dict[str, int]) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.items()}


def _run(program: str, admin: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; a password is told it in its environment."""
    found = shutil.which(program)
    if found is None:
        raise StoreProblem(
            f"{program} is not on this machine.", "Install PostgreSQL's client programs, of the server's version."
        )
    words, password = _words(server.safe(parsed(admin)))
    secret = {"PGPASSWORD": password} if password else {}
    command = [found, "--dbname", words, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **secret})
    if done.returncode:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise StoreProblem(f"{program} failed: {last}.", "Whoever looks after the database knows what it means.")


def _words(url: URL) -> tuple[str, str]:
    """Where to connect in libpq's words, and the password."""
    (_, options) = url.get_dialect()().create_connect_args(url)
    password = str(options.pop("password", "") or "")
    options.pop("options", None)
    return make_conninfo("", **{k: v for k, v in options.items() if v is not None}), password
