"""On the demo city's noon: the numbers known of that day, and every part of every figure opens what it counts."""

from __future__ import annotations

import pytest

from services.queue.query import count, parse
from services.supervise.measures import WEEK, YEAR, Period, figures, last_days
from tests.services.supervise.city import MOMENT, ZONE, snapshot
from tests.services.supervise.test_measures import no_words, walk


def test_the_storm_as_it_was() -> None:
    made = figures(snapshot(), MOMENT, last_days(2, MOMENT.now, ZONE))
    tiles = {tile.id: tile.part.count for tile in made.tiles}
    assert (tiles["open"], tiles["overdue"], tiles["due"]) == (4851, 1092, 17)
    opened = made.charts["flow"].series[0]
    highest = max(opened.parts, key=lambda part: part.count)
    assert (highest.query, highest.count) == ("opened:2011-08-28T13", 155)
    ages = [part.count for part in made.charts["age"].series[0].parts]
    assert ages == [746, 241, 603, 545, 856, 1860]


@pytest.mark.parametrize("within", ["", "service:tree", 'area:"Zip 02125"', "is:noplace"])
@pytest.mark.parametrize("days", [1, 2, 7, 30, 90, 365])
def test_every_part_opens_what_it_counts(days: int, within: str) -> None:
    made = figures(snapshot(), MOMENT, last_days(days, MOMENT.now, ZONE), within, back=YEAR if days > 30 else WEEK)
    assert walk(made, snapshot(), MOMENT) > 60


def test_before_during_and_after_the_storm() -> None:
    days = {}
    for day in (26, 27, 28, 29):
        on = MOMENT.now.replace(day=day).date()
        made = figures(snapshot(), MOMENT, Period(on, on, MOMENT.now, ZONE))
        whole = made.charts["flow"].series[0].whole
        assert whole is not None
        assert count(snapshot(), parse(f"opened:2011-08-{day}"), MOMENT, no_words) == whole.count
        days[day] = whole.count
    assert days[28] > 4 * days[27]
