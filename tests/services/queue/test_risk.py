"""The risk beside each request: kept while the list changes, asked for, put in order by, and never of what is late."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.errors import Invalid
from services.queue import file
from services.queue.query import Order, count, parse, run
from services.queue.snapshot import Snapshot, apply, build, risks, with_risks
from tests.services.queue.many import CREWS as MANY_CREWS
from tests.services.queue.many import many
from tests.services.queue.meanings import MOMENT, is_open
from tests.services.queue.rows import CREWS, DAY, NOW, queues
from tests.services.queue.test_query import none_found
from tests.services.queue.test_snapshot import changes

Known = dict[int, int]
"""By request the chance in percent."""


def holding(snapshot: Snapshot, known: Known) -> Snapshot:
    ids = sorted(known)
    return with_risks(snapshot, np.array(ids, np.int64), np.array([known[i] for i in ids], np.int8))


def is_ahead(r: QueueRow) -> bool:
    return is_open(r) and r.due_ms is not None and r.due_ms >= NOW


def in_order(truth: dict[int, QueueRow], known: Known, *, descending: bool) -> list[int]:
    """Those with a risk by it, then the others; equal ones by id, the way round."""
    ids = sorted(truth, reverse=descending)
    having = [i for i in ids if i in known and is_open(truth[i])]
    return sorted(having, key=lambda i: known[i], reverse=descending) + [i for i in ids if i not in having]


@given(queues(30), st.data())
def test_risks_stay_with_their_requests_while_the_list_and_they_change(
    rows: list[QueueRow], data: st.DataObject
) -> None:
    snapshot, truth, known = build(rows, CREWS), {r.id: r for r in rows}, Known()
    for step in range(4):
        for descending in (False, True):
            found = run(snapshot, parse(""), MOMENT, none_found, Order("risk", descending))
            assert snapshot.ids[found].tolist() == in_order(truth, known, descending=descending)
        shown = {i: p for i, p in known.items() if is_ahead(truth[i])}
        held = risks(snapshot, slice(None), NOW).tolist()
        assert dict(zip(snapshot.ids.tolist(), held, strict=True)) == {i: shown.get(i, -1) for i in truth}
        for words, meant in (
            ("risk>50%", {i for i, p in shown.items() if p > 50}),
            ("risk<50", {i for i, p in shown.items() if p < 50}),
            ("risk:none", {i for i, r in truth.items() if is_ahead(r)} - shown.keys()),
            ("-risk>9.5% status:open", {i for i in truth if is_open(truth[i]) and shown.get(i, -1) <= 9}),
        ):
            assert set(snapshot.ids[run(snapshot, parse(words), MOMENT, none_found)].tolist()) == meant
            assert count(snapshot, parse(words), MOMENT, none_found) == len(meant)
        if step % 2:
            changed = data.draw(changes(truth))
            truth |= {r.id: r for r in changed}
            snapshot = apply(snapshot, changed, CREWS, snapshot.head + 1)
        else:
            foreseen = data.draw(st.dictionaries(st.sampled_from([*truth, 9_999]), st.integers(0, 100)))
            known = {i: p for i, p in foreseen.items() if i in truth}
            snapshot = holding(snapshot, foreseen)


def test_risks_that_are_the_same_make_no_other_list() -> None:
    snapshot = holding(build(many(50), MANY_CREWS), {3: 70, 9: 20})
    assert holding(snapshot, {3: 70, 9: 20}) is snapshot
    again = holding(snapshot, {3: 71, 9: 20})
    assert (again.x is snapshot.x, again.number_mark, again.head) == (True, snapshot.number_mark, snapshot.head)


def test_nobody_knows_any_risk_of_an_empty_list() -> None:
    assert len(holding(build((), ()), {3: 70})) == 0


def test_why_nothing_is_known_is_said_and_the_rest_of_the_query_counts() -> None:
    why = replace(MOMENT, unforeseen="No forecast: closings are known for 2 days, and it takes 14 days.")
    query = parse("risk>50% status:open").at(why)
    assert [t.text for t in query.terms] == ["status:open"]
    with pytest.raises(Invalid, match=r"known for 2 days.*Leave out risk"):
        query.check()
    parse("status:open").at(why).check()


def test_risks_are_of_one_moment_and_not_left_for_the_next_start(tmp_path: Path) -> None:
    ahead = [r._replace(status="new", due_ms=NOW + DAY) for r in many(50)]
    snapshot = holding(build(ahead, MANY_CREWS), {3: 70})
    for column in ("risk", "due"):
        run(snapshot, parse(""), MOMENT, none_found, Order(column))
    assert file.save(snapshot, tmp_path / "queue", "a-store")
    loaded = file.load(tmp_path / "queue", "a-store")
    assert loaded is not None
    assert [*loaded.kept] == [(("due", False),)]
    assert count(loaded, parse("risk:none"), MOMENT, none_found) == 50
    again = holding(loaded, {5: 60})
    assert again.ids[run(again, parse("risk>50%"), MOMENT, none_found, Order("risk", True))].tolist() == [5]
