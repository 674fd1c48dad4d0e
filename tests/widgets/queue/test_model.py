"""The queue's model: rows by an order of positions, plain values out of every Qt virtual."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from services.queue.snapshot import Ints, build
from tests.widgets.rows import CREWS, NOW, every_row, row, snapshot
from widgets.queue.columns import COLUMNS
from widgets.queue.model import MIME, QueueModel, ids_in

Role = Qt.ItemDataRole


def model_of(count: int, order: Ints | None = None) -> QueueModel:
    made = QueueModel()
    shot = snapshot(count)
    made.set_rows(shot, every_row(shot) if order is None else order, NOW)
    return made


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    model = model_of(5)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shot = snapshot(9)
    model.set_rows(shot, every_row(shot)[::-1], NOW)
    assert model.rowCount() == 9
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert tester.model() is model


def test_every_cell_gives_a_plain_string(qapp: QApplication) -> None:
    model = model_of(8)
    for r in range(8):
        for c in range(len(COLUMNS)):
            for role in (Role.DisplayRole, Role.AccessibleTextRole, Role.ToolTipRole):
                assert type(model.data(model.index(r, c), role)) is str
            assert model.data(model.index(r, c), Role.DecorationRole) is None
    assert model.data(model.index(2, 7)) == "phone"
    assert model.data(model.index(99, 0)) is None


def test_the_accessible_text_is_the_rows_sentence(qapp: QApplication) -> None:
    model = model_of(2)
    said = model.index(0, 3).data(Role.AccessibleTextRole)
    assert "Tree Emergencies" in said
    assert said.endswith("number 101000000001.")


def test_outside_text_in_a_tooltip_stays_text(qapp: QApplication) -> None:
    model = QueueModel()
    shot = build([row(1, address="<img src=file:///x>")], CREWS)
    model.set_rows(shot, every_row(shot), NOW)
    shown = model.data(model.index(0, 0), Role.ToolTipRole)
    assert "<img" not in str(shown)
    assert "&lt;img src=file:///x&gt;" in str(shown)


def test_headers_have_titles_and_names(qapp: QApplication) -> None:
    model = model_of(1)
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [model.headerData(i, across) for i in range(8)][:2] == ["Status", "Service"]
    assert model.headerData(7, across, Role.AccessibleTextRole) == "Channel"
    assert model.headerData(0, across, Role.DecorationRole) is None
    assert model.headerData(0, down) is None


def test_words_change_with_the_minute_only(qapp: QApplication) -> None:
    model = model_of(4)
    before = model.words(0)
    assert not model.set_now(NOW + 1_000)
    assert model.words(0) is before
    assert model.set_now(NOW + 120_000)
    assert model.words(0).due == "2 h 2 m late"


def test_the_page_cache_does_not_grow_for_ever(qapp: QApplication) -> None:
    model = model_of(5_000)
    for r in range(5_000):
        model.words(r)
    assert len(model._words) <= 4_096


@given(st.data())
def test_ids_and_rows_are_each_others_inverse(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40))
    order = np.array(data.draw(st.lists(st.integers(0, count - 1), unique=True)), dtype=np.int64)
    model = model_of(count, order)
    assert [model.row_of(model.id_at(r)) for r in range(len(order))] == list(range(len(order)))
    wanted = data.draw(st.lists(st.integers(1, count + 3), unique=True))
    rows = model.places_of(model.snapshot.rows_of(wanted)).tolist()
    assert rows == sorted(rows)
    assert {model.id_at(r) for r in rows} == set(wanted) & {model.id_at(r) for r in range(len(order))}


def test_rows_outside_have_no_id(qapp: QApplication) -> None:
    model = model_of(3)
    assert model.id_at(-1) == 0
    assert model.id_at(3) == 0
    assert model.row_of(0) == -1
    assert model.ids_at([]).tolist() == []
    assert model.ids_at([(0, 0), (2, 2)]).tolist() == [1, 3]


def test_a_drag_carries_the_ids(qapp: QApplication) -> None:
    model = model_of(6)
    dragged = model.mimeData([model.index(r, c) for r in (1, 4) for c in range(8)])
    assert model.mimeTypes() == [MIME]
    assert ids_in(dragged).tolist() == [2, 5]
    assert model.flags(model.index(-1, 0)) == Qt.ItemFlag.NoItemFlags
