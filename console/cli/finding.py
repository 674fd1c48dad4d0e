"""`place`: what the city's address files make of a text, or of a point, without a window."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from console.cli import context, kinds, output
from console.cli.commands import Commands
from services.errors import NotFound

if TYPE_CHECKING:
    from console.places import Places
    from services.geo.places import Found


def add(commands: Commands) -> None:
    """Add it."""
    made = commands.add("place", place, "Find an address, a crossing, a landmark or a point, as the call form does.")
    wanted = made.add_mutually_exclusive_group(required=True)
    wanted.add_argument("typed", nargs="?", default="", metavar="TEXT", help='as one types it: "610 e fif"')
    wanted.add_argument("--reverse", type=kinds.point, metavar="LAT,LON", help="the address next to a point")
    made.add_argument("--online", action="store_true", help="ask the geocoder of [geocoder] too")
    made.add_argument("--most", type=kinds.count, default=5, metavar="N", help="how many to print (5)")
    made.add_argument("--json", action="store_true", help="each place as one JSON object on a line")


def place(args: argparse.Namespace) -> int:
    """Print what is found, the likeliest first, and what to say of a place outside the city."""
    from console.places import Places

    here = context.of(args)
    places = Places(here.settings)
    try:
        found, said = _nearest(places, args.reverse) if args.reverse else _typed(places, args)
    finally:
        places.close()
    if not found and not said:
        raise NotFound("No such place is known.", _REMEDY[bool(here.settings.address_files)])
    _print(found, as_json=args.json)
    if said and not args.json:
        output.say(said)
    return 0


def _typed(places: Places, args: argparse.Namespace) -> tuple[list[Found], str]:
    found = places.complete(args.typed, args.most)
    town = places.elsewhere(args.typed)
    said = places.said_of(town) if town else places.outside(found[0].lat, found[0].lon) if found else ""
    if args.online:
        answer = places.online(args.typed)
        found = [*found, *answer.found][: args.most]
        if not found and not said and answer.outside:
            said = places.outside_message
    return found, said


def _nearest(places: Places, point: tuple[float, float]) -> tuple[list[Found], str]:
    near = places.nearest(*point)
    found = [replace(near[0], note=f"{near[1]:,.0f} m from the point")] if near else []
    return found, places.outside(*point)


_REMEDY = {
    True: "Try fewer words, or a cross street: “corner of A and B”.",
    False: "Name the city's own address file in [map] addresses of config.toml.",
}


def _print(found: list[Found], *, as_json: bool) -> None:
    if as_json:
        for one in found:
            output.say_json(asdict(one))
        return
    rows = ((f.label, f.kind, f.area, f"{f.lat:.5f}, {f.lon:.5f}", f.note) for f in found)
    table = output.table(("PLACE", "KIND", "AREA", "LAT, LON", "WHY"), rows)
    if table:
        output.say(table)
