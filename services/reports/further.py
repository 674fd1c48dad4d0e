"""What the queue leaves out of its columns, read from the store while it is saved: descriptions and callers."""

from __future__ import annotations

from collections.abc import Sequence

from services.reports.fields import Field
from services.reports.queue import Further
from services.store.acting import Acting
from services.store.contacts import check_rights, contacts
from services.store.descriptions import descriptions as read
from services.store.store import Store


def descriptions(store: Store) -> Further:
    """What residents wrote."""

    def of(ids: Sequence[int]) -> list[tuple[str]]:
        found = read(store, ids)
        return [(found.get(one, ""),) for one in ids]

    return Further((Field("description", "Description"),), of)


def callers(acting: Acting) -> Further:
    """Who reported, and how to reach them. Raises Forbidden where whoever acts may not see it."""
    check_rights(acting)
    fields = (Field("caller", "Caller"), Field("phone", "Telephone"), Field("email", "E-mail"))
    return Further(fields, lambda ids: contacts(acting, ids))
