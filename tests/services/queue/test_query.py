"""The query words mean what a plain-Python reading of them means, alone and together, and in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.domain.status import Channel, Outcome, Status
from services.errors import Invalid
from services.queue.natural import fold
from services.queue.order import KEPT
from services.queue.query import Moment, Order, count, parse, run
from services.queue.snapshot import Ints, Mask, Snapshot, apply, build
from services.queue.views import TEAM_VIEWS, VIEWS, counts
from tests.services.queue import many
from tests.services.queue.meanings import MODELS, MOMENT, Model, is_open, late
from tests.services.queue.rows import CREWS, queues
from tests.services.queue.test_snapshot import changes


def none_found(words: str) -> Ints:
    raise AssertionError(words)


@pytest.mark.parametrize("text", MODELS)
@settings(max_examples=15)
@given(rows=queues())
def test_one_word(text: str, rows: list[QueueRow]) -> None:
    check([text], rows)


@given(st.lists(st.sampled_from(sorted(MODELS)), min_size=2, max_size=4), queues())
def test_words_together(texts: list[str], rows: list[QueueRow]) -> None:
    check(texts, rows)


def check(texts: list[str], rows: list[QueueRow]) -> None:
    query = parse(" ".join(texts))
    query.check()
    snapshot = build(rows, CREWS)
    found = run(snapshot, query, MOMENT, none_found)
    meant = {r.id for r in rows if all(MODELS[t](r) for t in texts)}
    assert {int(snapshot.ids[i]) for i in found} == meant
    assert count(snapshot, query, MOMENT, none_found) == len(meant)


@given(queues())
def test_free_words_are_searched_together(rows: list[QueueRow]) -> None:
    asked: list[str] = []

    def search(words: str) -> Ints:
        asked.append(words)
        return np.array([r.id for r in rows if r.id % 2] + [9_999])

    snapshot = build(rows, CREWS)
    found = run(snapshot, parse('main status:open "9 Main"'), MOMENT, search)
    assert asked == ["main 9 Main"]
    assert {int(snapshot.ids[i]) for i in found} == {r.id for r in rows if r.id % 2 and is_open(r)}


@given(queues())
def test_digits_are_also_the_end_of_a_number(rows: list[QueueRow]) -> None:
    def search(words: str) -> Mask:
        assert words in {"main", "012", "000012"}
        return np.array([r.id % 3 > 0 if words == "main" else r.id == 20 for r in sorted(rows)], np.bool_)

    snapshot = build(rows, CREWS)
    for text in ("main 012", "000012 main"):
        ending = text.replace("main", "").strip()
        found = run(snapshot, parse(text), MOMENT, search)
        meant = {r.id for r in rows if r.id % 3 and (r.id == 20 or r.number.endswith(ending))}
        assert {int(snapshot.ids[i]) for i in found} == meant
        assert count(snapshot, parse(text), MOMENT, search) == len(meant)


def test_where_there_is_no_map_nothing_is_hidden_by_it() -> None:
    snapshot, nowhere = build(two_rows(), CREWS), replace(MOMENT, bounds=None, city=None)
    for text, says in (("is:visible", "no map here"), ("-is:outside", "extent is not known")):
        assert len(run(snapshot, parse(text), nowhere, none_found)) == 2
        with pytest.raises(Invalid, match=says):
            parse(text).at(nowhere).check()
    query = parse("is:visible status:open")
    assert query.at(MOMENT) is query


def test_every_row() -> None:
    snapshot = build(two_rows(), CREWS)
    assert run(snapshot, parse(""), MOMENT, none_found, Order("number")).tolist() == [0, 1]
    assert count(snapshot, parse("age<9w -since:1d"), MOMENT, none_found) == 0


NAMES = {c.id: c.name for c in CREWS}
KEYS: dict[str, Callable[[QueueRow], object]] = {
    "due": lambda r: r.due_ms if is_open(r) else None,
    "age": lambda r: -r.requested_ms,
    "requested": lambda r: r.requested_ms,
    "updated": lambda r: r.updated_ms,
    "closed": lambda r: r.closed_ms,
    "status": lambda r: [*Status].index(Status(r.status)) if r.status in set(Status) else 0,
    "outcome": lambda r: [*Outcome].index(Outcome(r.outcome)) if r.outcome else None,
    "channel": lambda r: [*Channel].index(Channel(r.channel) if r.channel in set(Channel) else Channel.UNKNOWN),
    "service": lambda r: words_of(r.service),
    "area": lambda r: words_of(r.area),
    "crew": lambda r: words_of(NAMES[r.crew_id]) if r.crew_id else None,
    "handler": lambda r: words_of(r.handler),
    "claimed": lambda r: words_of(r.claimed_by),
    "upstream": lambda r: words_of(r.upstream),
    "address": lambda r: words_of(r.address),
    "number": lambda r: words_of(r.number),
}


def words_of(text: str) -> object:
    """Digits by their value, before letters; None for nothing."""
    parts = [p for p in re.split(r"([0-9]+)", fold(text)) if p]
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts] or None


def in_order(rows: list[QueueRow], columns: Sequence[tuple[str, bool]]) -> list[QueueRow]:
    """By the columns, the weightiest first; without a value last either way, equal ones by id, as the last column."""
    made = sorted(rows, key=lambda r: r.id, reverse=columns[-1][1])
    for column, descending in reversed(columns):
        key = KEYS[column]
        having = [r for r in made if key(r) is not None]
        groups: list[object] = []
        for r in sorted(having, key=key, reverse=descending):  # type: ignore[arg-type]
            if not groups or groups[-1] != key(r):
                groups.append(key(r))
        made = [r for group in groups for r in having if key(r) == group] + [r for r in made if key(r) is None]
    return made


def ordered(snapshot: Snapshot, order: Order) -> list[int]:
    return [int(i) for i in snapshot.ids[run(snapshot, parse(""), MOMENT, none_found, order)]]


@pytest.mark.parametrize("column", KEYS)
@settings(max_examples=15)
@given(rows=queues())
def test_order(column: str, rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS)
    for descending in (False, True):
        wanted = in_order(rows, [(column, descending)])
        assert ordered(snapshot, Order(column, descending)) == [r.id for r in wanted]
        found = run(snapshot, parse("status:closed"), MOMENT, none_found, Order(column, descending))
        assert [int(snapshot.ids[i]) for i in found] == [r.id for r in wanted if not is_open(r)]


orders = st.lists(st.tuples(st.sampled_from(sorted(KEYS)), st.booleans()), min_size=1, max_size=3).map(
    lambda columns: Order(*columns[0], tuple(columns[1:]))
)


@settings(max_examples=100)
@given(queues(20), st.lists(orders, min_size=1, max_size=4), st.data())
def test_orders_are_kept_current(rows: list[QueueRow], asked: list[Order], data: st.DataObject) -> None:
    snapshot, truth = build(rows, CREWS), {r.id: r for r in rows}
    for _ in range(3):
        for order in data.draw(st.permutations(asked))[: data.draw(st.integers(1, len(asked)))]:
            wanted = [r.id for r in in_order([*truth.values()], order.columns)]
            assert ordered(snapshot, order) == wanted, order
        changed = data.draw(changes(truth))
        truth |= {r.id: r for r in changed}
        snapshot = apply(snapshot, changed, data.draw(st.sampled_from([CREWS, CREWS[::-1]])), snapshot.head + 1)


def test_orders_not_asked_for_long_are_let_go() -> None:
    snapshot = build(two_rows(), CREWS)
    for column in KEYS:
        run(snapshot, parse(""), MOMENT, none_found, Order(column))
        run(snapshot, parse(""), MOMENT, none_found, Order("due"))
    assert len(snapshot.kept) == KEPT
    assert (("due", False),) in snapshot.kept
    assert (("age", False),) not in snapshot.kept


@pytest.fixture(scope="module")
def year() -> tuple[list[QueueRow], Snapshot]:
    rows = list(many.many(20_000))
    return rows, apply(build(rows[:19_000], many.CREWS), rows[19_000:], many.CREWS, 1)


@pytest.mark.parametrize("column", sorted(KEYS))
@pytest.mark.parametrize(
    ("text", "means"),
    [
        ('status:open service:pothole,tree -area:"Ward 3" channel:phone,app', lambda r: (
            is_open(r) and r.service.startswith(("Pothole", "Tree")) and not r.area.startswith("Ward 3,")
            and r.channel in {"phone", "app"}
        )),
        ("status:closed number:7", lambda r: not is_open(r) and r.number.endswith("7")),
        ("-is:overdue", lambda r: not (is_open(r) and late(r))),
    ],
)  # fmt: skip
def test_few_and_many_of_a_year(year: tuple[list[QueueRow], Snapshot], column: str, text: str, means: Model) -> None:
    rows, snapshot = year
    chosen = [r for r in rows if means(r)]
    keys: dict[int, Any] = {r.id: YEAR[column](r) for r in chosen}
    having = sorted((r.id for r in chosen if keys[r.id] is not None), key=lambda i: keys[i])
    missing = [r.id for r in chosen if keys[r.id] is None]
    for _ in range(2):
        found = run(snapshot, parse(text), MOMENT, none_found, Order(column))
        assert snapshot.ids[found].tolist() == having + missing
        run(snapshot, parse(""), MOMENT, none_found, Order(column))


CREW_NAMES = {c.id: c.name for c in many.CREWS}
YEAR: dict[str, Callable[[QueueRow], object]] = {
    **KEYS,
    "crew": lambda r: words_of(CREW_NAMES[r.crew_id]) if r.crew_id else None,
}


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be sorted by"):
        run(build([], ()), parse(""), MOMENT, none_found, Order("colour"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("status:wrong", "“wrong” is no status. One of: new"),
        ("is:purple", "There is no “is:purple”. One of: open"),
        ("due<soon", "is no due time"),
        ("due:yesterday", "is no due time"),
        ("age:3d", "is no age"),
        ("took:3d", "“took:3d” is no length of time. Write took<1d"),
        ("touched<soon", "is no length of time"),
        ("opened:yesterday", "“yesterday” is no day. Write opened:2026-11-20"),
        ("closed:2026-13", "is no day"),
        ("closed:2026-02-30..2026-03-01", "is no day"),
        ("opened:9999", "is no day"),
        ("opened>2d", "makes no sense"),
        ("since:whenever", "is no date"),
        ("since<3d", "makes no sense"),
        ("since:99999999d", "“99999999d” is no date"),
        ("due<" + "9" * 400 + "w", "is no due time"),
        ("age>400000d", "is no age"),
        ("overdue:2x", "There is no “overdue:2x”. One of: 1x, 3x"),
        ("risk:50%", "“risk:50%” is no risk. Write risk>50%"),
        ("risk>half", "is no risk"),
        ("statsu:new", "Did you mean status: ?"),
    ],
)
def test_what_makes_no_sense_is_said_and_filters_nothing(text: str, says: str) -> None:
    query = parse(text)
    assert not query.terms
    with pytest.raises(Invalid, match=says.replace("?", r"\?")):
        query.check()


@pytest.mark.parametrize("text", ["status:", "12:30", "http://x.y/z", "", '"', "-", "  a  b "])
def test_half_typed_and_odd_text_is_no_error(text: str) -> None:
    query = parse(text)
    query.check()
    assert not query.terms


def test_since_takes_a_day_of_the_last_year() -> None:
    moment = Moment(datetime(2026, 1, 5, 12, tzinfo=UTC), UTC)
    for text, ms in {
        "since:26-Aug": datetime(2025, 8, 26, tzinfo=UTC),
        'since:"26 August"': datetime(2025, 8, 26, tzinfo=UTC),
        "since:Jan-5": datetime(2026, 1, 5, tzinfo=UTC),
        "since:2025-12-31": datetime(2025, 12, 31, tzinfo=UTC),
    }.items():
        at = int(ms.timestamp() * 1000)
        rows = [r._replace(requested_ms=at + d) for r, d in zip(two_rows(), (-1, 0), strict=True)]
        snapshot = build(rows, CREWS)
        assert [int(snapshot.ids[i]) for i in run(snapshot, parse(text), moment, none_found)] == [2], text


def two_rows() -> list[QueueRow]:
    row = QueueRow(
        1, "26-000001", "", "", "1", "Pothole", "new", None, "", None, None, "", 0, 0, None, None, 3, "web", 1,
        False, False, False, "",
    )  # fmt: skip
    return [row, row._replace(id=2)]


def test_views_are_counted() -> None:
    first, second = two_rows()
    working = second._replace(id=3, status="in_progress", crew_id=9)
    snapshot = build([first, second._replace(status="closed", outcome="fixed"), working], CREWS)
    counted = counts(snapshot, VIEWS + TEAM_VIEWS, MOMENT, none_found)
    assert counted["new"] == 1
    assert counted["all_open"] == counted["no_place"] == 2
    assert counted["mine"] == counted["overdue"] == 0
    letters = [v.letter for v in VIEWS + TEAM_VIEWS]
    assert len(set(letters)) == len(letters)
