"""What the audit view says of a line of history: from what to what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.domain.audit import ERASED, WHAT, Told, entry
from services.domain.values import EventKind

CREWS = {3: "Tree 1", 5: "Lights"}


def told(kind: EventKind, /, *, text: str = "", erased: bool = False, undone: bool = False, **data: Any) -> Told:
    return Told(7, datetime(2011, 8, 29, tzinfo=UTC), "ana", kind, data, text, erased, undone, "101")


@pytest.mark.parametrize(
    ("kind", "data", "change"),
    [
        (EventKind.STATUS, {"from": "new", "to": "closed", "to_outcome": "fixed"}, ("New", "Closed: fixed")),
        (EventKind.STATUS, {"from": "closed", "from_outcome": "fixed", "to": "new"}, ("Closed: fixed", "New")),
        (EventKind.ASSIGNED, {"from": "new", "to": "assigned", "crew": 3}, ("New", "Assigned; Tree 1")),
        (EventKind.ASSIGNED, {"from_crew": 3, "crew": 9}, ("Tree 1", "crew 9")),
        (EventKind.CLAIMED, {"from_holder": "ben", "holder": "ana"}, ("ben", "ana")),
        (EventKind.MERGED, {"into_number": "102"}, ("", "into 102")),
        (EventKind.MERGED, {"merged": "103, 104"}, ("", "103, 104")),
        (EventKind.UNDONE, {"of": "assigned"}, ("", "assigned")),
        (EventKind.REDONE, {"of": "nobody knows"}, ("", "")),
        (EventKind.UPSTREAM_CHANGED, {"fields": "address,lat,lon"}, ("", "address and place on the map")),
        (EventKind.ERASED, {"what": "person"}, ("", "person")),
        (EventKind.CALLED_BACK, {"result": "missed"}, ("", "missed")),
        (EventKind.PULLED, {"status": "new"}, ("", "New")),
        (EventKind.STATUS, {"from": "reticulating", "to": None}, ("", "")),
        (EventKind.PLANNED, {"from_stop": "", "stop": "3/2011-08-29/2.0"}, ("", "Tree 1, 2011-08-29, place 2")),
        (EventKind.PLANNED, {"from_stop": "5/2011-08-29/1.5", "stop": ""}, ("Lights, 2011-08-29, place 1.5", "")),
        (EventKind.NOTE, {}, ("", "")),
    ],
)
def test_from_what_to_what(kind: EventKind, data: dict[str, Any], change: tuple[str, str]) -> None:
    made = entry(told(kind, **data), CREWS)
    assert (made.before, made.after) == change
    assert (made.person, made.what, made.number) == ("ana", WHAT[kind], "101")


def test_every_kind_has_a_word_but_the_one_that_nobody_reads() -> None:
    assert set(WHAT) == set(EventKind) - {EventKind.TOUCHED}
    assert len(set(WHAT.values())) == len(WHAT)


def test_what_is_undone_and_what_is_erased_is_said() -> None:
    assert entry(told(EventKind.NOTE, text="Gate", undone=True), CREWS).what == "Note (undone)"
    assert entry(told(EventKind.NOTE, erased=True), CREWS).text == ERASED
