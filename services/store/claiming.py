"""Who of the staff looks after a request: claimed by themselves, handed over by a colleague, or let go of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, select

from services.domain.status import Role, Status
from services.domain.values import Changes, EventKind
from services.domain.workflow import DISPATCH, Action, check_action
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.store.acting import Acting
from services.store.changing import Work, alike, clock, command, load, naming, plural
from services.store.dialect import driven, is_server
from services.store.rows import Standing, state_of
from services.store.store import Store
from services.store.tables import event
from services.store.writing import Data, id_list

_MEMBERS = (
    "SELECT DISTINCT m.rolname FROM {texts} AS of(value)"
    " JOIN pg_roles AS g ON g.rolname = current_database() || '_' || of.value"
    " JOIN pg_auth_members AS a ON a.roleid = g.oid"
    " JOIN pg_roles AS m ON m.oid = a.member AND m.rolcanlogin ORDER BY m.rolname"
)
_ACTED = "SELECT DISTINCT actor FROM operation ORDER BY actor"
CLAIM = frozenset({"claim"})
"""What handing over and letting go are about."""
_HELD = "UPDATE request SET claimed_by = ? WHERE id IN {ids}"


def team(store: Store) -> tuple[str, ...]:
    """Who may sit at the desks of a shared store, by name; () where the desk is alone with it."""
    with store.read() as connection:
        return tuple(_staff(connection)) if is_server(connection) else ()


def claim(acting: Acting, ids: Sequence[int]) -> Changes:
    """Take these requests, which nobody else has. Raises Conflict where somebody has, Forbidden, Invalid, NotFound."""
    return _give(acting, ids, acting.actor.name, _check_free, "claimed")


def hand_over(acting: Acting, ids: Sequence[int], name: str) -> Changes:
    """Give these to a member of staff; what others have, only who dispatches. Raises Forbidden, Invalid, NotFound."""
    return _give(acting, ids, name, _check_own, f"handed over to {name}")


def let_go(acting: Acting, ids: Sequence[int]) -> Changes:
    """Leave these to whoever claims them next. Raises Forbidden, Invalid, NotFound."""
    return _give(acting, ids, "", _check_own, "let go of")


def hold(work: Work, ids: Iterable[int], name: str) -> None:
    """Note who has these requests; history is the caller's."""
    driven(work.connection, _HELD, (name, id_list(ids)))


def _give(acting: Acting, ids: Sequence[int], name: str, check: Callable[[Work, Standing], None], done: str) -> Changes:
    """What somebody has already stays as it is; the rest changes hands, all or none."""
    check_action(Action.CLAIM, acting.actor.roles)
    with command(acting) as work:
        if name not in {"", acting.actor.name}:
            _check_known(work.connection, name)
        rows = [row for row in load(work.connection, ids) if row.claimed_by != name]
        if not rows:
            who = "You have" if name == acting.actor.name else f"{name} has"
            raise Invalid(f"{who} it already." if name else "Nobody has claimed it.")
        for some in alike(rows):
            row = some.row
            with naming(row):
                check(work, row)
                if name and not Status(row.status).is_open:
                    raise Invalid("It is closed, so nobody needs to look after it.", "Reopen it first.")
            data: Data = {"from_holder": row.claimed_by, "holder": name, "version": row.version + 1}
            work.pen.events(some.ids, EventKind.CLAIMED, data)
            hold(work, some.ids, name)
            work.move(some, state_of(row), row.crew_id)
        work.sentence = f"{plural(len(rows))} {done}"
    return work.changes()


def _check_free(work: Work, row: Standing) -> None:
    if row.claimed_by:
        since = _since(work, row)
        gives_away = bool(DISPATCH & work.acting.actor.roles)
        remedy = "hand it over to yourself" if gives_away else "have a dispatcher hand it over"
        raise Conflict(f"{row.claimed_by} {'has had it' if since else 'has it'}{since}.", f"Ask them, or {remedy}.")


def _check_own(work: Work, row: Standing) -> None:
    actor = work.acting.actor
    if row.claimed_by not in {"", actor.name} and not DISPATCH & actor.roles:
        raise Forbidden(f"{row.claimed_by} has it; only they or a dispatcher may give it away.")


def _since(work: Work, row: Standing) -> str:
    """ " since 14:02"; "" where history does not say."""
    lines = select(event.c.at, event.c.data).where(event.c.request_id == row.id)
    kinds = (EventKind.CLAIMED.value, EventKind.UNDONE.value, EventKind.REDONE.value)
    for line in work.connection.execute(lines.where(event.c.kind.in_(kinds)).order_by(event.c.id.desc())):
        if "holder" in line.data:
            return f" since {clock(line.at, work.acting.zone)}"
    return ""


def _check_known(connection: Connection, name: str) -> None:
    known = _staff(connection)
    if name not in known:
        raise NotFound(f"Nobody called “{name}” works here.", f"One of: {', '.join(known)}." if known else "")


def _staff(connection: Connection) -> list[str]:
    """Who is let in at a server; at a desk that is alone with its store, who has done something there."""
    if is_server(connection):
        return list(driven(connection, _MEMBERS, (json.dumps([role.value for role in Role]),)).scalars())
    return list(driven(connection, _ACTED).scalars())
