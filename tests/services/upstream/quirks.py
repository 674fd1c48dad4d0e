"""Real servers' oddities, served one by one: what is odd (as a call to answer), numbered as in the protocol notes."""

from __future__ import annotations

from collections.abc import Callable

Test = Callable[..., None]
QUIRKS: dict[int, list[Test]] = {}
"""Which tests show that a quirk is lived with, by its number."""

NUMBERS = range(1, 41)


def quirk(*numbers: int) -> Callable[[Test], Test]:
    """Marks a test as the one for these quirks."""

    def mark(test: Test) -> Test:
        for number in numbers:
            QUIRKS.setdefault(number, []).append(test)
        return test

    return mark
