"""Several reports of one thing become one: the others are closed as its duplicates and stay tied to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from services.domain.status import Outcome, Status
from services.domain.statusmap import State, Told
from services.domain.values import Changes, EventKind
from services.domain.workflow import Action, check_action, check_transition
from services.errors import Conflict, Invalid
from services.store import needing, search, telling
from services.store.acting import Acting
from services.store.changing import Alike, Work, command, load, naming, plural, state_data, told
from services.store.rows import Standing, state_of
from services.store.store import Store
from services.store.tables import event, request
from services.store.telling import Saying
from services.store.writing import Data, among, clean

DUPLICATE: State = (Status.CLOSED, Outcome.DUPLICATE)
_NAMED = 5
"""So many are named in the history of the one they were merged into; of more, it is said how many."""


def merge(
    acting: Acting, ids: Sequence[int], into: int, message: str = "", *, expected: Mapping[int, int] | None = None
) -> Changes:
    """Close requests as duplicates of `into`, which keeps hearing for their callers. Undo takes them apart again.

    `message` goes to their reporters; an upstream that only knows "closed" needs one.
    Raises Forbidden, Invalid, NotFound, Conflict.
    """
    check_action(Action.MERGE, acting.actor.roles)
    message = clean(message)
    with command(acting) as work:
        telling.hold_with_merged(work.connection, [*ids, into])
        rows = load(work.connection, ids, expected, zone=acting.zone)
        kept = _survivor(work.connection, into)
        for row in rows:
            with naming(row):
                _merge(work, row, kept, message)
        if message:
            new = work.pen.new_texts()
            telling.say(work, [Saying(row.id, DUPLICATE, new.get(row.id), message) for row in rows])
        tie(work.connection, [row.id for row in rows], kept.id)
        needing.reckon(work, [kept.id])
        said = ", ".join(row.number for row in rows) if len(rows) <= _NAMED else plural(len(rows))
        work.pen.event(kept.id, EventKind.MERGED, {"merged": said})
        work.touched.insert(0, kept.id)
        touched = work.pen.texts_of()
        search.leave(work.connection, touched)
        work.pen.write()
        search.enter(work.connection, touched)
        work.sentence = f"{plural(len(rows))} merged into {kept.number}"
    return work.changes()


def _survivor(connection: Connection, into: int) -> Standing:
    kept = load(connection, [into])[0]
    if kept.merged_into is not None:
        other = load(connection, [kept.merged_into])[0]
        raise Invalid(f"{kept.number} is itself merged into {other.number}.", f"Merge into {other.number}.")
    return kept


def _merge(work: Work, row: Standing, kept: Standing, message: str) -> None:
    if row.id == kept.id:
        raise Invalid("It cannot be merged into itself.", "Choose the others only.")
    if row.merged_into is not None:
        raise Invalid("It is merged already.", "Undo that first.")
    data: Data = {"into": kept.id, "into_number": kept.number, "version": row.version + 1}
    text_id = work.pen.text(row.id, message)
    some = Alike(row, [row.id])
    if state_of(row) != DUPLICATE:
        roles = work.acting.actor.roles
        check_transition(
            Status(row.status), DUPLICATE[0], roles, has_crew=row.crew_id is not None, outcome=DUPLICATE[1]
        )
        data = {**state_data(row, DUPLICATE), **data}
        _tell_upstream(work, some, text_id)
    work.pen.event(row.id, EventKind.MERGED, data, text_id)
    work.move(some, DUPLICATE, row.crew_id)


def _tell_upstream(work: Work, some: Alike, text_id: int | None) -> None:
    policy = work.acting.policy(some.row.upstream)
    outgoing = told(policy, some.row, DUPLICATE, has_message=text_id is not None)
    if isinstance(outgoing, Told):
        work.post(some, DUPLICATE, outgoing.word, text_id=text_id)
    elif text_id is not None and some.row.upstream and policy.takes_updates:
        work.post(some, DUPLICATE, policy.statuses.message_word(*DUPLICATE), text_id=text_id)


def tie(connection: Connection, ids: Sequence[int], into: int | None) -> None:
    """Note into which request these are merged; None: into none any more."""
    connection.execute(update(request).where(among(request.c.id, ids)).values(merged_into=into))


def turn(work: Work, row: Standing, data: Mapping[str, object], *, back: bool) -> None:
    """Take a request out of the one it was merged into, or put it back. Raises Conflict."""
    into = int(str(data["into"]))
    if back and row.merged_into != into:
        raise Conflict(f"{row.number}: it is no longer merged into {data['into_number']}.", "Look again.")
    if not back:
        if row.merged_into is not None:
            raise Conflict(f"{row.number}: it was merged meanwhile.", "Look again.")
        try:
            _survivor(work.connection, into)
        except Invalid as problem:
            raise Conflict(problem.sentence, problem.remedy) from problem
    tie(work.connection, [row.id], None if back else into)
    needing.reckon(work, [into])


def services_joined(store: Store) -> list[tuple[str, str]]:
    """The services of each request that is merged and of the one that it is merged into."""
    kept = request.alias()
    question = select(request.c.service, kept.c.service.label("of")).where(request.c.merged_into.is_not(None))
    with store.read() as connection:
        rows = connection.execute(question.join_from(request, kept, kept.c.id == request.c.merged_into))
        return [(row.service, row.of) for row in rows]


def operation_of(acting: Acting, request_id: int) -> str:
    """The operation to undo so that a request is merged no more; of one that is not, the last that merged one into it.

    Raises NotFound, Invalid.
    """
    with acting.store.read() as connection:
        row = load(connection, [request_id])[0]
        into, tied = row.merged_into, [row.id]
        if into is None:
            those = select(request.c.id).where(request.c.merged_into.is_not(None), request.c.merged_into == row.id)
            into, tied = row.id, list(connection.execute(those).scalars())
        if not tied:
            raise Invalid(f"{row.number} is not merged with another.")
        merges = select(event.c.operation).where(
            among(event.c.request_id, tied),
            event.c.kind == EventKind.MERGED,
            event.c.data["into"].as_integer() == into,
        )
        return str(connection.execute(merges.order_by(event.c.id.desc()).limit(1)).scalar_one())
