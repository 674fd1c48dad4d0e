"""The grid of places equals looking at every point: filters, boxes, rings, crowds; far points do not stretch it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.projection import NO_PLACE
from services.queue.places import CROWD, SIDE, Box, Grid, Places
from services.queue.query import Moment, parse, run
from services.queue.snapshot import Ints, build
from tests.widgets.rows import row

SEEDS = st.integers(0, 2**32 - 1)
TOWN = 2_000_000
"""World units: the town of these tests is about 20 km wide."""


def scattered(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """n places: most in town, some at one point, some at the ends of the world, some nowhere."""
    rng = np.random.default_rng(seed)
    x = (rng.normal(-847_000_000, TOWN / 6, n)).astype(np.int32)
    y = (rng.normal(570_000_000, TOWN / 9, n)).astype(np.int32)
    kind = rng.random(n)
    x[kind < 0.1], y[kind < 0.1] = -847_100_000, 570_000_123
    far = kind > 0.98
    x[far] = rng.integers(-(2**31) + 1, 2**31, int(far.sum()))
    y[far] = rng.integers(-(2**31) + 1, 2**31, int(far.sum()))
    x[kind > 0.995], y[kind > 0.995] = NO_PLACE, NO_PLACE
    return x, y


def some_box(seed: int, x: np.ndarray, y: np.ndarray) -> Box:
    rng = np.random.default_rng(seed + 1)
    if not len(x) or rng.random() < 0.2:
        return (-(2.0**31), -(2.0**31), 2.0**31, 2.0**31)
    a, b = rng.integers(len(x), size=2)
    return (min(x[a], x[b]), min(y[a], y[b]), max(x[a], x[b]), max(y[a], y[b]))


def nothing(_: str) -> Ints:
    return np.empty(0, np.int64)


def brute(grid: Grid, rows: np.ndarray, box: Box) -> list[int]:
    west, south, east, north = box
    x, y = grid.x[rows].astype(np.int64), grid.y[rows].astype(np.int64)
    placed = x != NO_PLACE
    return sorted(rows[placed & (x >= west) & (x <= east) & (y >= south) & (y <= north)].tolist())


@given(SEEDS, st.integers(0, 600), st.sampled_from([0.0, 0.02, 0.5, 1.0]))
def test_a_filter_and_a_box_hold_what_looking_at_every_row_finds(seed: int, n: int, share: float) -> None:
    x, y = scattered(seed, n)
    rows = np.random.default_rng(seed).permutation(n)[: round(n * share)]
    grid = Places(x, y).filter(rows)
    assert sorted(grid.rows.tolist()) == sorted(rows[x[rows] != NO_PLACE].tolist())
    assert grid.start[0] == 0
    assert grid.start[-1] == len(grid) == int(grid.counts.sum())
    box = some_box(seed, x, y)
    assert sorted(grid.within(box).tolist()) == brute(grid, rows, box)
    assert set(grid.near(box).tolist()) >= set(brute(grid, rows, box))
    assert grid.about(box) == len(grid.near(box))
    for cell in np.flatnonzero(grid.counts).tolist():
        members = grid.rows[grid.start[cell] : grid.start[cell + 1]]
        assert (np.diff(members) > 0).all()
        assert (grid.frame.rows(y[members]) * SIDE + grid.frame.columns(x[members]) == cell).all()


@given(SEEDS, st.integers(1, 600), st.sampled_from([0.1, 1.0]), st.sampled_from([0.0, 1e3, 3e4, 2e6, 1e10]))
def test_round_about_a_point_is_what_looking_at_every_row_finds(seed: int, n: int, share: float, reach: float) -> None:
    x, y = scattered(seed, n)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(n)[: max(1, round(n * share))]
    grid = Places(x, y).filter(rows)
    middle = int(rng.integers(n))
    at = (float(x[middle]) + rng.normal() * reach, float(y[middle]) + rng.normal() * reach)
    found, apart = grid.round_about(*at, reach)
    wanted = (x[rows] - at[0]) ** 2 + (y[rows] - at[1]) ** 2
    near = (wanted <= reach * reach) & (x[rows] != NO_PLACE)
    assert dict(zip(found.tolist(), apart.tolist(), strict=True)) == dict(
        zip(rows[near].tolist(), wanted[near].tolist(), strict=True)
    )
    assert [grid.holds(row) for row in range(n)] == np.isin(np.arange(n), grid.rows).tolist()


@given(SEEDS, st.integers(0, 40))
def test_crowds_are_found_in_a_box(seed: int, n: int) -> None:
    x, y = scattered(seed, n)
    grid = replace(Places(x, y).all(), crowds=np.unique(np.stack([x, y], axis=1).astype(np.int64), axis=0))
    west, south, east, north = box = some_box(seed, x, y)
    wanted = [(a, b) for a, b in grid.crowds.tolist() if west <= a <= east and south <= b <= north]
    assert grid.crowds_in(box) == wanted


@given(SEEDS, st.integers(1, 500))
def test_cells_count_what_is_flagged(seed: int, n: int) -> None:
    x, y = scattered(seed, n)
    flags = np.random.default_rng(seed).random(n) < 0.3
    grid = Places(x, y).all()
    tallied = grid.tally(flags)
    assert int(tallied.sum()) == int((flags & (x != NO_PLACE)).sum())
    assert (tallied <= grid.counts).all()
    cell = int(np.argmax(grid.counts))
    assert tallied[cell] == flags[grid.rows[grid.start[cell] : grid.start[cell + 1]]].sum()


@given(SEEDS, st.integers(0, 800), st.integers(3, 90), st.sampled_from([0.05, 0.3, 2.0, 500.0]))
def test_a_lasso_equals_shapely(seed: int, n: int, corners: int, size: float) -> None:
    x, y = scattered(seed, n)
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = rng.uniform(0.2, 1, corners) * TOWN * size
    middle = (-847_000_000 + rng.normal(0, TOWN / 5), 570_000_000 + rng.normal(0, TOWN / 5))
    ring = np.stack([middle[0] + reach * np.cos(turn), middle[1] + reach * np.sin(turn)], axis=1)
    grid = Places(x, y).all()
    shape = shapely.Polygon(ring)
    if not shape.is_valid:
        return
    placed = np.flatnonzero(x != NO_PLACE)
    wanted = placed[shapely.contains_xy(shape, x[placed].astype(float), y[placed].astype(float))]
    assert sorted(grid.enclosed(ring).tolist()) == wanted.tolist()


def test_a_lasso_of_nothing_and_one_that_crosses_itself() -> None:
    x, y = scattered(1, 300)
    grid = Places(x, y).all()
    assert len(grid.enclosed([(0, 0), (1, 1)])) == 0
    assert len(grid.enclosed([(0, 5), (9, 5), (4, 5)])) == 0
    assert len(Places(x[:0], y[:0]).all().enclosed([(0, 0), (1, 1), (0, 1)])) == 0
    x, y = np.array([1, 9, 5], np.int32), np.array([5, 5, 1], np.int32)
    eight = [(0, 0), (10, 10), (10, 0), (0, 10)]
    assert sorted(Places(x, y).all().enclosed(eight).tolist()) == [0, 1]


def test_one_place_of_thousands_is_a_crowd_and_is_found_whole() -> None:
    x, y = scattered(5, 20_000)
    hall = (int(x[np.flatnonzero(x == -847_100_000)[0]]), 570_000_123)
    grid = Places(x, y).all()
    assert grid.crowds.tolist() == [list(hall)]
    assert len(grid.at(*hall)) > CROWD
    assert len(grid.at(*hall)) == int(((x == hall[0]) & (y == hall[1])).sum())
    below = Places(x[: CROWD - 1], y[: CROWD - 1]).all()
    assert below.crowds.tolist() == []
    south = Places(np.full(CROWD, -3, np.int32), np.full(CROWD, -7, np.int32))
    assert south.all().crowds.tolist() == [[-3, -7]]


def test_requests_far_away_do_not_stretch_the_grid() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, TOWN, 10_000).astype(np.int32), rng.integers(0, TOWN, 10_000).astype(np.int32)
    x[:5], y[:5] = 2**31 - 1, -(2**31) + 1
    places = Places(x, y)
    assert places.frame.size < 1.2 * TOWN / SIDE
    assert sorted(places.all().within((2**31 - 1, -(2**31) + 1, 2**31, 0)).tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_few_or_no_places(n: int) -> None:
    nowhere = np.full(n, NO_PLACE, np.int32)
    places = Places(nowhere, nowhere)
    assert len(places.all()) == len(places.filter(np.arange(n))) == 0
    assert len(places.all().near((-10, -10, 10, 10))) == 0
    assert places.all().about((5, 5, 1, 1)) == 0
    here = Places(np.zeros(n, np.int32), np.zeros(n, np.int32))
    assert len(here.all().at(0, 0)) == n


def test_what_was_sorted_serves_every_snapshot_that_shares_its_columns() -> None:
    x, y = scattered(3, 50)
    places = Places(x, y)
    assert places.fits(x, y)
    assert not places.fits(x.copy(), y)
    assert places.filter(np.arange(50)).rows is places.all().rows


def test_what_the_map_is_asked_for() -> None:
    snapshot = build([row(1), row(2, lat=42.9), row(3, lat=None, lon=None)], ())
    moment = Moment(datetime.now(UTC))
    x, y = int(snapshot.x[0]), int(snapshot.y[0])
    here = replace(moment, bounds=(x - 9, y - 9, x + 9, y + 9), city=(x - 99, y - 99, x + 99, y + 99))
    assert run(snapshot, parse("is:outside"), here, nothing).tolist() == [1]
    assert run(snapshot, parse("is:visible"), here, nothing).tolist() == [0]
    assert run(snapshot, parse("-is:visible,outside"), here, nothing).tolist() == [2]
    for word in ("visible", "outside"):
        query = parse(f"is:{word} status:new").at(moment)
        assert [p.remedy[:9] for p in query.problems] == ["Leave out"]
        assert [t.key for t in query.terms] == ["status"]


def test_the_map_draws_what_lies_beside_the_view_too() -> None:
    query = parse("is:visible status:new")
    assert [t.key for t in query.anywhere().terms] == ["status"]
    for text in ("status:new", "-is:visible", "is:visible,overdue"):
        query = parse(text)
        assert query.anywhere() is query
