"""What a chart is made of: parts, each with a number and the query that finds exactly the requests behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from services.supervise.periods import Bucket, Unit


@dataclass(frozen=True, slots=True)
class Part:
    """One bar, point, row or area."""

    label: str
    count: int
    """How many requests the query finds."""
    query: str
    value: float | None = None
    """What is drawn, where that is not the count: a share from 0 to 1, or milliseconds."""

    @property
    def drawn(self) -> float:
        """The number that is drawn."""
        return self.count if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Series:
    """Parts of one kind: bars of one colour, the points of a line, a column of rows."""

    title: str
    parts: tuple[Part, ...]
    whole: Part | None = None
    """All of them together, where that means anything."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Series whose parts stand side by side: part i of each belongs to the same bar, point or row."""

    id: str
    title: str
    remark: str
    """What is counted, behind the title."""
    series: tuple[Series, ...]
    buckets: tuple[Bucket, ...] = ()
    """The times of the parts, where it goes over time."""
    unit: Unit | None = None

    def __iter__(self) -> Iterator[Part]:
        """Every part, and every whole."""
        for series in self.series:
            yield from series.parts
            if series.whole is not None:
                yield series.whole

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(part.count for part in self)

    def only(self, labels: Collection[str]) -> Chart:
        """The same of the rows with these labels alone."""
        rows = [i for i, part in enumerate(self.series[0].parts) if part.label in labels]
        series = tuple(replace(s, parts=tuple(s.parts[i] for i in rows if i < len(s.parts))) for s in self.series)
        return replace(self, series=series)

    def named(self, title: str) -> Series | None:
        """The series of that title."""
        return next((s for s in self.series if s.title == title), None)


@dataclass(frozen=True, slots=True)
class Tile:
    """One number at the top."""

    id: str
    title: str
    part: Part
    remark: str = ""
    """What stands below it: "+24 to the week before"."""
    is_alarming: bool = False
    said: str = ""
    """What is shown in place of the count."""

    @property
    def shown(self) -> str:
        """The number in words."""
        return self.said or f"{self.part.count:,}"


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one moment."""

    tiles: tuple[Tile, ...]
    charts: dict[str, Chart]
    """By id: flow, reopened, told, undelivered, age, targets, areas, first_touch, closing, closing_time, crews,
    channels, place, calls."""

    def __iter__(self) -> Iterator[Part]:
        """Every part of everything."""
        for tile in self.tiles:
            yield tile.part
        for chart in self.charts.values():
            yield from chart
