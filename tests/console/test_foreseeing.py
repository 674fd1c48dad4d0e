"""The chance beside the request that is read: a real desk on a store whose closings reach back far enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console import opening
from console.foreseeing import Foreseen
from console.settings import Settings
from services.domain.exchange import Page
from services.store import ingest, queries
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting, sitting_at


def lived_in(home: Path, days: int) -> Settings:
    """The town, with forty requests of these last days that were closed: every other one after its 72 hours."""
    made = town.build(home)
    now = datetime.now(UTC)
    store = opening.open_store(made)
    try:
        policy = policies(made.upstreams, queries.upstream_states(store))["deaf"]
        rows = []
        for i in range(40):
            asked = now - timedelta(days=days) + timedelta(days=days - 5) * i / 40
            closed = asked + timedelta(hours=90 if i % 2 else 6)
            new = town.request("deaf", 999 + 3 * i, now, "")
            rows.append(replace(new, requested_at=asked, updated_at=closed, status_word="closed"))
        ingest.apply_page(store, policy, Page(tuple(rows), (), "2"), lambda points: ["Ward 3" for _ in points])
    finally:
        store.close()
    return made


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    with sitting_at(lived_in(folder, 30), qtbot) as sitting:
        yield sitting


def test_an_open_request_says_how_likely_it_is_late_and_why(desk: Sitting) -> None:
    risk = desk.window.detail.head.risk
    desk.choose(desk.id_of("deaf-0"))
    desk.until(risk.isVisible)
    assert "miss its due time" in risk.chance.text()
    assert "of this kind" in risk.why.text()
    assert risk.accessibleName() == f"{risk.chance.text()}. {risk.why.text()}"
    desk.choose(desk.id_of("deaf-999"))
    desk.until(risk.isHidden)


def test_with_closings_of_a_few_days_no_number_is_shown(folder: Path, qtbot: QtBot) -> None:
    with sitting_at(lived_in(folder, 10), qtbot) as desk:
        risk = desk.window.detail.head.risk
        desk.choose(desk.id_of("deaf-0"))
        desk.until(risk.isVisible)
        assert risk.chance.isHidden()
        assert risk.why.text() == "No forecast: closings are known for 9 days, and it takes 14 days."


@pytest.mark.parametrize("days", [30, 10])
def test_what_is_expected_of_the_next_hours_opens_exactly_what_falls_due(folder: Path, qtbot: QtBot, days: int) -> None:
    """With a month of closings, and with too few days of them."""
    with sitting_at(lived_in(folder, days), qtbot) as desk:
        desk.window.focus_queue()
        desk.press("Ctrl+3")
        desk.until(lambda: desk.window.supervising.view is not None)
        view = desk.window.supervising.view
        assert view is not None
        strip = view.breaches
        desk.until(strip.isVisible)
        day = strip.buttons[1]
        found = re.search(r"(\d+) due", day.text())
        assert found is not None
        due = int(found[1])
        assert due > 0
        assert (strip.why.text() == "") == ("about" in day.text()) == (days == 30)
        assert "risk" not in desk.window.queue.table.arrangement.names
        desk.click(day)
        desk.until(lambda: desk.desk.shown == "due<24h -is:overdue")
        assert len(desk.ids) == due
        table = desk.window.queue.table
        assert ("risk" in table.shown) == (days == 30)
        desk.until(lambda: bool(table.rows.words(0).risk) or days == 10)
        shown = [table.rows.words(i).risk for i in range(due)]
        known = [int(said.removesuffix(" %")) for said in shown if said]
        assert known == sorted(known, reverse=True)
        assert bool(known) == (days == 30)
        assert shown[len(known) :] == [""] * (due - len(known))


def test_what_is_likelier_late_than_not_is_found_by_its_word(desk: Sitting) -> None:
    """Typed before anything was foreseen, and without the column."""
    desk.window.focus_queue()
    desk.window.show_query("risk>20%")
    desk.until(lambda: desk.desk.shown == "risk>20%" and len(desk.ids) > 0)
    some = {*desk.ids}
    desk.window.show_query("status:open")
    desk.until(lambda: desk.desk.shown == "status:open")
    rows = desk.window.queue.table.rows
    risks = {rows.id_at(i): rows.words(i).risk for i in range(rows.rowCount())}
    assert some == {i for i, said in risks.items() if said and int(said.removesuffix(" %")) > 20}
    assert 0 < len(some) < len(risks)
    desk.window.sort((("risk", True),))
    best = max(risks.values(), key=lambda said: int(said.removesuffix(" %") or -1))
    desk.until(lambda: rows.words(0).risk == best)
    order = [int(said.removesuffix(" %")) for i in range(rows.rowCount()) if (said := rows.words(i).risk)]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) > 1
    text = rows.data(rows.index(desk.ids.index(min(some)), 0), Qt.ItemDataRole.AccessibleTextRole)
    assert f"risk to miss it {risks[min(some)]}" in str(text)


def test_the_column_is_filled_once_it_is_shown(desk: Sitting) -> None:
    table = desk.window.queue.table
    desk.until(lambda: table.rows.rowCount() > 0)
    table.arrange(table.arrangement.toggled("risk"))
    desk.until(lambda: any(table.rows.words(i).risk for i in range(table.rows.rowCount())))
    assert table.shown.index("risk") == table.shown.index("due") + 1


def test_why_no_risk_is_known_stands_at_the_filter(folder: Path, qtbot: QtBot) -> None:
    with sitting_at(lived_in(folder, 10), qtbot) as desk:
        every = len(desk.ids)
        desk.window.show_query("risk>50%")
        desk.until(lambda: desk.desk.last_found is not None and desk.desk.last_found.problem is not None)
        problem = desk.desk.last_found.problem if desk.desk.last_found else None
        assert str(problem).startswith("No forecast: closings are known for 9 days, and it takes 14 days.")
        assert every > 0


def test_the_areas_and_services_chosen_are_those_foreseen(desk: Sitting) -> None:
    said: list[Foreseen] = []
    foreseeing = desk.window.acts.foreseeing
    for number, within in enumerate(("", 'service:"Fallen tree"', "area:Nowhere")):
        foreseeing.foresee(within, said.append)
        desk.until(partial(_longer, said, number))
    every, trees, nowhere = ([due.due for due, _ in windows] for windows, _ in said)
    assert every[1] > trees[1] > 0
    assert nowhere == [0, 0, 0]
    assert said[1][0][1][1] == 'service:"Fallen tree" due<24h -is:overdue'


def _longer(said: list[Foreseen], number: int) -> bool:
    return len(said) > number
