"""The queue's columns: which there are, which are shown in what order and how wide, and in what room they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.reports.fields import FIELDS
from widgets import theme

EDGE, PAD, RIGHT = 3, 9, 12
LEAST, MOST = 32, 1_200
"""How narrow and how wide a person may make a column (pixels of the design)."""
_LEAST_FLEXIBLE = 330
_SERVICE_SHARE = 0.47
_SERVICE_MOST = 208
_GIVEN_UP = ("crew", "area", "channel", "age")

SortKeys = tuple[tuple[str, bool], ...]
"""By which columns, the first one first, each with whether it descends."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for sorting, its title, and its width in the design (pixels)."""

    name: str
    title: str
    width: int
    right: bool = False
    sortable: bool = True

    @property
    def called(self) -> str:
        """What it is called in menus, by screen readers and in what is saved: the title may be a bare space."""
        return FIELDS[self.name].title


COLUMNS = (
    Column("status", "Status", 124),
    Column("service", "Service", 196),
    Column("address", "Address", 224),
    Column("area", "Area", 72),
    Column("age", "Age", 52, right=True),
    Column("due", "Due", 124, right=True),
    Column("risk", "Risk", 68, right=True),
    Column("channel", "", 34),
    Column("crew", "Crew", 110),
    Column("number", "Number", 124),
    Column("requested", "Opened", 132),
    Column("updated", "Changed", 76, right=True),
    Column("outcome", "Outcome", 96),
    Column("upstream", "Upstream", 110),
    Column("handler", "Handler", 110),
    Column("claimed", "Claimed by", 110),
    Column("closed", "Closed", 132),
)
BY_NAME = {c.name: c for c in COLUMNS}
NAMES = tuple(BY_NAME)
_WAYS = {
    "age": ("newest first", "oldest first"),
    "due": ("soonest first", "latest first"),
    "risk": ("lowest first", "highest first"),
    "requested": ("oldest first", "newest first"),
    "updated": ("oldest first", "newest first"),
    "closed": ("oldest first", "newest first"),
    "status": ("new first", "closed first"),
}
USUAL = ("status", "service", "address", "area", "age", "due", "channel", "crew")


def way(name: str, *, descending: bool) -> str:
    """Which rows come first in this order of a column: "newest first", "A to Z"."""
    return _WAYS.get(name, ("A to Z", "Z to A"))[descending]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a person wants the queue: the columns shown, from left to right, their widths, one line a row or two."""

    names: tuple[str, ...] = USUAL
    widths: tuple[tuple[str, int], ...] = ()
    """Pixels of the design; empty while nobody has set any: then service and address take what room there is."""
    two_lines: bool = False

    def toggled(self, name: str) -> Arrangement:
        """With this column shown, after those it follows in the list of all, or hidden; one always stays."""
        if name not in self.names:
            before = NAMES[: NAMES.index(name)]
            at = max((i + 1 for i, n in enumerate(self.names) if n in before), default=0)
            return replace(self, names=(*self.names[:at], name, *self.names[at:]))
        left = tuple(n for n in self.names if n != name)
        return replace(self, names=left) if left else self

    def moved(self, name: str, by: int) -> Arrangement:
        """With this column so many places further right (left when negative), as far as there are any."""
        left = [n for n in self.names if n != name]
        at = max(0, min(len(left), self.names.index(name) + by))
        return replace(self, names=(*left[:at], name, *left[at:]))

    def resized(self, name: str, width: int, others: Iterable[tuple[str, int]]) -> Arrangement:
        """With this width for a column; the first time all others keep the widths that they have now."""
        kept = dict(self.widths or others)
        kept[name] = max(LEAST, min(MOST, width))
        return replace(self, widths=tuple(kept.items()))

    def write(self) -> tuple[str, str]:
        """As two lines of text, for `read`."""
        lines = ["two-lines"] if self.two_lines else []
        return " ".join([*self.names, *lines]), " ".join(f"{n}:{w}" for n, w in self.widths)

    @classmethod
    def read(cls, names: str, widths: str) -> Arrangement:
        """What `write` wrote; what nobody knows or what cannot be is left out."""
        words = list(dict.fromkeys(re.split(r"[\s,]+", names)))
        shown = tuple(w for w in words if w in BY_NAME) or USUAL
        sized = {}
        for name, width in re.findall(r"([a-z]+):(\d{1,6})\b", widths):
            if name in BY_NAME:
                sized[name] = max(LEAST, min(MOST, int(width)))
        return cls(shown, tuple(sized.items()), "two-lines" in words)


def write_keys(keys: SortKeys) -> str:
    """The sort keys as text, for `read_keys`."""
    return " ".join(("-" if descending else "") + name for name, descending in keys)


def read_keys(text: str) -> SortKeys:
    """What `write_keys` wrote; what nobody knows is left out, and a column counts once."""
    found: dict[str, bool] = {}
    for word in re.split(r"[\s,]+", text):
        name = word.removeprefix("-")
        if name in BY_NAME and BY_NAME[name].sortable:
            found.setdefault(name, word.startswith("-"))
    return tuple(found.items())


def pressed(keys: SortKeys, name: str, *, further: bool) -> SortKeys:
    """The sort keys after a column's title was pressed: its direction turns; `further` adds it after the others."""
    known = dict(keys)
    if further and known:
        return tuple((known | {name: not known[name]} if name in known else known | {name: False}).items())
    alone = keys and keys[0][0] == name
    return ((name, not keys[0][1] if alone else False),)


def column_widths(width: int, arrangement: Arrangement | None = None) -> dict[str, int]:
    """The width in pixels of each column shown, left to right, in a table `width` pixels wide.

    The usual columns find room by giving some up; those that a person chose are all shown and may need scrolling.
    """
    wanted = arrangement or Arrangement()
    if wanted.widths:
        set_by_hand = dict(wanted.widths)
        return {n: theme.px(set_by_hand.get(n, BY_NAME[n].width)) for n in wanted.names}
    fixed = {n: theme.px(BY_NAME[n].width) for n in wanted.names if n not in {"service", "address"}}
    room = width - theme.px(EDGE + PAD)
    for name in _GIVEN_UP if set(wanted.names) == set(USUAL) else ():
        if room - sum(fixed.values()) >= theme.px(_LEAST_FLEXIBLE):
            break
        del fixed[name]
    widths = fixed | _flexible(room - sum(fixed.values()), wanted.names)
    return {n: widths[n] for n in wanted.names if n in widths}


def _flexible(room: int, names: tuple[str, ...]) -> dict[str, int]:
    """Service and address share what is left, or take the least they can do with."""
    if "address" not in names:
        return {"service": max(theme.px(120), min(theme.px(_SERVICE_MOST), room))} if "service" in names else {}
    if "service" not in names:
        return {"address": max(theme.px(160), room)}
    least = 120 if set(names) == set(USUAL) else _LEAST_FLEXIBLE
    flexible = max(theme.px(least), room)
    service = min(theme.px(_SERVICE_MOST), round(flexible * _SERVICE_SHARE))
    return {"service": service, "address": flexible - service}
