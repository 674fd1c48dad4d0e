"""Which column of a file holds what: guessed from the header's names and looked at in the values, then for a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from difflib import get_close_matches

from services.errors import Invalid
from services.intake.dates import Order, moment
from services.intake.sheet import Sheet


class Missing(Invalid):
    """No column is named for what no request can do without."""


Columns = dict[str, str]
"""By what a request has: the column that holds it."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("case enquiry id", "unique key", "sr number", "service request id", "request id", "requestid", "case id"),
        *("ticket id", "reference", "reference number", "id", "number", "objectid"),
    ),
    "opened": (
        *("open dt", "opened", "open date", "opened date", "date opened", "created", "created date", "creation date"),
        *("date created", "requested datetime", "request date", "requestdate", "requested", "submitted", "reported"),
        *("date submitted", "date reported", "received", "date received", "timestamp", "date"),
    ),
    "closed": (
        *("closed dt", "closed", "closed date", "close date", "date closed", "closed datetime", "completed"),
        *("completion date", "completed date", "date completed", "resolved", "resolution date", "resolved date"),
    ),
    "due": ("target dt", "sla target dt", "due", "due date", "target date", "expected datetime", "sla due"),
    "service": (
        *("service name", "sr type", "complaint type", "request type", "requesttype", "service request type"),
        *("case type", "issue type", "type", "service", "category", "problem", "subject"),
    ),
    "code": ("service code", "sr short code", "type code", "sr type code", "category code"),
    "status": ("case status", "status", "sr status", "request status", "state"),
    "address": (
        *("address", "street address", "incident address", "full address", "address string", "location"),
        *("location address", "site address", "where"),
    ),
    "lat": ("latitude", "lat", "y"),
    "lon": ("longitude", "long", "lon", "lng", "x"),
    "area": ("neighborhood", "neighbourhood", "area", "district", "borough", "community area", "ward"),
    "zip": ("location zipcode", "zipcode", "zip code", "zip", "incident zip", "postcode", "postal code"),
    "description": ("description", "comments", "comment", "details", "case title", "title", "descriptor", "remarks"),
    "channel": (
        *("source", "channel", "origin", "open data channel type", "method received", "submission channel"),
        *("received by", "intake channel"),
    ),
    "caller": (
        *("caller name", "caller", "reporter name", "reporter", "reported by", "requester name", "requester"),
        *("requestor", "contact name", "customer name", "resident name", "citizen name", "complainant name"),
    ),
    "phone": (
        *("caller phone", "phone number", "phone", "telephone", "telephone number", "contact phone", "mobile"),
        *("reporter phone", "requester phone", "customer phone", "complainant phone"),
    ),
    "email": (
        *("caller email", "email", "e mail", "email address", "contact email", "reporter email", "requester email"),
        *("customer email", "complainant email"),
    ),
    "consent": ("consent", "caller consent", "contact consent", "may contact", "wants updates"),
}
"""What a request has, and how columns that hold it are called, the surest first."""
NEEDED = ("opened", "service")
FEWEST_DIGITS = 7
"""Of a telephone number that can be dialled."""
_LOOKED_AT = 50
_MOSTLY = 0.8
_SEPARATORS = re.compile(r"[\W_]+")


def guess(sheet: Sheet) -> Columns:
    """The columns that are called so and whose values are such; each column is taken once."""
    plain = {_SEPARATORS.sub(" ", name.casefold()).strip(): name for name in reversed(sheet.header)}
    found: Columns = {}
    for field, names in FIELDS.items():
        called = (plain[name] for name in names if name in plain)
        column = next((c for c in called if c not in found.values() and _is_such(sheet, field, c)), None)
        if column is not None:
            found[field] = column
    if ("lat" in found) is not ("lon" in found):
        found.pop("lat", None)
        found.pop("lon", None)
    return found


def changed(sheet: Sheet, columns: Columns, wishes: Sequence[str]) -> Columns:
    """The columns with what a person says, each as "field=column"; "field=" leaves it out. Raises Invalid."""
    made = dict(columns)
    for wish in wishes:
        field, equals, column = (part.strip() for part in wish.partition("="))
        if not equals or field not in FIELDS:
            raise Invalid(f"“{wish}” is no field=column.", f"Fields: {', '.join(FIELDS)}.")
        if column and column not in sheet.header:
            near = get_close_matches(column, sheet.header, 1, 0.0)
            raise Invalid(f"There is no column “{column}”.", f"The nearest is “{near[0]}”." if near else "")
        made.pop(field, None)
        if column:
            made[field] = column
    return made


def check(columns: Columns) -> None:
    """Raise Missing where something is not said without which there is no request."""
    for field in NEEDED:
        if field not in columns and not (field == "service" and "code" in columns):
            words = {"opened": "when a request was opened", "service": "what it is about"}[field]
            raise Missing(f"No column says {words}.", f"Name it (--map {field}=COLUMN).")


def _is_such(sheet: Sheet, field: str, column: str) -> bool:
    looks = _LOOKS.get(field)
    place = sheet.header.index(column)
    values = [line.cells[place] for line in sheet.lines[: _LOOKED_AT * 20] if line.cells[place]][:_LOOKED_AT]
    return looks is None or sum(map(looks, values)) >= _MOSTLY * len(values)


def _is_date(text: str) -> bool:
    return any(moment(text, order, UTC) for order in Order)


def _within(most: float) -> Callable[[str], bool]:
    def is_degrees(text: str) -> bool:
        value = degrees(text)
        return value is not None and abs(value) <= most

    return is_degrees


def degrees(text: str) -> float | None:
    """A number of degrees, with a point or a comma; None for what is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "opened": _is_date,
    "closed": _is_date,
    "due": _is_date,
    "lat": _within(90),
    "lon": _within(180),
    "address": lambda text: not text.startswith(("(", "{", "POINT")),
    "service": lambda text: not text.isdigit(),
    "caller": lambda text: any(map(str.isalpha, text)),
    "phone": lambda text: sum(map(str.isdecimal, text)) >= FEWEST_DIGITS,
    "email": lambda text: "@" in text,
}
