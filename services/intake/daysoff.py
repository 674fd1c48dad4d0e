"""The public holidays of a country or a part of it, from the library that knows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.errors import Invalid


def public_holidays(place: str, years: Iterable[int]) -> dict[date, str]:
    """Days off of a place such as "US-MS" in these years, with their names. Raises Invalid.

    A city's own list adds and takes away: not every city keeps every one of its state's.
    """
    import holidays

    country, _, part = place.strip().upper().partition("-")
    try:
        found = holidays.country_holidays(country, part or None, years=list(years), language="en_US")
    except (NotImplementedError, AttributeError):
        raise Invalid(
            f"No holidays are known of “{place.strip()}”.", "Write a country, or a country and its part: US-MS."
        ) from None
    return {day: name for day, name in sorted(found.items()) if not isinstance(day, str)}
