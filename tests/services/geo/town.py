"""A small town of addresses, crossings and landmarks, and the demo city's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from services.geo.address_files import Address, Named, Places, merged
from services.geo.places import AddressBook

BOSTON = Path(str(files("resources"))) / "boston"
BOSTON_FILES = tuple(BOSTON / f"{name}.csv.gz" for name in ("addresses", "crossings", "landmarks"))


@cache
def boston() -> Places:
    """What the demo city ships."""
    return merged(BOSTON_FILES)


@cache
def boston_book() -> AddressBook:
    """Its book; nobody changes it."""
    return AddressBook(boston())


def row(street: str, numbers: str, lat: float = 30.4, area: str = "Downtown", zipcode: str = "39501") -> list[Address]:
    """Addresses along a street that runs east, by their numbers: 0.00001 degrees for each step of one."""
    east = [int("".join(c for c in number.split("-")[0] if c.isdigit())) / 1e5 for number in numbers.split()]
    return [
        Address(number, street, lat, -89.1 + off, zipcode, area)
        for number, off in zip(numbers.split(), east, strict=True)
    ]


def town() -> AddressBook:
    """Gulfport-like streets, with what makes them hard to tell apart."""
    return AddressBook(
        Places(
            [
                *row("E Fifth St", "600 606 614 610-612 611"),
                *row("W Fifth St", "600 610", 30.41),
                *row("Fifth Ave", "10 12", 30.42),
                *row("Saint James Pl", "1 3", 30.43),
                *row("South St", "1 2", 30.44),
                *row("S Walter St", "1 2", 30.45),
                *row("Main St", "12 14", 30.46, "Northside", "39502"),
                *row("Main St", "12 16", 30.36, "Southside", "39503"),
                *row("Gallivan Blvd", "12A 12 20", 30.47),
                *row("Blue Hill Ave", "88", 30.48),
                *row("School St", "4", 30.49),
                Address("", "Pier 4 Blvd", 30.5, -89.1, "", "Harbor"),
            ],
            [
                Named("Main St & E Fifth St", 30.401, -89.09, "Downtown"),
                Named("E Fifth St & Main St", 30.40101, -89.09, "Downtown"),
                Named("Beach Blvd / 25th Ave", 30.39, -89.08, "Harbor"),
            ],
            [Named("Jones Park", 30.365, -89.095, "Harbor"), Named("Orange Grove Library", 30.45, -89.1, "")],
        )
    )
