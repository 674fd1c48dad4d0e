"""Who usually goes, where the answers on the form tell it: read when a request with answers is shown, or proposed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import choosing, opening
from console.settings import Settings
from services.domain.exchange import Page
from services.store import commands, ingest, queries
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting, sitting_at

MANY = 24
"""Requests that say whether the tree lies on a road or in a park, in turn; all but the last two have a crew."""


def telling(home: Path) -> Settings:
    """The town, where fallen trees on roads go to Tree 1 and those in parks to Tree 2."""
    made, now = town.build(home, count=0), datetime.now(UTC)
    with closing(opening.open_store(made)) as store:
        policy = policies(made.upstreams, queries.upstream_states(store))["city"]
        new = [town.request("city", 3 * i, now, "") for i in range(MANY)]
        rows = [replace(r, answers=(("lies", ("park" if i % 2 else "road",)),)) for i, r in enumerate(new)]
        ingest.apply_page(store, policy, Page(tuple(rows), (), "2"), lambda points: ["" for _ in points])
        acting = opening.acting(store, made)
        ids = {row.upstream_id: row.id for row in queries.columns(store)}
        for crew in queries.crews(store):
            first = int(crew.name == "Tree 2")
            commands.assign(acting, [ids[f"city-{3 * i}"] for i in range(first, MANY - 2, 2)], crew.id)
    return made


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    with sitting_at(telling(folder), qtbot) as sitting:
        yield sitting


def reasons(desk: Sitting) -> dict[str, str]:
    return {c.crew.name: c.reason for c in choosing.crew_candidates(desk.desk)}


def test_what_was_answered_decides_and_is_said(desk: Sitting) -> None:
    in_park, on_road = (desk.id_of(f"city-{3 * (MANY - n)}") for n in (1, 2))
    desk.choose(in_park)
    desk.until(lambda: desk.desk.answers)
    assert desk.desk.answers[in_park] == {"lies": "park"}
    assert "took 11 of the last 11 answered so" in reasons(desk)["Tree 2"]
    assert "took" not in reasons(desk)["Tree 1"]
    desk.choose(on_road)
    assert "took 11 of the last 11 answered so" in reasons(desk)["Tree 1"]


def test_a_proposal_knows_the_answers_though_none_was_shown(desk: Sitting) -> None:
    desk.choose(*(desk.id_of(f"city-{3 * (MANY - n)}") for n in (1, 2)))
    desk.press("Shift+A")
    dialog = desk.window.acts.proposing.dialog
    assert dialog is not None
    desk.until(dialog.list.topLevelItemCount)
    items = [dialog.list.topLevelItem(i) for i in range(2)]
    assert all(" % of such here" in item.text(4) for item in items if item)
