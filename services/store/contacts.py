"""Who called about many requests at once, and how to reach them: for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.domain.workflow import Action, check_action
from services.store.acting import Acting
from services.store.tables import caller
from services.store.writing import among


def check_rights(acting: Acting) -> None:
    """Raise Forbidden unless who acts may read contacts in this city."""
    check_action(Action.SEE_CONTACTS, acting.actor.roles if acting.sees_contacts else ())


def contacts(acting: Acting, ids: Sequence[int]) -> list[tuple[str, str, str]]:
    """Names, telephone numbers and addresses of the callers of each of these requests, in the order asked for.

    Several are parted by "; "; who withdrew is left out. Raises Forbidden.
    """
    check_rights(acting)
    found: dict[int, list[tuple[str, str, str]]] = {}
    chosen = select(caller.c.request_id, caller.c.name, caller.c.phone, caller.c.email)
    chosen = chosen.where(among(caller.c.request_id, ids), ~caller.c.withdrawn).order_by(caller.c.id)
    with acting.store.read() as connection:
        for row in connection.execute(chosen):
            found.setdefault(row.request_id, []).append((row.name, row.phone, row.email))
    return [_joined(found.get(one, [])) for one in ids]


def _joined(callers: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    names, phones, emails = ("; ".join(filter(None, said)) for said in zip(*callers, strict=True)) if callers else _NONE
    return names, phones, emails


_NONE = ("", "", "")
