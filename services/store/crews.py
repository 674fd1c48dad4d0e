"""Who can be sent out, what they can do, when and where; and where each crew is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from services.contact import email
from services.domain.crewtext import MOST_JOBS
from services.domain.values import Changes, Crew, LatLon
from services.domain.workflow import Action, check_action
from services.errors import Conflict, Invalid, NotFound
from services.store.acting import Acting
from services.store.rows import crew_of
from services.store.store import Store
from services.store.tables import crew
from services.store.writing import clean


def save_crews(store: Store, crews: Sequence[Crew]) -> Changes:
    """Add or change crews, known by their name; an id of the caller is not looked at. Raises Invalid.

    Where a crew is now, `set_place` says.
    """
    with store.write() as connection:
        known = {row.name: row.id for row in connection.execute(select(crew.c.name, crew.c.id))}
        for given in crews:
            made = _checked(given)
            known[made.name] = _kept(connection, replace(made, id=known.get(made.name, 0)))
    return _changes(len(crews))


def edit_crews(acting: Acting, crews: Sequence[Crew]) -> Changes:
    """Change the crews that have an id, and add the others; all or none. Raises Forbidden, Invalid, NotFound, Conflict.

    Where a crew is now, `set_place` says.
    """
    check_action(Action.EDIT_CREWS, acting.actor.roles)
    with acting.store.write() as connection:
        names = {row.id: row.name for row in connection.execute(select(crew.c.name, crew.c.id))}
        for given in crews:
            made = _checked(given)
            if made.id and made.id not in names:
                raise NotFound("There is no such crew any more.", "Choose one from the list.")
            taken = {name.casefold() for i, name in names.items() if i != made.id}
            if made.name.casefold() in taken:
                raise Conflict(f"There is a crew “{made.name}” already.", "Give this one another name.")
            names[_kept(connection, made)] = made.name
    return _changes(len(crews))


def edit_back(acting: Acting, edits: Sequence[tuple[Crew | None, Crew]]) -> Changes:
    """Take edits back, all or none: of each what was before and after it.

    A crew is again as it was before, or out of service where it was made by that edit. Raises Forbidden, NotFound, and
    Conflict where one is not as it was left, which is as after the edit but for its id.
    """
    check_action(Action.EDIT_CREWS, acting.actor.roles)
    with acting.store.write() as connection:
        for before, after in edits:
            _set_back(connection, before, after)
    if len(edits) > 1:
        said = f"{len(edits):,} crews are as they were"
    else:
        said = " and ".join(f"{b.name} is as it was" if b else f"{a.name} is out of service again" for b, a in edits)
    return Changes(kinds=frozenset({"crew"}), sentence=said)


def _set_back(connection: Connection, before: Crew | None, after: Crew) -> None:
    found = connection.execute(select(crew).where(crew.c.name == clean(after.name))).one_or_none()
    if found is None:
        raise NotFound(f"There is no crew “{after.name}” any more.", "Look at the list.")
    now = crew_of(found)
    left = replace(_checked(after), id=now.id, place=now.place, place_at=now.place_at)
    if now != left or (before is not None and before.id != now.id):
        raise Conflict(f"{after.name} was changed meanwhile.", "Set it by hand to what it should be.")
    _kept(connection, replace(now, active=False) if before is None else before)


def set_place(acting: Acting, crew_id: int, place: LatLon | None) -> Changes:
    """Say where a crew is now, None: nobody knows. Raises Forbidden, Invalid, NotFound."""
    check_action(Action.ASSIGN, acting.actor.roles)
    lat, lon = _point(place, "The place")
    at = None if place is None else acting.store.clock()
    with acting.store.write() as connection:
        changed = update(crew).where(crew.c.id == crew_id).values(lat=lat, lon=lon, place_at=at)
        if not connection.execute(changed).rowcount:
            raise NotFound("There is no such crew.", "Choose one from the list.")
    return Changes(
        kinds=frozenset({"crew"}), sentence="The crew's place is set" if place else "The crew's place is gone"
    )


def _checked(given: Crew) -> Crew:
    name = clean(given.name)
    if not name or not name.isprintable():
        raise Invalid("A crew needs a name on one line.", "Write one, such as “Forestry 2”.")
    if not 1 <= given.capacity <= MOST_JOBS:
        remedy = f"Give 1 to {MOST_JOBS:,}, or set it inactive."
        raise Invalid(f"{name} takes {given.capacity:,} jobs a day.", remedy)
    _point(given.base, "The base")
    skills, areas = (tuple(dict.fromkeys(filter(None, map(clean, words)))) for words in (given.skills, given.areas))
    return replace(given, name=name, skills=skills, areas=areas, email=email(given.email))


def _point(place: LatLon | None, what: str) -> tuple[float | None, float | None]:
    if place is None:
        return None, None
    lat, lon = place
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(f"{what} {lat}, {lon} is not on the globe.", "Give latitude and longitude in degrees.")
    return lat, lon


def _kept(connection: Connection, made: Crew) -> int:
    """Write one crew; its id."""
    lat, lon = made.base or (None, None)
    values = {
        "name": made.name,
        "skills": list(made.skills),
        "capacity": made.capacity,
        "active": made.active,
        "areas": list(made.areas),
        "shifts": made.shifts.written(),
        "email": made.email,
        "base_lat": lat,
        "base_lon": lon,
    }
    if made.id:
        connection.execute(update(crew).where(crew.c.id == made.id).values(values))
        return made.id
    added = connection.execute(insert(crew).values(values)).inserted_primary_key
    return int(added[0]) if added else 0


def _changes(count: int) -> Changes:
    return Changes(kinds=frozenset({"crew"}), sentence=f"{count:,} crew{'' if count == 1 else 's'} saved")
