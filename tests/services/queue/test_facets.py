"""What rows have in common, beside a plain count: also where two combinations fall upon one hash."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue import facets as faceting
from services.queue.encoding import CLOSED
from services.queue.facets import FACETS, Facets, changed, facets
from services.queue.snapshot import apply, build
from tests.services.queue.rows import CREWS, queues

values = st.tuples(*[st.integers(-1, 2)] * (len(FACETS) - 1), st.booleans())
tables = st.lists(values, max_size=25)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Table = list[tuple[Any, ...]]


def columns(rows: Table) -> dict[str, Any]:
    made: dict[str, Any] = {name: np.array([row[i] for row in rows], np.int16) for i, name in enumerate(FACETS)}
    return made | {"has_place": np.array([row[-1] for row in rows], np.bool_)}


def combinations(made: Facets) -> list[tuple[Any, ...]]:
    return list(zip(*(getattr(made, name).tolist() for name in FACETS), strict=True))


def plainly(made: Facets) -> Counter[tuple[Any, ...]]:
    """How often each combination is there; those that nobody has any more left out."""
    counted = Counter[tuple[Any, ...]]()
    for combination, count in zip(combinations(made), made.count.tolist(), strict=True):
        counted[combination] += count
    return +counted


@pytest.fixture(params=["hashes as they are", "few hashes", "one hash for all"])
def hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hashes that meet often, as any may once in a very long time."""
    if request.param != "hashes as they are":
        many = np.uint64(3 if request.param == "few hashes" else 1)
        usual = faceting._hash
        monkeypatch.setattr(faceting, "_hash", lambda of: usual(of) % many)


@pytest.mark.usefixtures("hashing")
@quick
@given(tables)
def test_each_row_has_its_combination_and_each_is_counted(rows: Table) -> None:
    found, made = facets(columns(rows))
    known = combinations(made)
    assert [known[i] for i in found.tolist()] == rows
    assert plainly(made) == Counter(rows)


@pytest.mark.usefixtures("hashing")
@quick
@given(tables, tables)
def test_those_that_are_known_are_found_and_no_other(rows: Table, asked: Table) -> None:
    _, made = facets(columns(rows))
    known = combinations(made)
    for row, at in zip(asked, made.find(columns(asked)).tolist(), strict=True):
        if at >= 0:
            assert known[at] == row
        else:
            assert row not in known or len(set(faceting._hash(columns(known)).tolist())) < len(known)


@pytest.mark.usefixtures("hashing")
@quick
@given(tables, st.data())
def test_after_a_change_all_is_counted_as_if_read_anew(rows: Table, data: st.DataObject) -> None:
    found, made = facets(columns(rows))
    old = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True)) if rows else []
    new = data.draw(tables)
    fresh = [data.draw(values) for _ in old] + new
    numbers, after = changed(made, columns(fresh), found[old])
    known = combinations(after)
    assert [known[i] for i in numbers.tolist()] == fresh
    kept = [row for i, row in enumerate(rows) if i not in old]
    assert plainly(after) == Counter([*kept, *fresh])
    assert (after.count >= 0).all()
    assert known[: len(made)] == combinations(made), "the numbers that rows hold stay true"


@given(tables)
def test_rows_stand_one_combination_after_the_other(rows: Table) -> None:
    found, made = facets(columns(rows))
    order = np.argsort(found, kind="stable")
    for number, (start, count) in enumerate(zip(made.starts.tolist(), made.count.tolist(), strict=True)):
        assert set(found[order][start : start + count].tolist()) <= {number}
    assert made.is_open.tolist() == [combination[0] != CLOSED for combination in combinations(made)]


@quick
@given(queues(), queues())
def test_a_snapshot_that_was_changed_counts_as_one_built_anew(first: list[QueueRow], later: list[QueueRow]) -> None:
    both = {row.id: row for row in (*first, *later)}
    grown, anew = apply(build(first, CREWS), later, CREWS, 1), build(both.values(), CREWS)

    def said(of: Any) -> Counter[tuple[Any, ...]]:
        made = Counter[tuple[Any, ...]]()
        words = {"service_idx": of.services, "area_idx": of.areas, "handler_idx": of.handlers}
        words |= {"claimed_idx": of.handlers, "upstream_idx": of.upstreams}
        for i, count in enumerate(of.facets.count.tolist()):
            numbers = ((name, int(getattr(of.facets, name)[i])) for name in FACETS)
            made[tuple(words[name][n] if name in words else n for name, n in numbers)] += count
        return +made

    assert said(grown) == said(anew)
    assert sum(said(anew).values()) == len(both)
