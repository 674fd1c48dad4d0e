"""Who can be sent out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from services.domain.values import Changes, Crew
from services.errors import Invalid
from services.store.store import Store
from services.store.tables import crew
from services.store.writing import clean


def save_crews(store: Store, crews: Sequence[Crew]) -> Changes:
    """Add or change crews, known by their name; an id of the caller is not looked at. Raises Invalid."""
    with store.write() as connection:
        known = {row.name: row.id for row in connection.execute(select(crew.c.name, crew.c.id))}
        for given in crews:
            name = clean(given.name)
            if not name:
                raise Invalid("A crew needs a name.")
            values = {"skills": list(given.skills), "capacity": given.capacity, "active": given.active}
            if name in known:
                connection.execute(update(crew).where(crew.c.id == known[name]).values(values))
            else:
                added = connection.execute(insert(crew).values(name=name, **values))
                known[name] = int(added.inserted_primary_key[0]) if added.inserted_primary_key else 0
    return Changes(kinds=frozenset({"crew"}), sentence=f"{len(crews)} crews saved")
