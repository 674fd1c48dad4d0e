"""A status update: the new state, the public line and the reporter's e-mail, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from services import sqlite
from services.domain.status import Outcome, Status
from services.domain.statusmap import STATUS_MAPS, Dialect, State, Told
from services.errors import Invalid, NotFound
from services.gateway.fields import Fields
from services.gateway.tables import REQUESTS, UPDATES, GatewayStore
from services.notify import outbox
from services.notify.mail import Notice, compose

_MAP = STATUS_MAPS[Dialect.GATEWAY]
WORDS = tuple(t.word for t in _MAP.outgoing.values() if isinstance(t, Told))
_MILLISECOND = timedelta(milliseconds=1)


def state_of(status: str, outcome: str | None) -> State:
    """The state as the store's two words say it."""
    return Status(status), Outcome(outcome) if outcome else None


def word_of(state: State) -> str:
    """The word that is shown for a state: IN_PROGRESS, FIXED; CLOSED where nobody said how."""
    status, outcome = state
    if outcome is Outcome.UNKNOWN:
        return "CLOSED"
    return str(outcome or status).upper()


def next_moment(connection: Connection, now: datetime) -> datetime:
    """Now in whole milliseconds, but always later than the last change, so that no two changes share a moment."""
    last = connection.execute(select(func.max(REQUESTS.c.updated_at))).scalar()
    now = sqlite.from_millis(sqlite.to_millis(now))
    return now if last is None else max(now, last + _MILLISECOND)


class Updates:
    """Takes updates for one gateway; `sender` and `city` go into its e-mails, `queued` is called after a commit."""

    def __init__(self, store: GatewayStore, sender: str, city: str, queued: Callable[[], None]) -> None:
        self._store = store
        self._sender = sender
        self._city = city
        self._queued = queued

    def post(self, fields: Fields) -> dict[str, str]:
        """Take an update; the same update_id again answers the same and does nothing. Raises Invalid or NotFound.

        The moment of the update is the gateway's own; an `updated_datetime` that was sent is not needed.
        """
        request_id, update_id = fields.needed("service_request_id"), fields.needed("update_id")
        word, text = fields.text("status").upper(), fields.text("description", 4000)
        tell = fields.text("tell_reporter").lower() not in {"false", "0", "no"}
        with sqlite.writing(self._store.engine) as connection:
            known = connection.execute(select(UPDATES).where(UPDATES.c.update_id == update_id)).first()
            if known is not None:
                if (known.request_id, known.asked, known.description) != (request_id, word, text):
                    raise Invalid(f"update_id “{update_id}” was used for another update.", "Give each its own.")
                mailed = False
            else:
                mailed = self._apply(connection, request_id, update_id, word, text, tell)
        if mailed:
            self._queued()
        return {"update_id": update_id, "service_request_id": request_id}

    def _apply(self, connection: Connection, request_id: str, update_id: str, word: str, text: str, tell: bool) -> bool:
        request = connection.execute(select(REQUESTS).where(REQUESTS.c.id == request_id)).first()
        if request is None:
            raise NotFound(f"There is no request “{request_id}”.")
        state = _asked_for(word, state_of(request.status, request.outcome))
        now = next_moment(connection, self._store.clock())
        values: dict[str, object] = {"status": state[0], "outcome": state[1], "updated_at": now}
        if text:
            values["status_notes"] = text
        connection.execute(update(REQUESTS).where(REQUESTS.c.seq == request.seq).values(**values))
        line = {"request_id": request_id, "asked": word, "status_word": word_of(state), "description": text}
        connection.execute(insert(UPDATES), {**line, "update_id": update_id, "updated_at": now})
        if not (tell and text and request.email):
            return False
        outbox.queue(connection, compose(self._notice(request, update_id, state, text, now)), now)
        return True

    def _notice(self, request: Row[Any], update_id: str, state: State, text: str, now: datetime) -> Notice:
        return Notice(
            update_id=update_id,
            number=request.id,
            service=request.service_name,
            address=request.address,
            state=state,
            message=text,
            language=request.language,
            at=now,
            recipient=request.email,
            sender=self._sender,
            city=self._city,
        )


def _asked_for(word: str, current: State) -> State:
    """The state a word asks for. OPEN and CLOSED say too little to change one that already is so."""
    if word in {"", "OPEN", "CLOSED"}:
        if word == "" or (word == "OPEN") == current[0].is_open:
            return current
        return (Status.ACKNOWLEDGED, None) if word == "OPEN" else (Status.CLOSED, Outcome.UNKNOWN)
    state = _MAP.read(word) if word in WORDS else None
    if state is None:
        raise Invalid(f"status cannot be “{word}”.", f"One of: OPEN, CLOSED, {', '.join(WORDS)}.")
    return state
