"""The arguments of a call, from query and form alike: decoded strictly, capped, and read by name."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from services.errors import Invalid

MAX_FIELDS = 300
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{0,20})?")
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,100})\](\[\d*\])?")


class Fields:
    """What was sent, by name. An empty value is the same as none."""

    def __init__(self, values: Mapping[str, tuple[str, ...]]) -> None:
        self._values = values

    @classmethod
    def parse(cls, *encoded: bytes) -> Fields:
        """Read form-encoded text; a later part wins over an earlier one. Raises Invalid."""
        values: dict[str, tuple[str, ...]] = {}
        for part in encoded:
            found: dict[str, tuple[str, ...]] = {}
            try:
                pairs = parse_qsl(part.decode("utf-8"), max_num_fields=MAX_FIELDS, errors="strict")
            except ValueError as error:
                raise Invalid(
                    "The arguments cannot be read.", f"Send at most {MAX_FIELDS}, form-encoded, in UTF-8."
                ) from error
            for name, value in pairs:
                found[name] = (*found.get(name, ()), _plain(value))
            values.update(found)
        return cls(values)

    def text(self, name: str, longest: int = 200) -> str:
        """One value without the blanks around it; "" when absent. Raises Invalid when too long."""
        value = self._values.get(name, ("",))[0].strip()
        if len(value) > longest:
            raise Invalid(f"{name} is longer than {longest} characters.")
        return value

    def needed(self, name: str, longest: int = 200) -> str:
        """Like `text`, but raises Invalid when absent."""
        if not (value := self.text(name, longest)):
            raise Invalid(f"{name} is missing.")
        return value

    def csv(self, name: str) -> tuple[str, ...]:
        """The values of a comma-separated list."""
        return tuple(filter(None, (item.strip() for item in self.text(name, 20_000).split(","))))

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds; None when absent. Raises Invalid."""
        if not (value := self.text(name)):
            return None
        number = float(value) if _NUMBER.fullmatch(value) else math.nan
        if not low <= number <= high:
            raise Invalid(f"{name} is not a number from {low:g} to {high:g}.")
        return number

    def count(self, name: str, default: int, high: int) -> int:
        """A whole number from 1 to `high`. Raises Invalid."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= high):
            raise Invalid(f"{name} is not a whole number from 1 to {high}.")
        return int(value)

    def moment(self, name: str) -> datetime | None:
        """A date and time, UTC where no zone is given; None when absent. Raises Invalid."""
        if not (value := self.text(name)):
            return None
        try:
            read = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", value))
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Invalid(f"{name} is not a date.", "Write it like 2026-11-23T14:02:00Z.") from error

    def attributes(self) -> dict[str, tuple[str, ...]]:
        """The answers to a service's questions: attribute[CODE]=… or attribute[CODE][]=…, by code."""
        found: dict[str, tuple[str, ...]] = {}
        for name, values in self._values.items():
            if name.startswith("attribute["):
                match = _ATTRIBUTE.fullmatch(name)
                if match is None:
                    raise Invalid("An attribute is not written attribute[CODE].")
                found[match[1]] = (*found.get(match[1], ()), *values)
        if any(len(value) > 4000 for values in found.values() for value in values):
            raise Invalid("An attribute is longer than 4000 characters.")
        return found


def _plain(text: str) -> str:
    """Text with one kind of line end and without control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
