"""From queue rows to columns: words become numbers of a dictionary, moments and places whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.domain.values import Crew
from services.geo.projection import units
from services.queue.packed import codes

Word = TypeVar("Word")
Values = npt.NDArray[Any]
NONE = -(2**63)
"""The moment that is none, in the time columns."""
STATUSES = tuple(Status)
OUTCOMES = tuple(Outcome)
CHANNELS = tuple(Channel)
DIFFERS, REOPENED, UNDELIVERED, CALLBACK = 1, 2, 4, 8
CLOSED = STATUSES.index(Status.CLOSED)
_STATUS = {s.value: i for i, s in enumerate(STATUSES)}
_OUTCOME = {o.value: i for i, o in enumerate(OUTCOMES)}
_CHANNEL = {c.value: i for i, c in enumerate(CHANNELS)}
_LONGEST, _SHORT = 2**31 - 1, 2**15 - 1
_NEW, _UNKNOWN = STATUSES.index(Status.NEW), CHANNELS.index(Channel.UNKNOWN)


class Dictionary(dict[Word, int]):
    """Gives each distinct value the next number."""

    def __init__(self, values: Iterable[Word] = ()) -> None:
        super().__init__((value, number) for number, value in enumerate(values))

    def __missing__(self, value: Word) -> int:
        number = self[value] = len(self)
        return number


class Encoder:
    """Makes columns of rows; its dictionaries grow with what it sees."""

    def __init__(self, crews: Sequence[Crew]) -> None:
        self.services = Dictionary[tuple[str, str]]()
        """By name and code."""
        self.areas = Dictionary[str]()
        self.upstreams = Dictionary[str]()
        self.handlers = Dictionary[str]()
        """Members of staff: those who acted, and those who have claimed something."""
        self.addresses = Dictionary[str]()
        self._crews = {c.id: i for i, c in enumerate(crews)}

    def columns(self, rows: Sequence[QueueRow]) -> dict[str, Values]:
        """The columns of a snapshot but its facets, as these rows fill them."""
        fields: dict[str, Sequence[Any]] = dict.fromkeys(QueueRow._fields, ())
        fields |= dict(zip(QueueRow._fields, zip(*rows, strict=True), strict=False))

        def numbers(values: Iterable[Any], number: Callable[[Any], int], dtype: type[np.generic] = np.int32) -> Values:
            return np.array(list(map(number, values)), dtype)

        def times(values: Iterable[Any]) -> Values:
            return np.array([NONE if v is None else v for v in values], np.int64)

        def flags(values: Iterable[Any]) -> Values:
            return np.array(values, np.bool_).astype(np.int8)

        x, y = units(np.array(fields["lat"], np.float64), np.array(fields["lon"], np.float64))
        return {
            "ids": np.array(fields["id"], np.int64),
            "status": numbers(fields["status"], lambda word: _STATUS.get(word, _NEW), np.int8),
            "outcome": numbers(fields["outcome"], lambda word: _OUTCOME.get(word, -1), np.int8),
            "channel": numbers(fields["channel"], lambda word: _CHANNEL.get(word, _UNKNOWN), np.int8),
            "flags": DIFFERS * flags(fields["differs"])
            + REOPENED * flags(fields["reopened"])
            + UNDELIVERED * flags(fields["undelivered"])
            + CALLBACK * flags(fields["callback"]),
            "service_idx": numbers(
                zip(fields["service"], fields["service_code"], strict=True), self.services.__getitem__
            ),
            "crew_idx": numbers(fields["crew_id"], lambda crew: self._crews.get(crew, -1)),
            "area_idx": numbers(fields["area"], self.areas.__getitem__),
            "upstream_idx": numbers(fields["upstream"], self.upstreams.__getitem__),
            "handler_idx": numbers(fields["handler"], self.handlers.__getitem__),
            "claimed_idx": numbers(fields["claimed_by"], self.handlers.__getitem__),
            "requested_ms": times(fields["requested_ms"]),
            "updated_ms": times(fields["updated_ms"]),
            "due_ms": times(fields["due_ms"]),
            "closed_ms": times(fields["closed_ms"]),
            "call_s": np.array([-1 if s is None else min(max(s, 0), _SHORT) for s in fields["call_s"]], np.int16),
            "touched_s": np.array(list(map(_seconds_till, fields["touched_ms"], fields["requested_ms"])), np.int32),
            "x": x,
            "y": y,
            "number_codes": codes(fields["number"]),
            "address_idx": numbers(fields["address"], self.addresses.__getitem__),
        }


def _seconds_till(touched_ms: int | None, requested_ms: int) -> int:
    """How long it took, in whole seconds; −1 where it has not come to that."""
    return -1 if touched_ms is None else min(max(touched_ms - requested_ms, 0) // 1000, _LONGEST)


def fitted(numbers: Values) -> Values:
    """The same numbers in 2 bytes each, where these hold them."""
    small = not len(numbers) or int(numbers.max()) < 2**15
    return numbers.astype(np.int16 if small else np.int32, copy=False)
