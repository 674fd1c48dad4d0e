"""What callers call things: small words that tell nothing, and everyday words beside those of a city's service list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from services.intake import spelling

SMALL = frozenset(
    spelling.words(
        """a about after again all also am an and any are as at be because been before being but by came can come could
        did do does doing dont each for from get getting go going got had has have having he her here him his how i if
        im in into is isnt it its ive just let like me more my need needs not now of off on one or our over
        please put said saw say says she should since so some somebody someone something than that the their them then
        there these they thing this those to too up us very want wants was we were what when where which while who why
        will with would yes you your hi hello caller calling called report reporting reported"""
    )
)
"""Left aside where other words are there. No word that turns a meaning ("no", "new", "under")."""

_CALLED = """
animal: raccoon dog cat squirrel skunk possum opossum deer bird rabbit carcass
abandoned: left dumped
basket: bin barrel
bike bicycle: bicycle bike
bug: insect roach cockroach ant flea
bulk: couch sofa mattress furniture fridge refrigerator appliance television tv dresser
building: house
cart: bin barrel toter
cleaning: sweep sweeping sweeper swept clean dirty
crosswalk: crossing zebra
dampness: damp wet leak
drain: gutter catchbasin flooding
dumpster: skip container
electrical electricity: power electric
emergency: fell fallen
establishment: restaurant cafe bar diner
food: restaurant cafe meal poisoning
graffiti: tag tagging vandalism spraypaint
heat: heating radiator boiler furnace cold
infestation: rat mouse roach cockroach pest
lighting light: lamp streetlight lamppost bulb
litter: trash garbage rubbish
lot: yard
loud: noisy
marking: line stripe paint painted
mice: mouse
missed: pick picked pickup collect collected collection taken
mold: mildew mould
mosquito: bug
noise: noisy loud music
outage: out dark dead broken
overcrowding: crowded
park: playground bench swing
parking: park parked
pest: roach cockroach ant flea insect vermin
pickup: pick picked collect collection
plumbing: pipe faucet toilet leak
pothole: hole crater
repair: broken fix damaged
roadway: road asphalt
rodent: rat mouse mice vermin
rat: rodent
recycling: recycle recyclable
sanitation: trash garbage
sewage: sewer drain toilet
sewer: sewage drain manhole
sidewalk: walkway footpath
sign: signpost
signal: stoplight
snow: ice plow plowing shovel blizzard
speeding: fast speed speeder
street: road
tree: branch limb trunk stump
trash: garbage rubbish refuse waste junk
unsanitary: dirty filthy
vehicle: car truck van auto automobile
water: leak
"""
_TOGETHER = {
    ("traffic", "light"): "signal",
    ("stop", "light"): "signal",
    ("trash", "can"): "basket",
    ("garbage", "can"): "basket",
    ("litter", "bin"): "basket",
}
"""Two words that mean one of a service list."""


@cache
def alike(word: str) -> frozenset[str]:
    """What callers say for a word of a service list (stemmed); empty for most words."""
    return frozenset(_table().get(word, ()))


def together(one: str, other: str) -> str:
    """What two neighbouring words (stemmed) mean as one word of a service list; "" for most."""
    return _TOGETHER.get((one, other), "")


def telling(words: Sequence[str]) -> list[str]:
    """The words that tell something; all of them where none does."""
    return [word for word in words if word not in SMALL] or list(words)


@cache
def _table() -> dict[str, set[str]]:
    table: dict[str, set[str]] = defaultdict(set)
    for line in _CALLED.strip().splitlines():
        names, _, said = line.partition(":")
        for name in spelling.words(names):
            table[name].update(spelling.words(said))
    return table
