"""Made-up residents and what they say: every name says so, and every address is at a domain that takes no mail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from services.demo.source import NOON, CityRow
from services.domain.status import Channel

MARK = "(made up)"
_FIRST = {
    "en": ("Ana", "Grace", "Samuel", "Ruth", "Owen", "Nora", "Elijah", "Hannah", "Marcus", "Edith", "Walter", "Joan"),
    "es": ("Lucía", "Mateo", "Rosa", "Julián", "Marisol", "Tomás", "Pilar", "Ernesto"),
    "vi": ("Minh", "Lan", "Tuấn", "Hoa", "Phúc", "Mai", "Khoa", "Thu"),
}
_LAST = {
    "en": ("Pereira", "Whitcomb", "Adeyemi", "Kowalski", "O'Dell", "Haskins", "Baptiste", "Lund", "Farrow", "Quincy"),
    "es": ("Serrano", "Ibarra", "Quiñones", "Valdez", "Olivares", "Rentería"),
    "vi": ("Trần", "Nguyễn", "Lê", "Phạm", "Đỗ", "Vũ"),
}
_LEAVES_EMAIL = {Channel.PHONE: 0.25, Channel.WEB: 0.8, Channel.APP: 0.9}
"""The share of each channel's reporters who leave an e-mail address; staff leave none."""
_WAITS_BY_PHONE = 0.7
"""That share of callers whose report is not settled by noon: whoever tries the demo can write to most of them."""

_TEXTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("tree emergenc",),
        (
            "Large limb down across the sidewalk and part of the street, on a parked car. Still hanging.",
            "Tree came down in the night and blocks one lane. Nobody is hurt.",
            "A big branch hangs over the walk and moves with every gust. People pass under it.",
            "The whole tree leans towards the house since the storm, and the roots have lifted the sidewalk.",
            "Tree fell on our fence and the street. We cannot get out of the driveway.",
            "Limb across the wires. They spark when the wind blows. We keep the children inside.",
            "Uprooted tree at the corner. Cars drive over the opposite sidewalk to get past.",
            "Half of the tree is down, the other half is split and looks as if it will follow.",
        ),
    ),
    (
        ("tree", "planting"),
        (
            "The branches hang so low that the bus brushes them. Please trim.",
            "The street tree is dead and drops twigs on the cars.",
            "The tree hides the stop sign from the side street.",
            "There is an empty tree pit in front of the house. Could a tree be planted?",
        ),
    ),
    (
        ("light",),
        (
            "The street light has been out for three nights, and the corner is very dark.",
            "The lamp flickers all night long into the bedroom.",
            "Two lights in a row are out since the storm.",
            "The pole was hit by a car and leans over the sidewalk.",
        ),
    ),
    (
        ("pothole", "roadway", "highway"),
        (
            "A deep hole in the right lane. Cars swerve to miss it.",
            "The road has sunk around the drain cover.",
            "The patch from last spring has broken out again.",
            "Sand and branches washed over the road, hard to see at night.",
        ),
    ),
    (
        ("sidewalk",),
        (
            "A slab stands up by two inches. My neighbour fell over it.",
            "The sidewalk is broken along the whole front of the house.",
            "Bricks are missing near the crossing. A wheelchair cannot pass.",
        ),
    ),
    (
        ("graffiti",),
        (
            "Black paint across the front of the shop.",
            "Tags on the mailbox and the wall beside it.",
            "Somebody painted the back wall towards the playground over the weekend.",
        ),
    ),
    (
        ("bulk item", "missed trash", "recycling cart", "sticker", "litter", "dumpster", "trash"),
        (
            "An old sofa and a mattress to be taken away. They are at the kerb.",
            "Our street was left out this week. The bins are still full.",
            "The cart is cracked and the lid is gone.",
            "Bags have been lying here since Friday, and animals have opened them.",
        ),
    ),
    (
        ("rodent", "mice", "pest", "bed bugs", "rat", "pigeon", "mosquito"),
        (
            "We see rats by the bins every evening.",
            "Droppings in the kitchen. The landlord has not answered in two weeks.",
            "They come from the empty lot next door.",
        ),
    ),
    (
        ("sign", "pavement marking", "crosswalk"),
        (
            "The stop sign was blown over and lies on the grass.",
            "The crossing can hardly be seen any more. Children walk here to school.",
            "The sign turned in the wind and points the wrong way.",
        ),
    ),
    (
        ("signal",),
        (
            "The signal is dark. Drivers guess who goes first.",
            "The light stays red on one side for minutes.",
            "The button for walkers does nothing.",
        ),
    ),
    (
        ("vehicle", "bicycle", "parking", "tow"),
        (
            "The car has not moved for weeks, and two tyres are flat.",
            "No plates, and the window is broken.",
            "It takes up the space at the hydrant every night.",
        ),
    ),
    (
        ("park",),
        (
            "The swing hangs on one chain.",
            "The path is under water since the storm, and the bench has washed out.",
            "The fence by the ball field is down.",
        ),
    ),
    (
        (
            "living conditions",
            "dampness",
            "utilities",
            "housing",
            "rooming",
            "maintenance",
            "overcrowding",
        ),
        (
            "Water comes through the bedroom ceiling whenever it rains.",
            "There has been no hot water since Sunday, and nobody calls back.",
            "The back stairs are rotten, and one step is missing.",
            "Mould along the whole wall of the children's room.",
        ),
    ),
    (
        ("permit", "zoning", "occupancy", "hours", "illegal use"),
        (
            "They are building behind the house without a notice on the door.",
            "Work goes on until late in the evening, on Sundays too.",
            "A second door and a meter were put in over the weekend. I doubt that anybody allowed it.",
        ),
    ),
    (
        ("building", "electrical", "plumbing", "dangerous", "unsafe", "property"),
        (
            "Bricks fall from the chimney onto the walk.",
            "Loose wires hang from the porch since the storm.",
            "The empty house stands open, and the roof is gone at one corner.",
        ),
    ),
)
_OTHER = (
    "I called before and would like to know what is being done.",
    "Please look at this when the storm is over.",
    "This has been so for some weeks now.",
)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who does not exist."""

    first_name: str
    last_name: str
    email: str
    language: str


def resident(row: CityRow) -> Resident:
    """Who reported this row; without an address for those who left none."""
    if row.channel not in _LEAVES_EMAIL:
        return Resident("", "", "", "en")
    tongue = row.chance("language")
    language = "en" if tongue < 0.78 else "es" if tongue < 0.92 else "vi"
    first, last = _pick(_FIRST[language], row, "first"), _pick(_LAST[language], row, "last")
    waits = row.channel is Channel.PHONE and (row.closed is None or row.closed > NOON)
    leaves = row.chance("email") < (_WAITS_BY_PHONE if waits else _LEAVES_EMAIL[row.channel])
    return Resident(first, f"{last} {MARK}", f"made-up-{row.id}@example.org" if leaves else "", language)


def description(row: CityRow) -> str:
    """What that resident said, marked as made up."""
    return f"{_pick(_texts(row.type), row, 'text')} {MARK}"


@cache
def _texts(kind: str) -> tuple[str, ...]:
    return next((texts for words, texts in _TEXTS if any(word in kind.lower() for word in words)), _OTHER)


def _pick(choices: tuple[str, ...], row: CityRow, what: str) -> str:
    return choices[int(row.chance(what) * len(choices))]
