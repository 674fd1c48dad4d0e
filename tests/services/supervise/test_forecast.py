"""What will breach: nothing later is seen, an old request is likelier late, and too short a history has no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.query import Moment, count, parse
from services.queue.snapshot import NONE, Snapshot, build
from services.supervise.forecast import DAY, FEWEST, LAST, PARTS, Forecast, forecast
from tests.services.queue.rows import NOW, queue_rows

HOUR = DAY // 24
TREE, LIGHT = "Tree", "Light"


def row(
    number: int, asked: int, due: int | None, closed: int | None, service: str = TREE, area: str = "North"
) -> QueueRow:
    """A request: moments in hours before (−) and after now."""
    ended = None if closed is None else NOW + closed * HOUR
    return QueueRow(
        number, f"26-{number:06d}", "", "", service, service, "new" if closed is None else "closed", None, "", None,
        None, area, NOW + asked * HOUR, NOW + asked * HOUR, None if due is None else NOW + due * HOUR, ended, None,
        "phone", 1, False, False, False, "",
    )  # fmt: skip


def past(
    n: int, late: int, *, first: int = 1, service: str = TREE, area: str = "North", days: int = 30
) -> list[QueueRow]:
    """`n` requests filed evenly over the last days, with 48 hours each: `late` of them, evenly too, took 96."""
    made = []
    for i in range(n):
        asked = -24 * days + i * (24 * days - 60) // n
        done = 96 if (i + 1) * late // n > i * late // n else 12
        closed = asked + done if asked + done <= 0 else None
        made.append(row(first + i, asked, asked + 48, closed, service, area))
    return made


def at(rows: Sequence[QueueRow]) -> Forecast:
    return forecast(build(rows, ()), NOW)


def chance(made: Forecast, number: int) -> float:
    return float(made.of(np.array([made.snapshot.row_of(number)]))[0])


def test_half_were_late_so_a_new_one_is_late_in_half_of_all_cases() -> None:
    made = at([*past(200, 100), row(999, -1, 47, None)])
    assert chance(made, 999) == pytest.approx(0.5, abs=0.03)
    assert made.since_ms == NOW + (-24 * 30 + 12) * HOUR


def test_what_has_lasted_beyond_the_usual_closing_is_all_but_surely_late() -> None:
    made = at([*past(200, 100), row(998, -6, 42, None), row(999, -24, 24, None)])
    assert chance(made, 998) == pytest.approx(0.5, abs=0.03)
    assert chance(made, 999) > 0.97


def test_an_area_of_its_own_pace_counts_and_one_nobody_knows_is_as_the_service() -> None:
    rows = [*past(200, 20, area="North"), *past(200, 180, first=300, area="South")]
    new = [row(900 + i, -1, 47, None, area=area) for i, area in enumerate(("North", "South", "Nowhere"))]
    made = at([*rows, *new])
    north, south, nowhere = (chance(made, 900 + i) for i in range(3))
    assert north < 0.25 < 0.45 < nowhere < 0.55 < 0.75 < south


def test_closings_known_for_a_few_days_only_make_no_number() -> None:
    made = at([*past(50, 25, days=12), row(999, -1, 5, None)])
    assert made.too_short
    assert np.isnan(chance(made, 999))
    assert made.reason(made.snapshot.row_of(999)) is None
    soon = made.within(24)
    assert (soon.due, soon.breaches) == (1, None)
    assert at([row(1, -1, 5, None)]).since_ms == NONE
    assert at([]).within(72).due == 0


def test_a_service_of_which_few_have_ended_has_no_number_beside_others_that_do() -> None:
    rare = past(FEWEST - 1, 2, first=500, service=LIGHT)
    made = at([*past(100, 50), *rare, row(998, -1, 10, None), row(999, -1, 10, None, LIGHT)])
    assert np.isnan(chance(made, 999))
    assert not np.isnan(chance(made, 998))
    soon = made.within(24)
    assert (soon.due, soon.unknown) == (2, 1)
    assert soon.breaches == pytest.approx(chance(made, 998))


def test_a_target_of_nothing_and_one_that_is_not_there_say_nothing() -> None:
    odd = [row(700 + i, -10 - i, -10 - i, None) for i in range(20)] + [row(800, -4, None, None), row(801, 5, 5, None)]
    made = at([*past(100, 50), *odd])
    assert np.isnan(chance(made, 700))
    assert np.isnan(chance(made, 800))
    assert np.isnan(chance(made, 801))
    assert made.left == pytest.approx(at(past(100, 50)).left)


def test_only_those_still_there_when_the_history_began_do_not_make_all_look_late() -> None:
    """Of requests filed before the first closing on record only the slow ones are known: from there on they count."""
    rng = np.random.default_rng(7)
    begun, rows = -40 * 24, []
    for i in range(6000):
        asked = int(rng.integers(-80 * 24, -60))
        closed = asked + int(rng.exponential(48)) + 1
        if closed > begun:
            rows.append(row(i + 1, asked, asked + 48, closed if closed <= 0 else None))
    made = at([*rows, row(9999, -1, 47, None)])
    assert chance(made, 9999) == pytest.approx(np.exp(-1), abs=0.03)


def test_where_most_came_into_sight_and_were_closed_in_one_part_a_chance_is_still_one() -> None:
    """All that was filed before the history began, and closed on its first day: each counts once, not twice."""
    rows = [row(i, -24 * 40 - 6, -24 * 40 + 42, -24 * 40 + i % 3) for i in range(1, 60)]
    made = at([*rows, row(998, -1, 47, None), row(999, -8, 40, None)])
    assert (made.left > 0).all()
    assert 0 < chance(made, 998) <= chance(made, 999) <= 1


def test_the_reason_counts_the_last_ones_that_were_still_open_as_far_into_their_time() -> None:
    made = at([*past(200, 100), row(998, -1, 47, None), row(999, -24, 24, None), row(1000, -1, 9, None, area="East")])
    fresh = made.reason(made.snapshot.row_of(998))
    assert fresh is not None
    assert (fresh.of, fresh.here) == (LAST, True)
    old = made.reason(made.snapshot.row_of(999))
    assert old is not None
    assert (old.late, old.of) == (LAST, LAST)
    elsewhere = made.reason(made.snapshot.row_of(1000))
    assert elsewhere is not None
    assert not elsewhere.here


@given(st.lists(st.integers(1, 400), unique=True, max_size=60).flatmap(lambda ids: st.tuples(*map(queue_rows, ids))))
def test_nothing_that_came_to_be_known_later_changes_a_chance(rows: tuple[QueueRow, ...]) -> None:
    whole = build(rows, ())
    then = build([_as_of_now(r) for r in rows if r.requested_ms < NOW], ())
    theirs = forecast(then, NOW)
    ours = forecast(whole, NOW)
    assert ours.since_ms == theirs.since_ms
    mine = whole.rows_of(then.ids)
    assert np.allclose(ours.of(mine), theirs.of(np.arange(len(then))), equal_nan=True)
    reasons = [(ours.reason(int(a)), theirs.reason(b)) for b, a in enumerate(mine)]
    assert all(a == b for a, b in reasons)


def _as_of_now(r: QueueRow) -> QueueRow:
    return r._replace(status="new", closed_ms=None) if r.closed_ms is not None and r.closed_ms > NOW else r


@given(st.lists(st.tuples(st.integers(-700, -1), st.integers(1, 200), st.integers(1, 400)), min_size=30, max_size=80))
def test_a_chance_is_one_and_never_falls_while_the_request_grows_old(spans: list[tuple[int, int, int]]) -> None:
    rows = [row(1, -720, -719, -719)]
    rows += [row(i, a, a + d, a + c if a + c <= 0 else None) for i, (a, d, c) in enumerate(spans, 2)]
    made = at([*rows, row(999, 0, PARTS * 4, None)])
    me = np.array([made.snapshot.row_of(999)])
    grown = [float(replace(made, now_ms=NOW + h * HOUR).of(me)[0]) for h in range(PARTS * 4 + 1)]
    if np.isnan(grown[0]):
        return
    assert all(0 <= p <= 1 for p in grown)
    assert all(a <= b + 1e-9 for a, b in pairwise(grown))
    assert grown[-1] == pytest.approx(1.0)


@given(st.lists(st.integers(1, 400), unique=True, max_size=60).flatmap(lambda ids: st.tuples(*map(queue_rows, ids))))
def test_the_words_of_a_window_find_exactly_what_it_counts(rows: tuple[QueueRow, ...]) -> None:
    made = forecast(build(rows, ()), NOW)
    for hours in (4, 24, 72):
        due = made.within(hours)
        assert due.due == _found(made.snapshot, due.query)
        assert due.breaches is None or 0 <= due.breaches <= due.due


def _found(snapshot: Snapshot, query: str) -> int:
    moment = Moment(datetime.fromtimestamp(NOW / 1000, UTC))
    return count(snapshot, parse(query), moment, lambda _: np.empty(0, np.int64))
